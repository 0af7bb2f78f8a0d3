"""Files within a form: sealed while the body is read, so that nothing lies in clear on any disk.

Werkzeug would spool a file above 500 KiB to a temporary file. Here each file goes chunk by chunk
into the evidence store; what no row came to hold is taken back when the request ends.
"""

import io
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, Any

from flask import Request, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.formparser import FormDataParser, MultiPartParser
from werkzeug.sansio.multipart import File

from casework.errors import Unavailable
from casework.evidence.arriving import ArrivingFile
from casework.terms import EvidenceKind
from portal.means import means

MEGABYTE = 1024 * 1024
# A file that is too large is read to its end and told of; it must not cost the words around it.
LARGEST_FORM = 512 * MEGABYTE
LARGEST_BODY = 512 * 1024  # of everything that carries no files, and of one piece of an upload

KINDS = {"photos": EvidenceKind.PHOTO, "recordings": EvidenceKind.RECORDING}
MOST = {EvidenceKind.PHOTO: 9, EvidenceKind.RECORDING: 3}
TAKES_FILES = frozenset({"tip.send", "supplement.send"})


class Swallowed(io.RawIOBase):
    """Where a file goes that nobody asked for."""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return len(data)

    def seek(self, *_place: int) -> int:
        return 0


@dataclass
class Arrived:
    """A file of this request. `file` is sealed; its name is known until it is sealed too."""

    kind: EvidenceKind
    name: str = field(repr=False)
    file: ArrivingFile = field(repr=False)


@dataclass
class Arrivals:
    """All files of one request. `surplus` were too many; `lost` could not be stored for reasons of our own."""

    files: list[Arrived] = field(default_factory=list)
    surplus: int = 0
    lost: int = 0
    _settled: bool = False

    def take(self, name: str, file_name: str) -> IO[bytes]:
        """Where the parser writes the next file."""
        kind = KINDS[name]
        if Counter(f.kind for f in self.files)[kind] >= MOST[kind]:
            self.surplus += 1
            return Swallowed()  # type: ignore[return-value]
        try:
            file = ArrivingFile(means().store, means().public_key("reading"))
        except Unavailable:
            self.lost += 1
            return Swallowed()  # type: ignore[return-value]
        self.files.append(Arrived(kind, file_name, file))
        return file  # type: ignore[return-value]

    def settle(self) -> None:
        """Makes what arrived durable; before any transaction, and once."""
        if self._settled:
            return
        self._settled = True
        for arrived in self.files:
            arrived.file.finish()
        self.lost += sum(a.file.fault == "unavailable" for a in self.files)
        self.files = [a for a in self.files if a.file.fault != "unavailable"]

    @property
    def size_bytes(self) -> int:
        return sum(arrived.file.size_bytes for arrived in self.files)

    def discard(self) -> None:
        for arrived in self.files:
            arrived.file.discard()


class PortalRequest(Request):
    """A request whose files are sealed as they come, and whose body is as large as its address allows."""

    @property
    def arrivals(self) -> Arrivals:
        if "qingshan.arrivals" not in self.environ:
            self.environ["qingshan.arrivals"] = Arrivals()
        found: Arrivals = self.environ["qingshan.arrivals"]
        return found

    @property
    def takes_files(self) -> bool:
        return self.endpoint in TAKES_FILES and self.mimetype == "multipart/form-data"

    @property
    def max_content_length(self) -> int | None:
        return LARGEST_FORM if self.takes_files else LARGEST_BODY

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("the address decides how large a body may be")

    def make_form_data_parser(self) -> FormDataParser:
        return FormParser(
            self,
            max_form_memory_size=self.max_form_memory_size,
            max_content_length=self.max_content_length,
            max_form_parts=self.max_form_parts,
            cls=self.parameter_storage_class,
            silent=False,
        )

    def receive_file(self, name: str | None, file_name: str) -> IO[bytes]:
        """An empty file box sends a file without a name, which is none."""
        if not self.takes_files or name not in KINDS or not file_name:
            return Swallowed()  # type: ignore[return-value]
        return self.arrivals.take(name, file_name)

    def close(self) -> None:
        """At the end of every request, whatever became of it."""
        if "qingshan.arrivals" in self.environ:
            self.arrivals.discard()
        super().close()


class FormParser(FormDataParser):
    """Hands files to the request with the name of their box, and says so when a form is malformed."""

    def __init__(self, request: PortalRequest, **options: Any) -> None:
        super().__init__(**options)
        self._request = request

    def parse(self, *arguments: Any, **options: Any) -> Any:
        try:
            return super().parse(*arguments, **options)
        except ValueError:  # no boundary, cut short, not a form at all
            raise BadRequest("malformed form") from None

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        boundary = options.get("boundary", "").encode("ascii")
        if not boundary:
            raise ValueError("no boundary")
        parser = SealingParser(
            self._request,
            max_form_memory_size=self.max_form_memory_size,
            max_form_parts=self.max_form_parts,
            cls=self.cls,
        )
        form, files = parser.parse(stream, boundary, content_length)
        return stream, form, files


class SealingParser(MultiPartParser):
    def __init__(self, request: PortalRequest, **options: Any) -> None:
        super().__init__(**options)
        self._request = request

    def start_file_streaming(self, event: File, total_content_length: int | None) -> IO[bytes]:
        return self._request.receive_file(event.name, event.filename)


def arrivals() -> Arrivals:
    """The files of the request that is answered now, read to their end and durable."""
    asked: Any = request
    asked.form  # noqa: B018 - reading the form is what makes the files arrive
    found: Arrivals = asked.arrivals
    found.settle()
    return found
