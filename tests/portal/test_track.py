"""The way back: by code to the page of one tip, what it tells, and what may be done there once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from casework import calendar, policy
from casework.db import Database
from casework.terms import RewardStage, Stage
from casework.tips.actions import show_reward, show_stage
from casework.tips.models import Message, Receipt
from casework.vault import codes
from casework.vault.sealing import PublicKey, context, new_ref, seal_message
from tests.factories import photos
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import Citizen, photo_states


def receipt(db: Database) -> Receipt:
    with db.read() as session:
        return session.scalars(select(Receipt)).one()


def wrong(code: str) -> str:
    """Well formed, and nobody's."""
    body = (int(code[:-2]) + 1) % 10**18
    return f"{body:018d}{98 - body * 100 % 97:02d}"


# ── codes ──
@pytest.mark.parametrize("between", ["", " ", "-", "　", "—"])
def test_a_code_is_read_however_it_is_typed(villager: Citizen, between: str) -> None:
    code, _ = villager.tip()
    typed = between.join(re.findall("....", code))
    assert villager.look_up(typed).location == "/track/tip"
    full_width = typed.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert villager.look_up(full_width).location == "/track/tip"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "请填查询码"),
        ("1234", "要 20 位数字，现在是 4 位"),
        ("一二三四", "只有数字"),
        ("x" * 5000, "只有数字"),
    ],
)
def test_a_slip_is_told_as_one(villager: Citizen, typed: str, words: str) -> None:
    answer = villager.look_up(typed)
    assert answer.status_code == 400
    assert words in answer.text


def test_one_wrong_digit_is_told_as_a_slip(villager: Citizen) -> None:
    code, _ = villager.tip()
    answer = villager.look_up(code[:4] + str((int(code[4]) + 1) % 10) + code[5:])
    assert answer.status_code == 400
    assert "有一位抄错了" in answer.text


def test_codes_that_open_nothing_are_answered_alike(citizen: Citizen, db: Database) -> None:
    code, _ = citizen.tip()

    def told(typed: str) -> tuple[int, list[tuple[str, str]], str]:
        answer = citizen.look_up(typed)
        page = re.sub(r'name="csrf_token"[^>]*>', "", answer.text).replace(typed, "")
        return answer.status_code, [(k, v) for k, v in answer.headers if k != "Content-Length"], page

    unknown = told(wrong(code))
    assert unknown[0] == 404
    assert "查询码不对，或者已经过期。" in unknown[2]
    with db.begin() as session:  # deleted
        found = session.scalars(select(Receipt)).one()
        found.code_digest = b"\0" * 32
    assert told(code) == unknown


def test_a_miss_costs_what_a_hit_costs(villager: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _ = villager.tip()
    derived: list[str] = []
    real = codes.informant_key

    def counted(keys, code, version=None):
        derived.append(code)
        return real(keys, code, version)

    monkeypatch.setattr(codes, "informant_key", counted)
    villager.look_up(code)
    villager.look_up(wrong(code))
    assert derived == [code, wrong(code)]


def test_the_code_is_in_no_cookie_and_no_later_page(citizen: Citizen) -> None:
    code, number = citizen.tip()
    citizen.press("/tip/received")
    citizen.follow(code)
    assert number in citizen.text
    assert code not in citizen.text.replace(" ", "")
    assert all(code not in str(cookie.value) for cookie in citizen.client._cookies.values())


# ── the page ──
def test_the_page_tells_stage_dates_and_photos_and_never_what_was_said(citizen: Citizen) -> None:
    code, _ = citizen.tip(narrative="天黑以后有挖机", files=[(photos.jpeg(), "沟里.jpg")])
    page = citizen.follow(code).text
    assert 'data-tip-status="received"' in page
    assert photo_states(page) == ["waiting"]
    assert page.count('aria-current="step"') == 1
    assert not re.search("天黑以后|沟口第二个|沟里.jpg", page)
    assert "告诉您受不受理" in page


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_its_sentence(villager: Citizen, sqlite_db: Database, stage: Stage) -> None:
    code, _ = villager.tip()
    with sqlite_db.begin() as session:
        show_stage(session, tip_id=1, stage=stage, note=None)
    page = villager.follow(code).text
    assert f'data-tip-status="{stage.value}"' in page
    told = re.search(r"data-tip-status=[^>]*><strong>([^<]+)</strong>", page)
    assert told
    assert not re.search("系统|用户|嫌疑", told[1])


def test_why_it_was_declined_and_who_takes_it_are_told(villager: Citizen, sqlite_db: Database) -> None:
    code, _ = villager.tip()
    reason, body = policy.current().decline_reasons["too_little"], policy.current().bodies["discipline"]
    with sqlite_db.begin() as session:
        show_stage(session, tip_id=1, stage=Stage.DECLINED, note=reason.key)
    assert reason.sentence in villager.follow(code).text
    with sqlite_db.begin() as session:
        show_stage(session, tip_id=1, stage=Stage.HANDED_ON, note=body.key)
    assert body.tell in villager.get("/track/tip").text
    with sqlite_db.begin() as session:
        show_stage(session, tip_id=1, stage=Stage.DECLINED, note="a_key_that_policy_dropped")
    assert villager.get("/track/tip").status_code == 200


def test_the_last_day_is_told_until_it_has_passed(villager: Citizen, sqlite_db: Database) -> None:
    with calendar.freeze(datetime(2026, 11, 23, 2, tzinfo=UTC)) as clock:
        code, _ = villager.tip()
        with sqlite_db.begin() as session:
            show_stage(
                session, tip_id=1, stage=Stage.VERIFYING, answer_by=calendar.today() + timedelta(days=5)
            )
        assert "最迟 11月28日 告诉您结果" in villager.follow(code).text
        clock.forward(timedelta(days=6))
        assert "最迟" not in villager.follow(code).text.split("走到哪一步")[0]


def test_words_of_the_office_are_opened_with_the_code_alone(
    citizen: Citizen, db: Database, keys: KeyFolders
) -> None:
    code, _ = citizen.tip()
    found, ref = receipt(db), new_ref()
    sealed = seal_message(
        "大车走的是沟口的土路吗？", PublicKey(0, found.informant_key), context("messages", ref, "informant")
    )
    with db.begin() as session:
        session.add(
            Message(
                ref=ref, receipt_id=found.id, tip_id=found.tip_id, sent_at=calendar.now(), asks=True,
                for_informant=sealed, for_office=b"-",
            )
        )  # fmt: skip
    page = citizen.follow(code).text
    assert "大车走的是沟口的土路吗？" in page
    assert "有话等您回" in page
    citizen.supplement(message="是")
    assert "有话等您回" not in citizen.get("/track/tip").text


REWARDS = {
    RewardStage.NONE: "还不到时候",
    RewardStage.PROPOSED: "正在审核",
    RewardStage.APPROVED: "可以领奖励了",
    RewardStage.CLAIMED: "等您去领",
    RewardStage.PAID: "已发放",
    RewardStage.LAPSED: "过期没有领",
    RewardStage.DECLINED: "不发奖励",
    RewardStage.WAIVED: "您放弃了奖励",
}


@pytest.mark.parametrize("stage", list(RewardStage))
def test_every_state_of_the_reward_has_its_box(
    villager: Citizen, sqlite_db: Database, stage: RewardStage
) -> None:
    code, _ = villager.tip(wants_reward="y", claim_pin="258036")
    with sqlite_db.begin() as session:
        show_reward(session, tip_id=1, stage=stage, amount_fen=2_000_000, claim_by=calendar.today())
    page = villager.follow(code).text
    box = page.split(f'data-reward-stage="{stage.value}"')[1].split("</section>")[0]
    assert REWARDS[stage] in box
    shown = stage in (RewardStage.APPROVED, RewardStage.CLAIMED, RewardStage.PAID)
    assert ("20,000 元" in box) == shown
    assert ('href="/claim"' in box) == (stage in (RewardStage.APPROVED, RewardStage.CLAIMED))


# ── what may be done ──
def test_without_a_code_nothing_opens(villager: Citizen) -> None:
    for path in ("/track/tip", "/track/pin", "/track/withdraw", "/track/waive"):
        assert villager.get(path).location == "/track"
    for path in ("/track/pin", "/track/withdraw", "/track/waive"):
        villager.get("/track")
        assert villager.press(path).location == "/track"


def test_fifteen_quiet_minutes_or_an_hour_close_the_page(
    villager: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = villager.tip()
    with calendar.freeze(datetime(2026, 11, 23, 2, tzinfo=UTC)) as clock:
        monkeypatch.setattr("casework.vault.tokens.time.time", lambda: clock.at.timestamp())
        villager.follow(code)
        for _ in range(4):
            clock.forward(timedelta(minutes=14))
            assert villager.get("/track/tip").status_code == 200
        clock.forward(timedelta(minutes=5))
        assert villager.get("/track/tip").status_code == 303  # an hour in all
        villager.follow(code)
        kept = villager.client.get_cookie("track")
        assert kept
        clock.forward(timedelta(minutes=15, seconds=1))
        villager.client.set_cookie("track", kept.value)
        assert villager.get("/track/tip").status_code == 303


def test_leaving_closes_the_page(villager: Citizen) -> None:
    code, _ = villager.tip()
    villager.follow(code)
    assert villager.press("/track/leave").location == "/"
    assert villager.get("/track/tip").location == "/track"


def test_a_pin_is_set_once(citizen: Citizen, db: Database) -> None:
    code, _ = citizen.tip(wants_reward="y")
    assert "还没设" in citizen.text
    assert "还没设领奖密码" in citizen.follow(code).text
    citizen.get("/track/pin")
    for pin, words in (("2580", "现在是 4 位"), ("12a456", "只要数字"), ("", "请填 6 位数字")):
        answer = citizen.press("/track/pin", claim_pin=pin)
        assert answer.status_code == 400
        assert words in answer.text
    assert citizen.press("/track/pin", claim_pin="２５８０３６").status_code == 303
    assert receipt(db).pin_hash
    assert "领奖密码已经设好" in citizen.get("/track/tip").text
    assert citizen.press("/track/pin", claim_pin="111111").status_code == 409
    assert citizen.get("/track/pin").location == "/track/tip"


def test_without_a_reward_there_is_no_pin(villager: Citizen) -> None:
    code, _ = villager.tip()
    assert "/track/pin" not in villager.follow(code).text
    assert villager.press("/track/pin", claim_pin="258036").status_code == 409


def test_a_tip_is_withdrawn_once_after_being_asked(citizen: Citizen, db: Database) -> None:
    code, _ = citizen.tip()
    citizen.follow(code)
    assert "要撤回举报吗" in citizen.get("/track/withdraw").text
    assert receipt(db).withdrawn_at is None
    assert citizen.press("/track/withdraw").location == "/track/tip"
    first = receipt(db).withdrawn_at
    assert first
    assert "撤回了举报" in citizen.get("/track/tip").text
    assert "撤回举报…" not in citizen.text
    assert citizen.press("/track/withdraw").status_code == 303
    assert receipt(db).withdrawn_at == first
    assert citizen.get("/track/withdraw").location == "/track/tip"


def test_a_reward_is_waived_once_and_not_after_the_claim(citizen: Citizen, db: Database) -> None:
    code, _ = citizen.tip(wants_reward="y", claim_pin="258036")
    citizen.follow(code)
    with db.begin() as session:
        show_reward(session, tip_id=receipt(db).tip_id, stage=RewardStage.CLAIMED, amount_fen=1)
    assert citizen.get("/track/waive").location == "/track/tip"
    citizen.get("/track/tip")
    assert citizen.press("/track/waive").status_code == 409
    with db.begin() as session:
        show_reward(session, tip_id=receipt(db).tip_id, stage=RewardStage.NONE)
    assert "不要奖励了吗" in citizen.get("/track/waive").text
    assert citizen.press("/track/waive").location == "/track/tip"
    assert receipt(db).reward_stage is RewardStage.WAIVED
    assert "您放弃了奖励" in citizen.get("/track/tip").text


def test_the_portal_opens_nothing_and_needs_no_office_key(front: Flask, keys: KeyFolders) -> None:
    held = front.extensions["qingshan"]
    assert not held.settings.office_keys.exists()
    private = set(keys.office.reading.keys.values())
    assert not private & {held.portal_keys.cookie, held.portal_keys.token, held.receipt_keys.code}
    code, _ = Citizen(front).tip()
    Citizen(front).follow(code)
