"""Sealed files open only whole, in order, in their own place."""

import os
from pathlib import Path

import pytest

from casework.vault.storage import FolderStore, StoreUnavailable, new_blob_name
from casework.vault.streams import (
    CHUNK,
    HEAD,
    SEALED_CHUNK,
    SM4_GCM,
    SealBroken,
    SealedWriter,
    StreamTooLong,
    StreamTooShort,
    new_stream_head,
    open_blob,
    open_chunk,
    open_stream,
    part_offset,
    seal_blob,
    seal_chunk,
    sealed_size,
)

KEY = bytes(range(32))
HERE = b"evidence:7:original"
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 77]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "evidence")


def sealed_with(store: FolderStore, data: bytes, head: bytes) -> bytes:
    blob = new_blob_name()
    seal_blob(store, blob, data, KEY, head, HERE)
    return b"".join(store.read_parts(blob))


def opened(sealed: bytes, *, key: bytes = KEY, about: bytes = HERE, head: bytes | None = None) -> bytes:
    return b"".join(open_stream(key, about, [sealed], head))


def chunks_of(sealed: bytes) -> list[bytes]:
    return [sealed[n : n + SEALED_CHUNK] for n in range(HEAD, len(sealed), SEALED_CHUNK)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("suite", [1, SM4_GCM])
def test_what_was_sealed_comes_back(store: FolderStore, size: int, suite: int) -> None:
    data, head, blob = os.urandom(size), new_stream_head(suite), new_blob_name()
    seal_blob(store, blob, data, KEY, head, HERE)
    assert open_blob(store, blob, KEY, head, HERE) == data
    assert open_blob(store, blob, KEY, None, HERE) == data
    assert store.size(blob) == sealed_size(size)


@pytest.mark.parametrize("step", [1, 9, 10, 1000, SEALED_CHUNK, 10**7])
def test_a_sealed_file_may_come_in_pieces_of_any_size(store: FolderStore, step: int) -> None:
    data = os.urandom(2 * CHUNK + 5 if step > 9 else 300)
    sealed = sealed_with(store, data, new_stream_head())
    pieces = (sealed[n : n + step] for n in range(0, len(sealed), step))
    assert b"".join(open_stream(KEY, HERE, pieces)) == data


@pytest.mark.parametrize("writes", [1, 1000, 65536, CHUNK, CHUNK + 1, 10**7])
@pytest.mark.parametrize("size", [1, CHUNK, 2 * CHUNK, 2 * CHUNK + 9])
@pytest.mark.parametrize("announced", [True, False])
def test_writes_of_any_size_seal_the_same_chunks(
    store: FolderStore, writes: int, size: int, announced: bool
) -> None:
    if writes == 1:
        size = min(size, 3000)
    data, head, blob = os.urandom(size), new_stream_head(), new_blob_name()
    writer = SealedWriter(store, blob, KEY, head, HERE, size=size if announced else None)
    for n in range(0, size, writes):
        writer.write(data[n : n + writes])
    assert writer.finish() == size
    assert open_blob(store, blob, KEY, head, HERE) == data


def test_whole_chunks_are_in_the_store_while_the_rest_still_arrives(store: FolderStore) -> None:
    blob = new_blob_name()
    writer = SealedWriter(store, blob, KEY, new_stream_head(), HERE, size=5 * CHUNK)
    writer.write(bytes(2 * CHUNK + 100))
    assert store.size(blob) == HEAD + 2 * SEALED_CHUNK
    assert writer.sealed == 2 * CHUNK


def test_an_upload_goes_on_where_its_last_whole_chunk_ended(store: FolderStore) -> None:
    data, head, blob = os.urandom(3 * CHUNK + 4321), new_stream_head(), new_blob_name()
    at = 0
    for reached in (CHUNK + 500, 3 * CHUNK + 1, len(data)):  # where the connection broke each time
        writer = SealedWriter(store, blob, KEY, head, HERE, size=len(data), start=at)
        writer.write(data[at:reached])
        writer.settle()
        at = writer.sealed
    assert writer.complete
    assert open_blob(store, blob, KEY, head, HERE) == data


def test_an_upload_that_is_whole_already_is_not_sealed_again(store: FolderStore) -> None:
    data, head, blob = os.urandom(2 * CHUNK), new_stream_head(), new_blob_name()
    seal_blob(store, blob, data, KEY, head, HERE)
    SealedWriter(store, blob, KEY, head, HERE, size=len(data), start=len(data)).finish()
    assert open_blob(store, blob, KEY, head, HERE) == data


def test_a_piece_sent_twice_replaces_itself(store: FolderStore) -> None:
    data, head, blob = os.urandom(2 * CHUNK), new_stream_head(), new_blob_name()
    seal_blob(store, blob, data, KEY, head, HERE)
    again = SealedWriter(store, blob, KEY, head, HERE, size=len(data), start=CHUNK)
    again.write(data[CHUNK:])
    again.finish()
    assert open_blob(store, blob, KEY, head, HERE) == data


def test_the_same_piece_never_meets_the_same_key_twice() -> None:
    head = new_stream_head()
    first, second = (seal_chunk(KEY, head, 0, False, HERE, bytes(100)) for _ in range(2))
    assert first[16:116] != second[16:116]
    assert open_chunk(KEY, head, 0, False, HERE, first) == open_chunk(KEY, head, 0, False, HERE, second)


def test_an_upload_goes_on_at_whole_chunks_only(store: FolderStore) -> None:
    with pytest.raises(ValueError, match="whole chunk"):
        SealedWriter(store, new_blob_name(), KEY, new_stream_head(), HERE, start=CHUNK + 1)


def test_more_and_less_than_announced_are_told(store: FolderStore) -> None:
    writer = SealedWriter(store, new_blob_name(), KEY, new_stream_head(), HERE, size=10)
    with pytest.raises(StreamTooLong):
        writer.write(bytes(11))
    writer.write(bytes(9))
    with pytest.raises(StreamTooShort):
        writer.finish()


def test_chunks_lie_at_fixed_places(store: FolderStore) -> None:
    data, head = os.urandom(3 * CHUNK), new_stream_head()
    sealed = sealed_with(store, data, head)
    assert sealed.startswith(head)
    for n in range(3):
        chunk = sealed[(part_offset(n) or HEAD) :][:SEALED_CHUNK]
        assert open_chunk(KEY, head, n, n == 2, HERE, chunk) == data[n * CHUNK : (n + 1) * CHUNK]


TAMPERED = {
    "nothing left": lambda s: b"",
    "half a head": lambda s: s[:5],
    "the head alone": lambda s: s[:HEAD],
    "cut within a chunk": lambda s: s[:-1],
    "the last chunk gone": lambda s: s[: HEAD + 2 * SEALED_CHUNK],
    "the first chunk gone": lambda s: s[:HEAD] + s[HEAD + SEALED_CHUNK :],
    "two chunks exchanged": lambda s: s[:HEAD] + b"".join([chunks_of(s)[n] for n in (1, 0, 2)]),
    "a chunk twice": lambda s: s[:HEAD] + b"".join([chunks_of(s)[n] for n in (0, 0, 1, 2)]),
    "something behind": lambda s: s + b"\0",
    "a whole chunk behind": lambda s: s + bytes(SEALED_CHUNK),
    "another suite": lambda s: b"\x02" + s[1:],
    "an unknown suite": lambda s: b"\x07" + s[1:],
    "another chunk size": lambda s: s[:1] + b"\x10" + s[2:],
    "another prefix": lambda s: s[:2] + bytes(7) + s[9:],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_changed_file_does_not_open(store: FolderStore, how: str) -> None:
    sealed = sealed_with(store, os.urandom(2 * CHUNK + 99), new_stream_head())
    assert len(opened(sealed)) == 2 * CHUNK + 99
    with pytest.raises(SealBroken):
        opened(TAMPERED[how](sealed))


def test_every_flipped_bit_is_noticed(store: FolderStore) -> None:
    sealed = sealed_with(store, b"pit at the old kiln", new_stream_head())
    for n in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[n // 8] ^= 1 << n % 8
        with pytest.raises(SealBroken):
            opened(bytes(changed))


def test_a_file_put_in_another_place_or_under_another_key_does_not_open(store: FolderStore) -> None:
    sealed = sealed_with(store, b"words", new_stream_head())
    for wrong in ({"about": b"evidence:8:original"}, {"key": bytes(32)}, {"head": new_stream_head()}):
        with pytest.raises(SealBroken):
            opened(sealed, **wrong)


def test_nothing_of_a_file_is_readable_in_the_store(store: FolderStore) -> None:
    assert b"pit at the old kiln" not in sealed_with(store, b"pit at the old kiln" * 40000, new_stream_head())


def test_a_file_that_cannot_be_stored_whole_is_not_stored_at_all(store: FolderStore) -> None:
    class FullAfterOne(FolderStore):
        def write_part(self, blob: str, index: int, data: bytes, *, offset: int) -> None:
            if index:
                raise StoreUnavailable
            super().write_part(blob, index, data, offset=offset)

    full = FullAfterOne(store.root)
    with pytest.raises(StoreUnavailable):
        seal_blob(full, new_blob_name(), bytes(2 * CHUNK), KEY, new_stream_head(), HERE)
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
