"""Where sealed files lie: a folder, or any S3-compatible store. Only ciphertext comes here.

Names are random and tell nothing. Whatever goes wrong is one exception, and nothing is half-stored.
"""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from casework.errors import Unavailable
from config.settings import S3

_NAME = re.compile(r"[0-9a-z]{2}(/[0-9a-z]{2})?/[0-9a-z][0-9a-z-]{7,71}")
_READ = 256 * 1024
ROOM = 512 * 1024  # bytes that must be free before a store is called healthy: one part and some room


class StoreUnavailable(Unavailable):
    """The store cannot be reached, is full, may not be written, or its folder is gone. Try again."""


class BlobMissing(StoreUnavailable):
    """The store answers and does not have this blob."""


class Store(Protocol):
    def write_part(self, blob: str, index: int, data: bytes, *, offset: int) -> None:
        """Part `index` of a blob, which lies at byte `offset` of the whole. Writing it again replaces it."""

    def finish(self, blob: str) -> None:
        """Makes the parts written so far durable. May be called again, and before more parts follow."""

    def read_parts(self, blob: str) -> Iterator[bytes]:
        """The whole blob in pieces of any size. Raises BlobMissing."""

    def size(self, blob: str) -> int:
        """Bytes stored. Raises BlobMissing."""

    def delete(self, blob: str) -> None:
        """Also where it is gone already."""

    def healthy(self) -> bool:
        """Whether a part could be written now; tries it, never raises."""


def new_blob_name() -> str:
    """Two levels of folders and a random name: 256 × 256 folders hold millions of files evenly."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:4]}/{name[4:]}"


def open_store(url: str, s3: S3 | None = None) -> Store:
    """`file://folder` (relative allowed) or `s3://bucket/prefix`. Reaching it is tried by `healthy`, not here."""
    scheme, _, place = url.partition("://")
    if scheme == "file" and place:
        return FolderStore(Path(place))
    if scheme == "s3" and place:
        from casework.vault.storage_s3 import S3Store

        bucket, _, prefix = place.partition("/")
        return S3Store(s3 or S3(), bucket, prefix.strip("/"))
    raise ValueError("an evidence store is file://folder or s3://bucket/prefix")


def checked(blob: str) -> str:
    """Blob names come from the database; one that is not of our making never becomes a path."""
    if not _NAME.fullmatch(blob):
        raise ValueError("not a blob's name")
    return blob


class FolderStore:
    """Files of mode 0600 in folders of mode 0700.

    The root is made when the store is opened and never later: a volume that went away must not
    be replaced by a folder on the disk beneath it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            pass  # `healthy` tells, and the first write raises

    def write_part(self, blob: str, index: int, data: bytes, *, offset: int) -> None:
        path = self._path(blob)
        try:
            fd, size_before = self._open_for_writing(path)
            try:
                _write_whole(fd, data, offset)
            except OSError:
                _take_back(fd, path, size_before, offset)
                raise
            finally:
                os.close(fd)
        except OSError as error:
            raise _unavailable(error) from None

    def finish(self, blob: str) -> None:
        path = self._path(blob)
        try:
            _sync(path)
            _sync(path.parent)
        except OSError as error:
            raise _unavailable(error) from None

    def read_parts(self, blob: str) -> Iterator[bytes]:
        path = self._path(blob)
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with os.fdopen(fd, "rb", buffering=0) as file:
                while piece := file.read(_READ):
                    yield piece
        except FileNotFoundError:
            raise self._missing() from None
        except OSError as error:
            raise _unavailable(error) from None

    def size(self, blob: str) -> int:
        try:
            return self._path(blob).stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            raise self._missing() from None
        except OSError as error:
            raise _unavailable(error) from None

    def delete(self, blob: str) -> None:
        path = self._path(blob)
        try:
            path.unlink()
            _sync(path.parent)
        except FileNotFoundError:
            if not self.root.is_dir():
                raise StoreUnavailable("the folder is gone") from None
        except OSError as error:
            raise _unavailable(error) from None

    def healthy(self) -> bool:
        probe = self.root / f".probe-{secrets.token_hex(4)}"
        try:
            room = os.statvfs(self.root)
            if room.f_bavail * room.f_frsize < ROOM:
                return False
            fd = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                os.write(fd, b"probe")
            finally:
                os.close(fd)
                probe.unlink()
        except OSError:
            return False
        return True

    def _path(self, blob: str) -> Path:
        return self.root / checked(blob)

    def _open_for_writing(self, path: Path) -> tuple[int, int | None]:
        """The open file, and its size if it was there before."""
        flags = os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            fd = os.open(path, flags)
        except FileNotFoundError:
            self._make_folders(path.parent)
            return os.open(path, flags | os.O_CREAT, 0o600), None
        return fd, os.fstat(fd).st_size

    def _make_folders(self, folder: Path) -> None:
        for step in [*reversed(folder.relative_to(self.root).parents), folder.relative_to(self.root)][1:]:
            try:
                (self.root / step).mkdir(mode=0o700)
            except FileExistsError:
                continue
            _sync((self.root / step).parent)

    def _missing(self) -> StoreUnavailable:
        return BlobMissing("no such blob") if self.root.is_dir() else StoreUnavailable("the folder is gone")


def _write_whole(fd: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(fd, rest, offset)
        rest, offset = rest[written:], offset + written


def _take_back(fd: int, path: Path, size_before: int | None, offset: int) -> None:
    """After a write that failed: the file as long as it was, or gone where it was not there."""
    if size_before is None:
        path.unlink(missing_ok=True)
    elif size_before <= offset:
        os.ftruncate(fd, size_before)


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _unavailable(error: OSError) -> StoreUnavailable:
    # The error's number only: its text names a path.
    return StoreUnavailable("the store cannot be used", errno=error.errno or 0)
