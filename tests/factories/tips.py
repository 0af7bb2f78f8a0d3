"""Tips as the portal takes them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.officers.queries import newest_public_key
from casework.terms import Category, Datum, PointSource
from casework.tips.models import Receipt, Tip
from casework.tips.receiving import Received, Seals, receive_tip
from casework.tips.submission import Point, Submission
from casework.vault import codes
from casework.vault.sealing import PublicKey
from tests.factories.officers import TOWN, lay_reading_key
from tests.machine.key_folders import KeyFolders

SPOT = (111.712, 37.690)


def said(narrative: str = "夜里有两台挖机在沟里挖石头。", **fields: Any) -> Submission:
    told: dict[str, Any] = {"category": Category.UNLICENSED, "township": TOWN, "village": "青石沟村"}
    return Submission(narrative=narrative, **(told | fields))


def point(
    longitude: float = SPOT[0],
    latitude: float = SPOT[1],
    *,
    source: PointSource = PointSource.MAP,
    in_county: bool = True,
) -> Point:
    return Point(longitude, latitude, Datum.WGS84, source, longitude, latitude, in_county=in_county)


def seals(session: Session, keys: KeyFolders, identity_key: PublicKey | None = None) -> Seals:
    lay_reading_key(session, keys)
    return Seals(receipt=keys.receipt, reading=newest_public_key(session, "reading"), identity=identity_key)


def send(
    session: Session,
    keys: KeyFolders,
    submission: Submission | None = None,
    *,
    form_key: bytes = b"",
    identity_key: PublicKey | None = None,
    **fields: Any,
) -> Received:
    return receive_tip(
        session,
        submission=submission or said(**fields),
        form_key=form_key or codes.new_form_key(),
        seals=seals(session, keys, identity_key),
    )


def new_tip(session: Session, keys: KeyFolders, **fields: Any) -> Tip:
    return tip_of(session, send(session, keys, **fields))


def tip_of(session: Session, received: Received) -> Tip:
    return session.scalars(select(Tip).where(Tip.tip_number == received.tip_number)).one()


def receipt_of(session: Session, received: Received) -> Receipt:
    return session.scalars(select(Receipt).where(Receipt.tip_number == received.tip_number)).one()
