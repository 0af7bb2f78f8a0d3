"""Models: nothing loads behind the page's back, every promise has a name (house.md §4.6)."""

import inspect
import pkgutil

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapper

import casework
from casework import schema
from casework.db import Base
from casework.terms import Term

# Loaded with their row on purpose, never later: an officer is never met without unit and roles.
EAGER = {"Officer.unit", "Officer.role_rows", "OfficerSession.officer"}


def mappers() -> list[Mapper]:
    schema.metadata()
    found = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
    assert len(found) > 20
    return found


def test_every_room_with_models_is_migrated() -> None:
    rooms = {
        module.name.split(".")[1]
        for module in pkgutil.walk_packages(casework.__path__, "casework.")
        if module.name.endswith(".models")
    }
    assert rooms == set(schema.ROOMS)


def test_no_relation_loads_by_itself() -> None:
    faults = [
        f"{mapper.class_.__name__}.{relation.key} is lazy={relation.lazy!r}"
        for mapper in mappers()
        for relation in mapper.relationships
        if relation.lazy != "raise" and f"{mapper.class_.__name__}.{relation.key}" not in EAGER
    ]
    assert not faults, faults


def test_every_column_is_typed() -> None:
    faults = [
        f"{mapper.class_.__name__}.{attribute.key}"
        for mapper in mappers()
        for attribute in mapper.column_attrs
        if attribute.key not in _annotated(mapper.class_)
    ]
    assert not faults, faults


def test_every_constraint_has_a_name() -> None:
    unnamed = [
        f"{table.name}: {constraint}"
        for table in schema.metadata().tables.values()
        for constraint in table.constraints
        if isinstance(constraint, (CheckConstraint, UniqueConstraint)) and not constraint.name
    ]
    assert not unnamed, unnamed


def test_every_foreign_key_that_is_followed_back_is_indexed() -> None:
    """All but who did it and in which unit: nobody asks for everything that one officer once signed."""
    faults = []
    for table in schema.metadata().tables.values():
        leading = {next(iter(index.columns)).name for index in table.indexes}
        leading |= {next(iter(c.columns)).name for c in table.constraints if isinstance(c, UniqueConstraint)}
        leading |= {column.name for column in list(table.primary_key.columns)[:1]}
        faults += [
            f"{table.name}.{key.parent.name}"
            for key in table.foreign_keys
            if key.parent.name not in leading
            and not key.parent.name.endswith(("_by", "unit_id", "officer_id"))
        ]
    assert not faults, f"a row that is pointed at is slow to follow back: {sorted(faults)}"


def test_columns_of_words_hold_one_of_their_words() -> None:
    faults = []
    for table in schema.metadata().tables.values():
        for column in table.columns:
            kind = getattr(column.type, "enum_class", None)
            if kind is not None and not getattr(column.type, "create_constraint", False):
                faults.append(f"{table.name}.{column.name}")
            if kind is not None and not issubclass(kind, Term):
                faults.append(f"{table.name}.{column.name} is not a Term")
    assert not faults, f"use TermColumn: {faults}"


def _annotated(kind: type) -> set[str]:
    return {name for base in kind.__mro__ for name in inspect.get_annotations(base)}
