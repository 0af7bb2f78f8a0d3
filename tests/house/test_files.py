"""Names, sizes, what lies at the top (house.md §2-4)."""

import ast
import subprocess
from pathlib import Path

from tests.house import tree

GENERIC = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "service", "handler",
           "macros", "constants", "lib", "stuff", "tools"}  # fmt: skip
FOLDERS = {"portal", "admin", "casework", "templates", "migrations", "tests", "config", "docs", ".ci"}
ROOT_FILES = {
    "app.py", "Makefile", "pyproject.toml", "uv.lock", "requirements.txt", "requirements-dev.txt", "alembic.ini",
    "babel.cfg", ".gitignore", ".gitattributes", ".editorconfig", "README.md", "README.zh-CN.md", "LICENSE",
    "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
}  # fmt: skip


def test_the_top_holds_only_what_belongs_there() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=tree.ROOT, capture_output=True, text=True, check=True
    )
    tops = {Path(name).parts for name in listed.stdout.split("\0") if name}
    assert {"app.py"} <= {parts[0] for parts in tops}
    strangers = {parts[0] for parts in tops if parts[0] not in (FOLDERS if len(parts) > 1 else ROOT_FILES)}
    assert not strangers, f"house.md §2 names what stands at the top: {sorted(strangers)}"


def test_no_file_has_a_name_that_says_nothing() -> None:
    suffixes = (".py", ".html", ".js", ".css")
    paths = [
        path for part in (*FOLDERS - {".ci"},) for suffix in suffixes for path in tree.files(part, suffix)
    ]
    assert len(paths) > 150
    faults = [tree.name(path) for path in paths if path.stem.lower().split("_")[-1] in GENERIC]
    tree.clear(faults, "Name a file for its subject.")


def test_files_are_short() -> None:
    faults = []
    for path in [*tree.python(), *tree.python("tests"), *tree.files("templates", ".html"), *_scripts()]:
        name, lines = tree.name(path), tree.text(path).count("\n")
        if name.startswith("migrations/versions/"):
            continue  # written by Alembic, read once
        limit = {"tests/conftest.py": 150, "app.py": 100}.get(name, 500 if name.startswith("tests/") else 350)
        if lines > limit:
            faults.append(f"{name}: {lines} lines, {limit} at most")
    tree.clear(faults, "Split by subject.")


def test_functions_are_short() -> None:
    lengths = {}
    for path in tree.python():
        if tree.name(path).startswith("migrations/versions/"):
            continue
        for node in ast.walk(tree.tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert node.end_lineno is not None
                lengths[f"{tree.name(path)}:{node.lineno} {node.name}"] = node.end_lineno - node.lineno + 1
    assert len(lengths) > 300
    faults = [f"{where}: {length} lines" for where, length in lengths.items() if length > 60]
    tree.clear(faults, "Sixty lines at most; most have five to ten.")
    assert sum(length < 40 for length in lengths.values()) / len(lengths) >= 0.9


def test_every_module_says_what_it_is_for() -> None:
    faults = []
    for path in tree.python():
        if tree.name(path).startswith("migrations/versions/") or not tree.text(path).strip():
            continue
        said = ast.get_docstring(tree.tree(path))
        if not said:
            faults.append(f"{tree.name(path)}: no docstring")
    tree.clear(faults, "One to three lines at the top.")


def test_vendored_files_are_as_they_came() -> None:
    lists = [path for part in ("portal", "admin") for path in (tree.ROOT / part).rglob("SHA256SUMS")]
    assert len(lists) >= 2
    for path in lists:
        done = subprocess.run(
            ["sha256sum", "--check", "--quiet", path.name],
            cwd=path.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{tree.name(path)}: {done.stdout}{done.stderr}"
        listed = {line.split()[-1].lstrip("*./") for line in tree.text(path).splitlines() if line.strip()}
        present = {
            found.relative_to(path.parent).as_posix()
            for found in path.parent.rglob("*")
            if found.suffix in (".js", ".css", ".png", ".svg", ".woff2")
        }
        assert present <= listed, f"not in {tree.name(path)}: {sorted(present - listed)}"


def _scripts() -> list[Path]:
    found = [path for part in ("portal", "admin") for path in tree.files(part, ".js")]
    assert found
    return found
