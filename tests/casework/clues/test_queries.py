"""The desk, its counts and what lies nearby: through the officer's eyes, by keyset, within the budget."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework import calendar, duties
from casework.clues import actions, handlers, nearby, queries
from casework.clues.models import Clue
from casework.clues.queries import DeskFilter, DeskPage
from casework.db import Database
from casework.officers.models import Officer
from casework.officers.roles import Role
from casework.officers.sight import Sight, sight_of
from casework.terms import Category, ClueState, Finding
from casework.tips import inbox
from tests.factories.clues import assign, find, register
from tests.factories.officers import NR, OTHER_TOWN, PS, TOWN, officer
from tests.factories.statements import statements
from tests.factories.tips import SPOT
from tests.machine.key_folders import KeyFolders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)
SORTS = ("due", "newest", "updated")


@pytest.fixture
def clock() -> Iterator[calendar.FrozenClock]:
    with calendar.freeze(MONDAY) as frozen:
        yield frozen


def numbers(page: DeskPage) -> list[int]:
    return [int(row.clue_number[-4:]) for row in page.rows]


def look(session: Session, sight: Sight, **cut: Any) -> list[int]:
    return sorted(numbers(queries.desk(session, sight=sight, cut=DeskFilter(**cut))))


def seen_by(session: Session, *roles: Role, **where: Any) -> Sight:
    return sight_of(officer(session, *roles, **where))


# ── keyset ──
def thirty_with_ties(session: Session, keys: KeyFolders, clock: calendar.FrozenClock) -> Officer:
    """Clues of which many are due, registered and changed at the same moment, and some have no clock."""
    by = officer(session, Role.TRIAGE)
    for number in range(30):
        if number % 8 == 0:
            clock.forward(timedelta(days=1))
        clue = register(session, keys, by=by)
        if number % 5 == 0:
            duties.cancel(session, about=("clue", clue.id))
            actions.refresh_due(session, clue)
    return by


def test_screens_follow_each_other_both_ways_whatever_the_order(
    db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with db.begin() as session:
        sight = sight_of(thirty_with_ties(session, keys, clock))
    with db.read() as session:
        for sort in SORTS:

            def screen(sort: str = sort, **where: str) -> DeskPage:
                return queries.desk(session, sight=sight, cut=DeskFilter(), sort=sort, **where)

            first = screen()
            second = screen(after=first.after or "")
            assert (first.before, second.after) == (None, None)
            whole = numbers(first) + numbers(second)
            assert len(first.rows) == 25
            assert sorted(whole) == list(range(1, 31)), sort
            back = screen(before=second.before or "")
            assert numbers(back) == numbers(first)
            assert back.before is None
            assert back.after == first.after


def test_the_desk_puts_what_is_due_first_and_what_has_no_clock_last(
    sqlite_db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with sqlite_db.begin() as session:
        by = officer(session, Role.TRIAGE)
        later, sooner, never = (register(session, keys, by=by, tip={"urgent": n == 1}) for n in range(3))
        duties.cancel(session, about=("clue", never.id))
        actions.refresh_due(session, never)
        page = queries.desk(session, sight=sight_of(by), cut=DeskFilter())
    assert [row.clue_number for row in page.rows] == [c.clue_number for c in (sooner, later, never)]
    assert page.rows[0].next_due_at == MONDAY + timedelta(hours=2)
    assert page.rows[2].next_due_at is None


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "~",
        "2026-11-23~1",
        "2026-11-23T09:00:00~1",
        "0001-01-01T00:00:00+14:00~1",
        "9999-12-31T23:59:59-14:00~1",
        "2026-11-23T09:00:00+00:00~" + "9" * 30,
        "2026-11-23T09:00:00+00:00~-1",
        "2026-11-23T09:00:00+00:00~\x00",
        "~1",
    ],
)
def test_a_cursor_of_somebodys_own_making_breaks_nothing(
    cursor: str, db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with db.begin() as session:
        by = officer(session, Role.TRIAGE)
        register(session, keys, by=by)
        for where in ({"after": cursor}, {"before": cursor}):
            for sort in (*SORTS, "nonsense"):
                page = queries.desk(session, sight=sight_of(by), cut=DeskFilter(), sort=sort, **where)
                assert len(page.rows) <= 1


# ── cuts ──
def test_the_desk_is_cut_by_each_of_its_filters(
    db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with db.begin() as session:
        by, who = officer(session, Role.TRIAGE), officer(session, Role.INVESTIGATOR)
        register(session, keys, by=by)
        register(session, keys, by=by, category=Category.LAND, subject_name="晨鹿石料厂")
        register(session, keys, by=by, township=OTHER_TOWN, village="云窝村")
        register(session, keys, by=by, agency=PS)
        assigned = register(session, keys, by=by, tip={"urgent": True})
        assign(session, assigned, to=who, by=by)
        done = register(session, keys, by=by, summary="100%_done")
        assign(session, done, to=who, by=by)
        find(session, done, Finding.UNFOUNDED, by=who)
        actions.conclude_clue(session, clue=done, by=who, version=done.version)
        actions.close_off_alone(session, clue=done, by=by, version=done.version)
        sight = sight_of(by)
        assert look(session, sight) == [1, 2, 3, 4, 5]
        assert look(session, sight, closed=True) == [1, 2, 3, 4, 5, 6]
        assert look(session, sight, state=ClueState.CLOSED_OFF) == [6]
        assert look(session, sight, state=ClueState.ASSIGNED) == [5]
        assert look(session, sight, category=Category.LAND) == [2]
        assert look(session, sight, township=OTHER_TOWN) == [3]
        assert look(session, sight, agency=PS) == [4]
        assert look(session, sight, handler_id=who.id) == [5]
        assert look(session, sight, unassigned=True) == [1, 2, 3, 4]
        assert look(session, sight, due="today") == [5]
        assert look(session, sight, due="over") == []
        assert look(session, sight, words=" 云窝 ") == [3]
        assert look(session, sight, words="晨鹿") == [2]
        assert look(session, sight, words="qs-2026-0004") == [4]
        assert look(session, sight, words="%", closed=True) == [6], "a sign is a sign and not a wildcard"
        assert look(session, sight, words="夜里有两台") == [], "the tip's own words are not searched here"
        clock.forward(timedelta(hours=3))
        assert look(session, sight, due="over") == [5]
        assert queries.loads(session, sight=sight) == {who.id: 1}


def test_counts_are_capped_and_agree_with_the_desk(
    db: Database, keys: KeyFolders, clock: calendar.FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.begin() as session:
        by, who = officer(session, Role.TRIAGE), officer(session, Role.INVESTIGATOR)
        for number in range(5):
            clue = register(session, keys, by=by, tip={"urgent": number < 2})
            if number == 4:
                assign(session, clue, to=who, by=by)
        sight = sight_of(by)
        figures = queries.chips(session, sight=sight, cut=DeskFilter(unassigned=True))
        assert figures == {
            "all": 5,
            "over": 0,
            "today": 2,
            "soon": 0,
            "unassigned": 4,
            "mine": 0,
            "shown": 4,
        }
        assert queries.chips(session, sight=sight_of(who))["mine"] == 1
        assert queries.count(session, sight=sight, cut=DeskFilter()) == queries.Count(5, more=False)
        monkeypatch.setattr(queries, "MOST_COUNTED", 3)
        assert queries.count(session, sight=sight, cut=DeskFilter()) == queries.Count(3, more=True)


# ── what is not for these eyes ──
def test_what_involves_an_official_is_in_no_query_of_anybody_but_discipline(
    db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    """Lists, counts, figures, loads, nearby offers, searches: for everyone else it is not there."""
    here: dict[str, Any] = {"longitude": SPOT[0], "latitude": SPOT[1]}
    with db.begin() as session:
        triage, discipline = officer(session, Role.TRIAGE), officer(session, Role.DISCIPLINE)
        plain = register(session, keys, by=triage, **here)
        hidden = register(
            session, keys, by=discipline, tip={"involves_official": True}, subject_name="远岫建材", **here
        )
        assign(session, hidden, to=discipline, by=discipline)
        for role in Role:
            sight = seen_by(session, role)
            alone = role is Role.DISCIPLINE
            found = [hidden] if alone else [plain] if sight.ordinary else []
            told = [clue.clue_number for clue in found]
            page = queries.desk(session, sight=sight, cut=DeskFilter(closed=True))
            assert [row.clue_number for row in page.rows] == told, role
            assert queries.count(session, sight=sight, cut=DeskFilter()).shown == len(found), role
            assert queries.chips(session, sight=sight)["all"] == len(found), role
            assert queries.loads(session, sight=sight) == ({discipline.id: 1} if alone else {}), role
            assert look(session, sight, words="远岫") == ([2] if alone else []), role
            assert inbox.waiting(session, sight=sight)[0] == 0
            listed = handlers.handlers(session, sight=sight)
            assert (discipline.id in {person.officer_id for person in listed}) is alone, role
            for official in (True, False):
                near = nearby.nearby(
                    session,
                    sight=sight,
                    category=Category.UNLICENSED,
                    township=TOWN,
                    village="青石沟村",
                    since=MONDAY,
                    involves_official=official,
                    **here,
                )
                expected = [clue.clue_number for clue in found if clue.involves_official is official]
                assert [one.clue_number for one in near] == expected, (role, official)


def test_each_sees_the_clues_of_their_own_agency_and_township(
    sqlite_db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with sqlite_db.begin() as session:
        by = officer(session, Role.TRIAGE)
        for agency, town in ((NR, TOWN), (NR, OTHER_TOWN), (PS, TOWN)):
            register(session, keys, by=by, agency=agency, township=town)
        assert look(session, sight_of(by)) == [1, 2, 3]
        assert look(session, seen_by(session, Role.INVESTIGATOR)) == [1, 2]
        assert look(session, seen_by(session, Role.INVESTIGATOR, agency=PS)) == [3]
        assert look(session, seen_by(session, Role.INVESTIGATOR, jurisdiction=TOWN)) == [1]
        assert look(session, seen_by(session, Role.LEADER, agency=PS, jurisdiction=TOWN)) == [1, 3]
        assert look(session, seen_by(session, Role.ADMINISTRATOR)) == []


# ── nearby ──
def test_what_lies_near_is_offered_by_category_distance_and_days(
    sqlite_db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with sqlite_db.begin() as session:
        by = officer(session, Role.TRIAGE)

        def at(metres: float, **fields: Any) -> Clue:
            return register(
                session, keys, by=by, longitude=SPOT[0], latitude=SPOT[1] + metres / 111_200, **fields
            )

        far, near = at(1900), at(100)
        other, beyond = at(10, category=Category.LAND), at(2100)
        same_village = register(session, keys, by=by, village="云窝村", township=OTHER_TOWN)
        clock.forward(timedelta(days=3))

        def offered(**where: Any) -> list[tuple[str, int | None, int]]:
            told: dict[str, Any] = {
                "longitude": SPOT[0],
                "latitude": SPOT[1],
                "township": None,
                "village": None,
            }
            found = nearby.nearby(
                session,
                sight=sight_of(by),
                category=Category.UNLICENSED,
                since=calendar.now(),
                involves_official=False,
                **(told | where),
            )
            return [(one.clue_number, one.metres, one.days) for one in found]

        numbers_of = [number for number, _, _ in offered()]
        assert numbers_of == [near.clue_number, far.clue_number, other.clue_number]
        assert beyond.clue_number not in numbers_of
        metres = [metres for _, metres, _ in offered()]
        assert all(abs((a or 0) - b) < 15 for a, b in zip(metres, (100, 1900, 10), strict=True))
        assert {days for _, _, days in offered()} == {3}
        in_village = offered(longitude=None, latitude=None, township=OTHER_TOWN, village="云窝村")
        assert in_village == [(same_village.clue_number, None, 3)]
        assert offered(leave_out=near.id)[0][0] == far.clue_number
        assert offered(longitude=None, latitude=None) == []
        assert len(offered(limit=1)) == 1
        clock.forward(timedelta(days=365))
        assert offered() == []


def test_a_tip_leads_to_its_clue(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        clue = register(session, keys, by=officer(session, Role.TRIAGE))
        (link,) = queries.tips_of(session, clue.id)
        assert queries.clue_of_tip(session, link.tip_id) is clue
        assert queries.clue_of_tip(session, 99) is None


# ── budget ──
def test_each_part_of_the_desk_is_one_statement(
    db: Database, keys: KeyFolders, clock: calendar.FrozenClock
) -> None:
    with db.begin() as session:
        sight = sight_of(thirty_with_ties(session, keys, clock))
    with db.read() as session, statements(db) as heard:
        page = queries.desk(session, sight=sight, cut=DeskFilter())
        queries.desk(session, sight=sight, cut=DeskFilter(), after=page.after or "")
        queries.chips(session, sight=sight, cut=DeskFilter(unassigned=True))
        handlers.handlers(session, sight=sight)
        inbox.waiting(session, sight=sight)
    assert len(heard) == 5, "\n".join(heard)
