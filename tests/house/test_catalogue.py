"""English is complete: every sentence has one, nothing is left over, and the compiled file is the written one."""

import re

import pytest
from babel.messages.catalog import Catalog, Message

from tests.house import catalogue, tree

FILLED_IN = re.compile(r"%(?:\((\w+)\))?[-+ 0-9.]*[sdif%]")


@pytest.fixture(scope="module")
def source() -> Catalog:
    found = catalogue.gathered()
    assert len(found) > 300, "this test no longer sees the sentences"
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    assert catalogue.PO.exists(), "no English catalogue; `make words` makes one"
    return catalogue.written()


def test_every_sentence_has_its_english(source: Catalog, english: Catalog) -> None:
    faults = [str(m.id) for m in source if m.id and not _is_translated(english.get(m.id, m.context))]
    tree.clear(
        faults, f"{len(faults)} sentences without English; `make words` brings them into the catalogue."
    )


def test_no_translation_is_left_over(source: Catalog, english: Catalog) -> None:
    faults = [str(m.id) for m in english if m.id and source.get(m.id, m.context) is None]
    tree.clear(faults, "No longer in the source; `make words` takes them out.")


def test_translations_fill_in_the_same_values(english: Catalog) -> None:
    faults = [
        str(message.id)
        for message in english
        if message.id and _is_translated(message)
        for said in _all(message.string)
        if not _named(said) <= _named(*_all(message.id))
    ]
    tree.clear(faults, "A name in the translation that the sentence does not fill in.")


def test_english_is_english(english: Catalog) -> None:
    letters = re.compile(r"[\u3400-\u9fff]")
    faults = [
        f"{m.id}: {said}"
        for m in english
        if m.id
        for said in _all(m.string)
        if letters.search(_without_names(said))
    ]
    tree.clear(faults, "Chinese left in the English.")


def test_the_compiled_catalogue_is_fresh(english: Catalog) -> None:
    assert catalogue.MO.read_bytes() == catalogue.compiled(english), "`make words` compiles it"


def _is_translated(message: Message | None) -> bool:
    return message is not None and all(_all(message.string)) and bool(message.string) and not message.fuzzy


def _all(string: object) -> list[str]:
    return [str(part) for part in string] if isinstance(string, (tuple, list)) else [str(string or "")]


def _named(*said: str) -> set[str]:
    return {hit[1] or hit[0] for one in said for hit in FILLED_IN.finditer(one)} - {"%%"}


def _without_names(said: str) -> str:
    """What has only a Chinese name keeps it, in brackets behind its English."""
    return re.sub(r"\([^()]*\)|《[^》]*》", "", said)
