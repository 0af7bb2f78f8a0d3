"""The county's outline as one SVG path, drawn by the server so that it needs no script."""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "config" / "regions" / "outline_form.geojson"
PAD = 12


@dataclass(frozen=True)
class Outline:
    """`path` fits `width` × `height`; `at` puts a WGS-84 position (degrees) on it."""

    path: str
    width: int
    height: int
    west: float
    north: float
    squeeze: float
    scale: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        return (
            round((longitude - self.west) * self.squeeze * self.scale + PAD, 1),
            round((self.north - latitude) * self.scale + PAD, 1),
        )


@cache
def outline(width: int = 360) -> Outline:
    ring = json.loads(FILE.read_text(encoding="utf-8"))["features"][0]["geometry"]["coordinates"][0]
    west, east = min(p[0] for p in ring), max(p[0] for p in ring)
    south, north = min(p[1] for p in ring), max(p[1] for p in ring)
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = (width - 2 * PAD) / ((east - west) * squeeze)
    height = round((north - south) * scale + 2 * PAD)
    frame = Outline("", width, height, west, north, squeeze, scale)
    points = "L".join("{:g} {:g}".format(*frame.at(*point)) for point in ring[:-1])
    return Outline(f"M{points}Z", width, height, west, north, squeeze, scale)
