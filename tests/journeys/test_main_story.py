"""The main job, end to end: tip, clue, finding, case, fine, ledger, reward, claim, paid, closed off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from casework.db import Database
from tests.factories import photos
from tests.journeys.people import Person, citizen, fill, officer
from tests.machine.product import Product, running

PIN = "271828"
NARRATIVE = "从上个月起，每天天黑以后有两台挖机在沟里挖石头，用大车往外拉。"


@pytest.fixture
def product(db: Database, db_url: str, tmp_path: Path) -> Iterator[Product]:
    """The demo product over a fresh database of either kind; its story is told before the journey begins."""
    db.dispose()
    with running(db_url, tmp_path / "product") as found:
        yield found


class Office:
    """Officers by username, each signed in once."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.browser, self.product = browser, product
        self.people: dict[str, Person] = {}

    def __getitem__(self, username: str) -> Person:
        if username not in self.people:
            account = self.product.accounts[username]
            self.people[username] = officer(self.browser, self.product.url, account, username)
        return self.people[username]

    @property
    def faults(self) -> list[str]:
        return [fault for person in self.people.values() for fault in person.faults]


def test_the_whole_story_from_a_phone_to_a_paid_reward(
    browser: Browser, product: Product, tmp_path: Path
) -> None:
    informant, office = citizen(browser, product.url), Office(browser, product)
    code, tip_number = send_a_tip(informant, tmp_path)
    clue = register(office["yue.zhiqiu"], tip_number)
    assign_and_find(office, clue)
    track(informant, code)
    assert informant.text("[data-tip-status]")
    case = work_on_case(office, clue)
    ledger_reads_back(office, product, tmp_path)
    reward_is_approved(office, tip_number)
    number = claim(informant, code)
    pay(office["gu.changgeng"], number)
    close_off(office["mu.yunchuan"], case)
    track(informant, code)
    assert "已销号" in informant.text("[data-tip-status]")
    fund_is_balanced(office["cha.shimo"])
    verdict = product.command("trail", "verify")
    assert "✓" in verdict.stdout
    assert "Traceback" not in product.log
    assert not informant.faults + office.faults


def send_a_tip(informant: Person, folder: Path) -> tuple[str, str]:
    """With a JPEG and a HEIC that tell where and by what they were taken."""
    (folder / "沟里.jpg").write_bytes(photos.jpeg((1600, 1200)))
    (folder / "IMG_0412.heic").write_bytes(photos.heic((1200, 900)))
    informant.go("/")
    informant.go("/help")
    informant.go("/privacy")
    informant.go("/tip")
    page = informant.page
    page.locator('[name="category"][value="unlicensed"]').check(force=True)
    page.locator('[name="township"]').select_option("141122103")
    page.locator('[name="village"]').fill("青石沟村")
    page.locator('[name="place"]').fill("村口小桥往北，沟里第二个岔口")
    page.locator('[name="photos"]').set_input_files([folder / "沟里.jpg", folder / "IMG_0412.heic"])
    expect(page.locator('[data-photo-state="cleaned"]')).to_have_count(2, timeout=60_000)
    page.locator('[name="narrative"]').fill(NARRATIVE)
    page.locator('[name="ongoing"][value="yes"]').check(force=True)
    page.locator('[name="wants_reward"]').check(force=True)
    page.locator('[name="claim_pin"]').fill(PIN)
    page.locator('[name="pledge"]').check(force=True)
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    informant.look()
    code = "".join(informant.text("[data-receipt-code]").split())
    assert len(code) == 20
    assert int(code) % 97 == 1
    return code, informant.text("[data-tip-number]")


def track(informant: Person, code: str) -> None:
    informant.go("/track")
    informant.page.locator('[name="receipt_code"]').fill(code)
    informant.page.locator('[name="receipt_code"]').press("Enter")
    informant.page.wait_for_url("**/track/tip")
    informant.look()


def register(triage: Person, tip_number: str) -> str:
    triage.go("/admin/inbox")
    expect(triage.page.locator(f'[data-row="{tip_number}"]')).to_be_visible()
    triage.go(f"/admin/inbox/{tip_number}")
    assert NARRATIVE in triage.page.content()
    triage.deed(
        "register",
        category="unlicensed",
        summary="夜间两台挖机采石外运",
        agency="natural_resources",
        township="141122103",
        village="青石沟村",
        place="北沟第二个岔口",
        subject_kind="company",
        subject_name="晨鹿石料厂",
        mineral="stone",
    )
    return triage.text("[data-clue-number]")


def assign_and_find(office: Office, clue: str) -> None:
    triage, investigator = office["yue.zhiqiu"], office["jiang.yihe"]
    triage.go(f"/admin/clues/{clue}")
    options = triage.page.locator('form[data-deed="assign"] [name="to"] option')
    chosen = options.filter(has_text="江一禾").first.get_attribute("value")
    triage.deed("assign", to=chosen)
    triage.deed("send-message", message="大车往外拉的时候，走的是土路还是水泥路？", asks=True)
    investigator.go("/admin/clues")
    investigator.go(f"/admin/clues/{clue}")
    investigator.deed("find", finding="substantiated", facts="夜查当场查获挖机两台，没有采矿许可证。")
    assert investigator.page.locator('[data-state="found"]').count()


def work_on_case(office: Office, clue: str) -> str:
    investigator, police = office["jiang.yihe"], office["wen.beichuan"]
    investigator.go(f"/admin/clues/{clue}")
    link = investigator.page.locator(
        'a[href*="/cases/new"], a[href*="open-case"], a[href*="cases/open"]'
    ).first
    investigator.go(link.get_attribute("href") or "")
    form = investigator.page.locator('form[data-deed="open-case"]')
    answers: dict[str, Any] = {}
    for element in ("person", "facts", "liability", "jurisdiction", "time"):
        answers[element] = "yes"
        answers[f"{element}_basis"] = "现场笔录、照片"
    assert form.count() == 1
    investigator.deed("open-case", **answers, joint=True)
    case = investigator.text("[data-case-number]")
    investigator.deed(
        "set-outcome",
        land_area="2.14",
        land_class="cultivated",
        land_fine_yuan="28500",
        restored="yes",
        mined_tonnes="3120",
        confiscated_tonnes="2860",
        mining_fine_yuan="420000",
        shut_down="yes",
        penalty_document="交自然资罚（测试）7号",
        penalty_on="2026-11-20",
    )
    police.go(f"/admin/cases/{case}")
    police.deed("set-outcome", administrative_detention="2", criminal_detention="1", arrest="0")
    investigator.go(f"/admin/cases/{case}")
    investigator.deed("conclude")
    assert investigator.page.locator('[data-state="concluded"]').count()
    return case


def ledger_reads_back(office: Office, product: Product, folder: Path) -> None:
    """The sixteen columns of the Lüliang form, cell by cell, on the page's file (domain.md §6.1)."""
    out = folder / "ledger.xlsx"
    product.command("ledger", "export", "--form", "luliang", "--out", str(out))
    sheet = openpyxl.load_workbook(out).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = [row for row in rows if "晨鹿石料厂" in row and 28500 in row]
    assert len(found) == 1, rows
    row = found[0]
    assert row[1:16] == [
        "交城县",
        "晨鹿石料厂",
        row[3],
        "建筑石料（石灰岩等）",
        2.14,
        28500,
        "是",
        3120,
        2860,
        420000,
        "是",
        2,
        1,
        0,
        row[15],
    ]
    assert "青石沟村" in row[3]
    office["he.lanzhou"].go("/admin/ledgers?form=luliang&period=all")
    assert "晨鹿石料厂" in office["he.lanzhou"].page.content()


def reward_is_approved(office: Office, tip_number: str) -> None:
    clerk, reviewer, approver = office["tao.wangshu"], office["ji.huaijin"], office["ye.tingxue"]
    clerk.go("/admin/rewards")
    clerk.page.locator(f'a[href*="{tip_number}"]').first.click()
    clerk.page.wait_for_load_state()
    clerk.look()
    form = clerk.page.locator('form[data-deed="propose"]')
    for name in form.locator("[name^=answer_]").evaluate_all("boxes => [...new Set(boxes.map(b => b.name))]"):
        clerk_answers(clerk, name)
    clerk.deed(
        "propose",
        severity="serious",
        agreement="whole",
        amount_yuan="20000",
        reason="时间、地点、车辆与查实情况一致，据此当场查扣。",
    )
    address = clerk.page.url
    reviewer.go(address)
    reviewer.deed("review")
    approver.go(address)
    approver.deed("approve")
    assert approver.page.locator('[data-state="approved"]').count()


def clerk_answers(clerk: Person, name: str) -> None:
    form = clerk.page.locator('form[data-deed="propose"]')
    fill(form.locator(f'[name="{name}"]'), "passes")
    fill(form.locator(f'[name="{name.replace("answer_", "note_")}"]'), "查过登记，没有发现")


def claim(informant: Person, code: str) -> str:
    informant.go("/claim")
    page = informant.page
    page.locator('[name="receipt_code"]').fill(code)
    page.locator('[name="claim_pin"]').fill(PIN)
    page.locator('[name="claim_pin"]').press("Enter")
    page.locator('[name="claim_method"]').first.wait_for(state="attached")
    informant.look()
    page.locator('[name="claim_method"]').first.check(force=True)
    page.locator('[name="counter"]').first.check(force=True)
    page.locator('[name="counter"]').first.evaluate("box => box.form.requestSubmit()")
    page.locator("[data-payout-number]").wait_for(timeout=60_000)
    informant.look()
    return "".join(informant.text("[data-payout-number]").split())


def pay(cashier: Person, number: str) -> None:
    cashier.go("/admin/payouts")
    shown = cashier.page.content()
    cashier.page.locator('[name="payout_number"]').first.fill(number)
    cashier.page.locator('[name="payout_number"]').first.press("Enter")
    cashier.page.wait_for_load_state()
    cashier.look()
    assert "20,000" in cashier.page.content()
    for secret in ("晨鹿", "青石沟", "JB-", "QS-", "AJ-", "JL-"):
        assert secret not in cashier.page.content() + shown, secret
    cashier.deed("pay-out", voucher_number="PZ-2026-0099")


def close_off(leader: Person, case: str) -> None:
    leader.go(f"/admin/cases/{case}")
    leader.deed("close-off")
    assert leader.page.locator('[data-state="closed_off"]').count()


def fund_is_balanced(auditor: Person) -> None:
    auditor.go("/admin/fund")
    shown = auditor.page.locator("[data-fund-balance-fen]").first.get_attribute("data-fund-balance-fen")
    # 326,000 yuan in; 8,000 paid in the story and 20,000 here.
    assert json.loads(shown or "null") == (326_000 - 8_000 - 20_000) * 100
