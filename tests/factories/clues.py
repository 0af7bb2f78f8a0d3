"""Clues, registered and brought as far as a test asks by the product's own deeds."""

from typing import Any

from sqlalchemy.orm import Session

from casework.clues import actions as clues
from casework.clues.actions import ClueWords
from casework.clues.models import Clue
from casework.officers.models import Officer
from casework.terms import Agency, Category, Finding
from tests.factories.officers import TOWN
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders


def words(**fields: Any) -> ClueWords:
    told: dict[str, Any] = {
        "category": Category.UNLICENSED,
        "summary": "夜间两台挖机采石",
        "agency": Agency.NATURAL_RESOURCES,
        "township": TOWN,
        "village": "青石沟村",
    }
    return ClueWords(**(told | fields))


def register(
    session: Session,
    keys: KeyFolders,
    *,
    by: Officer,
    tip: dict[str, Any] | None = None,
    **fields: Any,
) -> Clue:
    """`tip` is what the tip says; `fields` are the officer's words for the clue."""
    return clues.register_clue(
        session, tip=new_tip(session, keys, **(tip or {})), words=words(**fields), by=by
    )


def assign(session: Session, clue: Clue, *, to: Officer, by: Officer) -> None:
    clues.assign_clue(session, clue=clue, to=to, by=by, version=clue.version)


def find(session: Session, clue: Clue, finding: Finding, *, by: Officer) -> None:
    clues.find(session, clue=clue, finding=finding, facts="查获挖机两台。", by=by, version=clue.version)
