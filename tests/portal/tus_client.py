"""A small tus 1.0 client, written after the protocol and not after the server; its line can be cut anywhere."""

from base64 import b64encode
from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PIECE = 256 * 1024
VERSION = {"Tus-Resumable": "1.0.0"}


class LineCut(Exception):
    """The network went away."""


@dataclass
class Uploader:
    client: FlaskClient
    csrf_token: str
    form_key: str
    cut_after: int | None = None  # pieces
    address: str = ""
    sent: int = field(default=0)

    @property
    def headers(self) -> dict[str, str]:
        return VERSION | {"X-CSRFToken": self.csrf_token}

    def create(self, size: int, name: str = "a.jpg", **headers: str) -> TestResponse:
        described = f"filename {b64encode(name.encode()).decode()}"
        asked = {"Upload-Length": str(size), "Upload-Metadata": described, "Upload-Form": self.form_key}
        answer = self.client.post("/tip/photos", headers=self.headers | asked | headers)
        if answer.status_code == 201:
            self.address = answer.headers["Location"]
        return answer

    def offset(self) -> int:
        answer = self.client.head(self.address, headers=self.headers)
        assert answer.status_code == 200
        return int(answer.headers["Upload-Offset"])

    def piece(self, offset: int, data: bytes, **headers: str) -> TestResponse:
        asked = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.client.patch(self.address, data=data, headers=self.headers | asked | headers)

    def upload(self, data: bytes) -> None:
        """Creates where needed, asks how far it came, and goes on from there."""
        if not self.address:
            assert self.create(len(data)).status_code == 201
        offset = self.offset()
        while offset < len(data):
            if self.cut_after is not None and self.sent >= self.cut_after:
                raise LineCut
            answer = self.piece(offset, data[offset : offset + PIECE])
            assert answer.status_code == 204
            offset, self.sent = int(answer.headers["Upload-Offset"]), self.sent + 1
