"""Clues that may be the same matter: near in place and time, and within the officer's sight."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from casework import geo
from casework.clues.models import Clue
from casework.clues.queries import within
from casework.officers.sight import Sight
from casework.terms import Category, ClueState, Finding

NEAR_METRES = 2000
NEAR_DAYS = 365


@dataclass(frozen=True)
class Near:
    clue_number: str
    state: ClueState
    category: Category
    summary: str
    metres: int | None
    days: int
    finding: Finding | None
    longitude: float | None
    latitude: float | None


def nearby(
    session: Session,
    *,
    sight: Sight,
    category: Category,
    longitude: float | None,
    latitude: float | None,
    township: str | None,
    village: str | None,
    since: datetime,
    involves_official: bool,
    leave_out: int | None = None,
    limit: int = 6,
) -> list[Near]:
    """Clues that may be the same matter: within two kilometres, or in the same village; the nearest first.

    Same category first, then distance, then days apart. What involves an official stays apart.
    """
    spot: list[ColumnElement[bool]] = []
    if longitude is not None and latitude is not None:
        spot.append(_box(longitude, latitude))
    if township and village:
        spot.append(and_(Clue.township == township, Clue.village == village))
    if not spot:
        return []
    query = (
        select(Clue)
        .where(within(sight), Clue.involves_official == involves_official, or_(*spot))
        .where(Clue.registered_at > since - timedelta(days=NEAR_DAYS))
        .order_by(Clue.id.desc())
        .limit(200)
    )
    near = []
    for clue in session.scalars(query):
        if clue.id == leave_out:
            continue
        metres = _metres(clue, longitude, latitude)
        if metres is None or metres <= NEAR_METRES:
            days = abs((since - clue.registered_at).days)
            near.append(
                Near(
                    clue_number=clue.clue_number,
                    state=clue.state,
                    category=clue.category,
                    summary=clue.summary,
                    metres=metres,
                    days=days,
                    finding=clue.finding,
                    longitude=clue.longitude,
                    latitude=clue.latitude,
                )
            )
    far = NEAR_METRES + 1
    near.sort(key=lambda n: (n.category is not category, far if n.metres is None else n.metres, n.days))
    return near[:limit]


def _box(longitude: float, latitude: float) -> ColumnElement[bool]:
    """A little more than two kilometres each way; the exact distance is taken afterwards."""
    south_north, west_east = 0.0185, 0.0235
    return and_(
        Clue.latitude.between(latitude - south_north, latitude + south_north),
        Clue.longitude.between(longitude - west_east, longitude + west_east),
    )


def _metres(clue: Clue, longitude: float | None, latitude: float | None) -> int | None:
    if clue.longitude is None or clue.latitude is None or longitude is None or latitude is None:
        return None
    return round(geo.distance_m(longitude, latitude, clue.longitude, clue.latitude))
