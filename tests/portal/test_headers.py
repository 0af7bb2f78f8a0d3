"""Every answer wears the policy, errors included; nothing personal is cached; secrets are never packed."""

import pytest
from flask import Flask

from portal.means import Means
from tests.portal.citizen import ENOUGH, Citizen
from tests.portal.test_uploads import uploader

WORN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def check(answer) -> None:
    for name, value in WORN.items():
        assert answer.headers[name] == value, name
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"].startswith("no-store")
    assert "Content-Encoding" not in answer.headers
    assert "Server" not in answer.headers


def test_pages_errors_and_pieces_of_uploads_wear_them(villager: Citizen) -> None:
    client = villager.client
    ahead = uploader(villager)
    answers = [
        client.get("/tip"),
        client.get("/tip", headers={"Accept-Encoding": "gzip"}),
        villager.send(pledge=None),
        client.post("/tip", data={}),
        client.get("/tip/received"),
        client.get("/track"),
        client.get("/track/tip"),
        client.post("/track/withdraw"),
        client.put("/tip"),
        client.get("/nowhere"),
        client.options("/tip/photos"),
        ahead.create(10),
        client.head(ahead.address, headers=ahead.headers),
        ahead.piece(3, b"x"),
        ahead.piece(0, b"x" * 10),
        client.get(ahead.address),
        client.delete(ahead.address, headers=ahead.headers),
        client.get(ahead.address),
    ]
    for answer in answers:
        check(answer)
    assert {answer.status_code for answer in answers} >= {200, 201, 204, 303, 400, 404, 405, 409, 410}


def test_only_the_tip_form_may_ask_the_device_where_it_is(villager: Citizen) -> None:
    assert "geolocation=(self)" in villager.get("/tip").headers["Permissions-Policy"]
    assert "geolocation=()" in villager.get("/track").headers["Permissions-Policy"]
    assert "blob:" in villager.get("/tip").headers["Content-Security-Policy"]
    assert "blob:" not in villager.get("/track").headers["Content-Security-Policy"]


def test_a_failure_of_our_own_wears_them_tells_nothing_and_keeps_the_words(
    desk: Flask, villager: Citizen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    villager.open_form()
    means: Means = desk.extensions["qingshan"]

    def fail(**_named: bool) -> None:
        raise RuntimeError("words of somebody")

    monkeypatch.setattr(means, "seals", fail)
    answer = villager.send()
    assert answer.status_code == 500
    check(answer)
    assert "您写的还在，请再按一次" in answer.text
    assert ENOUGH["narrative"] in answer.text
    assert "words of somebody" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text
