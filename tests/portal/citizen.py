"""A citizen without script: fetches a page, fills its form, sends it with everything the page had hidden in it."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ENOUGH = {
    "category": "unlicensed",
    "place": "沟口第二个岔口",
    "narrative": "天黑以后有挖机往外拉石料",
    "pledge": "y",
}
File = tuple[bytes, str]
BOUNDARY = "----citizen7d1f"


class Hidden(HTMLParser):
    """Hidden values of the page's forms, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") == "hidden" and found.get("name"):
            self.values[str(found["name"])] = found.get("value") or ""


def hidden(html: str) -> dict[str, str]:
    parser = Hidden()
    parser.feed(html)
    return parser.values


def multipart(fields: dict[str, Any], files: Iterable[tuple[str, str, bytes]] = ()) -> bytes:
    """A form as browsers write it: fields, then files as (box, name, content)."""
    parts = [(f'name="{name}"', "", str(value).encode()) for name, value in fields.items()]
    parts += [
        (f'name="{box}"; filename="{name}"', "Content-Type: image/jpeg\r\n", body)
        for box, name, body in files
    ]
    head = "--{}\r\nContent-Disposition: form-data; {}\r\n{}\r\n"
    whole = [head.format(BOUNDARY, said, kind).encode() + body + b"\r\n" for said, kind, body in parts]
    return b"".join(whole) + f"--{BOUNDARY}--\r\n".encode()


class Citizen:
    """`page` is the last answer; a form that is sent carries what that page had hidden."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.page: TestResponse | None = None

    def get(self, path: str) -> TestResponse:
        self.page = self.client.get(path)
        return self.page

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        self.page = self.client.post(path, data=fields or {}, **more)
        return self.page

    @property
    def text(self) -> str:
        assert self.page is not None
        return self.page.text

    def hidden(self) -> dict[str, str]:
        return hidden(self.text)

    # ── a tip ──
    def open_form(self) -> "Citizen":
        assert self.get("/tip").status_code == 200
        return self

    def send(self, *, files: Iterable[File] = (), box: str = "photos", **fields: Any) -> TestResponse:
        """Sends the form of the last page; a field given as None is left out."""
        return self._send("/tip", ENOUGH | fields, files, box)

    def supplement(self, *, files: Iterable[File] = (), **fields: Any) -> TestResponse:
        return self._send("/track/supplement", fields, files, "photos")

    def _send(self, path: str, fields: dict[str, Any], files: Iterable[File], box: str) -> TestResponse:
        whole = {name: value for name, value in (self.hidden() | fields).items() if value is not None}
        return self.send_body(path, multipart(whole, [(box, name, body) for body, name in files]))

    def send_body(
        self, path: str, body: bytes, kind: str = f"multipart/form-data; boundary={BOUNDARY}"
    ) -> TestResponse:
        self.page = self.client.post(path, data=body, content_type=kind)
        return self.page

    def receipt(self) -> tuple[str, str]:
        """Code and number, from the page a sent form leads to."""
        assert self.page is not None
        assert (self.page.status_code, self.page.location) == (303, "/tip/received"), self.text
        html = self.get("/tip/received").text
        code = re.search(r"data-receipt-code[^>]*>(.*?)</p>", html, re.S)
        number = re.search(r"data-tip-number[^>]*>([^<]+)<", html)
        assert code
        assert number
        return re.sub(r"\D", "", re.sub(r"<[^>]*>", "", code[1])), number[1]

    def tip(self, **fields: Any) -> tuple[str, str]:
        """A whole tip at once: form, sending, receipt."""
        self.open_form().send(**fields)
        return self.receipt()

    # ── the way back ──
    def look_up(self, code: str) -> TestResponse:
        self.get("/track")
        return self.post("/track", self.hidden() | {"receipt_code": code})

    def follow(self, code: str) -> "Citizen":
        assert self.look_up(code).location == "/track/tip"
        assert self.get("/track/tip").status_code == 200
        return self

    def press(self, path: str, **fields: Any) -> TestResponse:
        """A form that asks for nothing but its token."""
        return self.post(path, {"csrf_token": self.hidden()["csrf_token"]} | fields)


def photo_states(html: str) -> list[str]:
    return re.findall(r'data-photo-state="(\w+)"', html)


def faults(html: str) -> list[str]:
    """The sentences of the error summary."""
    box = re.search(r"data-faults>(.*?)</div>", html, re.S)
    return re.findall(r"<a href=[^>]*>([^<]*)</a>", box[1]) if box else []
