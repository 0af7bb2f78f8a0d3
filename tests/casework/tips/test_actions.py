"""What the office does with a tip: once, by who may know of it, and the slower of two is told."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar
from casework.db import Database
from casework.duties.queries import clocks_of
from casework.errors import Invalid, NotFound, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.policy import current
from casework.terms import DutyState, Ongoing, Stage, TipState
from casework.tips import actions
from casework.tips.models import Message, ReceiptStep, Tip
from casework.trail.models import Entry
from tests.factories.officers import OTHER_TOWN, TOWN, officer
from tests.factories.races import meet
from tests.factories.tips import new_tip, send, tip_of
from tests.machine.key_folders import KeyFolders

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)


def reason() -> str:
    return next(iter(current().decline_reasons))


def body() -> str:
    return next(iter(current().bodies))


def before(db: Database, keys: KeyFolders, **fields: Any) -> tuple[str, int]:
    """A tip number and the id of a triage officer."""
    with db.begin() as session:
        return new_tip(session, keys, **fields).tip_number, officer(session, Role.TRIAGE).id


def facts(db: Database, deed: str) -> dict[str, Any]:
    with db.read() as session:
        return session.scalars(select(Entry).where(Entry.deed == deed)).one().facts


# ── who may know ──
def test_a_tip_is_found_by_who_may_know_of_it_and_alike_not_found_by_others(
    sqlite_db: Database, keys: KeyFolders
) -> None:
    with sqlite_db.begin() as session:
        ordinary = new_tip(session, keys).tip_number
        official = new_tip(session, keys, involves_official=True).tip_number
        seen = {
            "triage": officer(session, Role.TRIAGE),
            "here": officer(session, Role.TRIAGE, jurisdiction=TOWN),
            "elsewhere": officer(session, Role.TRIAGE, jurisdiction=OTHER_TOWN),
            "discipline": officer(session, Role.DISCIPLINE),
            "administrator": officer(session, Role.ADMINISTRATOR),
            "leader": officer(session, Role.LEADER),
        }

        def finds(by: Officer, number: str) -> bool:
            try:
                return actions.tip_for(session, tip_number=number, by=by).tip_number == number
            except NotFound:
                return False

        found = {name: (finds(by, ordinary), finds(by, official)) for name, by in seen.items()}
        assert not any(finds(by, number) for by in seen.values() for number in ("JB-2026-9999", "", "'"))
    assert found == {
        "triage": (True, False),
        "here": (True, False),
        "elsewhere": (False, False),
        "discipline": (False, True),
        "administrator": (False, False),
        "leader": (True, False),
    }


# ── deciding ──
def test_a_declined_tip_tells_its_reason_and_ends_its_clocks(db: Database, keys: KeyFolders) -> None:
    number, by = before(db, keys, ongoing=Ongoing.YES)
    with calendar.freeze(NOW), db.begin() as session:
        who = session.get_one(Officer, by)
        actions.decline_tip(
            session, tip=actions.tip_for(session, tip_number=number, by=who), reason=reason(), by=who
        )
    with db.read() as session:
        tip = session.scalars(select(Tip)).one()
        assert (tip.state, tip.decline_reason, tip.decided_by, tip.decided_at) == (
            TipState.DECLINED,
            reason(),
            by,
            NOW,
        )
        assert tip.version == 2
        assert {clock.rule: clock.state for clock in clocks_of(session, ("tip", tip.id))} == {
            "triage": DutyState.MET,
            "urgent_call": DutyState.CANCELLED,
            "urgent_site": DutyState.CANCELLED,
        }
        step = session.scalars(select(ReceiptStep).order_by(ReceiptStep.id.desc())).first()
        assert step is not None
        assert (step.stage, step.note) == (Stage.DECLINED, reason())
    assert facts(db, "decline_tip") == {"reason": reason()}


def test_a_tip_handed_on_tells_to_whom(sqlite_db: Database, keys: KeyFolders) -> None:
    number, by = before(sqlite_db, keys)
    with sqlite_db.begin() as session:
        who = session.get_one(Officer, by)
        tip = actions.tip_for(session, tip_number=number, by=who)
        actions.hand_on_tip(session, tip=tip, body=body(), by=who)
        assert (tip.state, tip.handed_on_to) == (TipState.HANDED_ON, body())
        assert actions.receipt_of(session, tip.id).stage is Stage.HANDED_ON
    assert facts(sqlite_db, "hand_on_tip") == {"body": body()}


def test_a_reason_or_body_that_the_rules_do_not_know_is_refused(
    sqlite_db: Database, keys: KeyFolders
) -> None:
    with sqlite_db.begin() as session:
        tip, by = new_tip(session, keys), officer(session, Role.TRIAGE)
        with pytest.raises(Invalid, match="unknown"):
            actions.decline_tip(session, tip=tip, reason="because", by=by)
        with pytest.raises(Invalid, match="unknown"):
            actions.hand_on_tip(session, tip=tip, body="somebody", by=by)
        assert tip.state is TipState.NEW


def test_a_tip_is_decided_once(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        tip, by = new_tip(session, keys), officer(session, Role.TRIAGE)
        actions.decline_tip(session, tip=tip, reason=reason(), by=by, version=1)
        with pytest.raises(Stale):
            actions.hand_on_tip(session, tip=tip, body=body(), by=by, version=1)
        with pytest.raises(WrongState):
            actions.hand_on_tip(session, tip=tip, body=body(), by=by, version=2)
        assert tip.handed_on_to is None


def test_of_two_who_decide_at_once_the_slower_is_told_and_changes_nothing(
    db: Database, keys: KeyFolders
) -> None:
    number, by = before(db, keys)

    def decide(session: Session, *, decline: bool) -> None:
        who = session.get_one(Officer, by)
        tip = actions.tip_for(session, tip_number=number, by=who)
        if decline:
            actions.decline_tip(session, tip=tip, reason=reason(), by=who)
        else:
            actions.hand_on_tip(session, tip=tip, body=body(), by=who)

    met = meet(
        db, lambda session: decide(session, decline=True), lambda session: decide(session, decline=False)
    )
    assert isinstance(met.error, (Stale, WrongState))
    with db.read() as session:
        tip = session.scalars(select(Tip)).one()
        assert (tip.state, tip.handed_on_to) == (TipState.DECLINED, None)
        assert len(session.scalars(select(Entry).where(Entry.deed == "hand_on_tip")).all()) == 0


# ── speaking ──
@pytest.mark.parametrize("words, why", [("", "empty"), (" \n", "empty"), ("话" * 1001, "too_long")])
def test_a_message_has_words_and_not_too_many(
    words: str, why: str, sqlite_db: Database, keys: KeyFolders
) -> None:
    with sqlite_db.begin() as session, pytest.raises(Invalid, match=why):
        actions.send_message(
            session, tip=new_tip(session, keys), words=words, asks=False, by=officer(session, Role.TRIAGE)
        )


def test_a_message_is_sealed_twice_and_in_the_trail_by_number_only(
    sqlite_db: Database, keys: KeyFolders
) -> None:
    with sqlite_db.begin() as session:
        tip = tip_of(session, send(session, keys))
        message = actions.send_message(
            session, tip=tip, words=" 请补一张照片。 ", asks=True, by=officer(session, Role.TRIAGE)
        )
    with sqlite_db.read() as session:
        row = session.scalars(select(Message)).one()
    assert "照片".encode() not in row.for_informant + row.for_office
    assert row.for_informant != row.for_office
    assert facts(sqlite_db, "send_message") == {"message": message.id}


# ── stages ──
def test_a_stage_shown_again_is_no_new_step(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        tip = new_tip(session, keys)
        day = date(2026, 12, 1)
        for stage in (Stage.ACCEPTED, Stage.VERIFYING, Stage.VERIFYING):
            actions.show_stage(session, tip_id=tip.id, stage=stage, answer_by=day)
            day += timedelta(days=1)
        steps = [step.stage for step in session.scalars(select(ReceiptStep).order_by(ReceiptStep.id))]
        assert steps == [Stage.RECEIVED, Stage.ACCEPTED, Stage.VERIFYING]
        assert actions.receipt_of(session, tip.id).answer_by == date(2026, 12, 3)
        with pytest.raises(NotFound):
            actions.show_stage(session, tip_id=99, stage=Stage.ACCEPTED)
