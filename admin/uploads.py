"""Files within the office's forms: sealed while they arrive, taken back at the end unless a row came to hold them."""

import io
from dataclasses import dataclass
from typing import IO, cast

from flask import Flask, Request, g, request

from admin.means import means
from casework.evidence.actions import MOST_BYTES, MOST_PHOTOS
from casework.evidence.arriving import ArrivingFile
from casework.officers.queries import newest_public_key

# Which addresses take photos; everywhere else a body is as small as words are.
TAKES_FILES = frozenset({"intake.send", "clues.photos"})
LARGEST_FORM = (MOST_PHOTOS + 1) * MOST_BYTES
LARGEST_BODY = 512 * 1024


class OfficeRequest(Request):
    """Werkzeug would write files above 500 KiB to disk in clear (confidentiality.md, Things)."""

    @property
    def takes_files(self) -> bool:
        return self.endpoint in TAKES_FILES and self.mimetype == "multipart/form-data"

    @property
    def max_content_length(self) -> int | None:
        return LARGEST_FORM if self.takes_files else LARGEST_BODY

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("the address decides how large a body may be")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast("IO[bytes]", new_file() if self.takes_files and filename else Swallowed())


class Swallowed(io.RawIOBase):
    """A file that nobody may send here: its bytes go nowhere."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return len(cast("bytes", data))

    def seek(self, *_place: int) -> int:
        return 0


@dataclass(frozen=True)
class Arrived:
    """What came under one name: files to keep, each with its name, and why others cannot be kept."""

    files: list[tuple[ArrivingFile, str]]
    faults: list[str]


def attach(app: Flask) -> None:
    app.request_class = OfficeRequest
    app.teardown_request(discard_unkept)


def new_file() -> io.RawIOBase:
    """Sealed for who is signed in, up to the number that one form may bring; beyond it, nothing is stored."""
    known: list[ArrivingFile] = g.setdefault("arriving", [])
    if g.get("officer") is None or len(known) >= MOST_PHOTOS:
        return Swallowed()
    if "reading_key" not in g:
        with means().db.read() as session:
            g.reading_key = newest_public_key(session, "reading")
    known.append(ArrivingFile(means().store, g.reading_key))
    return known[-1]


def arrived(name: str) -> Arrived:
    """The files of one field, made durable. Call it before the transaction that keeps them."""
    files, faults = [], []
    for sent in request.files.getlist(name):
        file = cast("object", sent.stream)
        if not isinstance(file, ArrivingFile):
            faults += ["too_many"] if sent.filename else []  # an empty box sends a file without a name
        elif file.finish():
            files.append((file, sent.filename or ""))
        elif file.size_bytes:
            faults.append(file.fault)
    return Arrived(files, faults)


def discard_unkept(_error: BaseException | None) -> None:
    for file in g.get("arriving", []):
        file.discard()
