"""The intake desk: what was said on the telephone, in a letter or at the counter, and the slip for who said it."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from casework.db import Database
from casework.evidence.arriving import ArrivingFile
from casework.evidence.models import Evidence
from casework.identities.models import Identity
from casework.officers.roles import Role
from casework.terms import Channel, EvidenceState, IdentityKind, Ongoing
from casework.tips.models import Receipt, Tip
from casework.tips.reading import open_tip_words
from casework.vault import codes, passwords
from tests.admin.conftest import MakeOffice
from tests.clients import Browser, attributes, text_of, words_of
from tests.factories.office import TOWN, Office, at

SAID = "对方说：青石沟里夜里有挖机响，天亮就没人"
CALL = {"narrative": SAID, "category": "unlicensed", "township": TOWN, "village": "青石沟村"}


def _desk(office: Office) -> Browser:
    browser = office.enter(Role.INTAKE)
    browser.get("/admin/intake")
    return browser


def _code(page: str) -> str:
    return "".join(c for c in page.split("data-receipt-code")[1].split("</p>")[0] if c.isdigit())


def _tip(office: Office) -> Tip:
    with office.db.read() as session:
        return session.scalars(select(Tip)).one()


def _jpeg(colour: str = "brown", size: int = 64) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(out, "JPEG")
    out.seek(0)
    return out


def test_a_call_becomes_a_tip_with_a_code_that_is_shown_once(office: Office) -> None:
    browser = _desk(office)
    answer = browser.submit("intake", **CALL, ongoing="yes")
    assert (answer.status_code, answer.location) == (303, "/admin/intake/received")
    page = text_of(browser.get(answer.location))
    tip = _tip(office)
    assert tip.tip_number in page
    assert (tip.channel, tip.ongoing, tip.urgent) == (Channel.PHONE, Ongoing.YES, True)
    assert open_tip_words(tip, office.keys.office).narrative == SAID
    code = _code(page)
    assert codes.read_code(code) == code
    with office.db.read() as session:
        receipt = session.scalars(select(Receipt)).one()
        assert receipt.code_digest in codes.code_digests(office.keys.receipt, code)
    entry = office.entries("receive_tip")[0]
    assert entry.actor_id == tip.entered_by is not None
    assert entry.facts["channel"] == "phone"


def test_the_slip_tells_nothing_of_act_or_place(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    browser.get(browser.submit("intake", **CALL).location)
    slip = words_of(browser.text().split("<article")[1].split("</article>")[0])
    for word in ("挖", "采", "举报", "青石沟", "水峪贯", "无证"):
        assert word not in slip
    assert attributes(browser.text(), "data-tip-number") == [""]


def test_the_slip_can_be_seen_again_for_ten_minutes_and_not_after_it_was_handed_over(
    sqlite_office: Office,
) -> None:
    browser = _desk(sqlite_office)
    browser.get(browser.submit("intake", **CALL).location)
    again = browser.get("/admin/intake/received")
    code = _code(text_of(again))
    assert again.status_code == 200
    answer = browser.submit("handed-over")
    assert answer.location == "/admin/intake"
    gone = browser.get("/admin/intake/received")
    assert gone.status_code == 303
    assert code not in text_of(browser.get("/admin/intake"))


def test_the_code_is_in_no_cookie_and_in_no_address(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    answer = browser.submit("intake", **CALL)
    code = _code(text_of(browser.get(answer.location)))
    cookie = answer.headers["Set-Cookie"]
    assert code not in cookie
    assert code not in answer.location
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/admin/intake" in cookie


def test_the_same_form_sent_twice_is_one_tip_with_one_code(office: Office) -> None:
    browser = _desk(office)
    form = browser.form("intake")
    first = _code(text_of(browser.get(browser.submit("intake", **CALL).location)))
    answer = browser.post(form.action, {**form.fields, **CALL})
    assert answer.status_code == 303
    assert _code(text_of(browser.get(answer.location))) == first
    assert office.count(Tip) == 1


def test_the_same_form_with_other_words_keeps_the_first_and_says_so(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    form = browser.form("intake")
    browser.submit("intake", **CALL)
    answer = browser.post(form.action, {**form.fields, **CALL, "narrative": "另外说的"})
    page = text_of(browser.get(answer.location))
    assert "这次改的没有存" in page
    assert open_tip_words(_tip(sqlite_office), sqlite_office.keys.office).narrative == SAID


def test_a_named_informant_is_sealed_at_once(office: Office) -> None:
    office.lay_identity_key()
    browser = _desk(office)
    answer = browser.submit(
        "intake",
        **CALL,
        identity="named",
        informant_name="郑重山",
        informant_phone="１３８ ００００ ００００",
    )
    assert answer.status_code == 303
    assert _tip(office).identity is IdentityKind.NAMED
    assert office.count(Identity) == 1
    words = open_tip_words(_tip(office), office.keys.office)
    assert "郑重山" not in words.as_text()
    with office.db.engine.connect() as connection:
        dump = str(connection.exec_driver_sql("SELECT sealed FROM identities").all())
    assert "郑重山" not in dump


def test_without_an_identity_key_nobody_is_promised_a_seal(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    named = {"identity": "named", "informant_name": "郑重山", "informant_phone": "13800000000"}
    answer = browser.submit("intake", **CALL, **named)
    assert answer.status_code == 503
    assert "还没有身份密钥" in text_of(answer)
    assert browser.form("intake").fields["narrative"] == SAID
    assert sqlite_office.count(Tip) == 0


def test_a_name_typed_for_an_anonymous_tip_is_not_kept(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    browser.submit(
        "intake", **CALL, identity="anonymous", informant_name="郑重山", informant_phone="13800000000"
    )
    assert sqlite_office.count(Identity) == 0
    assert "郑重山" not in open_tip_words(_tip(sqlite_office), sqlite_office.keys.office).as_text()


def test_a_reward_is_claimed_with_the_pin_that_was_said(office: Office) -> None:
    browser = _desk(office)
    browser.submit("intake", **CALL, wants_reward="yes", claim_pin="２０４６１８")
    with office.db.read() as session:
        receipt = session.scalars(select(Receipt)).one()
    assert receipt.wants_reward
    assert passwords.pin_matches(office.keys.receipt, receipt.pin_hash, "204618", receipt.ref)


def test_a_letters_date_goes_with_its_words(sqlite_office: Office) -> None:
    with at("2026-11-24 09:00"):
        browser = _desk(sqlite_office)
        answer = browser.submit("intake", **CALL, channel="letter", letter_on="2026-11-20")
    assert answer.status_code == 303
    tip = _tip(sqlite_office)
    assert tip.channel is Channel.LETTER
    assert "来信日期：2026年11月20日" in open_tip_words(tip, sqlite_office.keys.office).narrative


def test_what_involves_an_official_is_out_of_sight_once_it_is_stored(office: Office) -> None:
    intake = office.officer(Role.INTAKE, Role.TRIAGE)
    browser = office.sign_in(intake)
    browser.get("/admin/intake")
    answer = browser.submit("intake", **CALL, involves_official="yes")
    assert browser.get(answer.location).status_code == 200
    number = _tip(office).tip_number
    assert browser.get(f"/admin/inbox/{number}").status_code == 404
    assert SAID in text_of(office.enter(Role.DISCIPLINE).get(f"/admin/inbox/{number}"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"narrative": " \n "}, "请写对方说了什么"),
        ({"narrative": "长" * 5001}, "太长了，最多 5000 个字"),
        ({"category": ""}, "请选一种"),
        ({"category": "gold"}, "请从这几种里选一种"),
        ({"channel": "web"}, "请从这几种里选一种"),
        ({"township": ""}, "请选乡镇，或者写怎么走"),
        ({"township": "999999999"}, "请从这几种里选一种"),
        ({"ongoing": "maybe"}, "请从这几种里选一种"),
        ({"wants_reward": "yes", "claim_pin": "12345"}, "要 6 位数字"),
        ({"wants_reward": "yes", "claim_pin": "abcdef"}, "要 6 位数字"),
        ({"identity": "named"}, "留名的，请写姓名"),
        ({"longitude": "111"}, "东经、北纬要一起写"),
        ({"longitude": "1e999", "latitude": "37"}, "东经在 180 以内"),
        ({"happened_on": "2026-13-40"}, "请写成年、月、日"),
        ({"happened_on": "2999-01-01"}, "这一天还没到"),
        ({"letter_on": "2999-01-01", "channel": "letter"}, "这一天还没到"),
        ({"mineral": "x"}, "请从这几种里选一种"),
        ({"datum": "x", "longitude": "111", "latitude": "37"}, "请从这几种里选一种"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_field_is_told_and_what_was_typed_stays(
    sqlite_office: Office, wrong: dict[str, str], words: str
) -> None:
    browser = _desk(sqlite_office)
    place = "" if wrong == {"township": ""} else "沟口小桥"
    answer = browser.submit("intake", **(CALL | {"place": place} | wrong))
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert browser.form("intake").fields["place"] == place
    assert sqlite_office.count(Tip) == 0


def test_a_page_that_stood_open_for_days_takes_what_was_typed_under_a_new_key(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    answer = browser.submit("intake", **CALL, form_key="not-one-of-ours")
    assert answer.status_code == 400
    assert "请再按一次" in text_of(answer)
    assert browser.form("intake").fields["narrative"] == SAID
    assert browser.submit("intake").status_code == 303


def test_photos_are_sealed_while_they_arrive_and_become_part_of_the_tip(office: Office) -> None:
    browser = _desk(office)
    picture = _jpeg(size=900)
    clear = picture.getvalue()
    answer = browser.submit("intake", **CALL, photos=[(picture, "挖机.jpg"), (_jpeg("green"), "b.jpg")])
    assert answer.status_code == 303
    tip = _tip(office)
    assert tip.photo_count == 2
    with office.db.read() as session:
        rows = session.scalars(select(Evidence).order_by(Evidence.number)).all()
    assert [(row.state, row.tip_id, row.number) for row in rows] == [
        (EvidenceState.WAITING, tip.id, 1),
        (EvidenceState.WAITING, tip.id, 2),
    ]
    stored = b"".join(path.read_bytes() for path in office.store.root.rglob("*") if path.is_file())
    assert clear[:40] not in stored


def test_photos_survive_a_fault_in_the_words_and_one_can_be_taken_back(office: Office) -> None:
    browser = _desk(office)
    answer = browser.submit(
        "intake", **(CALL | {"narrative": ""}), photos=[(_jpeg(), "a.jpg"), (_jpeg("red"), "b.jpg")]
    )
    assert answer.status_code == 400
    assert "照片 2 已收下" in words_of(text_of(answer))
    browser.submit("intake", narrative=SAID, drop="1")
    assert "照片 1 已收下" not in words_of(browser.text())
    assert browser.form("intake").fields["narrative"] == SAID
    assert browser.submit("intake").status_code == 303
    assert _tip(office).photo_count == 1
    assert len([path for path in office.store.root.rglob("*") if path.is_file()]) == 1


def test_one_photo_too_many_costs_neither_the_words_nor_the_others(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    answer = browser.submit("intake", **CALL, photos=[(_jpeg(), f"{n}.jpg") for n in range(10)])
    assert answer.status_code == 400
    assert "最多 9 张" in text_of(answer)
    assert browser.submit("intake").status_code == 303
    assert _tip(sqlite_office).photo_count == 9


def test_a_photo_above_the_limit_is_not_kept_and_told(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ArrivingFile.__init__

    def small(self: ArrivingFile, *args: Any, **_kw: Any) -> None:
        kept(self, *args, most_bytes=330_000)  # beyond one sealed chunk

    monkeypatch.setattr(ArrivingFile, "__init__", small)
    browser = _desk(sqlite_office)
    answer = browser.submit("intake", **CALL, photos=[(io.BytesIO(b"x" * 450_000), "big.jpg")])
    assert answer.status_code == 400
    assert "超过 20 兆" in text_of(answer)
    assert not [path for path in sqlite_office.store.root.rglob("*") if path.is_file()]
    assert browser.submit("intake").status_code == 303


def test_files_of_who_is_not_signed_in_are_stored_nowhere(sqlite_office: Office) -> None:
    browser = Browser(sqlite_office.app)
    browser.get("/admin/sign-in")
    answer = browser.post("/admin/intake", CALL | {"photos": (_jpeg(size=600), "a.jpg")})
    assert answer.status_code == 303
    assert "/admin/sign-in" in answer.location
    assert not [path for path in sqlite_office.store.root.rglob("*") if path.is_file()]


def test_a_full_store_is_told_and_the_words_stay(sqlite_office: Office) -> None:
    browser = _desk(sqlite_office)
    sqlite_office.store.root.rmdir()
    answer = browser.submit("intake", **CALL, photos=[(_jpeg(), "a.jpg")])
    assert answer.status_code == 400
    assert "照片没存上" in text_of(answer)
    assert browser.form("intake").fields["narrative"] == SAID
    assert sqlite_office.count(Tip) == 0
    assert browser.submit("intake").status_code == 303


def test_over_https_the_slips_cookie_says_secure(make_office: MakeOffice, sqlite_db: Database) -> None:
    office = make_office(sqlite_db, https=True)
    browser = office.enter(Role.INTAKE)
    browser.get("/admin/intake")
    answer = browser.submit("intake", **CALL)
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "office_slip" in c)
    assert cookie.startswith("__Secure-office_slip=")
    assert "Secure" in cookie
