"""Words: every sentence translatable, English complete, one word a concept (house.md §3, §4.5)."""

import ast
import re
from collections.abc import Iterator

from tests.house import tree
from tests.house.catalogue import TERMS, terms, written_terms

MARKS = {"_", "N_", "_l", "gettext", "ngettext", "pgettext", "lazy_gettext", "lazy_ngettext"}
LETTERS = re.compile(r"[\u3400-\u9fff]")
PRODUCT_NAME = "青山"
# Chinese that no screen translates. Each says why, and is taken out when it no longer holds any.
OTHERWISE = {
    "admin/demo": "the demo story: what fictional people wrote",
    "casework/geo.py": "matches place names that people typed",
    "casework/labels.py": "numbers, dates and amounts, each language's way beside the other",
    "casework/ledgers": "the forms that offices exchange, in the words of the decree that lays them down",
    "casework/periods.py": "names of half months as the ledgers print them",
    "casework/rewards/amounts.py": "reads amounts as people type them",
}


def test_every_sentence_of_the_code_is_marked() -> None:
    faults = [
        f"{name}:{line} {said[:40]}"
        for path in tree.python("casework", "portal", "admin")
        for name in [tree.name(path)]
        if not any(name == place or name.startswith(f"{place}/") for place in OTHERWISE)
        for line, said in _unmarked(tree.tree(path))
    ]
    tree.clear(
        faults,
        '_("…") in a view or form, N_("…") beside an enum value; policy data belongs in config/*.toml.',
    )


def test_every_exception_is_still_needed() -> None:
    for place in OTHERWISE:
        paths = [tree.ROOT / place] if place.endswith(".py") else tree.files(place, ".py")
        assert any(list(_unmarked(tree.tree(path))) for path in paths if path.exists()), (
            f"{place} holds no Chinese"
        )


def test_what_is_translated_is_a_plain_sentence() -> None:
    faults = [
        f"{tree.name(path)}:{call.lineno}"
        for path in tree.python("casework", "portal", "admin")
        for call in tree.calls(path)
        if tree.called(call) in MARKS and call.args
        if isinstance(call.args[0], (ast.JoinedStr, ast.BinOp)) or _is_filled_in(call.args[0])
    ]
    tree.clear(faults, '_("共 %(n)s 件", n=n): whole sentences, filled in after they are translated.')


def test_the_table_of_terms_is_the_enums() -> None:
    """docs/terms.md: under `### Name`, a row `| value | 中文 |` for every member, in order."""
    written = written_terms(TERMS.read_text(encoding="utf-8"))
    said = {kind.__name__: [(str(member), member.label) for member in kind] for kind in terms()}
    assert len(said) > 15
    faults = [f"{name}: not in docs/terms.md" for name in said.keys() - written.keys()]
    faults += [f"{name}: no such enum" for name in written.keys() - said.keys()]
    faults += [
        f"{name}: {row}"
        for name in said.keys() & written.keys()
        for row in set(said[name]) ^ set(written[name])
    ]
    tree.clear(faults, "docs/terms.md and the enums tell different words.")


def test_values_and_members_are_one_word() -> None:
    faults = [
        f"{kind.__name__}.{member.name} = {member.value!r}"
        for kind in terms()
        for member in kind
        if str(member) != member.name.lower() or not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", str(member))
    ]
    tree.clear(faults, "A member's value is its name in small letters.")


def _is_filled_in(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Call) and tree.called(argument) == "format"


def _unmarked(module: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of Chinese strings that are neither marked nor documentation."""
    quiet = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet.add(node.value)
        if isinstance(node, ast.Call) and tree.called(node) in MARKS:
            quiet.update(inner for inner in ast.walk(node) if isinstance(inner, ast.Constant))
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in quiet:
            said = node.value.replace(PRODUCT_NAME, "")
            if LETTERS.search(said):
                yield node.lineno, node.value
