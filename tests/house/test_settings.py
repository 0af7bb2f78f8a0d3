"""config/example.env explains each setting, and only those; the lock is one in all its forms (contract §1, §2)."""

import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from config import export
from tests.house import tree

EXAMPLE = tree.ROOT / "config" / "example.env"


def _settings_read() -> set[str]:
    """Names that config/settings.py asks for, as it writes them: self.word("HOST", …)."""
    source = tree.text(tree.ROOT / "config" / "settings.py")
    found = set(re.findall(r"self\.(?:word|url|number|flag)\(\s*\"([A-Z0-9_]+)\"", source))
    assert len(found) > 10, "this test no longer sees the settings"
    return {f"QINGSHAN_{name}" for name in found}


def test_the_example_explains_every_setting_and_no_other() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    named = {match[1] for line in lines if (match := re.match(r"#?\s*(QINGSHAN_[A-Z0-9_]+)=", line))}
    assert named - {"QINGSHAN_ENV_FILE"} >= _settings_read()
    unknown = {
        name
        for name in named - _settings_read()
        if not name.startswith(("QINGSHAN_WECHAT_", "QINGSHAN_ENV_FILE"))
    }
    assert not unknown


def _locked() -> dict[str, str]:
    lock = tomllib.loads(tree.text(tree.ROOT / "uv.lock"))
    return {
        package["name"]: package["version"] for package in lock["package"] if package["name"] != "qingshan"
    }


@pytest.mark.parametrize("name", export.LISTS)
def test_the_hashed_lists_hold_what_the_lock_holds(name: str) -> None:
    text, locked = tree.text(tree.ROOT / name), _locked()
    pinned = dict(re.findall(r"^([a-z0-9][a-z0-9.-]*)(?:\[[\w,]+\])?==(\S+)", text, flags=re.MULTILINE))
    assert pinned
    assert {package: locked.get(package) for package in pinned} == pinned, "`make lock` renews the lists"
    for block in re.split(r"\n(?=[a-z0-9])", text):
        if "==" in block.split("\n")[0]:
            assert "--hash=sha256:" in block, block


def test_every_dependency_is_in_the_list_that_installs_it() -> None:
    project = tomllib.loads(tree.text(tree.ROOT / "pyproject.toml"))
    wanted = {
        "requirements.txt": project["project"]["dependencies"],
        "requirements-dev.txt": project["dependency-groups"]["dev"],
        "config/install.txt": project["dependency-groups"]["install"],
        "tests/machine/postgres.txt": project["dependency-groups"]["postgres"],
    }
    for name, requirements in wanted.items():
        listed = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)", tree.text(tree.ROOT / name), flags=re.MULTILINE))
        named = {
            re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-") for requirement in requirements
        }
        assert named <= listed, name


def test_the_lists_are_what_uv_makes_of_the_lock() -> None:
    if not _has_uv():
        pytest.skip("installed by pip alone; the tests above compare names and versions")
    done = subprocess.run(
        [sys.executable, "-m", "uv", "lock", "--check", "--offline"],
        cwd=tree.ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, "uv.lock is older than pyproject.toml; `make lock`"
    for name in export.LISTS:
        assert export.export(name) == tree.text(tree.ROOT / name), f"{name}: `make lock`"


def _has_uv() -> bool:
    command = [sys.executable, "-m", "uv", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_make_help_names_every_target_of_the_contract() -> None:
    make = shutil.which("make")
    assert make is not None
    said = subprocess.run(
        [make, "--no-print-directory"], cwd=tree.ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("run", "test", "test-long", "check", "bench", "help"):
        assert re.search(rf"make {target}\s+\S", said), target
