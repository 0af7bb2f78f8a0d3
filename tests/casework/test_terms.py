"""Terms: a value for machines, a Chinese label for people, and nothing else gets into a column."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from casework import schema, terms
from casework.db import Database
from casework.officers.models import Unit
from casework.terms import Category, Term, TermColumn

HAN = re.compile(r"[\u4e00-\u9fff]")


def all_terms(kind: type[Term] = Term) -> Iterator[type[Term]]:
    schema.metadata()
    for sub in kind.__subclasses__():
        yield sub
        yield from all_terms(sub)


def test_every_member_has_a_plain_value_and_a_label_of_its_own() -> None:
    kinds = list(all_terms())
    assert len(kinds) > 20
    for kind in kinds:
        labels = [member.label for member in kind]
        assert len(set(labels)) == len(labels), kind
        for member in kind:
            assert re.fullmatch(r"[a-z0-9_]{2,32}", member.value), member
            assert HAN.search(member.label) or member.label == "WGS-84", member


def test_a_member_is_its_value_everywhere() -> None:
    assert Category("land") is Category.LAND
    assert f"{Category.LAND}" == str(Category.LAND) == Category.LAND.value == "land"
    assert {"land": 1}[Category.LAND] == 1
    assert Category.LAND.label == "占地"
    with pytest.raises(ValueError, match="nowhere"):
        Category("nowhere")


def test_a_label_marked_for_translators_is_left_as_it_is() -> None:
    assert terms.N_("占地") == "占地"


def test_two_columns_of_one_kind_in_a_table_are_told_apart_by_name() -> None:
    assert TermColumn(Category).name == "category"
    assert TermColumn(terms.SubjectKind).name == "subject_kind"
    assert TermColumn(Category, name="second").name == "second"


def test_a_column_takes_no_word_that_is_not_its_own(db: Database) -> None:
    unit = Unit(code="x", name="联合办公室", agency="nobody", jurisdiction="141122")
    with pytest.raises(StatementError), db.begin() as session:
        session.add(unit)
    insert = text(
        "INSERT INTO units (code, name, agency, jurisdiction) VALUES ('x', 'x', 'nobody', '141122')"
    )
    with pytest.raises(IntegrityError), db.begin() as session:
        session.execute(insert)
