"""Builds .venv from the lock: `python3 -m config.install [run|dev]`. Part of `make run` and `make test`.

Needs nothing but Python and a package index. uv installs from uv.lock; where uv cannot be had or its
index cannot be reached, pip installs the same versions from the hashed lists beside it. Wheels only:
nothing is compiled and no package runs code of its own while it is installed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = {"run": VENV / ".installed-run", "dev": VENV / ".installed-dev"}
LISTS = {"run": ("requirements.txt",), "dev": ("requirements.txt", "requirements-dev.txt")}


class CannotInstall(Exception):
    """The message says what is in the way and what to do about it."""


def main(kind: str) -> None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        have = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise CannotInstall(
            f"Python 3.11, 3.12 or 3.13 is needed; this is {have}. Name one: make PYTHON=python3.12 run"
        )
    if STAMPS["dev"].exists():
        kind = "dev"  # what tests need is not taken away again by `make run`
    print("installing into .venv (once)", flush=True)
    for stamp in STAMPS.values():
        stamp.unlink(missing_ok=True)
    make_venv()
    if not by_uv(kind):
        print("uv could not install here; pip does, which takes a minute", flush=True)
        by_pip(kind)
    for name in ("run", "dev") if kind == "dev" else ("run",):
        STAMPS[name].touch()


def make_venv() -> None:
    """A virtual environment with pip in it; one that no longer runs is built anew."""
    if PYTHON.exists() and runs(PYTHON, "-m", "pip", "--version"):
        return
    if not runs(sys.executable, "-c", "import ensurepip, venv"):
        bring_venv()
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if done.returncode:
        raise CannotInstall("`python3 -m venv .venv` failed; its words stand above")


def bring_venv() -> None:
    """Debian and Ubuntu keep venv apart from python3."""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    words = f"Python's venv module is not here. Install it: apt-get install {package}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise CannotInstall(words)
    print(f"installing {package}, which Debian keeps apart from python3", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
        done = subprocess.run(
            ["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CannotInstall(f"{words}\n(apt-get said: {done.stderr.strip()})")


def by_uv(kind: str) -> bool:
    if not runs(PYTHON, "-m", "uv", "--version") and not pip("-r", "config/install.txt"):
        return False
    # The machine's own certificates: many an office network answers in the index's stead.
    ours = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "true", "UV_PROJECT_ENVIRONMENT": str(VENV)}
    environment = {**os.environ, **ours}
    command = [str(PYTHON), "-m", "uv", "sync", "--frozen", "--no-build", "--all-extras", "--quiet"]
    command += ["--python", str(PYTHON), "--group", "install"]
    if kind == "run":
        command.append("--no-default-groups")
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def by_pip(kind: str) -> None:
    if not all(pip("-r", name) for name in LISTS[kind]):
        raise CannotInstall("pip could not install the locked packages; is a package index within reach?")


def pip(*arguments: str) -> bool:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return (
        subprocess.run(
            [*command, "--require-hashes", "--only-binary", ":all:", *arguments], cwd=ROOT, check=False
        ).returncode
        == 0
    )


def runs(program: object, *arguments: str) -> bool:
    return subprocess.run([str(program), *arguments], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except CannotInstall as fault:
        sys.exit(f"cannot install: {fault}")
