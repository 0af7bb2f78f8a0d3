"""A folder as evidence store, on disks that are full, read-only, or gone."""

import errno
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casework.vault.storage import BlobMissing, FolderStore, StoreUnavailable, new_blob_name, open_store
from casework.vault.streams import CHUNK, new_stream_head, seal_blob


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a real small file system; what was mounted is taken away afterwards."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounts = 0

    def mount(options: str) -> Path:
        nonlocal mounts
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        if "remount" in options:
            command = ["mount", "-o", options, str(folder)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            pytest.skip(f"mount is not permitted here: {run.stderr.strip()}")
        mounts += "remount" not in options
        return folder

    yield mount
    for _ in range(mounts):
        subprocess.run(["umount", str(folder)], check=True)


def read(store: FolderStore, blob: str) -> bytes:
    return b"".join(store.read_parts(blob))


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_parts_become_one_file_in_any_order(store: FolderStore) -> None:
    blob = new_blob_name()
    store.write_part(blob, 1, b"world", offset=6)
    store.write_part(blob, 0, b"hello ", offset=0)
    store.write_part(blob, 1, b"world", offset=6)
    store.finish(blob)
    assert read(store, blob) == b"hello world"
    assert store.size(blob) == 11


def test_files_and_folders_are_for_their_owner_only(store: FolderStore) -> None:
    old = os.umask(0)
    try:
        blob = new_blob_name()
        store.write_part(blob, 0, b"x", offset=0)
    finally:
        os.umask(old)
    path = store.root / blob
    assert path.stat().st_mode & 0o777 == 0o600
    assert [folder.stat().st_mode & 0o777 for folder in (store.root, *list(path.parents)[:2])] == [0o700] * 3


def test_names_are_random_and_spread_over_folders() -> None:
    names = {new_blob_name() for _ in range(1000)}
    assert len(names) == 1000
    assert len({name[:2] for name in names}) > 200
    assert all(name.count("/") == 2 for name in names)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "ab/../cdefghij", "/etc/passwd", "ab/cd/ef\0gh12345", "", "ab"]
)
def test_a_name_that_is_not_ours_never_becomes_a_path(store: FolderStore, name: str) -> None:
    for deed in (
        store.size,
        store.delete,
        store.finish,
        lambda blob: store.write_part(blob, 0, b"", offset=0),
    ):
        with pytest.raises(ValueError, match="not a blob's name"):
            deed(name)


def test_a_link_put_in_a_blobs_place_is_not_followed(store: FolderStore, tmp_path: Path) -> None:
    blob, elsewhere = new_blob_name(), tmp_path / "elsewhere"
    elsewhere.write_bytes(b"kept")
    (store.root / blob).parent.mkdir(parents=True)
    (store.root / blob).symlink_to(elsewhere)
    with pytest.raises(StoreUnavailable):
        store.write_part(blob, 0, b"lost", offset=0)
    with pytest.raises(StoreUnavailable):
        read(store, blob)
    assert elsewhere.read_bytes() == b"kept"


def test_deleting_is_done_once_and_may_be_asked_twice(store: FolderStore) -> None:
    blob = new_blob_name()
    store.write_part(blob, 0, b"x", offset=0)
    store.delete(blob)
    store.delete(blob)
    assert files(store.root) == []
    for look in (store.size, lambda name: read(store, name)):
        with pytest.raises(BlobMissing):
            look(blob)


def test_a_full_disk_keeps_nothing_of_a_new_file(mounted: Callable[[str], Path]) -> None:
    store = FolderStore(mounted("size=64k,mode=0700"))
    with pytest.raises(StoreUnavailable) as caught:
        store.write_part(new_blob_name(), 0, bytes(200_000), offset=0)
    assert caught.value.facts["errno"] == errno.ENOSPC
    assert files(store.root) == []


def test_a_full_disk_takes_nothing_from_the_parts_before(mounted: Callable[[str], Path]) -> None:
    store, blob = FolderStore(mounted("size=64k,mode=0700")), new_blob_name()
    store.write_part(blob, 0, b"a" * 20_000, offset=0)
    with pytest.raises(StoreUnavailable):
        store.write_part(blob, 1, b"b" * 100_000, offset=20_000)
    assert read(store, blob) == b"a" * 20_000


def test_a_disk_that_fills_while_a_photo_arrives_is_as_empty_as_before(
    mounted: Callable[[str], Path],
) -> None:
    store = FolderStore(mounted("size=700k,mode=0700"))
    with pytest.raises(StoreUnavailable):
        seal_blob(store, new_blob_name(), bytes(4 * CHUNK), bytes(32), new_stream_head(), b"about")
    assert files(store.root) == []
    seal_blob(store, new_blob_name(), bytes(CHUNK), bytes(32), new_stream_head(), b"about")


def test_a_full_disk_is_not_healthy_and_one_with_room_is(mounted: Callable[[str], Path]) -> None:
    store = FolderStore(mounted("size=1m,mode=0700"))
    assert store.healthy()
    (store.root / "ballast").write_bytes(bytes(700_000))
    assert not store.healthy()
    assert [path.name for path in files(store.root)] == ["ballast"]


def test_a_read_only_disk_is_told_and_still_read(mounted: Callable[[str], Path]) -> None:
    store, blob = FolderStore(mounted("size=1m,mode=0700")), new_blob_name()
    store.write_part(blob, 0, b"kept", offset=0)
    mounted("remount,ro")
    for deed in (
        lambda: store.write_part(new_blob_name(), 0, b"x", offset=0),
        lambda: store.write_part(blob, 0, b"x", offset=0),
        lambda: store.delete(blob),
    ):
        with pytest.raises(StoreUnavailable):
            deed()
    assert read(store, blob) == b"kept"
    assert not store.healthy()
    mounted("remount,rw")
    assert store.healthy()


def test_a_folder_that_went_away_is_not_made_again(store: FolderStore) -> None:
    blob = new_blob_name()
    store.write_part(blob, 0, b"x", offset=0)
    shutil.rmtree(store.root)
    for deed in (
        lambda: store.write_part(blob, 0, b"x", offset=0),
        lambda: store.finish(blob),
        lambda: store.size(blob),
        lambda: read(store, blob),
        lambda: store.delete(blob),
    ):
        with pytest.raises(StoreUnavailable) as caught:
            deed()
        assert not isinstance(caught.value, BlobMissing)
    assert not store.root.exists()
    assert not store.healthy()


def test_a_store_that_cannot_be_made_yet_opens_and_says_that_it_is_not_well(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = FolderStore(tmp_path / "file" / "evidence")
    assert not store.healthy()
    with pytest.raises(StoreUnavailable):
        store.write_part(new_blob_name(), 0, b"x", offset=0)


def test_a_full_disk_error_names_no_path(store: FolderStore) -> None:
    shutil.rmtree(store.root)
    with pytest.raises(StoreUnavailable) as caught:
        store.write_part(new_blob_name(), 0, b"x", offset=0)
    assert str(store.root) not in repr(caught.value) + str(caught.value.facts)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_many_threads_write_beside_each_other(store: FolderStore) -> None:
    blobs = [f"ab/cd/{n:08d}" for n in range(24)]

    def write(blob: str) -> None:
        for n in range(5):
            store.write_part(blob, n, bytes([n]) * 9, offset=9 * n)

    threads = [threading.Thread(target=write, args=(blob,)) for blob in blobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {read(store, blob) for blob in blobs} == {b"".join(bytes([n]) * 9 for n in range(5))}


def test_the_address_says_which_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    relative, absolute = open_store("file://var/evidence"), open_store(f"file://{tmp_path}/abs")
    assert isinstance(relative, FolderStore)
    assert relative.root == tmp_path / "var/evidence"
    assert isinstance(absolute, FolderStore)
    assert absolute.root == tmp_path / "abs"
    for wrong in ("file://", "ftp://x/y", "var/evidence", "s3://"):
        with pytest.raises(ValueError, match="file://folder"):
            open_store(wrong)
