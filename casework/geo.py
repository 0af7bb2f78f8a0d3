"""Places: datums, which county a point lies in, distances, the 1 km grid, townships and villages."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from casework.errors import Invalid, NotFound
from casework.terms import Datum
from config.policy.regions import County, Region, Ring, Township, Village

LonLat = tuple[float, float]

_EARTH_M = 6_371_008.8
_KRASOVSKY_A, _KRASOVSKY_E2 = 6378245.0, 0.00669342162296594323
_BAIDU = math.pi * 3000 / 180

# One grid for good: cells already stored must keep their meaning, so nothing here hangs on the outline.
_CELL_LAT = 1000 / 110_990  # degrees in a kilometre at 37.7° N
_CELL_LON = 1000 / 88_180
_CELL_WEST, _CELL_SOUTH = 110.0, 36.0


# ── datums ──
def to_wgs84(longitude: float, latitude: float, datum: Datum) -> LonLat:
    """Degrees in any of the three datums to WGS-84, good to a centimetre. Raises Invalid off the globe."""
    _must_be_on_the_globe(longitude, latitude)
    point = (longitude, latitude)
    if datum is Datum.BD09:
        point = _undo(_gcj02_to_bd09, point)
    if datum in (Datum.BD09, Datum.GCJ02):
        point = _undo(_wgs84_to_gcj02, point)
    return point


def from_wgs84(longitude: float, latitude: float, datum: Datum) -> LonLat:
    """The reverse, for a map or a navigation programme that wants the other datum."""
    _must_be_on_the_globe(longitude, latitude)
    point = (longitude, latitude)
    if datum is not Datum.WGS84:
        point = _wgs84_to_gcj02(point)
    return _gcj02_to_bd09(point) if datum is Datum.BD09 else point


def _wgs84_to_gcj02(point: LonLat) -> LonLat:
    lon, lat = point
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):
        return point  # the shift exists in China only
    x, y = lon - 105, lat - 35
    root, wave = math.sqrt(abs(x)), 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave * 2 / 3
    north += (20 * _sine(y) + 40 * _sine(y / 3)) * 2 / 3 + (160 * _sine(y / 12) + 320 * _sine(y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave * 2 / 3
    east += (20 * _sine(x) + 40 * _sine(x / 3)) * 2 / 3 + (150 * _sine(x / 12) + 300 * _sine(x / 30)) * 2 / 3
    phi = math.radians(lat)
    bulge = 1 - _KRASOVSKY_E2 * math.sin(phi) ** 2
    metres_north = _KRASOVSKY_A * (1 - _KRASOVSKY_E2) / (bulge * math.sqrt(bulge))
    metres_east = _KRASOVSKY_A / math.sqrt(bulge) * math.cos(phi)
    return lon + math.degrees(east / metres_east), lat + math.degrees(north / metres_north)


def _sine(x: float) -> float:
    return math.sin(x * math.pi)


def _gcj02_to_bd09(point: LonLat) -> LonLat:
    lon, lat = point
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BAIDU)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BAIDU)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def _undo(shift: Callable[[LonLat], LonLat], shifted: LonLat) -> LonLat:
    """The point that `shift` brings to `shifted`: the shift hardly changes over its own length, so few turns do."""
    lon, lat = shifted
    for _ in range(12):
        there = shift((lon, lat))
        lon, lat = lon + shifted[0] - there[0], lat + shifted[1] - there[1]
    return lon, lat


def _must_be_on_the_globe(longitude: float, latitude: float) -> None:
    if not (math.isfinite(longitude) and -180 <= longitude <= 180):
        raise Invalid("longitude", "off_the_globe")
    if not (math.isfinite(latitude) and -90 <= latitude <= 90):
        raise Invalid("latitude", "off_the_globe")


# ── counties ──
def in_county(region: Region, longitude: float, latitude: float) -> bool:
    """Whether a WGS-84 point lies within the county's fine outline."""
    return _within(region.county, longitude, latitude)


def county_of(region: Region, longitude: float, latitude: float) -> County | None:
    """The county of the city in which a WGS-84 point lies; None outside the city, or in a gap between outlines."""
    if in_county(region, longitude, latitude):
        return region.county
    others = (county for county in region.counties if county.code != region.county.code)
    return next((county for county in others if _within(county, longitude, latitude)), None)


def distance_to_border_m(region: Region, longitude: float, latitude: float) -> float:
    """Metres to the county's outline, from inside or outside: the outline itself is good to some hundred."""
    return min(
        _to_stretch_m((longitude, latitude), start, end)
        for ring in region.county.rings
        for start, end in pairwise(ring)
    )


def _within(county: County, lon: float, lat: float) -> bool:
    west, south, east, north = county.box
    if not (west <= lon <= east and south <= lat <= north):
        return False
    return sum(_crossings(ring, lon, lat) for ring in county.rings) % 2 == 1


def _crossings(ring: Ring, lon: float, lat: float) -> int:
    """How often a ray to the east crosses the ring."""
    count = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            count += 1
    return count


# ── distance and grid ──
def distance_m(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """Great-circle metres between two WGS-84 points."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((other_phi - phi) / 2) ** 2
    half += math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_M * math.asin(math.sqrt(min(1.0, half)))


def _to_stretch_m(point: LonLat, start: LonLat, end: LonLat) -> float:
    squeeze = math.cos(math.radians(point[1]))
    ax, ay = (start[0] - point[0]) * squeeze, start[1] - point[1]
    bx, by = (end[0] - point[0]) * squeeze, end[1] - point[1]
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = 0.0 if length == 0 else max(0.0, min(1.0, -(ax * (bx - ax) + ay * (by - ay)) / length))
    return math.radians(math.hypot(ax + along * (bx - ax), ay + along * (by - ay))) * _EARTH_M


def cell(longitude: float, latitude: float) -> str:
    """The square kilometre (nearly) in which a WGS-84 point lies, such as '161x186': what may be kept in plain."""
    _must_be_on_the_globe(longitude, latitude)
    column = math.floor((longitude - _CELL_WEST) / _CELL_LON)
    row = math.floor((latitude - _CELL_SOUTH) / _CELL_LAT)
    return f"{column}x{row}"


def cell_centre(name: str) -> LonLat:
    """The middle of a cell, for a map that must not show the point. Raises Invalid for what is no cell."""
    column, row = _column_and_row(name)
    return _CELL_WEST + (column + 0.5) * _CELL_LON, _CELL_SOUTH + (row + 0.5) * _CELL_LAT


def cells_around(name: str, rings: int = 1) -> tuple[str, ...]:
    """A cell and those that touch it (9 for one ring, 25 for two)."""
    column, row = _column_and_row(name)
    steps = range(-rings, rings + 1)
    return tuple(f"{column + east}x{row + north}" for north in steps for east in steps)


def _column_and_row(name: str) -> tuple[int, int]:
    column, _, row = name.partition("x")
    try:
        return int(column), int(row)
    except ValueError:
        raise Invalid("cell", "no_such_cell") from None


# ── names ──
@dataclass(frozen=True)
class PlaceFound:
    """A place named in a text. `village` is None where only the township was named; `said` is as written."""

    said: str
    township: Township
    village: Village | None


def township(region: Region, code: str) -> Township:
    """Raises NotFound."""
    if code not in region.township_by_code:
        raise NotFound("township")
    return region.township_by_code[code]


def village(region: Region, code: str) -> Village:
    """Raises NotFound."""
    if code not in region.village_by_code:
        raise NotFound("village")
    return region.village_by_code[code]


def villages_of(region: Region, code: str) -> tuple[Village, ...]:
    """The villages of a township; raises NotFound."""
    return township(region, code).villages


def find_place_names(region: Region, text: str) -> tuple[PlaceFound, ...]:
    """Places named in a text, old names included, in the order of the text; the longest name wins.

    A help for the officer and no more: two villages of one name are both offered.
    """
    names = _names(region)
    found: list[tuple[int, PlaceFound]] = []
    taken: set[int] = set()
    for said in sorted(names, key=len, reverse=True):
        start = text.find(said)
        while start >= 0:
            span = set(range(start, start + len(said)))
            if not span & taken:
                taken |= span
                found.extend((start, place) for place in names[said])
            start = text.find(said, start + 1)
    return tuple(dict.fromkeys(place for _, place in sorted(found, key=lambda pair: pair[0])))


def _names(region: Region) -> dict[str, list[PlaceFound]]:
    names: dict[str, list[PlaceFound]] = {}
    for town in region.townships:
        names.setdefault(town.name, []).append(PlaceFound(town.name, town, None))
        for place in town.villages:
            # Two characters alone (三角, 青村) would be found in any text; three and more are names.
            for said in {place.short, place.short.removesuffix("村")}:
                if len(said) >= 3 or said.endswith("村"):
                    names.setdefault(said, []).append(PlaceFound(said, town, place))
    for alias in region.aliases:
        town = region.township_by_code[alias.township]
        names.setdefault(alias.name, []).append(PlaceFound(alias.name, town, None))
    return names
