"""The pages that need no form, the two display choices, the way out, and what goes wrong."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask

from casework import policy
from casework.db import Database
from casework.errors import NotFound, Throttled, Unavailable
from portal.guard import public
from tests.portal.conftest import MakePortal

PAGES = ("/", "/help", "/privacy", "/bulletin")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_sets_no_cookie(portal: Flask, path: str) -> None:
    answer = portal.test_client().get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("no-store")


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_a_page_asks_for_one_sheet_one_script_and_one_icon(portal: Flask, path: str) -> None:
    html = portal.test_client().get(path).text
    fetched = re.findall(r'(?:<link|<script|<img)[^>]+(?:href|src)="([^"]+)"', html)
    assert len(fetched) == 3
    for address in fetched:
        assert portal.test_client().get(address).status_code == 200


def test_static_files_are_packed_for_who_can_unpack_them(portal: Flask) -> None:
    client = portal.test_client()
    sheet = re.search(r'href="(/static/portal[^"]+css)"', client.get("/").text)
    assert sheet
    packed = client.get(sheet[1], headers={"Accept-Encoding": "gzip"})
    plain = client.get(sheet[1], headers={"Accept-Encoding": "identity"})
    assert packed.content_encoding == "gzip"
    assert plain.content_encoding is None
    assert len(packed.data) < len(plain.data) / 3
    assert "immutable" in packed.headers["Cache-Control"]


def test_the_front_page_says_what_the_policy_says(portal: Flask) -> None:
    html = portal.test_client().get("/").text
    for kind in policy.current().categories.values():
        assert kind.words in html
    for line in policy.current().site.hotlines.values():
        assert f'href="tel:{line.number}"' in html
    assert "5,000 元 至 300,000 元" in html
    assert "占地类举报不发奖励" in html


def test_examples_are_called_examples(portal: Flask) -> None:
    html = portal.test_client().get("/").text
    examples = [way for way in policy.current().site.ways.values() if way.example]
    assert html.count('class="example"') == len(examples) + policy.current().site.footer.example


def test_an_undecided_way_of_paying_is_not_promised(make_portal: MakePortal, sqlite_db: Database) -> None:
    html = make_portal(sqlite_db, demo=False).test_client().get("/").text
    assert "县里还没有定" in html
    assert "不留名也能领" not in html


def test_only_the_demo_calls_itself_one(make_portal: MakePortal, sqlite_db: Database) -> None:
    assert 'class="demo"' in make_portal(sqlite_db, demo=True).test_client().get("/").text
    assert 'class="demo"' not in make_portal(sqlite_db, demo=False).test_client().get("/").text


def test_large_type_is_kept_by_a_cookie_that_dies_with_the_browser(portal: Flask) -> None:
    client = portal.test_client()
    answer = client.get("/display?set=large&back=/help")
    assert (answer.status_code, answer.location) == (303, "/help")
    assert "expires" not in answer.headers["Set-Cookie"].lower()
    assert "max-age" not in answer.headers["Set-Cookie"].lower()
    assert 'data-type="large"' in client.get("/help").text
    client.get("/display?set=normal&back=/help")
    assert 'data-type="large"' not in client.get("/help").text


def test_the_language_is_kept_likewise(portal: Flask) -> None:
    client = portal.test_client()
    client.get("/display?set=en&back=/")
    assert '<html lang="en"' in client.get("/").text
    client.get("/display?set=zh")
    assert '<html lang="zh-CN"' in client.get("/").text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/a?b=c", ""])
def test_the_way_back_never_leads_elsewhere(portal: Flask, back: str) -> None:
    answer = portal.test_client().get("/display", query_string={"set": "large", "back": back})
    assert answer.location == "/"


def test_over_https_cookies_are_bound_to_the_host(make_portal: MakePortal, sqlite_db: Database) -> None:
    answer = make_portal(sqlite_db, https=True).test_client().get("/display?set=large")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-type=large;")
    for mark in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert mark in cookie


def test_leaving_takes_what_the_browser_kept_of_us(portal: Flask) -> None:
    client = portal.test_client()
    client.get("/display?set=large")
    answer = client.get("/leave")
    assert answer.status_code == 303
    assert answer.location.startswith("https://")
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert client.get_cookie("type") is None


class Titles(HTMLParser):
    """Text inside <title>."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.text = False, ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag == "title"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data


@pytest.mark.parametrize("path", [*PAGES, "/nowhere"])
def test_a_title_in_the_history_names_no_act(portal: Flask, path: str) -> None:
    titles = Titles()
    titles.feed(portal.test_client().get(path).text)
    assert titles.text.strip()
    assert not re.search("举报|采矿|占地", titles.text)


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFound()), (429, Throttled()), (503, Unavailable()), (500, RuntimeError("secret words"))],
)
def test_what_goes_wrong_is_said_in_plain_words(portal: Flask, status: int, error: Exception) -> None:
    def fail() -> str:
        raise error

    portal.add_url_rule("/fails", "fails", public(fail))
    answer = portal.test_client().get("/fails")
    assert answer.status_code == status
    assert "<h1>" in answer.text
    assert "secret words" not in answer.text
    assert not re.search("系统错误|操作成功|用户|非法输入", answer.text)


@pytest.mark.parametrize("name", ["400", "403", "404", "405", "409", "413", "429", "500", "503", "expired"])
def test_each_fault_has_a_page_of_its_own(portal: Flask, name: str) -> None:
    with portal.test_request_context("/"):
        html = portal.jinja_env.get_template(f"errors/portal_{name}.html").render(**_facts(portal))
    assert html.count("<h1>") == 1


def _facts(portal: Flask) -> dict[str, object]:
    facts: dict[str, object] = {}
    portal.update_template_context(facts)
    return facts


def test_nothing_is_written_in_the_page_itself(portal: Flask) -> None:
    for path in PAGES:
        html = portal.test_client().get(path).text
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", html)


def test_the_watching_machine_is_answered(portal: Flask) -> None:
    client = portal.test_client()
    assert client.get("/healthz").json == {"alive": True}
    answer = client.get("/readyz")
    assert answer.status_code == 503  # no reading key was laid down in this database
    assert answer.json == {"ready": False, "database": True, "queue": True, "store": True, "keys": False}
