"""The lock as hashed lists for plain pip: `python -m config.export`. Part of `make lock`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Which packages of uv.lock each list holds.
LISTS = {
    "requirements.txt": ("--no-default-groups", "--all-extras"),
    "requirements-dev.txt": ("--only-group", "dev"),
    "config/install.txt": ("--only-group", "install"),
    "tests/machine/postgres.txt": ("--only-group", "postgres"),
}


def export(name: str) -> str:
    """The text of one list."""
    command = [
        sys.executable,
        "-m",
        "uv",
        "export",
        "--frozen",
        "--no-emit-project",
        "--no-header",
        "--quiet",
    ]
    done = subprocess.run([*command, *LISTS[name]], cwd=ROOT, check=True, capture_output=True, text=True)
    return f"# Made from uv.lock by `make lock`.\n{done.stdout}"


if __name__ == "__main__":
    for name in LISTS:
        (ROOT / name).write_text(export(name), encoding="utf-8")
