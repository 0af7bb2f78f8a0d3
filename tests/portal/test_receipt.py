"""The receipt: shown from a sealed cookie only, again on reload, until it is put away."""

import re
import time

import pytest
from flask import Flask

from casework.db import Database
from tests.factories import photos
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import Citizen, photo_states
from tests.portal.conftest import MakePortal, lay_reading_key


def test_it_is_shown_again_on_reload_and_no_more_when_put_away(citizen: Citizen) -> None:
    first = citizen.tip()
    citizen.page = citizen.client.get("/tip/received")
    assert first[0] in re.sub(r"<[^>]+>|\s", "", citizen.text)
    assert citizen.press("/tip/received").location == "/track"
    answer = citizen.get("/tip/received")
    assert answer.status_code == 410
    assert "data-receipt-code" not in answer.text


def test_ten_minutes_later_it_is_put_away(villager: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    villager.tip()
    kept = villager.client.get_cookie("receipt")
    assert kept
    assert kept.max_age == 600
    later = time.time() + 601
    monkeypatch.setattr("casework.vault.tokens.time.time", lambda: later)
    villager.client.set_cookie("receipt", kept.value)
    assert villager.get("/tip/received").status_code == 410


def test_another_browser_sees_nothing(desk: Flask) -> None:
    Citizen(desk).tip()
    assert Citizen(desk).get("/tip/received").status_code == 410


def test_the_square_and_the_slip_hold_the_address_of_the_track_page_alone(villager: Citizen) -> None:
    villager.tip(files=[(photos.jpeg(), "a.jpg")])
    slip = villager.text.split("data-slip>")[1].split("</article>")[0]
    assert "/track</span>" in slip
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in slip
    assert not re.search("举报|采矿|占地|挖", slip)
    assert photo_states(villager.text) == ["waiting"]


def test_the_cookie_is_sealed_and_bound_to_the_host(
    make_portal: MakePortal, sqlite_db: Database, keys: KeyFolders
) -> None:
    lay_reading_key(sqlite_db, keys)
    citizen = Citizen(make_portal(sqlite_db, https=True))
    citizen.client.environ_base["wsgi.url_scheme"] = "https"
    answer = citizen.open_form().send()
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and "receipt=" in value)
    assert cookie.startswith("__Host-receipt=")
    for mark in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict", "Max-Age=600"):
        assert mark in cookie
    assert "Domain" not in cookie
