"""A browser of few words over one kept connection: cookies, hidden fields, forms."""

import random
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from tests.portal.citizen import BOUNDARY, hidden, multipart

FORM = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def hidden(self) -> dict[str, str]:
        return hidden(self.text)


class Visitor:
    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._http = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, Any]) -> Answer:
        return self.ask(
            "POST", path, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        )

    def send(self, path: str, fields: dict[str, Any], photo: bytes = b"") -> Answer:
        """As browsers send a form that takes files."""
        files = [("photos", "p.jpg", photo)] if photo else []
        return self.ask("POST", path, multipart(fields, files), {"Content-Type": FORM})

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Each request from an address of its own: how many come from one is not what is measured."""
        address = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
        cookies = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        self._http.request(method, path, body or None, {"X-Forwarded-For": address, **cookies, **headers})
        answer = self._http.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name.strip()] = value
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, told, answer.read())

    def close(self) -> None:
        self._http.close()
