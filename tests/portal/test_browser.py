"""The citizen's pages in a real browser: with script, without it, and with a line that breaks."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect
from werkzeug.serving import make_server

from casework.db import Database
from casework.jobs.worker import Worker
from casework.terms import PointSource
from config.settings import Settings
from tests.factories import photos
from tests.journeys.people import Person, citizen
from tests.machine.key_folders import KeyFolders
from tests.portal.test_photos import files, original
from tests.portal.test_tip import tips

PATIENCE = 30_000


@pytest.fixture
def address(desk: Flask, sqlite_db: Database, keys: KeyFolders, tmp_path: Path) -> Iterator[str]:
    """The portal and a worker beside it, answering on a port."""
    settings = Settings(
        queue_url=f"sqlite:///{tmp_path}/queue.db",
        evidence_url=f"file://{tmp_path}/evidence",
        anchors=tmp_path / "anchors",
    )
    worker, over = Worker(settings, sqlite_db, keys.office), threading.Event()

    def work() -> None:
        while not over.wait(0.2):
            worker.sweep()

    server = make_server("127.0.0.1", 0, desk, threaded=True)
    threads = [threading.Thread(target=deed) for deed in (server.serve_forever, work)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    over.set()
    server.shutdown()
    for thread in threads:
        thread.join(PATIENCE / 1000)
    server.server_close()
    worker.cleaner.close()


@pytest.fixture
def villager(browser: Browser, address: str) -> Iterator[Person]:
    person = citizen(browser, address)
    yield person
    person.context.close()
    assert not person.faults


def put(folder: Path, **contents: bytes) -> list[Path]:
    paths = []
    for name, content in contents.items():
        paths.append(folder / f"{name.replace('_', '.')}")
        paths[-1].write_bytes(content)
    return paths


def fill_in(person: Person) -> None:
    page = person.page
    page.locator('[name="category"][value="unlicensed"]').check()
    page.locator("#narrative").fill("天黑以后有挖机往外拉石料")
    page.locator("#pledge").check()


def tiles(person: Person, state: str, count: int) -> None:
    expect(person.page.locator(f'[data-photo-state="{state}"]')).to_have_count(count, timeout=PATIENCE)


def test_photos_leave_at_once_and_one_of_them_offers_its_place(
    villager: Person, sqlite_db: Database, tmp_path: Path
) -> None:
    page = villager.page
    villager.go("/tip")
    page.locator("#photos").set_input_files(
        put(tmp_path, a_jpg=photos.jpeg(), b_heic=photos.heic(), c_jpg=b"no photo at all" * 99, d_jpg=b"")
    )
    expect(page.locator("[data-suggest]")).to_be_visible()
    expect(page.locator("[data-suggest-told]")).to_have_text("37.5533, 112.1556")
    tiles(villager, "cleaned", 2)
    tiles(villager, "refused", 2)
    assert page.locator("#photos").evaluate("box => box.files.length") == 0
    expect(page.locator('[data-part="3"]')).to_have_class("done")
    villager.seen.discard("/tip")
    villager.look()
    page.locator("[data-suggest-take]").click()
    assert page.locator('[name="point_source"]').input_value() == "photo"
    fill_in(villager)
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    villager.look()
    tiles(villager, "cleaned", 2)
    [tip] = tips(sqlite_db)
    assert (tip.photo_count, tip.point_source, tip.longitude) == (3, PointSource.PHOTO, None)


@pytest.mark.parametrize("kind", ["jpeg", "heic", "webp", "png", "avif"])
def test_the_place_is_read_from_every_kind_of_photo(villager: Person, tmp_path: Path, kind: str) -> None:
    villager.page.goto(f"{villager.url}/tip")
    [path] = put(tmp_path, **{f"a_{kind}": photos.ALL_KINDS[kind]()})
    villager.page.locator("#photos").set_input_files(path)
    expect(villager.page.locator("[data-suggest-told]")).to_have_text("37.5533, 112.1556")


def test_a_place_that_is_left_is_not_taken(villager: Person, sqlite_db: Database, tmp_path: Path) -> None:
    page = villager.page
    villager.page.goto(f"{villager.url}/tip")
    page.locator("#photos").set_input_files(put(tmp_path, a_jpg=photos.jpeg()))
    page.locator("[data-suggest-leave]").click()
    expect(page.locator("[data-suggest]")).to_be_hidden()
    fill_in(villager)
    page.locator("#place").fill("沟口第二个岔口")
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    [tip] = tips(sqlite_db)
    assert tip.cell is None


def test_a_broken_line_is_waited_out_and_sending_waits_for_the_photo(
    villager: Person, desk: Flask, sqlite_db: Database, keys: KeyFolders, tmp_path: Path
) -> None:
    page, cut = villager.page, [0]
    photo = photos.jpeg_with_everything() + b"\0" * 900_000

    def now_and_then(route: Route) -> None:
        cut[0] += route.request.method == "PATCH"
        if route.request.method == "PATCH" and cut[0] in (2, 3):
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/tip/photos/*", now_and_then)
    page.goto(f"{villager.url}/tip")
    page.locator("#photos").set_input_files(put(tmp_path, a_jpg=photo))
    fill_in(villager)
    page.locator("#place").fill("沟口第二个岔口")
    page.get_by_role("button", name="提交举报").click()
    expect(page.locator("[data-uploads-told]")).to_contain_text("等它传完就提交")
    page.wait_for_url("**/tip/received", timeout=PATIENCE)
    assert cut[0] > 4
    [row] = files(sqlite_db)
    assert original(desk, row, keys) == photo
    assert len(tips(sqlite_db)) == 1


def test_a_photo_that_cannot_go_ahead_goes_with_the_form(
    villager: Person, sqlite_db: Database, tmp_path: Path
) -> None:
    page = villager.page
    page.route("**/tip/photos", lambda route: route.fulfill(status=500))
    page.goto(f"{villager.url}/tip")
    page.locator("#photos").set_input_files(put(tmp_path, a_jpg=photos.jpeg()))
    expect(page.locator(".photo [data-said]")).to_have_text("跟表格一起交", timeout=PATIENCE)
    fill_in(villager)
    page.locator("#place").fill("沟口第二个岔口")
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    assert [tip.photo_count for tip in tips(sqlite_db)] == [1]


def test_a_photo_that_is_taken_back_is_gone(villager: Person, sqlite_db: Database, tmp_path: Path) -> None:
    page = villager.page
    page.goto(f"{villager.url}/tip")
    page.locator("#photos").set_input_files(put(tmp_path, a_jpg=photos.jpeg(), b_jpg=photos.jpeg((64, 48))))
    tiles(villager, "cleaned", 2)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="删掉 照片 1").click()
    tiles(villager, "cleaned", 1)
    assert [row.number for row in files(sqlite_db)] == [2]


def test_villages_of_the_chosen_township_are_offered(villager: Person) -> None:
    page = villager.page
    page.goto(f"{villager.url}/tip")
    offered = page.locator("#villages option")
    expect(offered).to_have_count(0)
    page.locator("#village").focus()
    expect(offered.nth(100)).to_be_attached()
    page.locator("#township").select_option(label="天宁镇")
    expect(offered.nth(100)).not_to_be_attached()
    assert "西街" in offered.evaluate_all("all => all.map((one) => one.value)")


def test_everything_works_without_script(
    browser: Browser, address: str, sqlite_db: Database, tmp_path: Path
) -> None:
    person = citizen(browser, address, java_script_enabled=False)
    page = person.page
    page.goto(f"{address}/tip")
    page.locator("#photos").set_input_files(put(tmp_path, a_jpg=photos.jpeg(), b_jpg=photos.jpeg((64, 48))))
    page.locator("#narrative").fill("天黑以后有挖机往外拉石料")
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_role("alert")).to_contain_text("还差 3 处")
    page.get_by_role("button", name="删掉 照片 2").click()
    expect(page.locator("#narrative")).to_have_value("天黑以后有挖机往外拉石料")
    page.locator("#place").fill("沟口第二个岔口")
    page.get_by_role("button", name="大字").click()
    expect(page.locator("#place")).to_have_value("沟口第二个岔口")
    page.locator('[name="category"][value="unlicensed"]').check()
    page.locator("#pledge").check()
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    code = person.text("[data-receipt-code]").replace(" ", "")
    page.get_by_role("button", name="已记好").click()
    page.locator("#receipt_code").fill(code)
    page.locator("#receipt_code").press("Enter")
    page.wait_for_url("**/track/tip")
    page.locator("#message").fill("又来了三辆车")
    page.get_by_role("button", name="发出去").click()
    expect(page.locator("#talk")).to_contain_text("补充了文字")
    page.get_by_role("link", name="撤回举报…").click()
    page.get_by_role("button", name="撤回举报").click()
    expect(page.get_by_role("status").first).to_contain_text("撤回了举报")
    page.get_by_role("button", name="看完了，退出").click()
    page.goto(f"{address}/track/tip")
    expect(page).to_have_url(f"{address}/track")
    assert [tip.photo_count for tip in tips(sqlite_db)] == [1]
    person.context.close()


def test_every_page_of_the_way_reads_well_at_both_widths(villager: Person, tmp_path: Path) -> None:
    page = villager.page
    villager.go("/tip")
    page.locator("#photos").set_input_files(put(tmp_path, a_jpg=photos.jpeg(), b_jpg=b"no photo" * 99))
    tiles(villager, "cleaned", 1)
    page.locator('[name="wants_reward"]').check()
    page.locator("#claim_pin").fill("2580")
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_role("alert")).to_be_focused()
    villager.seen.discard("/tip")
    villager.look()
    fill_in(villager)
    page.locator("#claim_pin").fill("")
    page.locator("#place").fill("沟口第二个岔口")
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    villager.look()
    code = villager.text("[data-receipt-code]").replace(" ", "")
    page.get_by_role("button", name="已记好").click()
    villager.go("/tip/received")
    villager.go("/track")
    page.locator("#receipt_code").fill(code[:-1])
    page.locator("#receipt_code").press("Enter")
    villager.seen.discard("/track")
    villager.look()
    page.locator("#receipt_code").fill(code)
    page.locator("#receipt_code").press("Enter")
    page.wait_for_url("**/track/tip")
    page.locator("#message").fill("又来了三辆车")
    page.get_by_role("button", name="发出去").click()
    page.wait_for_url("**/track/tip#talk")
    villager.look()
    for path in ("/track/pin", "/track/withdraw", "/track/waive"):
        villager.go(path)
    villager.go("/track/tip")
    villager.context.clear_cookies(name="track")
    page.locator("#message").fill("又来了三辆车")
    page.get_by_role("button", name="发出去").click()
    expect(page.locator("#receipt_code")).to_be_visible()
    villager.look()
    assert "/track/supplement" in villager.seen


def test_a_first_visit_to_the_form_is_light(browser: Browser, address: str) -> None:
    person, fetched = citizen(browser, address), []
    person.page.on("requestfinished", lambda request: fetched.append(request))
    person.page.goto(f"{address}/tip", wait_until="networkidle")
    sizes = [request.sizes() for request in fetched]
    whole = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)
    assert len(fetched) <= 4, [request.url for request in fetched]
    assert whole <= 40 * 1024, whole
    person.context.close()
