"""Who a named informant is: opened by each pair of three holders, asked for first, once, and within ten minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound, WrongState
from casework.identities import actions
from casework.identities.actions import OpenedIdentity
from casework.identities.models import Identity, IdentityRequest
from casework.officers.actions import keep_held_key
from casework.officers.queries import newest_public_key
from casework.terms import IdentityKind
from casework.tips.models import Tip
from casework.trail import COMMAND
from casework.trail.models import Entry
from casework.vault.holders import Holder, PairWrap, make_held_key
from casework.vault.sealing import SealBroken
from tests.factories.tips import new_tip
from tests.machine.key_folders import KeyFolders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)
HOLDERS = tuple(Holder(name, f"passphrase of {name}") for name in ("bai.shou", "gu.an", "shen.jian"))
ONE, TWO, THREE = HOLDERS
NAME, PHONE = "郑重山", "13800000000"
Held = tuple[bytes, list[PairWrap]]


@pytest.fixture(scope="module")
def held() -> Held:
    """Made once: each wrap costs two Argon2 hashes of 64 MiB."""
    return make_held_key("identity", list(HOLDERS))


@dataclass
class Room:
    session: Session
    tip: Tip
    clock: calendar.FrozenClock

    def ask(self, *holders: Holder, reason: str = "核实奖励") -> IdentityRequest:
        return actions.ask_identity(
            self.session,
            tip_id=self.tip.id,
            tip_number=self.tip.tip_number,
            reason=reason,
            holders=(holders[0].name, holders[1].name),
            by=COMMAND,
        )

    def open(self, request: IdentityRequest, *holders: Holder) -> OpenedIdentity:
        return actions.open_one_identity(
            self.session,
            request=request,
            tip_number=self.tip.tip_number,
            holders=(holders[0], holders[1]),
            by=COMMAND,
        )

    def deeds(self) -> list[tuple[str, object]]:
        rows = self.session.scalars(select(Entry).where(Entry.deed.like("%_identity")).order_by(Entry.id))
        return [(row.deed, row.facts) for row in rows]


def room_in(session: Session, keys: KeyFolders, held: Held, clock: calendar.FrozenClock) -> Room:
    keep_held_key(session, purpose="identity", number=1, public=held[0], wraps=held[1], by=COMMAND)
    session.flush()
    tip = new_tip(
        session,
        keys,
        identity_key=newest_public_key(session, "identity"),
        identity=IdentityKind.NAMED,
        informant_name=NAME,
        informant_phone=PHONE,
    )
    return Room(session, tip, clock)


@pytest.fixture
def room(sqlite_db: Database, keys: KeyFolders, held: Held) -> Iterator[Room]:
    with calendar.freeze(MONDAY) as clock, sqlite_db.begin() as session:
        yield room_in(session, keys, held, clock)


def test_each_pair_of_three_opens_the_one_that_was_asked_for(room: Room) -> None:
    for pair in combinations(HOLDERS, 2):
        opened = room.open(room.ask(*pair), *reversed(pair))
        assert (opened.name, opened.phone) == (NAME, PHONE)
    names = [sorted(holder.name for holder in pair) for pair in combinations(HOLDERS, 2)]
    assert room.deeds() == [
        step
        for number, pair in enumerate(names, 1)
        for step in (
            ("ask_identity", {"reason": f"request:{number}"}),
            ("open_identity", {"holders": pair}),
        )
    ]


def test_what_lies_in_the_database_is_neither_name_nor_telephone(room: Room) -> None:
    kept = room.session.scalars(select(Identity)).one()
    assert NAME.encode() not in kept.sealed
    assert PHONE.encode() not in kept.sealed
    assert NAME not in repr(OpenedIdentity(NAME, PHONE))


def test_nobody_opens_it_alone(room: Room) -> None:
    request = room.ask(ONE, TWO)
    for pretended in ((ONE, Holder(TWO.name, ONE.passphrase)), (Holder(ONE.name, TWO.passphrase), TWO)):
        with pytest.raises(SealBroken):
            room.open(request, *pretended)
    with pytest.raises(NotAllowed):
        room.open(request, ONE, ONE)
    assert request.opened_at is None
    assert [deed for deed, _ in room.deeds()] == ["ask_identity"]


def test_those_open_it_who_were_named_when_it_was_asked_for(room: Room) -> None:
    with pytest.raises(NotAllowed):
        room.open(room.ask(ONE, TWO), ONE, THREE)


def test_a_request_serves_once_and_for_ten_minutes(room: Room) -> None:
    request = room.ask(ONE, TWO)
    room.clock.forward(timedelta(minutes=10))
    assert room.open(request, ONE, TWO).name == NAME
    with pytest.raises(WrongState):
        room.open(request, ONE, TWO)
    late = room.ask(ONE, TWO)
    room.clock.forward(timedelta(minutes=10, seconds=1))
    with pytest.raises(WrongState):
        room.open(late, ONE, TWO)


def test_somebody_who_holds_no_key_opens_nothing(room: Room) -> None:
    stranger = Holder("jiang.yihe", "passphrase of jiang.yihe")
    with pytest.raises(NotFound):
        room.open(room.ask(ONE, stranger), ONE, stranger)


@pytest.mark.parametrize("reason", ["", "   ", "查一下"])
def test_a_request_says_why(reason: str, room: Room) -> None:
    with pytest.raises(Invalid, match="too_short"):
        room.ask(ONE, TWO, reason=reason)
    assert room.deeds() == []


def test_an_anonymous_tip_has_nothing_to_open(room: Room, keys: KeyFolders) -> None:
    room.tip = new_tip(room.session, keys)
    with pytest.raises(NotFound):
        room.ask(ONE, TWO)


def test_an_identity_moved_to_another_tip_does_not_open(room: Room, keys: KeyFolders) -> None:
    kept = room.session.scalars(select(Identity)).one()
    kept.ref = "0" * 32
    with pytest.raises(SealBroken):
        room.open(room.ask(ONE, TWO), ONE, TWO)


def test_a_new_version_of_the_key_leaves_the_old_one_opening(room: Room) -> None:
    public, wraps = make_held_key("identity", [ONE, Holder("lu.mian", "passphrase of lu.mian")])
    keep_held_key(room.session, purpose="identity", number=2, public=public, wraps=wraps, by=COMMAND)
    room.session.flush()
    assert newest_public_key(room.session, "identity").number == 2
    assert room.open(room.ask(ONE, TWO), ONE, TWO).name == NAME
