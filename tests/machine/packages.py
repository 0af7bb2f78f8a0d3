"""Debian packages that tests need, how to tell whether they are here, and how to bring them."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class Missing(Exception):
    """Something tests need is not on this machine; the message says how to bring it."""


@dataclass(frozen=True)
class Tool:
    """`programs`: any one of these will do. `package`: what brings it on Debian."""

    name: str
    package: str
    programs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def path(self) -> Path | None:
        # /usr/sbin is not on everyone's PATH.
        where = os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/sbin"
        for program in self.programs:
            if found := shutil.which(program, path=where):
                return Path(found)
        return next((hit for pattern in self.files for hit in Path("/").glob(pattern)), None)


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("chromium", "chromium", ("chromium", "chromium-browser", "google-chrome")),
        Tool("nginx", "nginx-light", ("nginx",)),
        Tool("exiftool", "libimage-exiftool-perl", ("exiftool",)),
        Tool("redis", "redis-server", ("redis-server",)),
        Tool("openssl", "openssl", ("openssl",)),
        Tool(
            "chinese font",
            "fonts-noto-cjk",
            files=("usr/share/fonts/**/*CJK*", "usr/local/share/fonts/**/*CJK*"),
        ),
    )
}


def path_of(name: str) -> Path:
    """Where the program lies. Raises Missing with the command that brings it."""
    found = TOOLS[name].path()
    if found is None:
        raise Missing(f"no {name} here; `make test` or `apt-get install {TOOLS[name].package}` brings it")
    return found


def missing(names: Iterable[str]) -> list[Tool]:
    return [TOOLS[name] for name in names if TOOLS[name].path() is None]


def install(tools: list[Tool]) -> None:
    """Installs with apt-get, as root or by sudo without a password. Raises Missing where neither is possible."""
    packages = [tool.package for tool in tools]
    if not packages:
        return
    words = f"apt-get install --no-install-recommends {' '.join(packages)}"
    right = _right_to_install()
    if right is None:
        names = ", ".join(tool.name for tool in tools)
        raise Missing(f"the tests need {names}; as root: {words}")
    print(f"installing for the tests: {' '.join(packages)}", flush=True)
    # Services must not start by themselves, and no question may stop an unattended run.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        _apt([*right, "apt-get", "-o", "DPkg::Lock::Timeout=300", *arguments], environment, words)
    if still := [tool.name for tool in tools if tool.path() is None]:
        raise Missing(f"installed, yet not found: {', '.join(still)}")


def _right_to_install() -> list[str] | None:
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _apt(command: list[str], environment: dict[str, str], words: str) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"`{words}` failed:\n{done.stdout}{done.stderr}")
