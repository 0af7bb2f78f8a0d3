"""Readings of officers, units, keys and marks."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotFound, Unavailable
from casework.officers.models import HeldKeyWrap, Mark, Officer, OfficerRole, PublicKeyRow, Unit
from casework.officers.roles import Role
from casework.vault.holders import PairWrap
from casework.vault.sealing import PublicKey


@dataclass(frozen=True)
class OfficerName:
    id: int
    name: str
    unit: str


def officer_by_username(session: Session, username: str) -> Officer:
    officer = session.scalars(select(Officer).where(Officer.username == username)).first()
    if officer is None:
        raise NotFound("officer")
    return officer


def officer_by_id(session: Session, officer_id: int) -> Officer:
    officer = session.get(Officer, officer_id)
    if officer is None:
        raise NotFound("officer")
    return officer


def all_officers(session: Session) -> list[Officer]:
    return list(session.scalars(select(Officer).order_by(Officer.username)))


def officers_with_role(session: Session, role: Role) -> list[Officer]:
    query = (
        select(Officer)
        .join(OfficerRole, OfficerRole.officer_id == Officer.id)
        .where(OfficerRole.role == role, Officer.active)
        .order_by(Officer.name)
    )
    return list(session.scalars(query))


def unit_by_code(session: Session, code: str) -> Unit:
    unit = session.scalars(select(Unit).where(Unit.code == code)).first()
    if unit is None:
        raise NotFound("unit")
    return unit


def all_units(session: Session) -> list[Unit]:
    return list(session.scalars(select(Unit).order_by(Unit.agency, Unit.code)))


def newest_public_key(session: Session, purpose: str) -> PublicKey:
    """What to seal to. Raises Unavailable when no key was ever laid down (`vault init`)."""
    row = session.scalars(
        select(PublicKeyRow)
        .where(PublicKeyRow.purpose == purpose)
        .order_by(PublicKeyRow.number.desc())
        .limit(1)
    ).first()
    if row is None:
        raise Unavailable(f"no {purpose} key")
    return PublicKey(row.number, row.public)


def pair_wrap(session: Session, *, purpose: str, number: int, holders: tuple[str, str]) -> PairWrap:
    first, second = sorted(holders)
    row = session.scalars(
        select(HeldKeyWrap).where(
            HeldKeyWrap.purpose == purpose,
            HeldKeyWrap.number == number,
            HeldKeyWrap.first == first,
            HeldKeyWrap.second == second,
        )
    ).first()
    if row is None:
        raise NotFound("these two do not hold this key together")
    return PairWrap(row.first, row.second, row.salt, row.wrapped)


def mark(session: Session, name: str) -> str | None:
    row = session.get(Mark, name)
    return row.value if row else None
