"""Telephones, ways to report offline, and the foot that a government site must carry."""

import re
from dataclasses import dataclass
from datetime import time

from config.policy.basis import Basis
from config.policy.reading import Files, Row
from config.policy.shelf import Shelf, Versions


@dataclass(frozen=True)
class Hotline:
    """`example` numbers are called examples on every screen."""

    key: str
    number: str
    label: str
    example: bool
    basis: Basis


@dataclass(frozen=True)
class ReportingWay:
    """A way to report that is not this site: `words` the number or place, `hint` its hours."""

    key: str
    label: str
    words: str
    hint: str
    example: bool
    basis: Basis


@dataclass(frozen=True)
class Footer:
    sponsor: str
    icp: str
    police_record: str
    site_code: str
    example: bool


@dataclass(frozen=True)
class OfficeHours:
    opens: time
    closes: time


@dataclass(frozen=True)
class Site:
    hotlines: Shelf[Hotline]
    ways: Shelf[ReportingWay]
    footer: Footer
    office: OfficeHours

    @property
    def has_examples(self) -> bool:
        """Whether anything shown to the public is still an example: `doctor` and the foot say so."""
        shown = [line.example for line in self.hotlines.values()]
        shown += [way.example for way in self.ways.values()]
        return self.footer.example or any(shown)


@dataclass(frozen=True)
class SiteBook:
    hotlines: Versions[Hotline]
    ways: Versions[ReportingWay]
    footer: Footer
    office: OfficeHours


def read_site(files: Files) -> SiteBook:
    file = files.file("site.toml", ("office", "hotline", "way", "footer"))
    return SiteBook(
        hotlines=file.versions("hotline", _hotline),
        ways=file.versions("way", _way),
        footer=_footer(file.table("footer")),
        office=_office(file.table("office")),
    )


def _hotline(row: Row) -> Hotline:
    return Hotline(row.text("key"), row.text("number"), row.text("label"), row.flag("example"), row.basis())


def _way(row: Row) -> ReportingWay:
    return ReportingWay(
        key=row.text("key"),
        label=row.text("label"),
        words=row.text("words"),
        hint=row.text("hint", ""),
        example=row.flag("example"),
        basis=row.basis(),
    )


def _footer(row: Row) -> Footer:
    code = row.text("site_code")
    if code and not re.fullmatch(r"[0-9a-z]{10}", code):
        row.fault("site_code must have ten digits (政府网站标识码)")
    footer = Footer(
        row.text("sponsor"), row.text("icp"), row.text("police_record"), code, row.flag("example")
    )
    row.done()
    return footer


def _office(row: Row) -> OfficeHours:
    hours = OfficeHours(_hour(row, "opens"), _hour(row, "closes"))
    row.done()
    return hours


def _hour(row: Row, name: str) -> time:
    try:
        return time.fromisoformat(row.text(name))
    except ValueError:
        row.fault(f"{name} must be an hour such as '18:00'")
        return time(0)
