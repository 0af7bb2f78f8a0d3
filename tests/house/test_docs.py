"""What the pages say can be found: links, commands, settings, files, pictures; both READMEs tell the same."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields

import click
import pytest

from admin.commands import commands
from config.settings import S3, Settings
from tests.house import tree

ROOT = tree.ROOT
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "config").rglob("*.md")],
    key=lambda path: path.as_posix(),
)
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def texts() -> Iterator[tuple[str, str]]:
    """(name, text) of every page; never none."""
    assert len(PAGES) > 15
    for path in PAGES:
        yield tree.name(path), path.read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    faults, seen = [], 0
    for path in PAGES:
        for match in LINK.finditer(path.read_text(encoding="utf-8")):
            target = match[1] or match[2]
            if target.startswith(("http://", "https://", "mailto:", "#")):
                continue
            seen += 1
            if not (path.parent / target.partition("#")[0]).exists():
                faults.append(f"{tree.name(path)}: {target}")
    assert seen > 40
    tree.clear(faults, "A link leads to a file that is not there.")


def test_anchors_are_headings() -> None:
    faults = []
    for path in PAGES:
        for match in LINK.finditer(path.read_text(encoding="utf-8")):
            file, _, anchor = (match[1] or match[2]).partition("#")
            if anchor and not file.startswith("http"):
                page = (path.parent / file) if file else path
                if anchor not in _anchors(page.read_text(encoding="utf-8")):
                    faults.append(f"{tree.name(path)}: {file}#{anchor}")
    tree.clear(faults, "A link leads to a heading that is not there.")


def test_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", tree.text(ROOT / "Makefile"), re.MULTILINE))
    faults = [
        f"{name}: make {target}"
        for name, text in texts()
        for target in re.findall(r"`make (?:[A-Z]+=\S+ )?([a-z-]+)", text) + _shell_words(text, "make")
        if target not in targets
    ]
    tree.clear(faults, "The Makefile has no such target.")


def test_commands_and_their_options_exist() -> None:
    faults, seen = [], 0
    for name, text in texts():
        for line in _command_lines(text):
            seen += 1
            if fault := _misused(shlex.split(line, comments=True)):
                faults.append(f"{name}: {line.strip()} ({fault})")
    assert seen > 8
    tree.clear(faults, "`python app.py --help` knows no such thing.")


def test_settings_exist() -> None:
    known = {field.name.upper() for field in fields(Settings)} - {"S3"}
    known |= {f"S3_{field.name.upper()}" for field in fields(S3)} | {"ENV_FILE"}
    faults = [
        f"{name}: QINGSHAN_{setting}"
        for name, text in texts()
        for setting in re.findall(r"QINGSHAN_([A-Z0-9_]+)", text)
        if setting not in known and not setting.endswith("_")
    ]
    tree.clear(faults, "config/settings.py reads no such setting.")


def test_files_that_are_named_exist() -> None:
    """`casework/…`, `docs/…` and the like between backticks; patterns with * or < are sentences, not names."""
    faults, seen = [], 0
    tops = "casework|portal|admin|config|tests|docs|templates|migrations"
    for name, text in texts():
        for file in re.findall(rf"`((?:{tops})/[\w./-]+)`", text):
            seen += 1
            if not (ROOT / file).exists():
                faults.append(f"{name}: {file}")
    assert seen > 20
    tree.clear(faults, "No such file or folder.")


def test_pages_that_the_code_names_exist() -> None:
    faults, seen = [], 0
    for path in [*tree.python(), *tree.python("tests"), *tree.files("templates", ".html")]:
        for page in re.findall(r"docs/[\w/.-]+\.md", tree.text(path)):
            seen += 1
            if not (ROOT / page).exists():
                faults.append(f"{tree.name(path)}: {page}")
    assert seen > 5
    tree.clear(faults, "A comment leads to a page that is not there.")


def test_both_readmes_say_the_same() -> None:
    english, chinese = (ROOT / "README.md").read_text("utf-8"), (ROOT / "README.zh-CN.md").read_text("utf-8")
    assert [_without_comments(block) for block in SHELL.findall(english)] == [
        _without_comments(block) for block in SHELL.findall(chinese)
    ]
    for count in (r"^#+ ", r"^\* ", r"^\|"):
        assert len(re.findall(count, english, re.MULTILINE)) == len(
            re.findall(count, chinese, re.MULTILINE)
        ), count
    assert _links(english) - {"README.zh-CN.md"} == _links(chinese) - {"README.md"}


def test_the_two_commands_stand_in_the_readme() -> None:
    first = SHELL.findall((ROOT / "README.md").read_text("utf-8"))[0]
    assert [line.split()[:2] for line in first.splitlines()] == [["make", "run"], ["make", "test"]]


def test_the_table_of_the_layout_is_the_layout() -> None:
    block = re.search(r"```\n(app\.py .*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert block
    named = {line.split()[0].rstrip("/") for line in block[1].splitlines()}
    assert named == {
        "app.py",
        "portal",
        "admin",
        "casework",
        "templates",
        "migrations",
        "config",
        "tests",
        "docs",
    }


def test_pictures_are_small_and_used() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").glob("*"))
    assert pictures
    said = "".join(text for _, text in texts())
    for picture in pictures:
        assert picture.stat().st_size < 250_000, f"{picture.name} is {picture.stat().st_size} bytes"
        assert picture.name in said, f"nobody shows {picture.name}"


def test_decisions_are_numbered_and_say_why() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in pages]
    assert len(pages) > 8
    assert len(numbers) == len(set(numbers)), "two decisions have one number"
    for path in pages:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert "**Decision.**" in text, f"{path.name} does not say what was decided"


@pytest.mark.parametrize("word", ["TODO", "FIXME", "lorem"])
def test_pages_are_finished(word: str) -> None:
    tree.clear([name for name, text in texts() if word in text], f"{word} is no sentence.")


def _links(text: str) -> set[str]:
    return {match[1] or match[2] for match in LINK.finditer(text)}


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def _shell_words(text: str, program: str) -> list[str]:
    lines = "\n".join(SHELL.findall(text)).splitlines()
    return [words[1] for words in map(str.split, lines) if len(words) > 1 and words[0] == program]


def _without_comments(block: str) -> list[str]:
    return [re.sub(r"\s+#.*", "", line) for line in block.splitlines()]


def _command_lines(text: str) -> Iterator[str]:
    """What follows `python app.py` or the short word `qingshan`, in code and between backticks."""
    # In blocks a command ends with its line, && or a redirection; between backticks with the backtick.
    for block in SHELL.findall(text):
        for line in re.split(r"\n|&&|\|\|| > ", block):
            if match := re.match(r"\s*(?:\S+='[^']*' )?(?:python app\.py|qingshan) (.+)", line):
                yield match[1]
    for match in re.finditer(r"`(?:\S+='[^']*' )?(?:(?:\S*/)?python app\.py|qingshan) ([^`>]+)[`>]", text):
        yield match[1]


def _misused(words: list[str]) -> str:
    """What Click would refuse: a command or an option that is not there. Empty when all is known."""
    command: click.Command = commands
    for word in words:
        if isinstance(command, click.Group):
            if word.startswith("-") or word.isupper():
                return "" if word in ("--help", "COMMAND") else word
            if word not in command.commands:
                return word
            command = command.commands[word]
        elif word.startswith("--") and word not in {
            name for option in command.params for name in option.opts
        }:
            return word
    return ""
