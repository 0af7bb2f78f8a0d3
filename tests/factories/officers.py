"""Officers without passwords: rows as `add_officer` leaves them, without its thirty-five milliseconds of Argon2."""

from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar
from casework.officers.actions import publish_key
from casework.officers.models import Officer, OfficerRole, Unit
from casework.officers.roles import Role
from casework.terms import Agency
from casework.vault.keys import reading_public_keys
from tests.machine.key_folders import KeyFolders

CITY, COUNTY = "1411", "141122"
TOWN, OTHER_TOWN = "141122103", "141122106"  # 水峪贯镇, 洪相镇
NR, PS = Agency.NATURAL_RESOURCES, Agency.PUBLIC_SECURITY
NAMES = ("江一禾", "贺兰舟", "岳知秋", "陶望舒", "季怀瑾", "沐云川", "顾长庚")
_numbers = count(1)


def officer(
    session: Session,
    *roles: Role,
    agency: Agency = NR,
    jurisdiction: str = COUNTY,
    username: str = "",
    active: bool = True,
) -> Officer:
    number = next(_numbers)
    made = Officer(
        username=username or f"officer.{number}",
        name=NAMES[number % len(NAMES)],
        agency=agency,
        unit=unit(session, agency),
        jurisdiction=jurisdiction,
        password_hash="none",
        totp_sealed=b"none",
        active=active,
        added_at=calendar.now(),
        role_rows=[OfficerRole(role=role) for role in roles],
    )
    session.add(made)
    session.flush()
    return made


def unit(session: Session, agency: Agency = NR) -> Unit:
    found = session.scalars(select(Unit).where(Unit.code == agency.value)).first()
    if found is None:
        found = Unit(code=agency.value, name=agency.label, agency=agency, jurisdiction=COUNTY)
        session.add(found)
        session.flush()
    return found


def lay_reading_key(session: Session, keys: KeyFolders) -> None:
    """The public half that tips are sealed to."""
    for number, public in reading_public_keys(keys.office).items():
        publish_key(session, purpose="reading", number=number, public=public)
    session.flush()
