"""Templates: nothing inline, no colour, no untranslated word, one macro a file (house.md §4.14)."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from tests.house import tree

PARSER = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
TRANSLATES = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
FETCHED = re.compile(r"""\b(?:src|action|data|poster|srcset)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE)
# Names of languages are written in themselves.
THEMSELVES = re.compile("中文")
# Parts whose markup is a table of constants written in the part itself.
DRAWINGS = {"templates/parts/icon.html"}
MADE_UP = (nodes.Concat, nodes.Add, nodes.Mod, nodes.Filter, nodes.CondExpr, nodes.Call)


def templates() -> list[Path]:
    found = tree.files("templates", ".html")
    assert len(found) > 60
    return found


@cache
def parsed(path: Path) -> nodes.Template:
    return PARSER.parse(tree.text(path), filename=str(path))


def test_every_template_can_be_read() -> None:
    for path in templates():
        parsed(path)


def test_nothing_is_inline() -> None:
    faults = [f"{tree.name(path)}:{line} {hit}" for path in templates() for line, hit in _hits(path, INLINE)]
    tree.clear(faults, "The content policy refuses inline scripts and styles; use a class or a static file.")


def test_no_colour_stands_in_a_template() -> None:
    faults = []
    for path in templates():
        for line, written in _written(path):
            for attribute in re.findall(
                r'\b(?:fill|stroke|bgcolor|color|stop-color)\s*=\s*"([^"]*)"', written
            ):
                if attribute not in ("none", "currentColor", ""):
                    faults.append(f"{tree.name(path)}:{line} {attribute}")
            faults += [
                f"{tree.name(path)}:{line} {hit}"
                for hit in re.findall(r"\b(?:rgba?|hsla?)\([^)]*\)", written)
            ]
    tree.clear(faults, "Colours live in tokens.css.")


def test_nothing_is_fetched_from_elsewhere() -> None:
    faults = [f"{tree.name(path)}:{line} {hit}" for path in templates() for line, hit in _hits(path, FETCHED)]
    tree.clear(faults, "Pages need nothing from any other machine.")


def test_every_word_can_be_translated() -> None:
    faults = []
    for path in templates():
        faults += [
            f"{tree.name(path)}:{line} {written.strip()[:40]}"
            for line, written in _written(path)
            if _is_chinese(written)
        ]
        faults += [f"{tree.name(path)}:{line} {said[:40]}" for line, said in _untranslated(parsed(path))]
    tree.clear(faults, 'Chinese stands in {{ _("…") }} or {% trans %}.')


def test_what_is_translated_is_a_plain_sentence() -> None:
    faults = [
        f"{tree.name(path)}:{call.lineno}"
        for path in templates()
        for call in parsed(path).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATES
        if not call.args or isinstance(call.args[0], MADE_UP)
    ]
    tree.clear(faults, '_("共 %(n)s 件", n=n), never _("共 " ~ n): the catalogue holds whole sentences.')


def test_one_macro_a_file() -> None:
    faults = []
    for path in tree.files("templates/parts", ".html"):
        macros = [macro.name for macro in parsed(path).find_all(nodes.Macro)]
        if macros != [path.stem]:
            faults.append(f"{tree.name(path)} holds {', '.join(macros) or 'no macro'}")
    tree.clear(faults, "A part is one macro with the name of its file.")


def test_nothing_is_marked_safe_by_hand() -> None:
    faults = [
        f"{tree.name(path)}:{used.lineno} |safe"
        for path in templates()
        for used in parsed(path).find_all(nodes.Filter)
        if used.name == "safe" and tree.name(path) not in DRAWINGS
    ]
    faults += [
        f"{tree.name(path)}:{line} {hit}"
        for path in templates()
        for line, hit in _hits(path, re.compile(r"\{%-?\s*autoescape\s+false"))
    ]
    tree.clear(faults, "What is safe is made with markupsafe where it is made.")


def _hits(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    text = tree.text(path)
    for hit in pattern.finditer(text):
        yield text.count("\n", 0, hit.start()) + 1, hit.group().strip()


def _written(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of what the template writes itself, comments left out."""
    for data in parsed(path).find_all(nodes.TemplateData):
        yield data.lineno, data.data


def _untranslated(node: nodes.Node, inside: bool = False) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and not inside:
        if _is_chinese(node.value):
            yield node.lineno, node.value
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATES:
        inside = True
    for child in node.iter_child_nodes():
        yield from _untranslated(child, inside)


def _is_chinese(said: str) -> bool:
    return bool(tree.CHINESE.search(THEMSELVES.sub("", said)))
