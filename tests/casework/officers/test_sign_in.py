"""Signing in: two things one knows and has, guesses slowed down, one session at a time, and its end."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from casework import calendar
from casework.db import Database
from casework.errors import NotFound, Throttled
from casework.officers import actions, sign_in
from casework.officers.models import Officer, OfficerSession, SignInCounter
from casework.officers.queries import officer_by_username
from casework.officers.roles import Role
from casework.officers.sign_in import SessionOver
from casework.trail import COMMAND
from casework.trail.models import Entry
from casework.vault import passwords
from casework.vault.passwords import name_digest
from tests.casework.officers.conftest import CountingHasher
from tests.factories.officers import unit
from tests.factories.statements import statements
from tests.machine.key_folders import KeyFolders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=calendar.LOCAL)
NAME = "jiang.yihe"


@dataclass
class Door:
    """An officer before the door, with what is on their paper."""

    db: Database
    keys: KeyFolders
    password: str
    totp: pyotp.TOTP
    officer_id: int

    def password_opens(self, username: str = NAME, password: str | None = None) -> bool:
        with self.db.begin() as session:
            found = sign_in.check_password(
                session,
                username=username,
                password=self.password if password is None else password,
                keys=self.keys.office,
            )
        return found is not None

    def otp_opens(self, otp: str | None = None) -> str | None:
        with self.db.begin() as session:
            return sign_in.check_otp(
                session,
                officer_id=self.officer_id,
                otp=self.totp.at(calendar.now()) if otp is None else otp,
                keys=self.keys.office,
            )

    def enter(self) -> str:
        assert self.password_opens()
        token = self.otp_opens()
        assert token
        return token

    def resume(self, token: str) -> OfficerSession:
        with self.db.read() as session:
            return sign_in.resume(session, token)

    def why_over(self, token: str) -> str:
        with pytest.raises(SessionOver) as over:
            self.resume(token)
        return str(over.value.facts["why"])

    def failures(self, username: str = NAME) -> int:
        with self.db.read() as session:
            counter = session.get(SignInCounter, name_digest(self.keys.office.cookie, username))
            return counter.failures if counter else 0

    def deeds(self) -> list[str]:
        with self.db.read() as session:
            return list(session.scalars(select(Entry.deed).order_by(Entry.id)))


@pytest.fixture
def clock() -> Iterator[calendar.FrozenClock]:
    with calendar.freeze(MONDAY) as frozen:
        yield frozen


def door_of(db: Database, keys: KeyFolders) -> Door:
    with db.begin() as session:
        officer, secrets = actions.add_officer(
            session,
            username=NAME,
            name="江一禾",
            unit=unit(session),
            roles=[Role.TRIAGE],
            jurisdiction="141122",
            keys=keys.office,
            by=COMMAND,
        )
    return Door(db, keys, secrets.password, pyotp.TOTP(secrets.totp_secret), officer.id)


@pytest.fixture
def door(sqlite_db: Database, keys: KeyFolders, clock: calendar.FrozenClock) -> Door:
    return door_of(sqlite_db, keys)


@pytest.fixture
def both(db: Database, keys: KeyFolders, clock: calendar.FrozenClock) -> Door:
    """On SQLite and on PostgreSQL."""
    return door_of(db, keys)


# ── who gets in ──
def test_password_and_time_code_open_a_session(both: Door) -> None:
    token = both.enter()
    row = both.resume(token)
    assert row.officer.username == NAME
    assert row.officer.roles == {Role.TRIAGE}
    assert both.deeds()[-1] == "sign_in"


def test_the_token_itself_is_not_stored(both: Door) -> None:
    token = both.enter()
    with both.db.read() as session:
        stored = session.scalars(select(OfficerSession.token_digest)).all()
    assert stored == [passwords.token_digest(token)]


def test_a_name_with_blanks_around_it_is_the_same_name(door: Door) -> None:
    assert door.password_opens(f" {NAME} ")


def test_without_the_right_time_code_there_is_no_session(door: Door) -> None:
    assert door.password_opens()
    for wrong in ("", "000000", "12345", "一二三四五六", "１２３４５６"):
        assert door.otp_opens(wrong) is None
    assert door.deeds().count("sign_in_refused") == 5


def test_a_time_code_is_used_once(both: Door, clock: calendar.FrozenClock) -> None:
    otp = both.totp.at(MONDAY)
    assert both.otp_opens(otp)
    assert both.otp_opens(otp) is None
    clock.forward(timedelta(seconds=30))
    assert both.otp_opens(otp) is None, "it would still be in its window"
    assert both.otp_opens()


def test_an_account_that_was_closed_opens_nothing(door: Door) -> None:
    with door.db.begin() as session:
        session.get_one(Officer, door.officer_id).active = False
    assert not door.password_opens()
    assert door.otp_opens() is None


# ── alike for unknown names ──
def test_unknown_and_closed_names_are_answered_alike_and_take_as_much_work(
    both: Door, hasher: CountingHasher
) -> None:
    with both.db.begin() as session:
        session.get_one(Officer, both.officer_id).active = False

    def work(username: str, password: str) -> tuple[bool, int, int]:
        before = hasher.checked
        with statements(both.db) as heard:
            answer = both.password_opens(username, password)
        return answer, hasher.checked - before, len(heard)

    closed = work(NAME, both.password)
    unknown = work("nobody.here", "wrong")
    assert unknown == closed
    with both.db.begin() as session:
        session.get_one(Officer, both.officer_id).active = True
    assert work("nobody.else", "wrong")[1:] == unknown[1:]
    assert work(NAME, "wrong") == work("nobody.here", "wrong")


def test_names_that_do_not_exist_are_not_kept(door: Door) -> None:
    door.password_opens("zhang.nobody", "x")
    with door.db.read() as session:
        entry = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
        digests = session.scalars(select(SignInCounter.name_digest)).all()
    assert entry is not None
    assert (entry.deed, entry.actor_id, entry.about_ref, entry.facts) == (
        "sign_in_refused",
        None,
        "unknown",
        {"reason": "password"},
    )
    assert digests == [name_digest(door.keys.office.cookie, "zhang.nobody")]


# ── guessing ──
def test_five_wrong_guesses_lock_a_name_known_or_not_and_the_wait_doubles(
    both: Door, clock: calendar.FrozenClock
) -> None:
    for name in (NAME, "nobody.here"):
        clock.move_to(MONDAY)
        for _ in range(5):
            assert not both.password_opens(name, "wrong")
        for minutes in (1, 2, 4, 8, 15, 15):
            with pytest.raises(Throttled) as locked:
                both.password_opens(name, "wrong")
            assert locked.value.facts["until"] == calendar.now() + timedelta(minutes=minutes)
            clock.forward(timedelta(minutes=minutes))
            assert not both.password_opens(name, "wrong")


def test_even_the_right_password_waits_and_then_opens(door: Door, clock: calendar.FrozenClock) -> None:
    for _ in range(5):
        door.password_opens(password="wrong")
    with pytest.raises(Throttled):
        door.password_opens()
    clock.forward(timedelta(minutes=1))
    door.enter()
    assert door.failures() == 0


def test_wrong_time_codes_count_too(door: Door) -> None:
    for _ in range(5):
        door.otp_opens("000000")
    with pytest.raises(Throttled):
        door.otp_opens()
    with pytest.raises(Throttled):
        door.password_opens()


def test_a_right_password_alone_does_not_clear_the_count(door: Door) -> None:
    for _ in range(4):
        assert door.password_opens()
        assert door.otp_opens("000000") is None
    assert door.password_opens()
    assert door.failures() == 4


def test_days_of_guessing_do_not_break_the_lock(door: Door, clock: calendar.FrozenClock) -> None:
    door.password_opens(password="wrong")
    with door.db.begin() as session:
        session.scalars(select(SignInCounter)).one().failures = 5000
    assert not door.password_opens(password="wrong")
    with pytest.raises(Throttled) as locked:
        door.password_opens()
    assert locked.value.facts["until"] == calendar.now() + timedelta(minutes=15)


def test_a_day_without_a_guess_forgets(door: Door, clock: calendar.FrozenClock) -> None:
    for _ in range(4):
        door.password_opens(password="wrong")
    clock.forward(timedelta(hours=24, seconds=1))
    door.password_opens(password="wrong")
    assert door.failures() == 1


def test_guesses_at_the_same_moment_all_count(both: Door) -> None:
    """Eight at once at a name that nobody guessed before: no error, and none is lost."""
    start, faults = threading.Barrier(8), []

    def guess(name: str) -> None:
        try:
            with calendar.freeze(MONDAY):
                start.wait()
                both.password_opens(name, "wrong")
        except Throttled:
            pass
        except Exception as error:  # noqa: BLE001 - told below
            faults.append(error)

    for name in (NAME, "nobody.here"):
        threads = [threading.Thread(target=guess, args=(name,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert both.failures(name) == 5, "the fifth locks the name before the sixth is looked at"


# ── sessions ──
def test_a_session_ends_after_fifteen_idle_minutes(door: Door, clock: calendar.FrozenClock) -> None:
    token = door.enter()
    clock.forward(timedelta(minutes=15))
    door.resume(token)
    clock.forward(timedelta(seconds=1))
    assert door.why_over(token) == "idle"


def test_a_session_in_use_lives_eight_hours_and_no_longer(both: Door, clock: calendar.FrozenClock) -> None:
    token = both.enter()
    for _ in range(48):
        clock.forward(timedelta(minutes=10))
        row = both.resume(token)
        assert sign_in.needs_touch(row)
        with both.db.begin() as session:
            sign_in.touch(session, row.id)
        assert not sign_in.needs_touch(both.resume(token))
    clock.forward(timedelta(seconds=1))
    assert both.why_over(token) == "whole"


def test_signing_in_elsewhere_ends_the_session_here(both: Door, clock: calendar.FrozenClock) -> None:
    first = both.enter()
    clock.forward(timedelta(seconds=30))
    second = both.enter()
    assert both.why_over(first) == "replaced"
    both.resume(second)
    with both.db.read() as session:
        alive = session.scalars(select(OfficerSession).where(OfficerSession.ended_at.is_(None))).all()
    assert len(alive) == 1


def test_two_who_sign_in_at_once_do_not_both_get_in_with_one_code(both: Door) -> None:
    otp, start, tokens = both.totp.at(MONDAY), threading.Barrier(4), []

    def enter() -> None:
        with calendar.freeze(MONDAY):
            start.wait()
            tokens.append(both.otp_opens(otp))

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tokens) == 4
    assert len([token for token in tokens if token]) == 1


def test_signing_out_ends_it_once(door: Door) -> None:
    token = door.enter()
    row = door.resume(token)
    for _ in range(2):
        with door.db.begin() as session:
            sign_in.sign_out(session, row_id=row.id, by=officer_by_username(session, NAME))
    assert door.why_over(token) == "signed_out"
    assert door.deeds().count("sign_out") == 1


def test_a_session_can_be_revoked_and_is_not_brought_back_by_use(both: Door) -> None:
    token = both.enter()
    row = both.resume(token)
    with both.db.begin() as session:
        officer = officer_by_username(session, NAME)
        assert sign_in.revoke_sessions(session, officer=officer, by=COMMAND, reason="lost_phone") == 1
        assert sign_in.revoke_sessions(session, officer=officer, by=COMMAND, reason="lost_phone") == 0
    with both.db.begin() as session:
        sign_in.touch(session, row.id)
    assert both.why_over(token) == "revoked"


def test_closing_an_account_ends_its_session_at_once(door: Door) -> None:
    token = door.enter()
    with door.db.begin() as session:
        officer = officer_by_username(session, NAME)
        actions.change_officer(session, officer=officer, roles=[Role.TRIAGE], active=False, by=COMMAND)
    assert door.why_over(token) == "revoked"


def test_a_token_never_given_is_not_found(door: Door) -> None:
    for token in ("", "x" * 43, passwords.new_session_token(), "江"):
        with pytest.raises(NotFound):
            door.resume(token)
