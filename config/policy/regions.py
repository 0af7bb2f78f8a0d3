"""The county, its townships and villages, the counties around it, and names no longer in use."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from config.policy.basis import Basis
from config.policy.reading import Files, Row

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Village:
    """`name` as in the register (蒲渠河村委会); `short` as people say it (蒲渠河村)."""

    code: str
    name: str
    township: str

    @property
    def short(self) -> str:
        name = self.name.removesuffix("居民委员会").removesuffix("居委会")
        if not name.endswith("村委会"):
            return name
        stem = name.removesuffix("村委会")
        return stem if stem.endswith("村") else stem + "村"


@dataclass(frozen=True)
class Township:
    code: str
    name: str
    villages: tuple[Village, ...] = field(repr=False)


@dataclass(frozen=True)
class PlaceAlias:
    """A name no longer in use, and the township that its village belongs to now."""

    name: str
    township: str
    village: str
    basis: Basis

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class County:
    """Rings are WGS-84 (longitude, latitude), the first point repeated at the end."""

    code: str
    name: str
    rings: tuple[Ring, ...] = field(repr=False)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        points = [point for ring in self.rings for point in ring]
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        return min(lons), min(lats), max(lons), max(lats)


@dataclass(frozen=True)
class Neighbour:
    code: str
    name: str
    city: str


@dataclass(frozen=True, eq=False)
class Region:
    """`county` has the fine outline; `counties` are the coarse ones of the whole city.

    `outline_form` is the GeoJSON text of a light outline (under 3 KB) for the form's map.
    """

    county: County
    city_code: str
    city_name: str
    counties: tuple[County, ...]
    neighbours: tuple[Neighbour, ...]
    townships: tuple[Township, ...]
    aliases: tuple[PlaceAlias, ...]
    outline_form: str

    @property
    def county_code(self) -> str:
        return self.county.code

    @cached_property
    def township_by_code(self) -> dict[str, Township]:
        return {town.code: town for town in self.townships}

    @cached_property
    def village_by_code(self) -> dict[str, Village]:
        return {village.code: village for town in self.townships for village in town.villages}


def read_region(files: Files) -> Region:
    file = files.file(
        "regions/places.toml", ("county", "city", "city_name", "not_township", "neighbour", "alias")
    )
    top = file.top()
    county = top.text("county")
    skipped = {entry.code for entry in file.versions("not_township", _skipped).entries}
    counties = _counties(files, "regions/luliang.geojson")
    fine = _counties(files, "regions/outline.geojson")
    region = Region(
        county=fine[0] if fine else County(county, "", ()),
        city_code=top.text("city"),
        city_name=top.text("city_name"),
        counties=counties,
        neighbours=_neighbours(files, file.data.get("neighbour", [])),
        townships=_townships(files, skipped),
        aliases=tuple(file.versions("alias", _alias).entries),
        outline_form=_text(files.folder / "regions/outline_form.geojson", files),
    )
    _check(files, region, county)
    return region


@dataclass(frozen=True)
class _Skipped:
    code: str
    basis: Basis

    @property
    def key(self) -> str:
        return self.code


def _skipped(row: Row) -> _Skipped:
    return _Skipped(row.text("code"), row.basis())


def _alias(row: Row) -> PlaceAlias:
    return PlaceAlias(row.text("name"), row.text("township"), row.text("village"), row.basis())


def _neighbours(files: Files, rows: list[dict[str, Any]]) -> tuple[Neighbour, ...]:
    found = []
    for data in rows:
        row = Row(files, f"regions/places.toml [[neighbour]] {data.get('code')}", data, None)
        found.append(Neighbour(row.text("code"), row.text("name"), row.text("city")))
        row.done()
    return tuple(found)


def _counties(files: Files, name: str) -> tuple[County, ...]:
    """Polygons of a GeoJSON file; holes are not expected in a county and would be read as outline."""
    try:
        data = json.loads(_text(files.folder / name, files) or '{"features": []}')
        return tuple(_county(feature) for feature in data["features"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        files.fault(name, f"is not GeoJSON of counties: {error!r}")
        return ()


def _county(feature: dict[str, Any]) -> County:
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    rings = tuple(
        tuple((float(lon), float(lat)) for lon, lat in ring) for polygon in polygons for ring in polygon
    )
    return County(str(feature["properties"]["code"]), str(feature["properties"]["name"]), rings)


def _townships(files: Files, skipped: set[str]) -> tuple[Township, ...]:
    name = "regions/townships.json"
    try:
        rows = json.loads(_text(files.folder / name, files) or "[]")
        return tuple(_township(row) for row in rows if row["code"] not in skipped)
    except (ValueError, KeyError, TypeError) as error:
        files.fault(name, f"is not a list of townships with villages: {error!r}")
        return ()


def _township(row: dict[str, Any]) -> Township:
    code = str(row["code"])
    villages = tuple(Village(str(v["code"]), str(v["name"]), code) for v in row["villages"])
    return Township(code, str(row["name"]), villages)


def _text(path: Path, files: Files) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        files.fault(f"regions/{path.name}", f"cannot be read: {error}")
        return ""


def _check(files: Files, region: Region, county: str) -> None:
    if region.county.code != county:
        files.fault("regions/outline.geojson", f"is of {region.county.code!r}, not of the county {county!r}")
    villages = {village.code: town.code for town in region.townships for village in town.villages}
    for town in region.townships:
        if not (town.code.startswith(county) and len(town.code) == 9 and town.code.isdecimal()):
            files.fault("regions/townships.json", f"{town.code!r} is no nine-digit code of {county}")
    for code, town_code in villages.items():
        if not (code.startswith(town_code) and len(code) == 12 and code.isdecimal()):
            files.fault("regions/townships.json", f"{code!r} is no twelve-digit code of {town_code}")
    for alias in region.aliases:
        if villages.get(alias.village) != alias.township:
            files.fault(f"regions/places.toml [[alias]] {alias.name}", "its village is not in its township")
    for ring in (ring for c in (region.county, *region.counties) for ring in c.rings):
        if len(ring) < 4 or ring[0] != ring[-1]:
            files.fault("regions", "an outline is not closed")
