"""An S3-compatible store over real HTTP: rclone's server before a folder."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from casework.vault.storage import BlobMissing, Store, StoreUnavailable, new_blob_name, open_store
from casework.vault.storage_s3 import S3Store
from casework.vault.streams import CHUNK, SealBroken, new_stream_head, open_blob, seal_blob
from config.settings import S3
from tests.machine.ports import free_port

KEY = bytes(range(32))
SECRET = "secret-of-the-test"


@contextmanager
def serving(folder: Path, port: int) -> Iterator[None]:
    rclone = shutil.which("rclone", path=str(Path(sys.executable).parent)) or "rclone"
    with subprocess.Popen(
        [
            rclone,
            "serve",
            "s3",
            str(folder),
            "--addr",
            f"127.0.0.1:{port}",
            "--auth-key",
            f"qingshan,{SECRET}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"RCLONE_CONFIG": "/dev/null", "HOME": str(folder)},
    ) as server:
        try:
            _await_answer(port)
            yield
        finally:
            server.kill()


def _await_answer(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            urllib3.request("GET", f"http://127.0.0.1:{port}/", timeout=2, retries=False)
        except urllib3.exceptions.HTTPError:
            time.sleep(0.05)  # between two tries only
        else:
            return
    pytest.fail("rclone does not answer")


def client(port: int, *, secret: str = SECRET, place: str = "evidence/tips") -> Store:
    return open_store(f"s3://{place}", S3(f"http://127.0.0.1:{port}", "", "qingshan", secret))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("s3")
    (made / "evidence").mkdir()
    return made


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    chosen = free_port()
    with serving(folder, chosen):
        yield chosen


@pytest.fixture
def store(port: int) -> S3Store:
    made = client(port)
    assert isinstance(made, S3Store)
    return made


@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * CHUNK + 5])
def test_a_sealed_photo_goes_there_and_comes_back(store: Store, size: int) -> None:
    data, blob, head = (b"pit at the old kiln" * 50_000)[:size], new_blob_name(), new_stream_head()
    seal_blob(store, blob, data, KEY, head, b"about")
    assert open_blob(store, blob, KEY, head, b"about") == data


def test_parts_come_back_in_order_however_many(store: Store, folder: Path) -> None:
    blob = new_blob_name()
    for n in (11, 2, 10, 1, 0, 3, 9, 8, 7, 6, 5, 4, 2):
        store.write_part(blob, n, bytes([n]) * 3, offset=3 * n)
    store.finish(blob)
    assert b"".join(store.read_parts(blob)) == b"".join(bytes([n]) * 3 for n in range(12))
    assert store.size(blob) == 36
    assert (folder / "evidence" / "tips" / blob / "000011").is_file()


def test_nothing_readable_lies_there(store: Store, folder: Path) -> None:
    blob = new_blob_name()
    seal_blob(store, blob, b"pit at the old kiln" * 1000, KEY, new_stream_head(), b"about")
    lying = b"".join(path.read_bytes() for path in (folder / "evidence" / "tips" / blob).iterdir())
    assert len(lying) > 19_000
    assert b"old kiln" not in lying


def test_a_photo_that_lost_a_part_does_not_open(store: S3Store) -> None:
    blob = new_blob_name()
    seal_blob(store, blob, bytes(3 * CHUNK), KEY, new_stream_head(), b"about")
    store._client.remove_object("evidence", f"tips/{blob}/000001")
    with pytest.raises(SealBroken):
        open_blob(store, blob, KEY, None, b"about")


def test_deleting_is_done_once_and_may_be_asked_twice(store: Store, folder: Path) -> None:
    blob = new_blob_name()
    seal_blob(store, blob, bytes(2 * CHUNK), KEY, new_stream_head(), b"about")
    store.delete(blob)
    store.delete(blob)
    assert not [
        path for path in (folder / "evidence" / "tips").rglob("*") if path.is_file() and blob in str(path)
    ]
    with pytest.raises(BlobMissing):
        store.size(blob)
    with pytest.raises(BlobMissing):
        list(store.read_parts(blob))


def test_a_store_that_takes_files_is_healthy_and_keeps_no_probe(store: Store, folder: Path) -> None:
    assert store.healthy()
    assert not list((folder / "evidence").rglob("probe-*"))


def assert_unavailable(store: Store) -> None:
    blob = new_blob_name()
    assert not store.healthy()
    for deed in (
        lambda: store.write_part(blob, 0, b"x", offset=0),
        lambda: list(store.read_parts(blob)),
        lambda: store.size(blob),
        lambda: store.delete(blob),
    ):
        with pytest.raises(StoreUnavailable) as caught:
            deed()
        assert type(caught.value) is StoreUnavailable
        assert SECRET not in repr(caught.value)
        assert "evidence" not in str(caught.value)


def test_a_wrong_secret_is_one_exception(port: int) -> None:
    assert_unavailable(client(port, secret="not-the-secret"))


def test_a_bucket_that_is_not_there_is_one_exception(port: int) -> None:
    assert_unavailable(client(port, place="nowhere/tips"))


def test_a_store_that_does_not_answer_is_one_exception() -> None:
    assert_unavailable(client(free_port()))


def test_a_store_that_goes_away_and_comes_back_is_used_again(folder: Path) -> None:
    port = free_port()
    store, blob = client(port), new_blob_name()
    with serving(folder, port):
        seal_blob(store, blob, b"before", KEY, new_stream_head(), b"about")
    assert_unavailable(store)
    with serving(folder, port):
        assert open_blob(store, blob, KEY, None, b"about") == b"before"
        assert store.healthy()
