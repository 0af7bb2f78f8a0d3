"""A browser without pictures: signs in with password and time code, reads forms off pages, sends them back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pyotp
from flask import Flask
from werkzeug.test import Client, TestResponse

from casework import calendar


@dataclass
class PageForm:
    """A form as it stands on a page; `fields` are what a browser would send if nothing were changed."""

    deed: str
    action: str
    fields: dict[str, str | list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Browser:
    """One browser with its cookies; `page` is the last page it was shown."""

    def __init__(self, app: Flask, origin: str = "http://localhost") -> None:
        self.http, self.origin = Client(app), origin
        self.page: TestResponse | None = None
        self.address = ""
        self._token = ""

    def get(self, address: str, **kwargs: Any) -> TestResponse:
        self.address, self.page = address, self.http.get(address, base_url=self.origin, **kwargs)
        return self.page

    def submit(self, deed: str, *, which: Mapping[str, str] | None = None, **fields: Any) -> TestResponse:
        """Fills the form of that name on the last page and sends it. `which` picks one among several."""
        form = self.form(deed, which=which)
        return self.post(form.action or self.address, {**form.fields, **fields})

    def post(self, address: str, fields: Mapping[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Sends fields as they are; the token of the last page that had one goes along."""
        data = {"csrf_token": self.token(), **(fields or {})}
        self.address, self.page = (
            address,
            self.http.post(address, data=_flat(data), base_url=self.origin, **kwargs),
        )
        return self.page

    def token(self) -> str:
        for form in self.forms():
            if "csrf_token" in form.fields:
                self._token = str(form.fields["csrf_token"])
        return self._token

    def form(self, deed: str, *, which: Mapping[str, str] | None = None) -> PageForm:
        wanted = dict(which or {}).items()
        found = [form for form in self.forms() if form.deed == deed and wanted <= form.fields.items()]
        assert found, f"no form {deed!r} on this page; there are {[form.deed for form in self.forms()]}"
        return found[0]

    def forms(self) -> list[PageForm]:
        return forms_of(text_of(self.page)) if self.page is not None else []

    def text(self) -> str:
        assert self.page is not None
        return text_of(self.page)


def sign_in(
    app: Flask, username: str, password: str, totp_secret: str, *, origin: str = "http://localhost"
) -> Browser:
    """In two steps, as a person does; the time code is that of the clock the product goes by."""
    browser = Browser(app, origin)
    browser.get("/admin/sign-in")
    browser.submit("sign-in", username=username, password=password)
    otp = pyotp.TOTP(totp_secret).at(calendar.now())
    answer = browser.submit("sign-in", otp=otp)
    assert answer.status_code == 303, text_of(answer)
    return browser


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def forms_of(html: str) -> list[PageForm]:
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


def attributes(html: str, name: str) -> list[str]:
    """Every value of an attribute on a page, in order: attributes(page, "data-row")."""
    reader = _AttributeReader(name)
    reader.feed(html)
    return reader.found


def words_of(html: str) -> str:
    """What a reader sees, with runs of blanks as one."""
    reader = _WordReader()
    reader.feed(html)
    return " ".join("".join(reader.words).split())


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "form":
            self._form = PageForm(a.get("data-deed") or "", a.get("action") or "")
            self.forms.append(self._form)
        if self._form is None:
            return
        name = a.get("name") or ""
        if name and "required" in a:
            self._form.required.add(name)
        if tag == "input" and name:
            self._input(self._form, name, a)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._option(self._form, a)
        elif tag == "textarea":
            self._area, self._form.fields[name] = name, ""

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            self._form.fields[self._area] = str(self._form.fields[self._area]) + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = None

    def _input(self, form: PageForm, name: str, a: dict[str, str | None]) -> None:
        kind, value = a.get("type") or "text", a.get("value") or ""
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(value)
            if "checked" not in a:
                return
            if kind == "checkbox" and name in form.fields:
                kept = form.fields[name]
                form.fields[name] = [*(kept if isinstance(kept, list) else [kept]), value]
                return
        if kind != "file":
            form.fields[name] = value

    def _option(self, form: PageForm, a: dict[str, str | None]) -> None:
        value = a.get("value") or ""
        form.choices.setdefault(self._select, []).append(value)
        if "selected" in a or self._select not in form.fields:
            form.fields[self._select] = value


class _AttributeReader(HTMLParser):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == self.name]


class _WordReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """None takes a field away; numbers and enum members go as text."""
    return {name: _value(value) for name, value in fields.items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if (
        isinstance(value, Iterable)
        and not isinstance(value, (str, bytes, tuple))
        and not hasattr(value, "read")
    ):
        return list(value)
    return str(value) if isinstance(value, str) else value
