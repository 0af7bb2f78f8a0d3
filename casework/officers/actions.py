"""Accounts: adding, changing, resetting. New secrets are answered once and kept only sealed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, trail
from casework.errors import Invalid, WrongState
from casework.officers.models import HeldKeyWrap, Mark, Officer, OfficerRole, PublicKeyRow, Unit
from casework.officers.roles import Role, excluded_pairs
from casework.officers.sign_in import revoke_sessions
from casework.terms import Agency
from casework.trail import Actor, Deed
from casework.vault import passwords
from casework.vault.holders import PairWrap
from casework.vault.keys import OfficeKeys
from casework.vault.sealing import context, seal_totp_secret

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{2,39}")
_JURISDICTION = re.compile(r"\d{4}|\d{6}|\d{9}", re.ASCII)  # city, county, township


@dataclass(frozen=True)
class NewSecrets:
    """Told to the officer once, on paper; never stored as they are."""

    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


def add_unit(session: Session, *, code: str, name: str, agency: Agency, jurisdiction: str) -> Unit:
    """The unit of this code, made or brought up to date from config/agencies.toml."""
    unit = session.scalars(select(Unit).where(Unit.code == code)).first()
    if unit is None:
        unit = Unit(code=code)
        session.add(unit)
    unit.name, unit.agency, unit.jurisdiction = name, agency, jurisdiction
    return unit


def add_officer(
    session: Session,
    *,
    username: str,
    name: str,
    unit: Unit,
    roles: Iterable[Role],
    jurisdiction: str,
    keys: OfficeKeys,
    by: Actor,
) -> tuple[Officer, NewSecrets]:
    """Raises Invalid on `username`, `roles` or `jurisdiction`."""
    if not _USERNAME.fullmatch(username):
        raise Invalid("username", "shape")
    if session.scalars(select(Officer).where(Officer.username == username)).first():
        raise Invalid("username", "taken")
    held = _checked_roles(roles)
    if not _JURISDICTION.fullmatch(jurisdiction):
        raise Invalid("jurisdiction", "shape")
    if not jurisdiction.startswith(unit.jurisdiction) and not unit.jurisdiction.startswith(jurisdiction):
        raise Invalid("jurisdiction", "outside_unit")
    secrets = _new_secrets()
    officer = Officer(
        username=username,
        name=name,
        agency=unit.agency,
        unit=unit,
        jurisdiction=jurisdiction,
        password_hash=passwords.hash_password(secrets.password),
        totp_sealed=_seal_totp(username, secrets, keys),
        active=True,
        added_at=calendar.now(),
        role_rows=[OfficerRole(role=role) for role in sorted(held)],
    )
    session.add(officer)
    session.flush()
    trail.record(session, deed=Deed.ADD_OFFICER, by=by, about=("officer", officer.id), facts=_facts(officer))
    return officer, secrets


def change_officer(
    session: Session, *, officer: Officer, roles: Iterable[Role], active: bool, by: Actor
) -> None:
    """Sets roles and whether the account lives; the officer's session ends, so that rights change at once."""
    held = _checked_roles(roles)
    officer.role_rows = [row for row in officer.role_rows if row.role in held] + [
        OfficerRole(role=role) for role in sorted(held - officer.roles)
    ]
    officer.active = active
    revoke_sessions(session, officer=officer, by=by, reason="changed")
    facts = _facts(officer) | {"active": active}
    trail.record(session, deed=Deed.CHANGE_OFFICER, by=by, about=("officer", officer.id), facts=facts)


def reset_officer(session: Session, *, officer: Officer, keys: OfficeKeys, by: Actor) -> NewSecrets:
    secrets = _new_secrets()
    officer.password_hash = passwords.hash_password(secrets.password)
    officer.totp_sealed = _seal_totp(officer.username, secrets, keys)
    officer.totp_last_step = None
    revoke_sessions(session, officer=officer, by=by, reason="reset")
    trail.record(session, deed=Deed.RESET_OFFICER, by=by, about=("officer", officer.id))
    return secrets


def publish_key(session: Session, *, purpose: str, number: int, public: bytes) -> None:
    """Lays a public half where the portal finds it; one that is there already is left alone.

    Raises WrongState when another key has this number: what is sealed to it would never open here.
    """
    query = select(PublicKeyRow).where(PublicKeyRow.purpose == purpose, PublicKeyRow.number == number)
    known = session.scalars(query).first()
    if known is None:
        session.add(PublicKeyRow(purpose=purpose, number=number, public=public, made_at=calendar.now()))
    elif known.public != public:
        raise WrongState(f"this database holds another {purpose} key of number {number}")


def keep_held_key(
    session: Session, *, purpose: str, number: int, public: bytes, wraps: Iterable[PairWrap], by: Actor
) -> None:
    publish_key(session, purpose=purpose, number=number, public=public)
    kept = list(wraps)
    session.add_all(
        HeldKeyWrap(
            purpose=purpose, number=number, first=w.first, second=w.second, salt=w.salt, wrapped=w.wrapped
        )
        for w in kept
    )
    holders = sorted({name for w in kept for name in (w.first, w.second)})
    trail.record(
        session,
        deed=Deed.MAKE_KEYS,
        by=by,
        about=("key", purpose),
        facts={"purpose": purpose, "number": number, "holders": holders},
    )


def set_mark(session: Session, name: str, value: str) -> None:
    session.merge(Mark(name=name, value=value))


def _checked_roles(roles: Iterable[Role]) -> frozenset[Role]:
    held = frozenset(roles)
    if not held:
        raise Invalid("roles", "none")
    if pairs := excluded_pairs(held):
        raise Invalid("roles", "exclude", pairs=pairs)
    return held


def _new_secrets() -> NewSecrets:
    return NewSecrets(passwords.new_password(), passwords.new_totp_secret())


def _seal_totp(username: str, secrets: NewSecrets, keys: OfficeKeys) -> bytes:
    return seal_totp_secret(secrets.totp_secret, keys.totp, context("officers", username, "totp"))


def _facts(officer: Officer) -> dict[str, object]:
    return {
        "roles": [role.value for role in officer.roles],
        "agency": officer.agency.value,
        "unit": officer.unit.code,
        "jurisdiction": officer.jurisdiction,
    }
