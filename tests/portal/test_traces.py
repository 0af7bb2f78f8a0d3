"""What is left on disk after a tip: no word, name, address, browser, file name or camera in any byte of it."""

import logging
import os
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from casework.db import Database
from tests.factories import photos
from tests.portal.citizen import Citizen
from tests.portal.test_tip import lay_identity_key
from tests.portal.test_uploads import uploader

ADDRESS = "203.0.113.77"
BROWSER = "Mozilla/5.0 (Linux; Android 14; QS-Browser-1177)"
WORDS = {
    "narrative": "夜里听见挖机响",
    "place": "石磨盘往西第二个岔口",
    "village": "枣花湾村的东头",
    "subject_name": "远岫建材有限公司",
    "informant_name": "沐云川",
    "informant_phone": "13900001177",
}
MARKS = [
    *(words.encode() for words in WORDS.values()),
    *(words.encode("utf-16-le") for words in WORDS.values()),
    ADDRESS.encode(),
    b"QS-Browser-1177",
    "后沟照片.jpg".encode(),
    b"IMG_1177.heic",
    b"111.7312",
    b"37.6917",
    *photos.MARKS,
]


def everything(folder: Path, db: Database) -> bytes:
    """Every byte of database, queue and evidence."""
    files = [path for path in folder.rglob("*") if path.is_file() and "keys" not in path.parts]
    whole = b"".join(path.read_bytes() for path in files)
    if not db.is_sqlite:
        url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
        dump = subprocess.run(["pg_dump", "--inserts", url], capture_output=True, check=False)
        whole += dump.stdout if dump.returncode == 0 else _rows(db)
    return whole


def _rows(db: Database) -> bytes:
    """Where pg_dump is missing or of another version: every row of every table, bytes as they are."""
    from sqlalchemy import text

    with db.read() as session:
        names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [row for name in names for row in session.execute(text(f'SELECT * FROM "{name}"'))]
    return b"\n".join(
        bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        for row in rows
        for value in row
    )


def test_nothing_that_was_said_or_carried_is_left_in_clear(
    front: Flask,
    db: Database,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    lay_identity_key(db)
    citizen = Citizen(front, ADDRESS)
    citizen.client.environ_base["HTTP_USER_AGENT"] = BROWSER
    ahead = uploader(citizen)
    ahead.create(len(photos.heic()), "IMG_1177.heic")
    ahead.upload(photos.heic())
    citizen.send(
        **WORDS, identity="named", longitude="111.7312", latitude="37.6917", point_source="device",
        ticket=ahead.address.rpartition("/")[2], files=[(photos.jpeg_with_everything(), "后沟照片.jpg")],
    )  # fmt: skip
    code, _ = citizen.receipt()
    citizen.follow(code).supplement(message=WORDS["narrative"], files=[(photos.jpeg(), "后沟照片.jpg")])
    citizen.look_up("1" * 20)
    citizen.open_form().send(narrative=WORDS["narrative"], pledge=None, files=[(b"x" * 9, "后沟照片.jpg")])
    if db.is_sqlite:
        db.engine.dispose()  # what lies in the write-ahead log comes into the file
    written = everything(tmp_path, db)
    told = (caplog.text + "".join(capfd.readouterr())).encode()
    assert b"unlicensed" in written, "the scan no longer sees what is plain"
    for mark in [*MARKS, code.encode()]:
        assert mark not in written, mark
        assert mark not in told, mark


def test_evidence_is_for_its_owner_alone(villager: Citizen, tmp_path: Path) -> None:
    villager.tip(files=[(photos.jpeg(), "a.jpg")])
    for path in (tmp_path / "evidence").rglob("*"):
        assert os.stat(path).st_mode & 0o077 == 0, path
