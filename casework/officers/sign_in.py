"""Signing in: password, then a time code; throttled per name; one session an officer."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.errors import NotAllowed, NotFound, Throttled
from casework.officers.models import Officer, OfficerSession, SessionEnd, SignInCounter
from casework.trail import Deed
from casework.vault import passwords
from casework.vault.keys import OfficeKeys
from casework.vault.sealing import context, open_totp_secret

IDLE = timedelta(minutes=15)
WHOLE = timedelta(hours=8)
TOUCH_AFTER = timedelta(seconds=30)  # spares a write on every page
FREE_FAILURES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
MOST_DOUBLINGS = 10  # far beyond LONGEST_WAIT; without it days of guessing would grow past what time can hold
FORGET_AFTER = timedelta(hours=24)


class SignInRefused(NotAllowed):
    """Name, password or code is wrong: one answer for all three, and for names that do not exist."""

    code = "sign_in_refused"


class SessionOver(NotAllowed):
    """Idle too long, eight hours over, replaced or revoked. `facts['why']` says which."""

    code = "session_over"


def check_password(session: Session, *, username: str, password: str, keys: OfficeKeys) -> Officer | None:
    """The officer whose password this is, or None. Raises Throttled while the name is locked.

    Takes alike long for unknown names; the failure is counted in this transaction, so commit it.
    """
    name = username.strip()
    counter = _counter(session, name, keys)
    _refuse_if_locked(counter)
    # Columns, not the officer with unit and roles: a known name takes no more statements than an unknown one.
    found = session.execute(
        select(Officer.id, Officer.password_hash, Officer.active).where(Officer.username == name)
    ).first()
    matches = passwords.password_matches(found.password_hash if found else None, password)
    if found is not None and matches and found.active:
        return session.get_one(Officer, found.id)
    _count_failure(session, counter, found.id if found else None, "password")
    return None


def check_otp(session: Session, *, officer_id: int, otp: str, keys: OfficeKeys) -> str | None:
    """The token of a fresh session when the time code is right, else None. A used code is wrong (replay)."""
    officer = session.get(Officer, officer_id, with_for_update={"of": Officer})
    if officer is None or not officer.active:
        return None
    counter = _counter(session, officer.username, keys)
    _refuse_if_locked(counter)
    secret = open_totp_secret(officer.totp_sealed, keys.totp, context("officers", officer.username, "totp"))
    step = passwords.totp_step(secret, otp.strip(), calendar.now(), officer.totp_last_step)
    if step is None:
        _count_failure(session, counter, officer.id, "otp")
        return None
    officer.totp_last_step = step
    counter.failures, counter.locked_until = 0, None
    trail.record(session, deed=Deed.SIGN_IN, by=officer, about=("officer", officer.id))
    return _open_session(session, officer)


def resume(session: Session, token: str) -> OfficerSession:
    """The living session behind a cookie. Raises SessionOver with why, NotFound for a token never given."""
    row = session.scalars(
        select(OfficerSession).where(OfficerSession.token_digest == passwords.token_digest(token))
    ).first()
    if row is None:
        raise NotFound("no such session")
    now = calendar.now()
    if row.end is not None:
        raise SessionOver(why=row.end.value)
    if not row.officer.active:
        raise SessionOver(why=SessionEnd.REVOKED.value)
    if now - row.seen_at > IDLE:
        raise SessionOver(why="idle")
    if now - row.made_at > WHOLE:
        raise SessionOver(why="whole")
    return row


def needs_touch(row: OfficerSession) -> bool:
    return calendar.now() - row.seen_at > TOUCH_AFTER


def touch(session: Session, row_id: int) -> None:
    row = session.get(OfficerSession, row_id)
    if row is not None and row.end is None:
        row.seen_at = calendar.now()


def sign_out(session: Session, *, row_id: int, by: Officer) -> None:
    row = session.get(OfficerSession, row_id)
    if row is not None and row.end is None:
        _end(row, SessionEnd.SIGNED_OUT)
        trail.record(session, deed=Deed.SIGN_OUT, by=by, about=("officer", by.id))


def revoke_sessions(session: Session, *, officer: Officer, by: trail.Actor, reason: str) -> int:
    """Ends the officer's living session; answers how many were ended."""
    rows = session.scalars(select(OfficerSession).where(OfficerSession.live_officer_id == officer.id)).all()
    for row in rows:
        _end(row, SessionEnd.REVOKED)
        trail.record(
            session, deed=Deed.REVOKE_SESSION, by=by, about=("officer", officer.id), facts={"reason": reason}
        )
    return len(rows)


def _open_session(session: Session, officer: Officer) -> str:
    for row in session.scalars(select(OfficerSession).where(OfficerSession.live_officer_id == officer.id)):
        _end(row, SessionEnd.REPLACED)
    session.flush()
    token, now = passwords.new_session_token(), calendar.now()
    session.add(
        OfficerSession(
            token_digest=passwords.token_digest(token),
            officer_id=officer.id,
            live_officer_id=officer.id,
            made_at=now,
            seen_at=now,
        )
    )
    return token


def _end(row: OfficerSession, end: SessionEnd) -> None:
    row.ended_at, row.end, row.live_officer_id = calendar.now(), end, None


def _counter(session: Session, username: str, keys: OfficeKeys) -> SignInCounter:
    """Held for this transaction: many guesses at once count one after the other."""
    digest = passwords.name_digest(keys.cookie, username)
    counter = session.get(SignInCounter, digest, with_for_update=True)
    if counter is None:
        counter = _new_counter(session, digest)
    elif calendar.now() - counter.last_at > FORGET_AFTER:
        counter.failures, counter.locked_until = 0, None
    return counter


def _new_counter(session: Session, digest: bytes) -> SignInCounter:
    counter = SignInCounter(name_digest=digest, failures=0, last_at=calendar.now())
    try:
        with session.begin_nested():
            session.add(counter)
    except IntegrityError:  # two guesses at a new name at once: the other one's counter is there by now
        return session.get_one(SignInCounter, digest, with_for_update=True)
    return counter


def _refuse_if_locked(counter: SignInCounter) -> None:
    if counter.locked_until and counter.locked_until > calendar.now():
        raise Throttled(until=counter.locked_until)


def _count_failure(session: Session, counter: SignInCounter, officer_id: int | None, reason: str) -> None:
    counter.failures += 1
    counter.last_at = calendar.now()
    if counter.failures >= FREE_FAILURES:
        doublings = min(counter.failures - FREE_FAILURES, MOST_DOUBLINGS)
        wait = min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
        counter.locked_until = calendar.now() + wait
    trail.record(
        session,
        deed=Deed.SIGN_IN_REFUSED,
        by=trail.WORKER,  # whoever it was has not shown to be that officer
        about=("officer", officer_id or "unknown"),
        facts={"reason": reason},
    )
