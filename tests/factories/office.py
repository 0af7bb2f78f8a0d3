"""An office at work: its application, officers as tests ask for them, tips and clues made by the real actions."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from admin import create_admin
from admin.means import Means
from casework import calendar, policy
from casework.bells import Bells
from casework.clues import actions as clues
from casework.clues.actions import ClueWords
from casework.clues.models import Clue
from casework.db import Database
from casework.officers import actions as officers
from casework.officers.models import Officer
from casework.officers.queries import officer_by_username, unit_by_code
from casework.officers.roles import Role
from casework.terms import Agency, Category, Datum, Finding, PointSource
from casework.tips.models import Tip
from casework.tips.receiving import Received, receive_tip
from casework.tips.submission import Point, Submission
from casework.trail import COMMAND
from casework.trail.models import Entry
from casework.vault import codes
from casework.vault.holders import Holder, make_held_key
from casework.vault.keys import reading_public_keys
from casework.vault.storage import FolderStore, open_store
from config.settings import Settings
from tests.clients import Browser, sign_in
from tests.machine.key_folders import KeyFolders

# For what the database has no part in: `@on_sqlite` over a test spares its second run on PostgreSQL.
on_sqlite = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

COUNTY = "141122"
TOWN, OTHER_TOWN = "141122103", "141122106"  # 水峪贯镇, 洪相镇
SPOT = (111.712, 37.690)


@dataclass(frozen=True)
class Person:
    username: str
    password: str = field(repr=False)
    totp_secret: str = field(repr=False)


class Office:
    """`db` with the units and the reading key laid down; nobody works here until `officer` is called."""

    def __init__(self, db: Database, keys: KeyFolders, folder: Path, *, https: bool = False) -> None:
        self.db, self.keys = db, keys
        self.store: FolderStore = open_store(f"file://{folder / 'evidence'}")  # type: ignore[assignment]
        settings = replace(
            Settings(), public_url="https://qingshan.example" if https else Settings.public_url
        )
        self.means = Means(
            settings=settings,
            db=db,
            store=self.store,
            bells=Bells(f"sqlite:///{folder / 'queue.db'}"),
            office_keys=keys.office,
            receipt_keys=keys.receipt,
        )
        self.app: Flask = create_admin(self.means)
        self._names = count(1)
        with db.begin() as session:
            for unit in policy.current().units.values():
                officers.add_unit(
                    session,
                    code=unit.key,
                    name=unit.name,
                    agency=Agency(unit.agency),
                    jurisdiction=unit.jurisdiction,
                )
            for number, public in reading_public_keys(keys.office).items():
                officers.publish_key(session, purpose="reading", number=number, public=public)

    # ── people ──
    def officer(
        self, *roles: Role, username: str = "", unit: str = "joint_office", jurisdiction: str = COUNTY
    ) -> Person:
        username = username or f"officer.{next(self._names)}"
        with self.db.begin() as session:
            _, secrets = officers.add_officer(
                session,
                username=username,
                name=f"江{username[-2:]}",
                unit=unit_by_code(session, unit),
                roles=roles,
                jurisdiction=jurisdiction,
                keys=self.keys.office,
                by=COMMAND,
            )
        return Person(username, secrets.password, secrets.totp_secret)

    def sign_in(self, person: Person) -> Browser:
        origin = self.means.settings.public_url if self.means.settings.https else "http://localhost"
        return sign_in(self.app, person.username, person.password, person.totp_secret, origin=origin)

    def enter(self, *roles: Role, **where: str) -> Browser:
        """A new officer of these roles, signed in."""
        return self.sign_in(self.officer(*roles, **where))

    def lay_identity_key(self) -> None:
        """So that names can be sealed; two holders, whose passphrases no test here needs."""
        holders = [Holder(name, "a long passphrase of four words") for name in ("bai.shou", "shen.jian")]
        public, wraps = make_held_key("identity", holders)
        with self.db.begin() as session:
            officers.keep_held_key(
                session, purpose="identity", number=1, public=public, wraps=wraps, by=COMMAND
            )

    # ── matters ──
    def tip(self, narrative: str = "夜里有两台挖机在沟里挖石头。", **fields: Any) -> Received:
        """A tip as the portal takes it; `at=(lon, lat)` is a point chosen on the map."""
        at = fields.pop("at", None)
        told: dict[str, Any] = {"category": Category.UNLICENSED, "township": TOWN, "village": "青石沟村"}
        point = _on_map(*at) if at else fields.pop("point", None)
        with self.db.begin() as session:
            return receive_tip(
                session,
                submission=Submission(narrative=narrative, point=point, **(told | fields)),
                form_key=codes.new_form_key(),
                seals=self.means.seals(),
            )

    def clue(
        self,
        *,
        by: Person,
        to: Person | None = None,
        finding: Finding | None = None,
        tip: str = "",
        **words: Any,
    ) -> str:
        """A registered clue; with `to` assigned, with `finding` also found by that officer. Answers its number."""
        official = bool(words.pop("involves_official", False))
        number = tip or self.tip(involves_official=official).tip_number
        said: dict[str, Any] = {
            "category": Category.UNLICENSED,
            "summary": "夜间两台挖机采石",
            "agency": Agency.NATURAL_RESOURCES,
            "township": TOWN,
            "village": "青石沟村",
        }
        with self.db.begin() as session:
            officer = officer_by_username(session, by.username)
            clue = clues.register_clue(
                session, tip=_tip(session, number), words=ClueWords(**(said | words)), by=officer
            )
            if to is not None:
                handler = officer_by_username(session, to.username)
                clues.assign_clue(session, clue=clue, to=handler, by=officer, version=clue.version)
            if to is not None and finding is not None:
                facts = "查获挖机两台，无采矿许可证。"
                clues.find(session, clue=clue, finding=finding, facts=facts, by=handler, version=clue.version)
            return clue.clue_number

    # ── looking inside ──
    def read_tip(self, number: str) -> Tip:
        with self.db.read() as session:
            return _tip(session, number)

    def read_clue(self, number: str) -> Clue:
        with self.db.read() as session:
            return session.scalars(select(Clue).where(Clue.clue_number == number)).one()

    def read_officer(self, person: Person) -> Officer:
        with self.db.read() as session:
            return officer_by_username(session, person.username)

    def deeds(self, about: str = "") -> list[str]:
        """The deeds of the trail, in order; of one thing when `about` names it."""
        query = select(Entry.deed).order_by(Entry.id)
        with self.db.read() as session:
            return list(session.scalars(query.where(Entry.about_ref == about) if about else query))

    def entries(self, deed: str) -> list[Entry]:
        with self.db.read() as session:
            return list(session.scalars(select(Entry).where(Entry.deed == deed).order_by(Entry.id)))

    def count(self, model: type[Any]) -> int:
        with self.db.read() as session:
            return len(session.scalars(select(model)).all())

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL that reaches the database meanwhile, without the words that open and close transactions."""
        heard: list[str] = []

        def hear(_c: Any, _u: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
                heard.append(statement)

        event.listen(self.db.engine, "before_cursor_execute", hear)
        try:
            yield heard
        finally:
            event.remove(self.db.engine, "before_cursor_execute", hear)


def at(day: str) -> AbstractContextManager[calendar.FrozenClock]:
    """Stands the clock still at a local time: at("2026-11-23 09:00")."""
    return calendar.freeze(datetime.fromisoformat(day).replace(tzinfo=calendar.LOCAL))


def _tip(session: Any, number: str) -> Tip:
    found: Tip = session.scalars(select(Tip).where(Tip.tip_number == number)).one()
    return found


def _on_map(longitude: float, latitude: float) -> Point:
    return Point(longitude, latitude, Datum.WGS84, PointSource.MAP, longitude, latitude, in_county=True)
