"""The yardstick: a bare Flask application with the same form library, tokens and commits, and nothing of the product.

It has the fields of the tip form (contract §3) as plain boxes in a plain template, keeps what is sent as one row
by one durable commit through the bare driver, and finds it again by a keyed digest. No sealing, no trail, no
headers, no languages, no limits.
"""

import hmac
import json
import os
import secrets
import sqlite3
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, redirect, render_template_string, request, session
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    FloatField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

FRAME = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/page.css"></head><body><main><h1>{{ title }}</h1>
<form method="post" enctype="multipart/form-data">{{ form.csrf_token }}
{% for field in form if field.name != "csrf_token" %}<p>{{ field.label }} {{ field }}
{% for error in field.errors %}<b>{{ error }}</b>{% endfor %}</p>{% endfor %}
<button>Send</button></form></main></body></html>"""
TOLD = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>Tip</title></head>
<body><main><h1>{{ number }}</h1><p>{{ at }}</p></main></body></html>"""
KEY = b"the floor keeps no secrets"
COLUMNS = "id INTEGER PRIMARY KEY", "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"


class TipForm(FlaskForm):
    category = RadioField(
        "Category", [InputRequired()], choices=[(k, k) for k in ("unlicensed", "disguised", "land", "other")]
    )
    disguise = SelectField(
        "Disguise", [Optional()], choices=[("", "-"), ("none", "None"), ("wind_power", "Wind")]
    )
    township = SelectField(
        "Township",
        [Optional()],
        choices=[("", "-"), *((str(n), f"Town {n}") for n in range(141122100, 141122110))],
    )
    village = StringField("Village", [Length(max=60)])
    place = StringField("Place", [Length(max=500)])
    longitude = FloatField("Longitude", [Optional()])
    latitude = FloatField("Latitude", [Optional()])
    datum = SelectField("Datum", choices=[(k, k) for k in ("wgs84", "gcj02", "bd09")], default="wgs84")
    point_source = HiddenField(default="map")
    photos = MultipleFileField("Photos")
    recordings = MultipleFileField("Recordings")
    narrative = TextAreaField("Narrative", [DataRequired(), Length(max=5000)])
    ongoing = RadioField("Ongoing", [Optional()], choices=[(k, k) for k in ("yes", "no", "unknown")])
    happened_on = DateField("Day", [Optional()])
    mineral = SelectField("Mineral", [Optional()], choices=[("", "-"), ("stone", "Stone"), ("coal", "Coal")])
    land_class = SelectField("Land", [Optional()], choices=[("", "-"), ("field", "Field"), ("wood", "Wood")])
    subject_kind = SelectField(
        "Subject", choices=[(k, k) for k in ("unknown", "company", "person")], default="unknown"
    )
    subject_name = StringField("Name of subject", [Length(max=200)])
    involves_official = BooleanField("Official")
    identity = RadioField("Identity", choices=[("anonymous", "No"), ("named", "Yes")], default="anonymous")
    informant_name = StringField("Name", [Length(max=60)])
    informant_phone = StringField("Telephone", [Length(max=30)])
    wants_reward = BooleanField("Reward")
    claim_pin = StringField("PIN", [Length(max=6)])
    pledge = BooleanField("True", [DataRequired()])


class CodeForm(FlaskForm):
    receipt_code = StringField("Code", [InputRequired(), Length(max=40)])


class Rows:
    """One connection a thread, as a driver gives it; every `keep` is one durable commit."""

    def __init__(self, url: str) -> None:
        self.url, self.is_sqlite = url, url.startswith("sqlite:///")
        self._own = threading.local()
        self._writing = threading.Lock()
        self._execute(
            f"CREATE TABLE IF NOT EXISTS floor ({COLUMNS[not self.is_sqlite]},"
            " digest CHAR(64) UNIQUE, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, said TEXT)"
        )

    def keep(self, digest: str, said: str) -> None:
        with self._writing if self.is_sqlite else threading.Lock():
            self._execute("INSERT INTO floor (digest, said) VALUES (?, ?)", digest, said)

    def find(self, digest: str) -> Any:
        return self._execute("SELECT id, at FROM floor WHERE digest = ?", digest).fetchone()

    def read(self, number: int) -> Any:
        return self._execute("SELECT id, at FROM floor WHERE id = ?", number).fetchone()

    def count(self) -> int:
        return int(self._execute("SELECT count(*) FROM floor").fetchone()[0])

    def _execute(self, statement: str, *values: Any) -> Any:
        return self._connection().execute(
            statement if self.is_sqlite else statement.replace("?", "%s"), values or ()
        )

    def _connection(self) -> Any:
        if not hasattr(self._own, "connection"):
            self._own.connection = self._connect()
        return self._own.connection

    def _connect(self) -> Any:
        if not self.is_sqlite:
            return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)
        connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None, timeout=5)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection


def digest_of(code: str) -> str:
    return hmac.digest(KEY, code.encode(), sha256).hex()


def application() -> Flask:
    app = Flask("floor")
    app.config.update(SECRET_KEY=KEY, WTF_CSRF_SSL_STRICT=False, MAX_CONTENT_LENGTH=64 << 20)
    CSRFProtect(app)
    rows, files = Rows(os.environ["FLOOR_DATABASE"]), Path(os.environ["FLOOR_FILES"])
    app.add_url_rule("/hello", "hello", lambda: "hello")
    _add_tip(app, rows, files)
    _add_track(app, rows)
    return app


def _add_tip(app: Flask, rows: Rows, files: Path) -> None:
    @app.route("/tip", methods=["GET", "POST"])
    def tip() -> str | Response | tuple[str, int]:
        form = TipForm()
        if request.method == "GET":
            return render_template_string(FRAME, form=form, title="Tip")
        if not form.validate():
            return render_template_string(FRAME, form=form, title="Tip"), 400
        code = secrets.token_hex(10)
        for photo in form.photos.data or ():
            if getattr(photo, "filename", ""):
                _keep_file(photo, files / secrets.token_hex(8))
        said = {name: value for name, value in form.data.items() if name not in ("photos", "recordings")}
        rows.keep(digest_of(code), json.dumps(said, default=str, ensure_ascii=False))
        session["code"] = code
        return redirect("/tip/received", 303)

    @app.get("/tip/received")
    def received() -> str:
        return str(session["code"])


def _add_track(app: Flask, rows: Rows) -> None:
    @app.route("/track", methods=["GET", "POST"])
    def track() -> str | Response | tuple[str, int]:
        form = CodeForm()
        if request.method == "GET":
            return render_template_string(FRAME, form=form, title="Track")
        found = rows.find(digest_of(form.receipt_code.data)) if form.validate() else None
        if found is None:
            return render_template_string(FRAME, form=form, title="Track"), 404
        session["tip"] = found[0]
        return redirect("/track/tip", 303)

    @app.get("/track/tip")
    def track_tip() -> str:
        number, at = rows.read(session["tip"])
        return render_template_string(TOLD, number=number, at=at)


def _keep_file(photo: Any, path: Path) -> None:
    photo.save(path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
