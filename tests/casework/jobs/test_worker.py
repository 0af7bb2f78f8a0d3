"""The worker's sweep: every piece of work is found from its row, without a bell, and one that fails stops no other."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import calendar
from casework.db import Database
from casework.evidence import intake
from casework.evidence.models import Evidence
from casework.jobs import worker as jobs
from casework.jobs.worker import Worker
from casework.terms import EvidenceState
from casework.tips.models import Tip
from casework.trail import blocks
from casework.trail.models import Block
from config.settings import Settings
from tests.factories import photos
from tests.factories.tips import new_tip, seals
from tests.machine.key_folders import KeyFolders

MakeWorker = Callable[[Database], Worker]


@pytest.fixture
def make_worker(keys: KeyFolders, tmp_path: Path) -> Iterator[MakeWorker]:
    made: list[Worker] = []

    def make(db: Database) -> Worker:
        settings = replace(
            Settings(),
            queue_url=f"sqlite:///{tmp_path / 'queue.db'}",
            evidence_url=f"file://{tmp_path / 'evidence'}",
            anchors=tmp_path / "anchors",
        )
        made.append(Worker(settings, db, keys.office))
        return made[-1]

    yield make
    for worker in made:
        worker.bells.queue.storage.close()
        worker.close()


def keep(worker: Worker, keys: KeyFolders, data: bytes, form: bytes = b"f" * 32) -> int:
    with worker.db.begin() as session:
        return intake.take_whole(
            session,
            store=worker.store,
            data=data,
            file_name="IMG.jpg",
            reading=seals(session, keys).reading,
            form_digest=form,
        )


def test_one_sweep_finds_everything(
    db: Database, keys: KeyFolders, make_worker: MakeWorker, tmp_path: Path
) -> None:
    worker = make_worker(db)
    yesterday = calendar.now() - timedelta(days=1)
    with calendar.freeze(yesterday):
        old = keep(worker, keys, b"nobody came for this one")
        with db.begin() as session:
            tip_id = new_tip(session, keys).id
        worker.sweep()
    photo, noise = keep(worker, keys, photos.jpeg()), keep(worker, keys, b"not a photo" * 99)
    worker.sweep()
    with db.read() as session:
        assert session.get_one(Tip, tip_id).on_shelf
        assert session.get(Evidence, old) is None
        states = {row.id: row.state for row in session.scalars(select(Evidence))}
        assert states == {photo: EvidenceState.CLEANED, noise: EvidenceState.REFUSED}
        assert len(session.scalars(select(Block)).all()) == 2
        verdict = blocks.verify(session, anchors=tmp_path / "anchors")
    assert verdict.holds
    assert verdict.unbound == 0
    assert [path.stem for path in (tmp_path / "anchors").iterdir()] == [
        calendar.local_day(yesterday).isoformat()
    ]
    stored = {str(path.relative_to(tmp_path / "evidence")) for path in (tmp_path / "evidence").rglob("*")}
    with db.read() as session:
        row = session.get_one(Evidence, photo)
    assert {row.blob, row.clean_blob, row.thumb_blob} <= stored


def test_a_tip_that_does_not_open_keeps_no_other_waiting(
    sqlite_db: Database, keys: KeyFolders, make_worker: MakeWorker, caplog: pytest.LogCaptureFixture
) -> None:
    worker = make_worker(sqlite_db)
    with sqlite_db.begin() as session:
        broken, good = new_tip(session, keys), new_tip(session, keys)
        broken.key_wrap = (broken.key_wrap or b"")[:-1] + b"\x00"
    with caplog.at_level(logging.ERROR, "qingshan.worker"):
        worker.sweep()
    with sqlite_db.read() as session:
        assert not session.get_one(Tip, broken.id).on_shelf
        assert session.get_one(Tip, good.id).on_shelf
        assert session.scalars(select(Block)).all(), "and the parts that follow were done"
    assert caplog.messages == ["shelve failed: SealBroken"]


def test_hostile_photos_do_not_keep_the_trail_waiting(
    sqlite_db: Database, keys: KeyFolders, make_worker: MakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "EVERY", 0.0)
    worker = make_worker(sqlite_db)
    for _ in range(3):
        keep(worker, keys, b"not a photo" * 99)
    with sqlite_db.begin() as session:
        new_tip(session, keys)
    worker.sweep()
    with sqlite_db.read() as session:
        assert session.scalars(select(Block)).all()
        assert set(session.scalars(select(Evidence.state))) == {EvidenceState.WAITING}


def test_a_bell_does_one_thing_and_an_unknown_one_nothing(
    sqlite_db: Database, keys: KeyFolders, make_worker: MakeWorker, caplog: pytest.LogCaptureFixture
) -> None:
    worker = make_worker(sqlite_db)
    photo, other = keep(worker, keys, b"not a photo" * 99), keep(worker, keys, b"not a photo" * 99)
    with caplog.at_level(logging.WARNING, "qingshan.worker"):
        worker.answer("photo", photo)
        worker.answer("photo", 999)
        worker.answer("whatever", 1)
    assert caplog.messages == []
    with sqlite_db.read() as session:
        states = {row.id: row.state for row in session.scalars(select(Evidence))}
    assert states == {photo: EvidenceState.REFUSED, other: EvidenceState.WAITING}
