"""A sketch of seven and a half by four kilometres around a point, drawn by the server: no tiles, no script."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from casework import policy
from casework.clues.nearby import Near

WIDTH, HEIGHT = 600, 320
METRES = 12.5  # to a unit of the picture
KILOMETRE = 80  # units
_DEGREE_M = 111_195  # of latitude


@dataclass(frozen=True)
class Spot:
    """A clue nearby; its words stand on the side that keeps them in the picture."""

    x: float
    y: float
    words: str
    leftward: bool


@dataclass(frozen=True)
class Sketch:
    """`border` is the county's outline as a path, empty where it does not come near."""

    width: int
    height: int
    kilometre: int
    border: str
    spots: list[Spot]


def sketch(longitude: float, latitude: float, near: Iterable[Near]) -> Sketch:
    """Centred on a WGS-84 point."""
    rings = policy.current().region.county.rings
    drawn = [[_place(*point, longitude, latitude) for point in ring] for ring in rings]
    close = any(_shows(start, end) for ring in drawn for start, end in pairwise(ring))
    border = "".join(_path(ring) for ring in drawn) if close else ""
    spots = [
        _spot(one, *_place(one.longitude, one.latitude, longitude, latitude))
        for one in near
        if one.longitude is not None and one.latitude is not None
    ]
    return Sketch(WIDTH, HEIGHT, KILOMETRE, border, spots)


def _place(longitude: float, latitude: float, middle_lon: float, middle_lat: float) -> tuple[float, float]:
    east = (longitude - middle_lon) * math.cos(math.radians(middle_lat)) * _DEGREE_M
    north = (latitude - middle_lat) * _DEGREE_M
    return round(WIDTH / 2 + east / METRES, 1), round(HEIGHT / 2 - north / METRES, 1)


def _spot(one: Near, x: float, y: float) -> Spot:
    return Spot(x, y, one.clue_number, leftward=x > WIDTH * 0.62)


def _shows(start: tuple[float, float], end: tuple[float, float]) -> bool:
    """Whether a stretch of the outline comes into the picture; stretches are short, so their boxes say it."""
    (x1, y1), (x2, y2) = start, end
    return min(x1, x2) <= WIDTH and max(x1, x2) >= 0 and min(y1, y2) <= HEIGHT and max(y1, y2) >= 0


def _path(ring: list[tuple[float, float]]) -> str:
    points = "L".join(f"{x:g} {y:g}" for x, y in ring[:-1])
    return f"M{points}Z"
