"""The source as the house rules see it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ("config", "casework", "portal", "admin", "migrations")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def files(folder: str, suffix: str, *, vendored: bool = False) -> list[Path]:
    """Files under a folder, sorted; third-party files lie in static/vendor and follow their own rules."""
    found = (path for path in (ROOT / folder).rglob(f"*{suffix}") if "__pycache__" not in path.parts)
    return sorted(path for path in found if vendored or "vendor" not in path.parts)


def python(*folders: str) -> list[Path]:
    """Never an empty list: a rule that sees nothing keeps nothing."""
    found = [path for folder in folders or PRODUCT for path in files(folder, ".py")]
    if not folders:
        found.append(ROOT / "app.py")
    assert found, f"no Python under {folders}"
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def imports(path: Path, *, top_only: bool = False) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import; `from a import b` names both a and a.b."""
    nodes = tree(path).body if top_only else ast.walk(tree(path))
    for node in nodes:
        if isinstance(node, ast.If) and top_only:
            nodes_inside = [n for n in ast.walk(node) if isinstance(n, (ast.Import, ast.ImportFrom))]
        else:
            nodes_inside = [node] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        for found in nodes_inside:
            if isinstance(found, ast.Import):
                yield from ((found.lineno, alias.name) for alias in found.names)
            else:
                yield from ((found.lineno, f"{found.module}.{alias.name}") for alias in found.names)


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last word of what is called: `begin` for `means().db.begin()`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def clear(faults: list[str], advice: str) -> None:
    """Fails with every fault, a line each."""
    assert not faults, "\n".join([advice, *sorted(faults)])
