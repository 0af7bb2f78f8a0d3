"""Bells on each queue that can be set: JSON with a name and a number, heard once, and never a danger to who rings."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casework.bells import Bells
from casework.db import Database, after_commit
from casework.officers.models import Mark

Hang = Callable[..., Bells]


@pytest.fixture(params=["sqlite", "redis", "postgres"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'queue' / 'queue.db'}"
    if request.param == "redis":
        return str(request.getfixturevalue("redis_url"))
    db: Database = request.getfixturevalue("postgres_db")
    return db.url.render_as_string(hide_password=False)


@pytest.fixture
def hang() -> Iterator[Hang]:
    """Bells that are taken down when the test is over."""
    hung: list[Bells] = []

    def make(url: str, answer: Callable[[str, int], None] | None = None) -> Bells:
        hung.append(Bells(url, answer))
        return hung[-1]

    yield make
    for bells in hung:
        bells.queue.storage.close()


def hear_all(bells: Bells) -> None:
    """What the worker's consumer does, without its threads."""
    while bells.queue.pending_count():
        bells.queue.execute(bells.queue.dequeue())


def messages(bells: Bells) -> list[bytes]:
    """What lies in the queue, as bytes."""
    return [bytes(body) for body in bells.queue.storage.enqueued_items()]


def put(bells: Bells, body: bytes) -> None:
    bells.queue.storage.enqueue(body)


def test_a_bell_rung_in_one_process_is_heard_once_in_another(queue_url: str, hang: Hang) -> None:
    heard: list[tuple[str, int]] = []
    ringing = hang(queue_url)
    worker = hang(queue_url, lambda name, number: heard.append((name, number)))
    ringing.ring("photo", 7)
    ringing.ring("claim", 8)
    hear_all(worker)
    hear_all(worker)
    assert heard == [("photo", 7), ("claim", 8)]


def test_a_message_is_json_and_holds_a_name_and_a_number(queue_url: str, hang: Hang) -> None:
    bells = hang(queue_url)
    bells.ring("photo", 7)
    (message,) = messages(bells)
    told = [part for part in json.loads(message) if part not in (None, 0, [], {})]
    assert len(told) == 3
    assert told[1:] == ["casework.bells.bell", ["photo", 7]]


def test_what_others_lay_into_the_queue_runs_nothing(queue_url: str, hang: Hang) -> None:
    """Reading a pickle would run it; here each of these is refused, and the next good bell is heard."""
    heard: list[tuple[str, int]] = []
    worker = hang(queue_url, lambda name, number: heard.append((name, number)))
    worker.ring("photo", 1)
    good = messages(worker)[0]
    hostile = [
        b"cposix\nsystem\n(S'touch /tmp/owned'\ntR.",
        b"\x80\x04K\x01.",
        b"",
        b"[]",
        b"null",
        good.replace(b"casework.bells.bell", b"os.system"),
        good.replace(b"photo", b"rm -rf"),
        good.replace(b'["photo", 1]', b'["photo", "1; DROP"]'),
        good.replace(b'["photo", 1]', b"[]"),
    ]
    hear_all(worker)
    for body in hostile:
        put(worker, body)
        try:
            hear_all(worker)
        except Exception:  # noqa: BLE001 - huey's consumer logs it and goes on to the next
            pass
    put(worker, good)
    hear_all(worker)
    assert heard == [("photo", 1), ("photo", 1)]


def test_a_queue_that_is_away_costs_nobody_anything(
    db: Database, caplog: pytest.LogCaptureFixture, hang: Hang
) -> None:
    away = hang("redis://127.0.0.1:1/0")
    with caplog.at_level(logging.WARNING, "qingshan.bells"), db.begin() as session:
        session.add(Mark(name="one", value="1"))
        after_commit(session, lambda: away.ring("photo", 7))
    assert "bell photo not rung" in caplog.text
    with db.read() as session:
        assert session.get_one(Mark, "one").value == "1"


def test_an_answer_that_fails_stays_within_its_bell(queue_url: str, hang: Hang) -> None:
    heard: list[int] = []

    def answer(_name: str, number: int) -> None:
        heard.append(number)
        if number == 1:
            raise RuntimeError("the first one fails")

    worker = hang(queue_url, answer)
    for number in (1, 2):
        worker.ring("photo", number)
    hear_all(worker)
    assert heard == [1, 2]
    assert messages(worker) == [], "it is not tried again from the queue: the sweep finds it"
