"""Style sheets and scripts: colours only in tokens.css, nothing evaluated, no words of their own."""

import re
from pathlib import Path

from tests.house import tree

COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch)\(")
NAMED = re.compile(
    r":[^;{}]*(?<![-\w])(?:white|black|red|green|blue|gr[ae]y|silver|navy|orange|yellow|teal|brown|pink)\b(?!-)"
)
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
EVALUATES = re.compile(
    r"\beval\(|\bnew Function\b|document\.write\b|\.(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML"
)
ELSEWHERE = re.compile(r"""url\(\s*["']?(?:https?:)?//|@import|["'](?:https?:)?//[a-z]""")


def own(suffix: str) -> list[Path]:
    found = [path for part in ("portal", "admin") for path in tree.files(f"{part}/static", suffix)]
    assert len(found) >= 2
    return found


def test_colours_live_in_tokens() -> None:
    faults = []
    for path in own(".css"):
        if path.name == "tokens.css":
            continue
        code = _code(path)
        for pattern in (COLOUR, NAMED):
            faults += [
                f"{tree.name(path)}:{_line(code, hit.start())} {hit.group()}"
                for hit in pattern.finditer(code)
            ]
    tree.clear(faults, "Name the colour in tokens.css and use var(--…).")


def test_both_surfaces_have_the_same_tokens() -> None:
    sheets = [path for path in own(".css") if path.name == "tokens.css"]
    assert len(sheets) == 2
    assert tree.text(sheets[0]) == tree.text(sheets[1])


def test_every_token_that_is_used_is_defined() -> None:
    defined: set[str] = set()
    for path in own(".css"):
        defined |= set(re.findall(r"(--[\w-]+)\s*:", _code(path)))
    faults = [
        f"{tree.name(path)} {name}"
        for path in own(".css")
        for name in re.findall(r"var\((--[\w-]+)\)", _code(path))
        if name not in defined and not name.startswith("--bs-")
    ]
    tree.clear(faults, "A name that is not defined paints nothing.")


def test_scripts_evaluate_nothing() -> None:
    faults = [
        f"{tree.name(path)}:{_line(code, hit.start())} {hit.group()}"
        for path in own(".js")
        for code in [_code(path)]
        for hit in EVALUATES.finditer(code)
    ]
    tree.clear(faults, "Build nodes, or show what the server wrote; text is never code.")


def test_scripts_hold_no_words() -> None:
    faults = [
        f"{tree.name(path)}:{_line(code, hit.start())} {hit.group()}"
        for path in own(".js")
        for code in [_code(path)]
        for hit in tree.CHINESE.finditer(code)
    ]
    tree.clear(faults, "Words come from the page, in data attributes, so that they can be translated.")


def test_nothing_comes_from_elsewhere() -> None:
    faults = [
        f"{tree.name(path)}:{_line(code, hit.start())} {hit.group()}"
        for suffix in (".css", ".js")
        for path in own(suffix)
        for code in [_code(path)]
        for hit in ELSEWHERE.finditer(code)
    ]
    tree.clear(faults, "Pages need nothing from any other machine.")


def _code(path: Path) -> str:
    """Without comments, lines kept."""
    return COMMENT.sub(lambda hit: "\n" * hit.group().count("\n"), tree.text(path))


def _line(code: str, at: int) -> int:
    return code.count("\n", 0, at) + 1
