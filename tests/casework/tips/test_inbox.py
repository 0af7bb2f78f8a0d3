"""The inbox: pressing ones on top, screen by screen without loss, and nothing that is not for these eyes."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from casework import calendar
from casework.db import Database
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.officers.sight import Sight, sight_of
from casework.terms import Category, Channel, Ongoing, TipState
from casework.tips import actions, inbox
from casework.tips.inbox import InboxFilter, InboxPage
from tests.factories.officers import OTHER_TOWN, TOWN, officer
from tests.factories.statements import statements
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)


def eyes(db: Database, *roles: Role, **where: Any) -> Sight:
    with db.begin() as session:
        return sight_of(officer(session, *roles, **where))


def page(
    db: Database, keys: KeyFolders, sight: Sight, *, after: str = "", before: str = "", **cut: Any
) -> InboxPage:
    with db.read() as session:
        return inbox.inbox_page(
            session, sight=sight, keys=keys.office, cut=InboxFilter(**cut), after=after, before=before
        )


def numbers(page: InboxPage) -> list[int]:
    return [int(row.tip_number[-4:]) for row in page.rows]


def test_pressing_ones_come_first_then_those_that_waited_longest(db: Database, keys: KeyFolders) -> None:
    with calendar.freeze(NOW), db.begin() as session:
        for ongoing in (Ongoing.UNKNOWN, Ongoing.YES, Ongoing.NO, Ongoing.YES):
            new_tip(session, keys, ongoing=ongoing, narrative="夜里有两台挖机\n在沟里   挖石头，" * 3)
    found = page(db, keys, eyes(db, Role.TRIAGE))
    assert numbers(found) == [2, 4, 1, 3]
    assert found.after is None
    first = found.rows[0]
    assert first.due_at == first.call_due_at == NOW + timedelta(hours=2), "the earliest of its clocks"
    assert first.site_due_at == NOW + timedelta(hours=24)
    assert first.snippet == "夜里有两台挖机 在沟里 挖石头，夜里有两台挖机 在沟里 挖石头，夜里有两…"
    assert first.snippet not in repr(first)


def test_screens_follow_each_other_without_gap_or_repetition(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        for number in range(60):
            new_tip(session, keys, urgent=number % 3 == 0)
    whole = [n for n in range(1, 61) if n % 3 == 1] + [n for n in range(1, 61) if n % 3 != 1]
    sight = eyes(db, Role.TRIAGE)
    first = page(db, keys, sight)
    second = page(db, keys, sight, after=first.after or "")
    third = page(db, keys, sight, after=second.after or "")
    assert numbers(first) + numbers(second) + numbers(third) == whole
    assert (first.before, third.after) == (None, None)
    again = page(db, keys, sight, before=third.before or "")
    assert numbers(again) == numbers(second)
    assert numbers(page(db, keys, sight, before=again.before or "")) == numbers(first)


def test_what_was_decided_leaves_the_inbox(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        by = officer(session, Role.TRIAGE)
        first = new_tip(session, keys)
        new_tip(session, keys)
        actions.decide(session, tip=first, state=TipState.DECLINED, by=by)
    assert numbers(page(sqlite_db, keys, eyes(sqlite_db, Role.TRIAGE))) == [2]


def test_cuts_by_channel_category_and_urgency(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        new_tip(session, keys, channel=Channel.PHONE)
        new_tip(session, keys, category=Category.LAND)
        new_tip(session, keys, urgent=True)
    sight = eyes(sqlite_db, Role.TRIAGE)
    assert numbers(page(sqlite_db, keys, sight, channel=Channel.PHONE)) == [1]
    assert numbers(page(sqlite_db, keys, sight, category=Category.LAND)) == [2]
    assert numbers(page(sqlite_db, keys, sight, urgent=True)) == [3]
    assert numbers(page(sqlite_db, keys, sight, urgent=True, channel=Channel.PHONE)) == []


def test_what_involves_an_official_is_in_disciplines_inbox_and_in_no_other(
    db: Database, keys: KeyFolders
) -> None:
    with db.begin() as session:
        new_tip(session, keys)
        new_tip(session, keys, involves_official=True, ongoing=Ongoing.YES)
    for role in Role:
        sight = eyes(db, role)
        with db.read() as session:
            count, _ = inbox.waiting(session, sight=sight)
        found = numbers(page(db, keys, sight))
        assert len(found) == count
        assert (2 in found) is (role is Role.DISCIPLINE), role
        assert (1 in found) is sight.ordinary, role


def test_another_township_is_not_seen(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        new_tip(session, keys, township=TOWN)
        new_tip(session, keys, township=OTHER_TOWN)
        new_tip(session, keys, township=None)
    assert numbers(page(sqlite_db, keys, eyes(sqlite_db, Role.TRIAGE, jurisdiction=TOWN))) == [1]
    assert numbers(page(sqlite_db, keys, eyes(sqlite_db, Role.TRIAGE))) == [1, 2, 3]


def test_the_count_says_whether_one_is_late(db: Database, keys: KeyFolders) -> None:
    sight = eyes(db, Role.TRIAGE)

    def waiting() -> tuple[int, bool]:
        with db.read() as session:
            return inbox.waiting(session, sight=sight)

    with calendar.freeze(NOW) as clock:
        assert waiting() == (0, False)
        with db.begin() as session:
            new_tip(session, keys)
            new_tip(session, keys, ongoing=Ongoing.YES)
        assert waiting() == (2, False)
        clock.forward(timedelta(hours=2, seconds=1))
        assert waiting() == (2, True)
        found = {due: numbers(page(db, keys, sight, due=due)) for due in ("over", "today", "")}
        assert found == {"over": [2], "today": [], "": [2, 1]}


@pytest.mark.parametrize(
    "cursor", ["x", "~", "1~", "2~1", "0~-1", "0~1.5", "1~٣", "0~" + "9" * 40, "1~1~1", "0~\x00", "%"]
)
def test_a_cursor_that_is_none_shows_the_first_screen(cursor: str, db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        new_tip(session, keys)
    assert numbers(page(db, keys, eyes(db, Role.TRIAGE), after=cursor)) == [1]


def test_one_screen_is_one_statement_and_so_is_the_count(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        by = session.get_one(Officer, officer(session, Role.TRIAGE).id)
        for _ in range(30):
            new_tip(session, keys)
        sight = sight_of(by)
    with db.read() as session, statements(db) as heard:
        assert len(inbox.inbox_page(session, sight=sight, keys=keys.office).rows) == 25
        assert inbox.waiting(session, sight=sight) == (30, False)
    assert len(heard) == 2
