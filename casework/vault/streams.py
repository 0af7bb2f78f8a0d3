"""Files sealed while they arrive: chunks of 256 KiB, each under a key of its own, in a fixed order.

A sealed file is its head, then its chunks; chunk i lies at a fixed place, so a resumable upload
can go on anywhere. Nonces follow STREAM (Hoang et al. 2015): prefix, counter, last flag.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.vault.sealing import SealBroken
from casework.vault.storage import Store, StoreUnavailable

__all__ = [
    "CHUNK",
    "HEAD",
    "SEALED_CHUNK",
    "SealBroken",
    "SealedWriter",
    "StreamTooLong",
    "StreamTooShort",
    "new_stream_head",
    "open_blob",
    "open_chunk",
    "open_stream",
    "part_offset",
    "seal_blob",
    "seal_chunk",
    "sealed_size",
]

AES_256_GCM = 0x01
SM4_GCM = 0x02
CHUNK = 256 * 1024  # bytes of plain text
HEAD = 9  # suite id, binary logarithm of the chunk's size, seven random bytes
_LOG_CHUNK = 18
_SALT = 16
_TAG = 16
SEALED_CHUNK = _SALT + CHUNK + _TAG


class StreamTooLong(ValueError):
    """More arrived than was announced."""


class StreamTooShort(ValueError):
    """Less arrived than was announced; the file is not complete."""


class _Sm4Gcm:
    """SM4-GCM (GB/T 32907, GB/T 36624) with the interface of AESGCM."""

    def __init__(self, key: bytes) -> None:
        self._sm4 = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, about: bytes) -> bytes:
        sealer = Cipher(self._sm4, modes.GCM(nonce)).encryptor()
        sealer.authenticate_additional_data(about)
        return sealer.update(data) + sealer.finalize() + sealer.tag

    def decrypt(self, nonce: bytes, data: bytes, about: bytes) -> bytes:
        opener = Cipher(self._sm4, modes.GCM(nonce, data[-_TAG:])).decryptor()
        opener.authenticate_additional_data(about)
        return opener.update(data[:-_TAG]) + opener.finalize()


@dataclass(frozen=True)
class _Suite:
    cipher: type[AESGCM] | type[_Sm4Gcm]
    key_bytes: int
    digest: type[hashes.SHA256] | type[hashes.SM3]


_SUITES = {
    AES_256_GCM: _Suite(AESGCM, 32, hashes.SHA256),
    SM4_GCM: _Suite(_Sm4Gcm, 16, hashes.SM3),
}


def new_stream_head(suite: int = AES_256_GCM) -> bytes:
    """Stands before the chunks, in the clear: which suite, which chunk size, a random prefix."""
    if suite not in _SUITES:
        raise ValueError("no such suite")
    return bytes((suite, _LOG_CHUNK)) + os.urandom(HEAD - 2)


def part_offset(index: int) -> int:
    """Where part `index` lies in a sealed file. Part 0 is the head and chunk 0."""
    return HEAD + index * SEALED_CHUNK if index else 0


def sealed_size(plain_size: int) -> int:
    chunks = max(1, -(-plain_size // CHUNK))
    return HEAD + chunks * (_SALT + _TAG) + plain_size


def seal_chunk(key: bytes, head: bytes, index: int, last: bool, context: bytes, data: bytes) -> bytes:
    """One chunk, to be put at its place. `key` is a raw 32-byte data key.

    Each sealing draws a salt and from it a key of its own: a piece that a client sends twice
    with different content must never meet the same key and nonce again.
    """
    salt = os.urandom(_SALT)
    nonce, about = _bind(head, index, last, context)
    return salt + _cipher(key, head, salt).encrypt(nonce, data, about)


def open_chunk(key: bytes, head: bytes, index: int, last: bool, context: bytes, sealed: bytes) -> bytes:
    """Raises SealBroken when anything about the chunk is not as it was sealed."""
    if not _SALT + _TAG <= len(sealed) <= SEALED_CHUNK:
        raise SealBroken("a chunk has no possible size")
    nonce, about = _bind(head, index, last, context)
    try:
        return _cipher(key, head, sealed[:_SALT]).decrypt(nonce, sealed[_SALT:], about)
    except InvalidTag:
        raise SealBroken("a chunk does not open here") from None


def open_stream(
    key: bytes, context: bytes, parts: Iterable[bytes], head: bytes | None = None
) -> Iterator[bytes]:
    """Plain chunks out of a sealed file that comes in pieces of any size.

    Every chunk was authenticated before it is yielded; that the file ends where it should is
    known only at the end, so take nothing for whole before the iterator is exhausted.
    `head`, where the caller kept it, must be the one in the file.
    """
    for index, (piece, last, found) in enumerate(_pieces(parts)):
        if head is not None and found != head:
            raise SealBroken("the stream begins with another head")
        yield open_chunk(key, found, index, last, context, piece)


def seal_blob(store: Store, blob: str, data: bytes, key: bytes, head: bytes, context: bytes) -> None:
    """A whole file at once, durable on return. Raises StoreUnavailable with nothing left behind."""
    writer = SealedWriter(store, blob, key, head, context, size=len(data))
    try:
        writer.write(data)
        writer.finish()
    except BaseException:
        writer.abandon()
        raise


def open_blob(store: Store, blob: str, key: bytes, head: bytes | None, context: bytes) -> bytes:
    """The whole plain file. Raises SealBroken, StoreUnavailable, or its child BlobMissing."""
    return b"".join(open_stream(key, context, store.read_parts(blob), head))


@dataclass
class SealedWriter:
    """Takes writes of any size and puts every whole chunk, sealed, into the store at once.

    With `size` known (the plain bytes of the whole file) the last chunk is recognised when it
    fills; without, one chunk is held back until `finish`. `start` resumes at a whole chunk.
    What is not a whole chunk when the caller goes away is not kept: `sealed` tells how far it got.
    """

    store: Store
    blob: str
    key: bytes = field(repr=False)
    head: bytes = field(repr=False)
    context: bytes
    size: int | None = None
    start: int = 0

    def __post_init__(self) -> None:
        if self.start % CHUNK or self.start < 0:
            raise ValueError("an upload goes on at a whole chunk")
        self._index = self.start // CHUNK
        self._waiting = bytearray()
        self.sealed = self.start
        self.complete = self.size is not None and 0 < self.size <= self.start

    def write(self, data: bytes) -> int:
        """Raises StreamTooLong beyond `size`, StoreUnavailable when the store cannot take a chunk."""
        if self.size is not None and self.sealed + len(self._waiting) + len(data) > self.size:
            raise StreamTooLong("more arrived than was announced")
        self._waiting += data
        while len(self._waiting) > CHUNK or (len(self._waiting) == CHUNK and self._knows_more_follows()):
            self._seal(last=False)
        if self.size is not None and not self.complete and self.sealed + len(self._waiting) == self.size:
            self._seal(last=True)
        return len(data)

    def settle(self) -> None:
        """Makes the chunks sealed so far durable: before a piece is acknowledged."""
        self.store.finish(self.blob)

    def finish(self) -> int:
        """Seals what is left as the last chunk, makes all durable; answers the plain size."""
        if not self.complete:
            if self.size is not None and self.sealed + len(self._waiting) != self.size:
                raise StreamTooShort("less arrived than was announced")
            self._seal(last=True)
        self.settle()
        return self.sealed

    def abandon(self) -> None:
        """Throws the file away as far as the store lets itself be reached; never raises."""
        self._waiting.clear()
        try:
            self.store.delete(self.blob)
        except StoreUnavailable:
            pass

    def _knows_more_follows(self) -> bool:
        return self.size is not None and self.sealed + CHUNK < self.size

    def _seal(self, *, last: bool) -> None:
        data = bytes(self._waiting[:CHUNK])
        sealed = seal_chunk(self.key, self.head, self._index, last, self.context, data)
        if self._index == 0:
            sealed = self.head + sealed
        self.store.write_part(self.blob, self._index, sealed, offset=part_offset(self._index))
        del self._waiting[:CHUNK]
        self._index += 1
        self.sealed += len(data)
        self.complete = last


def _pieces(parts: Iterable[bytes]) -> Iterator[tuple[bytes, bool, bytes]]:
    """Sealed chunks, each with whether it is the last, and the head before them all."""
    waiting, head = bytearray(), b""
    for part in parts:
        waiting += part
        if not head and len(waiting) >= HEAD:
            head = bytes(waiting[:HEAD])
            del waiting[:HEAD]
        while head and len(waiting) > SEALED_CHUNK:
            yield bytes(waiting[:SEALED_CHUNK]), False, head
            del waiting[:SEALED_CHUNK]
    if not head:
        raise SealBroken("the stream has no head")
    yield bytes(waiting), True, head


def _bind(head: bytes, index: int, last: bool, context: bytes) -> tuple[bytes, bytes]:
    """Nonce and associated data of one chunk."""
    if len(head) != HEAD or head[0] not in _SUITES or head[1] != _LOG_CHUNK:
        raise SealBroken("the stream was not sealed in a way known here")
    if not 0 <= index < 2**32:
        raise ValueError("a stream has at most 2**32 chunks")
    return head[2:] + index.to_bytes(4, "big") + bytes((last,)), head + context


def _cipher(key: bytes, head: bytes, salt: bytes) -> AESGCM | _Sm4Gcm:
    suite = _SUITES[head[0]]
    if len(key) != 32:
        raise ValueError("a data key has 32 bytes")
    derived = hmac.HMAC(key, suite.digest())
    derived.update(b"qingshan chunk" + salt)
    return suite.cipher(derived.finalize()[: suite.key_bytes])
