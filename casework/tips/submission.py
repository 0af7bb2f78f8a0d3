"""What one person said, between the form and the seal."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date

from casework.terms import (
    Category,
    Channel,
    Datum,
    Disguise,
    IdentityKind,
    Ongoing,
    PointSource,
    SubjectKind,
)


@dataclass(frozen=True)
class Point:
    """A position as it came (degrees, in `datum`) and in WGS-84 beside it."""

    longitude: float
    latitude: float
    datum: Datum
    source: PointSource
    wgs84_longitude: float
    wgs84_latitude: float
    in_county: bool


@dataclass(frozen=True)
class Submission:
    """A validated tip form. Words and positions from device or photo are sealed; the rest is plain."""

    category: Category
    narrative: str = field(repr=False)
    township: str | None = None
    village: str | None = None
    place: str = field(default="", repr=False)
    point: Point | None = field(default=None, repr=False)
    subject_kind: SubjectKind = SubjectKind.UNKNOWN
    subject_name: str = field(default="", repr=False)
    mineral: str | None = None
    land_class: str | None = None
    disguise: Disguise | None = None
    ongoing: Ongoing = Ongoing.UNKNOWN
    happened_on: date | None = None
    identity: IdentityKind = IdentityKind.ANONYMOUS
    informant_name: str = field(default="", repr=False)
    informant_phone: str = field(default="", repr=False)
    wants_reward: bool = False
    claim_pin: str | None = field(default=None, repr=False)
    involves_official: bool = False
    channel: Channel = Channel.WEB
    urgent: bool = False

    def words(self) -> "TipWords":
        """What is sealed: a position is plain only when it was chosen on the map."""
        point = self.point if self.point and self.point.source is not PointSource.MAP else None
        return TipWords(
            narrative=self.narrative,
            place=self.place,
            subject_name=self.subject_name,
            longitude=point.wgs84_longitude if point else None,
            latitude=point.wgs84_latitude if point else None,
            given=(point.longitude, point.latitude) if point else None,
        )

    def fingerprint(self) -> bytes:
        """All that was typed, for telling a second click from a changed form; digested under a key."""
        return json.dumps(asdict(self), sort_keys=True, default=str).encode()


@dataclass(frozen=True)
class TipWords:
    narrative: str = field(repr=False)
    place: str = field(default="", repr=False)
    subject_name: str = field(default="", repr=False)
    longitude: float | None = field(default=None, repr=False)
    latitude: float | None = field(default=None, repr=False)
    given: tuple[float, float] | None = field(default=None, repr=False)

    def as_text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "TipWords":
        body = json.loads(text)
        given = body.get("given")
        return cls(**(body | {"given": tuple(given) if given else None}))
