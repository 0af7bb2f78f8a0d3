"""Resumable uploads: by the protocol, cut and gone on with, by two at once, with the store away."""

import random
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from casework import calendar
from casework.db import Database
from casework.evidence.models import Evidence
from casework.evidence.uploads import LONGEST_WRITE
from casework.jobs.worker import Worker
from casework.terms import EvidenceState
from casework.vault.storage import StoreUnavailable
from config.settings import Settings
from portal.means import Means
from portal.waiting_room import FREE
from tests.factories import photos
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import Citizen, photo_states
from tests.portal.test_photos import files, original
from tests.portal.tus_client import PIECE, VERSION, LineCut, Uploader

PHOTO = random.Random(7).randbytes(3 * PIECE + 1234)


def uploader(citizen: Citizen) -> Uploader:
    hidden = citizen.open_form().hidden()
    return Uploader(citizen.client, hidden["csrf_token"], hidden["form_key"])


def means(app: Flask) -> Means:
    found: Means = app.extensions["qingshan"]
    return found


def test_a_photo_goes_ahead_of_its_form(front: Flask, db: Database, keys: KeyFolders) -> None:
    citizen = Citizen(front)
    ahead = uploader(citizen)
    ahead.upload(PHOTO)
    assert means(front).bells.queue.pending_count() == 1
    assert ahead.client.get(ahead.address).json == {"state": "waiting", "number": 1, "words": ""}
    citizen.send(ticket=ahead.address.rpartition("/")[2])
    citizen.receipt()
    assert photo_states(citizen.text) == ["waiting"]
    assert "有几张照片没有收到" not in citizen.text
    [row] = files(db)
    assert (row.tip_id, row.draft_wrap, row.ticket_digest) == (row.tip_id, None, None)
    assert row.tip_id is not None
    assert original(front, row, keys) == PHOTO
    assert ahead.client.get(ahead.address).status_code == 404


def test_a_cut_line_costs_only_the_piece_that_was_on_it(front: Flask, db: Database, keys: KeyFolders) -> None:
    ahead = uploader(Citizen(front))
    ahead.cut_after = 2
    with pytest.raises(LineCut):
        ahead.upload(PHOTO)
    later = Uploader(ahead.client, ahead.csrf_token, ahead.form_key, address=ahead.address)
    assert later.offset() == 2 * PIECE
    later.upload(PHOTO)
    assert later.sent == 2
    [row] = files(db)
    assert original(front, row, keys) == PHOTO


def test_what_the_server_can_do_is_told(villager: Citizen) -> None:
    answer = villager.client.options("/tip/photos")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert {"creation", "termination", "expiration"} <= set(answer.headers["Tus-Extension"].split(","))
    assert int(answer.headers["Tus-Max-Size"]) == 20 * 1024 * 1024


def test_another_version_is_told_apart(villager: Citizen) -> None:
    ahead = uploader(villager)
    answer = ahead.create(10, **{"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "20971521"}, 413),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": "many"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Form": "forged"}, 400),
        ({"X-CSRFToken": "forged"}, 400),
        ({"Sec-Fetch-Site": "cross-site"}, 400),
    ],
)
def test_a_place_for_a_photo_is_refused(
    villager: Citizen, sqlite_db: Database, headers: dict[str, str], status: int
) -> None:
    assert uploader(villager).create(10, **headers).status_code == status
    assert files(sqlite_db) == []


def test_the_form_may_be_named_in_the_description_too(villager: Citizen) -> None:
    ahead = uploader(villager)
    form = b64encode(ahead.form_key.encode()).decode()
    described = {"Upload-Metadata": f"filename YQ==,form {form},odd", "Upload-Form": ""}
    assert ahead.create(10, **described).status_code == 201


@pytest.mark.parametrize(
    ("offset", "data", "headers", "status"),
    [
        (PIECE, b"x" * PIECE, {}, 409),
        (0, b"x" * 1000, {}, 400),
        (0, b"x" * (PIECE + 1), {}, 413),
        (0, b"x" * PIECE, {"Content-Type": "image/jpeg"}, 415),
        (0, b"x" * PIECE, {"Upload-Offset": "here"}, 400),
        (0, b"", {}, 204),
    ],
)
def test_a_piece_that_does_not_fit_moves_nothing(
    villager: Citizen, offset: int, data: bytes, headers: dict[str, str], status: int
) -> None:
    ahead = uploader(villager)
    ahead.create(len(PHOTO))
    assert ahead.piece(offset, data, **headers).status_code == status
    assert ahead.offset() == 0


def test_more_than_was_announced_is_refused(villager: Citizen) -> None:
    ahead = uploader(villager)
    ahead.create(1000)
    assert ahead.piece(0, b"x" * 1001).status_code == 400
    assert ahead.piece(0, b"x" * 1000).status_code == 204
    assert ahead.piece(1000, b"x").status_code == 400
    assert ahead.piece(0, b"x" * 1000).status_code == 409


def test_a_ticket_that_nobody_gave_opens_nothing(villager: Citizen) -> None:
    ahead = uploader(villager)
    ahead.address = "/tip/photos/" + "A" * 43
    assert ahead.client.head(ahead.address, headers=VERSION).status_code == 404
    assert ahead.piece(0, b"x" * 10).status_code == 404
    assert ahead.client.delete(ahead.address, headers=ahead.headers).status_code == 404


def test_a_photo_is_taken_back(front: Flask, db: Database) -> None:
    ahead = uploader(Citizen(front))
    ahead.upload(PHOTO)
    assert ahead.client.delete(ahead.address, headers=ahead.headers).status_code == 204
    assert files(db) == []
    assert not [path for path in means(front).store.root.rglob("*") if path.is_file()]  # type: ignore[attr-defined]


def test_a_tenth_photo_is_told(villager: Citizen) -> None:
    ahead = uploader(villager)
    for _ in range(9):
        assert ahead.create(10).status_code == 201
    answer = ahead.create(10)
    assert (answer.status_code, answer.json) == (400, {"reason": "too_many"})


def test_an_upload_that_never_ended_does_not_hold_the_tip_up(villager: Citizen, sqlite_db: Database) -> None:
    ahead = uploader(villager)
    ahead.create(len(PHOTO))
    ahead.piece(0, PHOTO[:PIECE])
    villager.send(ticket=ahead.address.rpartition("/")[2], pledge=None)
    assert "1 张照片没传完" in villager.text
    villager.send(ticket=ahead.address.rpartition("/")[2])
    villager.receipt()
    assert "有几张照片没有收到" in villager.text
    [row] = files(sqlite_db)
    assert (row.state, row.tip_id) == (EvidenceState.ARRIVING, None)


def test_of_two_at_one_place_one_is_acknowledged_and_kept(
    front: Flask, db: Database, keys: KeyFolders
) -> None:
    """Each sends other content for every piece: what was answered 204 is what lies in the store, whole."""
    ahead = uploader(Citizen(front))
    ahead.create(len(PHOTO))
    offset, kept = 0, b""
    while offset < len(PHOTO):
        size = min(PIECE, len(PHOTO) - offset)
        start = threading.Barrier(3)
        answers: dict[bytes, int] = {}

        def send(letter: bytes, at: int = offset, size: int = size, start: threading.Barrier = start) -> None:
            other = Uploader(front.test_client(), ahead.csrf_token, ahead.form_key, address=ahead.address)
            other.client._cookies = dict(ahead.client._cookies or {})
            start.wait()
            answers[letter] = other.piece(at, letter * size).status_code  # noqa: B023 - joined below

        threads = [threading.Thread(target=send, args=(letter,)) for letter in (b"a", b"b", b"c")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(answers.values()) in ([204, 409, 409], [204, 409, 423], [204, 423, 423])
        kept += next(letter for letter, status in answers.items() if status == 204) * size
        offset = ahead.offset()
    [row] = files(db)
    assert original(front, row, keys) == kept


class AwayStore:
    """A store that stands before another and can be told to fail."""

    def __init__(self, store: object) -> None:
        self.store, self.away = store, True

    def __getattr__(self, name: str) -> object:
        if self.away and name in ("write_part", "finish"):
            raise StoreUnavailable("full")
        return getattr(self.store, name)


@pytest.fixture
def away(desk: Flask) -> Iterator[AwayStore]:
    held = means(desk)
    held.store = store = AwayStore(held.store)  # type: ignore[assignment]
    return store  # type: ignore[return-value]


def test_a_store_that_is_away_is_told_and_the_piece_may_come_again_at_once(
    desk: Flask, away: AwayStore, sqlite_db: Database, keys: KeyFolders
) -> None:
    ahead = uploader(Citizen(desk))
    ahead.create(len(PHOTO))
    assert ahead.piece(0, PHOTO[:PIECE]).status_code == 503
    assert ahead.offset() == 0
    away.away = False
    ahead.upload(PHOTO)
    [row] = files(sqlite_db)
    assert original(desk, row, keys) == PHOTO


def test_a_place_held_by_one_who_went_away_is_free_again(villager: Citizen, sqlite_db: Database) -> None:
    ahead = uploader(villager)
    ahead.create(len(PHOTO))
    with sqlite_db.begin() as session:
        session.execute(update(Evidence).values(held_until=calendar.now() + LONGEST_WRITE))
    assert ahead.piece(0, PHOTO[:PIECE]).status_code == 423
    with sqlite_db.begin() as session:
        session.execute(update(Evidence).values(held_until=calendar.now()))
    assert ahead.piece(0, PHOTO[:PIECE]).status_code == 204


def test_many_bytes_from_one_address_wait_and_then_pass(
    villager: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FREE, "bytes", PIECE)
    ahead = uploader(villager)
    assert ahead.create(90).status_code == 201
    answer = ahead.create(90)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "8")
    token = answer.headers["X-Wait"]
    assert ahead.create(90, **{"X-Wait": token}).headers["X-Wait"] == token  # still ripening: the same clock
    later = time.time() + 9
    monkeypatch.setattr("casework.vault.tokens.time.time", lambda: later)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert ahead.create(90, **{"X-Wait": token}).status_code == 201
    assert ahead.create(90, **{"X-Wait": token}).status_code == 429


def test_the_tile_is_told_what_was_removed_and_what_was_not_taken(
    desk: Flask, sqlite_db: Database, keys: KeyFolders, tmp_path: Path
) -> None:
    good, bad = uploader(Citizen(desk)), uploader(Citizen(desk))
    good.upload(photos.jpeg())
    bad.upload(b"no photo at all")
    settings = Settings(
        queue_url=f"sqlite:///{tmp_path}/queue.db", evidence_url=f"file://{tmp_path}/evidence"
    )
    worker = Worker(settings, sqlite_db, keys.office)
    try:
        worker.sweep()
    finally:
        worker.cleaner.close()
    told = good.client.get(good.address).json
    assert told["state"] == "cleaned"
    assert "位置" in told["words"]
    assert "手机型号" in told["words"]
    assert bad.client.get(bad.address).json == {
        "state": "refused",
        "number": 1,
        "words": "这不是照片。别的内容都留着",
    }
    with sqlite_db.read() as session:
        assert set(session.scalars(select(Evidence.draft_wrap))) == {None}
