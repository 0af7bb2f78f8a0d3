"""The two agencies, their units, and the other bodies that a tip may be handed on to."""

from dataclasses import dataclass

from config.policy.basis import Basis
from config.policy.reading import Files, Row
from config.policy.shelf import Versions

UNIT_KINDS = ("joint_office", "brigade", "township_station", "finance")


@dataclass(frozen=True)
class Agency:
    key: str
    name: str
    short: str
    basis: Basis


@dataclass(frozen=True)
class Unit:
    """`jurisdiction` is a division code: 1411 the city, 141122 the county, nine digits a township."""

    key: str
    name: str
    short: str
    agency: str
    kind: str
    jurisdiction: str
    basis: Basis


@dataclass(frozen=True)
class Body:
    """`takes` is what goes to it; `tell` is what the informant reads.

    `sealed` bodies are reached by the closed channel only. `code` is the division it
    answers for, where it stands for a place outside the county.
    """

    key: str
    name: str
    tell: str
    takes: str
    sealed: bool
    code: str
    basis: Basis


@dataclass(frozen=True)
class AgencyBook:
    agencies: Versions[Agency]
    units: Versions[Unit]
    bodies: Versions[Body]


def read_agencies(files: Files) -> AgencyBook:
    file = files.file("agencies.toml", ("agency", "unit", "body"))
    return AgencyBook(
        file.versions("agency", _agency), file.versions("unit", _unit), file.versions("body", _body)
    )


def _agency(row: Row) -> Agency:
    return Agency(row.text("key"), row.text("name"), row.text("short"), row.basis())


def _unit(row: Row) -> Unit:
    return Unit(
        key=row.text("key"),
        name=row.text("name"),
        short=row.text("short"),
        agency=row.text("agency"),
        kind=row.choice("kind", UNIT_KINDS),
        jurisdiction=row.text("jurisdiction"),
        basis=row.basis(),
    )


def _body(row: Row) -> Body:
    return Body(
        key=row.text("key"),
        name=row.text("name"),
        tell=row.text("tell"),
        takes=row.text("takes"),
        sealed=row.flag("sealed", False),
        code=row.text("code", ""),
        basis=row.basis(),
    )
