"""Datums against published pairs, the county's border, distances, the grid, and names in a text."""

import math
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import geo
from casework.errors import Invalid, NotFound
from casework.terms import Datum
from config.policy import Region, load_policy

REGION = load_policy(on=date(2026, 11, 23)).region


@pytest.fixture
def region() -> Region:
    return REGION


def metres(one: geo.LonLat, other: geo.LonLat) -> float:
    return geo.distance_m(*one, *other)


# Pairs that the authors of eviltransform and coordtransform publish with their programmes.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    ],
)
def test_mars_coordinates_agree_with_published_pairs(wgs84: geo.LonLat, gcj02: geo.LonLat) -> None:
    assert geo.from_wgs84(*wgs84, Datum.GCJ02) == pytest.approx(gcj02, abs=1e-9)
    assert metres(geo.to_wgs84(*gcj02, Datum.GCJ02), wgs84) < 0.01


def test_baidu_coordinates_agree_with_a_published_pair() -> None:
    bd09 = (116.41662724378733, 39.922699552216216)
    assert geo.from_wgs84(116.404, 39.915, Datum.BD09) == pytest.approx(bd09, abs=1e-9)
    assert metres(geo.to_wgs84(*bd09, Datum.BD09), (116.404, 39.915)) < 0.01


@given(
    longitude=st.floats(111.4, 112.3),
    latitude=st.floats(37.4, 37.9),
    datum=st.sampled_from(list(Datum)),
)
def test_there_and_back_is_the_same_place(longitude: float, latitude: float, datum: Datum) -> None:
    there = geo.from_wgs84(longitude, latitude, datum)
    assert metres(geo.to_wgs84(*there, datum), (longitude, latitude)) < 0.01


def test_the_datum_matters_by_hundreds_of_metres_here() -> None:
    place = (111.833, 37.681)
    assert 300 < metres(geo.to_wgs84(*place, Datum.GCJ02), place) < 800
    assert metres(geo.to_wgs84(*place, Datum.BD09), place) > 800
    assert geo.to_wgs84(*place, Datum.WGS84) == place


def test_abroad_there_is_no_shift() -> None:
    assert geo.from_wgs84(-104.9903, 39.7392, Datum.GCJ02) == (-104.9903, 39.7392)


@pytest.mark.parametrize(
    ("longitude", "latitude", "field"),
    [
        (181, 37, "longitude"),
        (math.nan, 37, "longitude"),
        (111, 90.1, "latitude"),
        (111, -math.inf, "latitude"),
    ],
)
def test_what_is_off_the_globe_is_refused_by_field(longitude: float, latitude: float, field: str) -> None:
    for convert in (geo.to_wgs84, geo.from_wgs84):
        with pytest.raises(Invalid) as caught:
            convert(longitude, latitude, Datum.WGS84)
        assert caught.value.field == field
    with pytest.raises(Invalid):
        geo.cell(longitude, latitude)


# The centres that come with the county data, and places far off.
@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (111.833, 37.681, "141122"),
        (112.056, 37.427, "141121"),
        (111.265, 37.538, "141102"),
        (111.342, 37.896, "141128"),
        (111.710, 37.316, "141182"),
        (111.691, 37.134, "141181"),
        (111.640, 38.347, "141127"),
        (111.073, 38.417, "141123"),
        (112.276, 37.618, None),  # 清徐, 太原市
        (111.763, 38.045, None),  # 娄烦, 太原市
        (112.117, 37.919, None),  # 古交, 太原市
        (116.404, 39.915, None),
        (0, 0, None),
    ],
)
def test_a_point_lies_in_its_county(
    region: Region, longitude: float, latitude: float, code: str | None
) -> None:
    found = geo.county_of(region, longitude, latitude)
    assert (found.code if found else None) == code
    assert geo.in_county(region, longitude, latitude) == (code == "141122")


def test_a_step_over_the_border_changes_the_answer(region: Region) -> None:
    crossings = 0
    for longitude in (111.5, 111.7, 111.9, 112.1):
        column = [geo.in_county(region, longitude, 37.3 + step / 1000) for step in range(800)]
        crossings += sum(one != other for one, other in pairwise(column))
        assert not column[0]
        assert not column[-1]
        assert any(column)
    assert crossings % 2 == 0
    assert crossings >= 8


def test_two_outlines_of_the_county_agree_but_for_a_strip(region: Region) -> None:
    coarse = next(c for c in region.counties if c.code == region.county.code)
    far = [p for p in coarse.rings[0] if geo.distance_to_border_m(region, *p) > 1000]
    assert far == []


def test_the_distance_to_the_border_is_nought_on_it_and_kilometres_in_the_middle(region: Region) -> None:
    corner = region.county.rings[0][0]
    assert geo.distance_to_border_m(region, *corner) < 0.01
    assert 8_000 < geo.distance_to_border_m(region, 111.833, 37.681) < 20_000


def test_distances_are_those_of_the_globe() -> None:
    assert geo.distance_m(111.8, 37.6, 111.8, 37.6) == 0
    assert geo.distance_m(111.8, 37.0, 111.8, 38.0) == pytest.approx(111_195, rel=1e-3)
    assert geo.distance_m(111.0, 37.68, 112.0, 37.68) == pytest.approx(88_000, rel=2e-3)


def test_a_cell_is_a_square_kilometre_and_keeps_its_name() -> None:
    assert geo.cell(111.833, 37.681) == "161x186"  # stored cells rely on it: never change the grid
    east, north = geo.cell_centre("162x186"), geo.cell_centre("161x187")
    centre = geo.cell_centre("161x186")
    assert metres(centre, east) == pytest.approx(1000, rel=0.01)
    assert metres(centre, north) == pytest.approx(1000, rel=0.01)


@given(longitude=st.floats(-180, 180), latitude=st.floats(-90, 90))
def test_every_point_has_a_short_cell_whose_neighbours_hold_it(longitude: float, latitude: float) -> None:
    name = geo.cell(longitude, latitude)
    on_the_edge = abs(longitude) > 179.9 or abs(latitude) > 89.9
    assert len(name) <= 24
    assert on_the_edge or geo.cell(*geo.cell_centre(name)) == name
    assert name in geo.cells_around(name)
    assert len(set(geo.cells_around(name, 2))) == 25


def test_points_a_hundred_metres_apart_are_in_cells_that_touch() -> None:
    for step in range(50):
        place = (111.8 + step * 0.001, 37.6 + step * 0.0007)
        assert geo.cell(place[0] + 0.001, place[1] + 0.0009) in geo.cells_around(geo.cell(*place))


def test_a_name_that_is_no_cell_is_refused() -> None:
    for name in ("", "x", "12", "12x", "ax1"):
        with pytest.raises(Invalid):
            geo.cell_centre(name)


def test_townships_and_villages_are_found_by_code(region: Region) -> None:
    assert geo.township(region, "141122103").name == "水峪贯镇"
    assert geo.village(region, "141122103211").short == "牛头嘴村"
    assert len(geo.villages_of(region, "141122102")) == 7
    for look, code in ((geo.township, "141122400"), (geo.village, "1"), (geo.villages_of, "")):
        with pytest.raises(NotFound):
            look(region, code)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("水峪贯镇牛头嘴村往里走", [("141122103", None), ("141122103", "141122103211")]),
        ("牛头嘴后沟", [("141122103", "141122103211")]),
        ("老会立乡那边", [("141122202", None)]),
        ("横尖镇和岭底乡之间", [("141122105", None), ("141122100", None)]),
        ("东汾阳村的地", [("141122100", "141122100207")]),
        ("三角地带，磁窑", []),
        ("没有地名", []),
        ("", []),
    ],
)
def test_names_in_a_text_lead_to_places_old_names_too(
    region: Region, text: str, places: list[tuple[str, str | None]]
) -> None:
    found = geo.find_place_names(region, text)
    assert [(p.township.code, p.village.code if p.village else None) for p in found] == places
