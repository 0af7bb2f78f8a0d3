"""A form with photos too large to hold, made while it is read; and a portal to send it to."""

import io
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from casework import schema
from casework.bells import Bells
from casework.db import Database
from casework.officers import actions as officers
from casework.vault.keys import reading_public_keys
from casework.vault.storage import open_store
from config.settings import Settings
from portal import create_portal
from portal.means import Means
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import BOUNDARY, ENOUGH, Citizen, multipart

PIECE = bytes(range(256)) * 256


class Body(io.RawIOBase):
    """Bytes that come as they are asked for."""

    content_type = f"multipart/form-data; boundary={BOUNDARY}"

    def __init__(self, pieces: Iterator[bytes], size: int) -> None:
        self._pieces, self._rest, self._size, self._at = pieces, b"", size, 0

    def seek(self, place: int, whence: int = 0) -> int:
        """The client only measures how long it is."""
        self._at = self._size if whence == io.SEEK_END else place
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._pieces)
            except StopIteration:
                return 0
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


def send(folder: Path, *, photos: int, megabytes: int) -> tuple[int, int]:
    """The answer's status, and by how many megabytes the process grew."""
    citizen = Citizen(_portal(folder)).open_form()
    body = _form(citizen.hidden() | ENOUGH, photos, megabytes)
    before = _peak()
    answer = citizen.client.post("/tip", input_stream=body, content_type=body.content_type)
    return answer.status_code, (_peak() - before) // 1024


def _peak() -> int:
    """Kilobytes that this process has had at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _form(fields: dict[str, str], photos: int, megabytes: int) -> Body:
    head = multipart(fields).removesuffix(f"--{BOUNDARY}--\r\n".encode())
    opening = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\n'.encode()
    )
    pieces, end = megabytes * 1024 * 1024 // len(PIECE), f"--{BOUNDARY}--\r\n".encode()

    def whole() -> Iterator[bytes]:
        yield head
        for _ in range(photos):
            yield opening
            for _ in range(pieces):
                yield PIECE
            yield b"\r\n"
        yield end

    size = len(head) + photos * (len(opening) + pieces * len(PIECE) + 2) + len(end)
    return Body(whole(), size)


def _portal(folder: Path) -> Flask:
    keys = KeyFolders(folder / "keys")
    db = Database(f"sqlite:///{folder / 'qingshan.db'}")
    schema.migrate(db)
    with db.begin() as session:
        for number, public in reading_public_keys(keys.office).items():
            officers.publish_key(session, purpose="reading", number=number, public=public)
    app = create_portal(
        Means(
            settings=replace(Settings()),
            db=db,
            store=open_store(f"file://{folder / 'evidence'}"),
            bells=Bells(f"sqlite:///{folder / 'queue.db'}"),
            portal_keys=keys.portal,
            receipt_keys=keys.receipt,
        )
    )
    app.config["FORM_MIN_SECONDS"] = 0
    return app


if __name__ == "__main__":
    print(*send(Path(sys.argv[1]), photos=9, megabytes=20))  # noqa: T201 - the test reads it
