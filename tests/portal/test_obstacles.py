"""Forms that are shown again though nothing in them is wrong: too fast, left open, a machine's, one of very many."""

import time
from collections.abc import Callable

import pytest
from flask import Flask

from casework.db import Database
from portal.waiting_room import FREE, waiting_room
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import ENOUGH, Citizen, photo_states
from tests.portal.conftest import MakePortal, lay_reading_key
from tests.portal.test_tip import tips

Later = Callable[[float], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """`later(9)`: what a browser carries has become nine seconds older."""
    past = [0.0]
    real = time.time
    for place in ("casework.vault.tokens.time.time", "itsdangerous.timed.time.time"):
        monkeypatch.setattr(place, lambda: real() + past[0])

    def move(seconds: float) -> None:
        past[0] += seconds

    return move


def test_faster_than_anybody_types_is_asked_again(desk: Flask, sqlite_db: Database, later: Later) -> None:
    desk.config["FORM_MIN_SECONDS"] = 2
    villager = Citizen(desk).open_form()
    answer = villager.send(files=[(b"\xff\xd8\xff", "a.jpg")])
    assert answer.status_code == 400
    assert "请再按一次" in answer.text
    assert ENOUGH["narrative"] in answer.text
    assert photo_states(answer.text) == ["waiting"]
    later(2)
    villager.send()
    villager.receipt()
    assert len(tips(sqlite_db)) == 1


def test_the_minimum_time_is_at_most_three_seconds(make_portal: MakePortal, sqlite_db: Database) -> None:
    from portal import create_portal

    made = create_portal(make_portal(sqlite_db).extensions["qingshan"])
    assert 0 < made.config["FORM_MIN_SECONDS"] <= 3


@pytest.mark.parametrize("stale", ["csrf_token", "form_key"])
def test_a_form_left_open_for_long_only_has_to_be_pressed_again(
    villager: Citizen, sqlite_db: Database, later: Later, stale: str
) -> None:
    villager.open_form()
    later(5 * 3600 if stale == "csrf_token" else 25 * 3600)
    answer = villager.send(files=[(b"\xff\xd8\xff", "a.jpg")])
    assert answer.status_code == 400
    assert "隔得太久，请再按一次" in answer.text
    assert ENOUGH["narrative"] in answer.text
    villager.send()
    villager.receipt()
    assert photo_states(villager.text) == ["waiting"]
    assert len(tips(sqlite_db)) == 1


def test_a_browser_without_cookies_is_told_so(villager: Citizen) -> None:
    villager.open_form()
    villager.client.delete_cookie("qingshan")
    assert "cookie" in villager.send().text
    villager.send()
    villager.receipt()


def test_a_box_that_only_machines_fill_makes_them_wait(
    villager: Citizen, sqlite_db: Database, later: Later
) -> None:
    answer = villager.open_form().send(website="https://example.com")
    assert answer.status_code == 400
    assert "请等 8 秒再按一次" in answer.text
    assert "https://example.com" not in answer.text
    answer = villager.send(website="https://example.com")  # at once again
    assert answer.status_code == 400
    assert tips(sqlite_db) == []
    later(9)
    villager.send(website="https://example.com")  # a person whose browser fills every box
    villager.receipt()


def test_many_tips_from_one_address_wait_and_none_is_refused(
    villager: Citizen, sqlite_db: Database, later: Later
) -> None:
    for _ in range(FREE["tip"]):
        villager.tip()
    answer = villager.open_form().send(files=[(b"\xff\xd8\xff", "a.jpg")])
    assert answer.status_code == 429
    assert "现在人多，请等 8 秒再按一次" in answer.text
    assert ENOUGH["narrative"] in answer.text
    token = villager.hidden()["wait"]
    villager.send()
    assert villager.hidden()["wait"] == token  # pressed too early: its clock runs on
    later(9)
    form = villager.hidden()
    villager.send()
    villager.receipt()
    assert photo_states(villager.text) == ["waiting"]
    assert len(tips(sqlite_db)) == FREE["tip"] + 1
    villager.open_form()
    assert villager.send(wait=form["wait"]).status_code == 429  # a token passes once


def test_another_village_is_not_held_up(desk: Flask, sqlite_db: Database) -> None:
    busy = Citizen(desk, "192.0.2.1")
    for _ in range(FREE["tip"]):
        busy.tip()
    assert busy.open_form().send().status_code == 429
    Citizen(desk, "192.0.2.2").tip()


def test_many_look_ups_wait_and_keep_what_was_typed(desk: Flask, later: Later) -> None:
    villager = Citizen(desk)
    code, _ = villager.tip()
    for _ in range(FREE["look-up"]):
        assert villager.look_up(code).status_code == 303
    answer = villager.look_up(code)
    assert answer.status_code == 429
    assert code in answer.text
    later(9)
    assert villager.post("/track", villager.hidden() | {"receipt_code": code}).location == "/track/tip"


def test_a_network_of_one_household_is_one_address(desk: Flask) -> None:
    with desk.app_context():
        for n in range(FREE["tip"]):
            with desk.test_request_context("/", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"}):
                assert waiting_room().may_pass("tip")
        with desk.test_request_context("/", environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}):
            assert not waiting_room().may_pass("tip")
        with desk.test_request_context("/", environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"}):
            assert waiting_room().may_pass("tip")


def test_processes_share_their_counters_in_redis(
    make_portal: MakePortal, sqlite_db: Database, keys: KeyFolders, redis_url: str
) -> None:
    lay_reading_key(sqlite_db, keys)
    one, other = (make_portal(sqlite_db, rate_limit_url=redis_url) for _ in range(2))
    for n in range(FREE["tip"]):
        Citizen((one, other)[n % 2]).tip()
    assert Citizen(other).open_form().send().status_code == 429
    import redis

    with redis.Redis.from_url(redis_url) as client:
        names = b" ".join(client.keys("*"))
    assert b"127.0.0.1" not in names


def test_where_the_counters_are_gone_people_are_let_through(
    make_portal: MakePortal, sqlite_db: Database, keys: KeyFolders, caplog: pytest.LogCaptureFixture
) -> None:
    lay_reading_key(sqlite_db, keys)
    villager = Citizen(make_portal(sqlite_db, rate_limit_url="redis://127.0.0.1:1/0"))
    villager.tip()
    assert "counters unavailable" in caplog.text


def test_addresses_are_believed_only_of_proxies_that_are_ours(
    make_portal: MakePortal, sqlite_db: Database, keys: KeyFolders
) -> None:
    lay_reading_key(sqlite_db, keys)
    for proxies, held_up in ((0, True), (1, False)):
        app = make_portal(sqlite_db, proxies=proxies)
        for n in range(FREE["tip"] + 1):
            villager = Citizen(app)
            villager.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{n}"
            villager.open_form().send()
        assert villager.page is not None
        assert (villager.page.status_code == 429) == held_up


def test_very_many_bytes_with_forms_wait_once_and_keep_the_photos(
    villager: Citizen, monkeypatch: pytest.MonkeyPatch, later: Later
) -> None:
    monkeypatch.setitem(FREE, "bytes", 1000)
    answer = villager.open_form().send(files=[(b"\xff\xd8\xff" + b"x" * 2000, "a.jpg")])
    assert answer.status_code == 429
    assert photo_states(answer.text) == ["waiting"]
    villager.send()  # the photo is there already and is not counted again
    villager.receipt()
    assert photo_states(villager.text) == ["waiting"]
