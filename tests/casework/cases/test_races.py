"""Two officers at the same moment: one is first, the other is told."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import duties
from casework.cases import actions as cases
from casework.cases.models import Case, CaseOutcome
from casework.cases.outcomes import LandAndMining, set_outcome
from casework.db import Database
from casework.errors import AlreadyDone, CaseworkError, Stale, WrongState
from casework.officers.queries import officer_by_username
from tests.factories.cases import NR, STANDS, WORDS, Team
from tests.machine.key_folders import KeyFolders

HANDS = 4


def at_once(db: Database, deed: Callable[[Session, int], None]) -> list[type[CaseworkError] | None]:
    """Runs `deed` in several threads with a transaction each; answers how each ended."""
    ends: list[type[CaseworkError] | None] = []
    gate = threading.Barrier(HANDS)

    def run(hand: int) -> None:
        gate.wait()
        try:
            with db.begin() as session:
                deed(session, hand)
            ends.append(None)
        except CaseworkError as error:
            ends.append(type(error))

    threads = [threading.Thread(target=run, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.fixture
def numbers(db: Database, keys: KeyFolders) -> tuple[str, str]:
    """A case, and a clue that lies in none."""
    with db.begin() as session:
        team = Team(session, keys)
        return team.case().case_number, team.clue().clue_number


def test_of_many_outcomes_over_one_only_the_first_is_recorded(db: Database, numbers: tuple[str, str]) -> None:
    def deed(session: Session, hand: int) -> None:
        me = officer_by_username(session, "investigator.test")
        case = cases.case_for(session, case_number=numbers[0], by=me, lock=True)
        set_outcome(session, case=case, figures=LandAndMining(mining_fine_fen=hand + 1), by=me, version=0)

    ends = at_once(db, deed)
    assert ends.count(None) == 1
    assert set(ends) == {None, Stale}
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseOutcome)) == 1


def test_one_clue_opens_one_case_however_many_press_at_once(db: Database, numbers: tuple[str, str]) -> None:
    def deed(session: Session, hand: int) -> None:
        me = officer_by_username(session, "investigator.test")
        found = cases.clues_for(session, clue_numbers=[numbers[1]], by=me, lock=True)
        cases.open_case(session, clues=found, test=STANDS, words=WORDS, lead_agency=NR, joint=False, by=me)

    ends = at_once(db, deed)
    assert ends.count(None) == 1
    assert set(ends) <= {None, AlreadyDone, WrongState}
    with db.read() as session:
        assert session.scalars(select(Case.case_number).order_by(Case.id)).all() == [
            numbers[0],
            f"{numbers[0][:-4]}0002",
        ]


def test_a_case_is_concluded_once(db: Database, numbers: tuple[str, str]) -> None:
    with db.begin() as session:
        me = officer_by_username(session, "investigator.test")
        case = cases.case_for(session, case_number=numbers[0], by=me)
        set_outcome(session, case=case, figures=LandAndMining(mining_fine_fen=1), by=me, version=0)
        duties.meet(session, rule="penalty_decision", about=("case", case.id))
        shown = case.version

    def deed(session: Session, hand: int) -> None:
        me = officer_by_username(session, "investigator.test")
        case = cases.case_for(session, case_number=numbers[0], by=me, lock=True)
        cases.conclude_case(session, case=case, by=me, version=shown)

    ends = at_once(db, deed)
    assert ends.count(None) == 1
    assert set(ends) == {None, Stale}
