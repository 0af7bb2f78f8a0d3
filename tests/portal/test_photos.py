"""Photos that come with the form: sealed while they arrive, none of them ever costs the tip."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from casework.db import Database
from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, EvidenceState
from casework.vault.sealing import context, unwrap
from casework.vault.streams import open_blob
from portal.means import Means
from tests.factories import photos
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import Citizen, photo_states

MEGABYTE = 1024 * 1024


def files(db: Database) -> list[Evidence]:
    with db.read() as session:
        return list(session.scalars(select(Evidence).order_by(Evidence.id)))


def original(app: Flask, row: Evidence, keys: KeyFolders) -> bytes:
    """What the office would open."""
    means: Means = app.extensions["qingshan"]
    data_key = unwrap(row.key_wrap, keys.office, context("evidence", row.ref, "key"))
    return open_blob(
        means.store, row.blob, data_key, row.stream_head, context("evidence", row.ref, "original")
    )


def blobs(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]


def test_photos_travel_with_the_form_and_open_for_the_office(
    front: Flask, db: Database, keys: KeyFolders
) -> None:
    first, second = photos.jpeg(), photos.heic()
    citizen = Citizen(front)
    citizen.tip(files=[(first, "沟里.jpg"), (second, "IMG_0412.heic")])
    assert photo_states(citizen.text) == ["waiting", "waiting"]
    rows = files(db)
    assert [row.number for row in rows] == [1, 2]
    assert [original(front, row, keys) for row in rows] == [first, second]


def test_an_empty_box_is_no_file(villager: Citizen, sqlite_db: Database) -> None:
    villager.tip(files=[(b"", "")])
    assert files(sqlite_db) == []


def test_a_large_file_never_touches_a_disk_in_clear(
    villager: Citizen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("a temporary file was asked for")

    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    mark = b"words in the clear " * 1000
    villager.tip(files=[(b"\xff\xd8\xff" + mark * 40, "a.jpg")])
    [path] = blobs(tmp_path)
    assert mark[:100] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_fault_in_the_words_keeps_the_photos(front: Flask, db: Database) -> None:
    citizen = Citizen(front).open_form()
    answer = citizen.send(pledge=None, files=[(photos.jpeg(), "a.jpg"), (photos.png(), "b.png")])
    assert answer.status_code == 400
    assert "2 张照片也还在" in answer.text
    assert "还能加几张：7" in answer.text
    citizen.send(files=[(photos.webp(), "c.webp")])
    citizen.receipt()
    assert photo_states(citizen.text) == ["waiting"] * 3
    assert [row.number for row in files(db)] == [1, 2, 3]


def test_a_photo_is_taken_back_before_sending(villager: Citizen, sqlite_db: Database, tmp_path: Path) -> None:
    villager.open_form().send(pledge=None, files=[(photos.jpeg(), "a.jpg"), (photos.png(), "b.png")])
    answer = villager.send(drop="1", pledge=None)
    assert answer.status_code == 200
    assert "照片 2" in answer.text
    assert "照片 1 " not in answer.text
    assert len(files(sqlite_db)) == len(blobs(tmp_path)) == 1
    villager.send(drop="1")  # it is gone already
    villager.send(drop="２" * 9)
    villager.send()
    villager.receipt()
    assert len(files(sqlite_db)) == 1


def test_a_file_over_twenty_megabytes_is_told_and_costs_nothing(
    front: Flask, db: Database, tmp_path: Path, keys: KeyFolders
) -> None:
    limit = 20 * MEGABYTE
    citizen = Citizen(front)
    citizen.tip(files=[(b"x" * (limit + 1), "big.jpg"), (b"y" * limit, "just.jpg")])
    assert photo_states(citizen.text) == ["refused", "waiting"]
    assert "照片太大" in citizen.text
    big, just = files(db)
    assert (big.state, big.refusal, big.size_bytes) == (EvidenceState.REFUSED, "too_large", limit + 1)
    assert len(blobs(tmp_path)) == 1
    assert len(original(front, just, keys)) == limit


def test_an_empty_file_is_told_and_costs_nothing(villager: Citizen, tmp_path: Path) -> None:
    villager.tip(files=[(b"", "empty.jpg"), (photos.jpeg(), "a.jpg")])
    assert photo_states(villager.text) == ["refused", "waiting"]
    assert len(blobs(tmp_path)) == 1


def test_a_tenth_photo_is_left_out_and_told(villager: Citizen, sqlite_db: Database, tmp_path: Path) -> None:
    ten = [(photos.jpeg((64, 48)), f"{n}.jpg") for n in range(10)]
    answer = villager.open_form().send(pledge=None, files=ten)
    assert "多出来的没有收" in answer.text
    assert 'name="photos"' not in answer.text  # nothing more fits
    villager.send()
    villager.receipt()
    assert len(files(sqlite_db)) == len(blobs(tmp_path)) == 9
    villager.tip(files=ten)
    assert "有几张照片没有收到" in villager.text


def test_a_recording_is_kept_as_it_came_and_says_so(
    desk: Flask, sqlite_db: Database, keys: KeyFolders
) -> None:
    villager = Citizen(desk)
    villager.tip(files=[(b"voice" * 1000, "a.m4a")], box="recordings")
    [row] = files(sqlite_db)
    assert row.kind is EvidenceKind.RECORDING
    assert original(desk, row, keys) == b"voice" * 1000
    assert 'data-recording-state="cleaned"' in villager.text
    assert "没有去掉" in villager.text
    assert photo_states(villager.text) == []


def test_a_file_in_a_box_that_no_form_has_is_swallowed(villager: Citizen, tmp_path: Path) -> None:
    villager.open_form().send(files=[(b"x" * MEGABYTE, "a.jpg")], box="avatar")
    villager.receipt()
    assert blobs(tmp_path) == []


def test_files_sent_where_none_are_asked_for_are_swallowed(villager: Citizen, tmp_path: Path) -> None:
    villager.get("/track")
    assert villager._send("/track", {}, [(b"x" * 300_000, "a.jpg")], "photos").status_code == 400
    assert blobs(tmp_path) == []


def test_a_cut_connection_leaves_nothing_behind(
    villager: Citizen, sqlite_db: Database, tmp_path: Path
) -> None:
    from tests.portal.citizen import ENOUGH, multipart

    villager.open_form()
    body = multipart(villager.hidden() | ENOUGH, [("photos", "a.jpg", b"x" * MEGABYTE)])
    assert villager.send_body("/tip", body[: len(body) // 2]).status_code == 400
    assert files(sqlite_db) == []
    assert blobs(tmp_path) == []


def test_nine_photos_of_twenty_megabytes_fit_into_little_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.portal.big_form", str(tmp_path)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    status, grown = done.stdout.split()
    assert status == "303"
    assert int(grown) < 24, f"{grown} MB for one form"
    assert sum(path.stat().st_size for path in blobs(tmp_path)) > 180 * MEGABYTE
