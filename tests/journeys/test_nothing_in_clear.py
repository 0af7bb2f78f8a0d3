"""After a named tip with photos: no byte outside the key folders tells who, what, where or by what."""

import re
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, expect

from casework.db import Database
from tests.factories import photos
from tests.journeys.people import citizen
from tests.journeys.scanner import dresses, files_below, tables_of, traces
from tests.machine.product import running

AGENT = "QsMarkedAgent/7.31 (zhongyuan)"
ADDRESS = "203.0.113.77"
WORDS = {
    "narrative": "坡上那台黄色挖机夜里挖得最凶标记甲",
    "subject": "标记乙石料加工场",
    "place": "标记丙岔口往西第三棵核桃树",
    "name": "欧阳标记丁",
    "telephone": "13912345678",
    "device position": "37.69012",
    "file name": "标记戊现场照片",
    "camera": photos.MODEL,
    "serial number": photos.SERIAL,
    "user agent": AGENT,
    "address": ADDRESS,
    "supplement": "标记己昨晚又来了三辆车",
}


def test_a_word_is_found_however_it_is_dressed() -> None:
    for dress in dresses(WORDS["telephone"]):
        assert traces({"telephone": WORDS["telephone"]}, iter([("here", b"\0" + dress + b"\1")])) == [
            "telephone in here"
        ]


def test_nothing_that_was_told_lies_anywhere_in_clear(
    browser: Browser, db: Database, db_url: str, tmp_path: Path
) -> None:
    db.dispose()
    folder = tmp_path / "product"
    photo = tmp_path / f"{WORDS['file name']}.jpg"
    photo.write_bytes(photos.jpeg((1200, 900)))
    with running(db_url, folder, PROXIES="1") as product:
        informant = citizen(
            browser,
            product.url,
            user_agent=AGENT,
            extra_http_headers={"X-Forwarded-For": ADDRESS},
            geolocation={"latitude": 37.6901234, "longitude": 111.7123456},
            permissions=["geolocation"],
        )
        page = informant.page
        page.goto(f"{product.url}/tip")
        page.locator('[name="category"][value="unlicensed"]').check(force=True)
        page.locator('[name="place"]').fill(WORDS["place"])
        page.get_by_role("button", name="用现在的位置").click()
        expect(page.locator('[name="latitude"]')).to_have_value(re.compile("^" + WORDS["device position"]))
        page.locator('[name="photos"]').set_input_files(photo)
        expect(page.locator('[data-photo-state="cleaned"]')).to_have_count(1, timeout=60_000)
        page.locator('[name="narrative"]').fill(WORDS["narrative"])
        page.locator('[name="subject_name"]').evaluate(
            "(box, words) => { box.value = words }", WORDS["subject"]
        )
        page.locator('[name="identity"][value="named"]').check(force=True)
        page.locator('[name="informant_name"]').fill(WORDS["name"])
        page.locator('[name="informant_phone"]').fill(WORDS["telephone"])
        page.locator('[name="pledge"]').check(force=True)
        page.get_by_role("button", name="提交举报").click()
        page.wait_for_url("**/tip/received")
        code = "".join(informant.text("[data-receipt-code]").split())
        page.goto(f"{product.url}/track")
        page.locator('[name="receipt_code"]').fill(code)
        page.locator('[name="receipt_code"]').press("Enter")
        page.wait_for_url("**/track/tip")
        page.locator('[name="message"]').fill(WORDS["supplement"])
        page.get_by_role("button", name="发出去").click()
        page.wait_for_load_state()
        assert "Traceback" not in product.log
    everything = chain(files_below(folder, ("keys",)), tables_of(db_url))
    assert not traces(WORDS | {"receipt code": code}, everything)
