"""Database locked or gone, evidence store full or gone: told in plain words, everything kept, never a false receipt."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event, select

from casework import db as doors
from casework.db import Database
from casework.tips.models import Tip
from portal.means import Means
from tests.factories import photos
from tests.portal.citizen import ENOUGH, Citizen, photo_states
from tests.portal.test_photos import blobs, files


@contextmanager
def locked(db: Database) -> Iterator[None]:
    """Somebody else writes and does not stop."""
    if db.is_sqlite:
        other = sqlite3.connect(str(db.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
        return
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE counters, receipts, evidence IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five seconds are for people."""
    monkeypatch.setattr(doors, "SQLITE_LOCK_WAIT", 0.2)


@pytest.fixture
def hasty_db(db: Database) -> Database:
    """Gives up on a lock at once, on both databases."""
    engine = db.engine
    if db.is_sqlite:
        event.listen(engine, "connect", lambda c, _r: c.execute("PRAGMA busy_timeout=200"))
    else:
        event.listen(engine, "connect", lambda c, _r: c.execute("SET lock_timeout=200"))
    engine.dispose()
    return db


def tips(db: Database) -> list[Tip]:
    with db.read() as session:
        return list(session.scalars(select(Tip)))


def test_a_locked_database_is_told_and_keeps_the_words(
    front: Flask, hasty_db: Database, tmp_path: Path
) -> None:
    citizen = Citizen(front).open_form()
    with locked(hasty_db):
        answer = citizen.send(files=[(photos.jpeg(), "a.jpg")], subject_name="晨鹿石料厂")
        assert answer.status_code == 503
        assert "没存上。您写的还在，请再按一次。" in answer.text
        assert ENOUGH["narrative"] in answer.text
        assert "晨鹿石料厂" in answer.text
        assert "照片没存上" in answer.text
        assert citizen.get("/tip/received").status_code == 410
    citizen.page = answer
    assert tips(hasty_db) == []
    assert blobs(tmp_path) == []
    citizen.send()
    citizen.receipt()
    assert len(tips(hasty_db)) == 1


def test_photos_that_went_ahead_outlast_a_locked_database(front: Flask, hasty_db: Database) -> None:
    citizen = Citizen(front).open_form()
    citizen.send(pledge=None, files=[(photos.jpeg(), "a.jpg")])
    with locked(hasty_db):
        assert citizen.send().status_code == 503
    citizen.send()
    citizen.receipt()
    assert photo_states(citizen.text) == ["waiting"]


def test_a_database_that_is_gone_is_told_and_keeps_the_words(desk: Flask, sqlite_db: Database) -> None:
    citizen = Citizen(desk).open_form()
    path = Path(str(sqlite_db.url.database))
    aside = path.with_suffix(".aside")
    sqlite_db.engine.dispose()
    path.rename(aside)
    path.mkdir()
    answer = citizen.send()
    assert answer.status_code == 503
    assert ENOUGH["narrative"] in answer.text
    path.rmdir()
    aside.rename(path)
    citizen.send()
    citizen.receipt()


def test_a_lock_at_the_way_back_is_told(front: Flask, hasty_db: Database) -> None:
    citizen = Citizen(front)
    code, _ = citizen.tip()
    citizen.follow(code)
    with locked(hasty_db):
        answer = citizen.supplement(message="又来了三辆车")
        assert answer.status_code == 503
        if hasty_db.is_sqlite:  # there a page can still be read
            assert "又来了三辆车" in answer.text
    assert citizen.get("/track/tip").status_code == 200


@pytest.fixture
def small_store(tmp_path: Path) -> Iterator[Path]:
    """An evidence store of one megabyte."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_store_is_told_and_keeps_the_words(
    small_store: Path, desk: Flask, sqlite_db: Database, tmp_path: Path
) -> None:
    citizen = Citizen(desk).open_form()
    small = photos.jpeg((320, 240))
    answer = citizen.send(files=[(small, "a.jpg"), (b"\xff\xd8\xff" + b"x" * 3_000_000, "b.jpg")])
    assert answer.status_code == 503
    assert "您写的还在" in answer.text
    assert "照片没存上" in answer.text
    assert ENOUGH["narrative"] in answer.text
    assert photo_states(answer.text) == ["waiting"]  # the small one lies there
    assert tips(sqlite_db) == []
    assert len(blobs(tmp_path)) == len(files(sqlite_db)) == 1
    citizen.send()
    citizen.receipt()
    assert photo_states(citizen.text) == ["waiting"]


def test_a_store_that_is_gone_takes_words_all_the_same(
    desk: Flask, sqlite_db: Database, tmp_path: Path
) -> None:
    citizen = Citizen(desk).open_form()
    (tmp_path / "evidence").rmdir()
    answer = citizen.send(files=[(photos.jpeg(), "a.jpg")])
    assert answer.status_code == 503
    citizen.send()
    citizen.receipt()
    assert len(tips(sqlite_db)) == 1


def test_a_lost_bell_loses_nothing(desk: Flask, sqlite_db: Database, tmp_path: Path) -> None:
    means: Means = desk.extensions["qingshan"]
    means.bells.queue.storage.close()
    for path in tmp_path.glob("queue.db*"):
        path.unlink()
    (tmp_path / "queue.db").mkdir()
    Citizen(desk).tip(files=[(photos.jpeg(), "a.jpg")])
    assert len(tips(sqlite_db)) == 1
