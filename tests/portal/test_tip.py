"""Sending a tip: what is stored, what is asked for again, and that nothing typed is ever lost."""

import html
import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework import calendar
from casework.db import Database
from casework.identities.models import Identity
from casework.officers import actions as officers
from casework.terms import Category, Datum, IdentityKind, Ongoing, PointSource
from casework.tips.models import Receipt, Tip
from casework.tips.reading import open_tip_words
from casework.trail import COMMAND
from casework.vault.holders import Holder, make_held_key
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import ENOUGH, Citizen, faults

IN_THE_COUNTY = {"longitude": "111.71", "latitude": "37.69"}


def tips(db: Database) -> list[Tip]:
    with db.read() as session:
        return list(session.scalars(select(Tip).order_by(Tip.id)))


def test_a_tip_is_received_with_a_code_and_a_number(citizen: Citizen, db: Database, keys: KeyFolders) -> None:
    code, number = citizen.tip()
    assert len(code) == 20
    assert int(code) % 97 == 1
    [tip] = tips(db)
    assert (tip.tip_number, tip.category) == (number, Category.UNLICENSED)
    words = open_tip_words(tip, keys.office)
    assert (words.narrative, words.place) == (ENOUGH["narrative"], ENOUGH["place"])


def test_every_field_arrives(citizen: Citizen, db: Database, keys: KeyFolders) -> None:
    citizen.tip(
        **IN_THE_COUNTY,
        category="disguised",
        disguise="mine_restoration",
        township="141122103",
        village="青石沟村",
        datum="wgs84",
        point_source="device",
        ongoing="yes",
        happened_on="2026-11-01",
        mineral="stone",
        land_class="forest",
        subject_kind="company",
        subject_name="晨鹿石料厂",
        involves_official="y",
        wants_reward="y",
        claim_pin="258036",
    )
    [tip] = tips(db)
    words = open_tip_words(tip, keys.office)
    assert (tip.township, tip.jurisdiction, tip.mineral, tip.land_class) == (
        "141122103",
        "141122103",
        "stone",
        "forest",
    )
    assert (tip.ongoing, tip.urgent, tip.involves_official, tip.wants_reward) == (
        Ongoing.YES,
        True,
        True,
        True,
    )
    assert words.subject_name == "晨鹿石料厂"
    assert (tip.longitude, tip.point_source) == (None, PointSource.DEVICE)  # sealed: it came from the device
    assert (words.longitude, words.latitude) == (111.71, 37.69)


def test_a_village_of_the_county_is_plain_and_any_other_word_is_sealed(
    villager: Citizen, sqlite_db: Database, keys: KeyFolders
) -> None:
    villager.tip(village="蒲渠河村")
    villager.tip(village="青石沟村")
    known, unknown = tips(sqlite_db)
    assert known.village == "蒲渠河村"
    assert unknown.village is None
    assert open_tip_words(unknown, keys.office).place == f"青石沟村\n{ENOUGH['place']}"


def test_a_position_in_another_datum_is_kept_with_its_own_beside_it(
    villager: Citizen, sqlite_db: Database
) -> None:
    villager.tip(**IN_THE_COUNTY, datum="gcj02")
    [tip] = tips(sqlite_db)
    assert tip.datum is Datum.GCJ02
    assert tip.longitude is not None
    assert tip.latitude is not None
    assert 0.001 < 111.71 - tip.longitude < 0.01
    assert 0.0001 < abs(37.69 - tip.latitude) < 0.01


def test_outside_the_county_is_taken_marked_and_told(villager: Citizen, sqlite_db: Database) -> None:
    villager.tip(longitude="116.39", latitude="39.9")
    assert "县界外面" in villager.text
    [tip] = tips(sqlite_db)
    assert tip.outside_county
    villager.tip(**IN_THE_COUNTY)
    assert "县界外面" not in villager.text


# ── what is asked for again ──
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": None}, "category"),
        ({"category": "volcano"}, "category"),
        ({"narrative": ""}, "narrative"),
        ({"narrative": "长" * 100_000}, "narrative"),
        ({"narrative": "挖\x00机"}, "narrative"),
        ({"place": ""}, "township"),
        ({"place": "沟\x1b口"}, "place"),
        ({"township": "999999999"}, "township"),
        ({"longitude": "nan", "latitude": "37"}, "longitude"),
        ({"longitude": "inf", "latitude": "37"}, "longitude"),
        ({"longitude": "111.7"}, "latitude"),
        ({"happened_on": "0999-01-01"}, "happened_on"),
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"happened_on": "99999-99-99"}, "happened_on"),
        ({"pledge": None}, "pledge"),
        ({"pledge": "no"}, "pledge"),
        ({"wants_reward": "y", "claim_pin": "2580"}, "claim_pin"),
        ({"identity": "named"}, "informant_name"),
    ],
)
def test_what_is_wrong_is_told_first_and_everything_else_is_kept(
    villager: Citizen, sqlite_db: Database, changes: dict[str, str | None], field: str
) -> None:
    typed = {
        "subject_name": "晨鹿石料厂",
        "mineral": "stone",
        "ongoing": "no",
        "claim_pin": "135790",
    } | changes
    answer = villager.open_form().send(**typed)
    assert answer.status_code == 400
    assert faults(answer.text)
    assert f'href="#{field}"' in answer.text
    assert "您写的都还在" in answer.text
    for name, value in (ENOUGH | typed).items():
        if value and name in ("narrative", "place", "subject_name", "longitude", "claim_pin"):
            assert html.escape(value.replace("\x00", "\x00"), quote=True)[:200] in answer.text
    assert '<option value="stone" selected>' in answer.text
    assert tips(sqlite_db) == []


def test_empty_boxes_of_a_whole_form_are_no_faults(villager: Citizen) -> None:
    empty = ("township", "village", "longitude", "latitude", "datum", "subject_kind", "subject_name", "mineral",
             "land_class", "ongoing", "happened_on", "disguise", "identity", "informant_name", "claim_pin")  # fmt: skip
    villager.tip(**dict.fromkeys(empty, ""))


def test_a_fault_that_is_mended_costs_nothing(villager: Citizen, sqlite_db: Database) -> None:
    villager.open_form().send(pledge=None)
    villager.send()
    villager.receipt()
    assert len(tips(sqlite_db)) == 1


def test_a_link_from_the_front_page_has_chosen_already(villager: Citizen) -> None:
    page = villager.get("/tip?category=land").text
    assert 'value="land" checked' in page or 'value="land" id="category" checked' in page
    assert "checked" not in villager.get("/tip?category=volcano").text.split('id="part2"')[0]


def test_large_type_and_english_keep_what_was_typed(villager: Citizen, sqlite_db: Database) -> None:
    answer = villager.open_form().send(set="large", files=[(b"\xff\xd8\xff photo", "a.jpg")])
    assert answer.status_code == 200
    assert ENOUGH["narrative"] in answer.text
    assert answer.text.count('data-photo-state="waiting"') == 1
    assert not faults(answer.text)
    assert 'data-type="large"' in villager.get("/help").text
    assert tips(sqlite_db) == []


# ── 留名 ──
def lay_identity_key(db: Database) -> None:
    public, wraps = make_held_key("identity", [Holder("one", "a" * 12), Holder("two", "b" * 12)])
    with db.begin() as session:
        officers.keep_held_key(session, purpose="identity", number=1, public=public, wraps=wraps, by=COMMAND)


def test_a_name_is_sealed_before_it_is_stored(citizen: Citizen, db: Database) -> None:
    lay_identity_key(db)
    citizen.tip(identity="named", informant_name="沐云川", informant_phone="0358-000 0000")
    [tip] = tips(db)
    assert tip.identity is IdentityKind.NAMED
    with db.read() as session:
        sealed = session.scalars(select(Identity.sealed).where(Identity.tip_id == tip.id)).one()
    assert "沐云川".encode() not in sealed


def test_without_a_key_for_names_none_is_taken(villager: Citizen, sqlite_db: Database) -> None:
    answer = villager.open_form().send(
        identity="named", informant_name="沐云川", informant_phone="0358-000 0000"
    )
    assert answer.status_code == 400
    assert "现在不能留名" in answer.text
    assert tips(sqlite_db) == []
    assert villager.send(identity="anonymous").status_code == 303


def test_what_does_not_apply_is_left_behind(villager: Citizen, sqlite_db: Database) -> None:
    villager.tip(informant_name="沐云川", claim_pin="135790")
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count()).select_from(Identity)) == 0
        assert session.scalars(select(Receipt.pin_hash)).one() is None


# ── once ──
def test_a_second_press_gives_the_first_receipt(citizen: Citizen, db: Database) -> None:
    citizen.open_form()
    form = citizen.hidden()
    citizen.send()
    first = citizen.receipt()
    citizen.send(**form)
    assert citizen.receipt() == first
    assert len(tips(db)) == 1


def test_two_presses_at_once_are_one_tip(front: Flask, db: Database) -> None:
    citizen = Citizen(front).open_form()
    form, cookies = citizen.hidden(), citizen.client
    start, answers = threading.Barrier(2), []

    def press() -> None:
        one = Citizen(front)
        one.client._cookies = dict(cookies._cookies or {})
        one.page = citizen.page
        start.wait()
        one.send(**form, files=[(b"\xff\xd8\xff" + b"x" * 300_000, "a.jpg")])
        answers.append(one.receipt())

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 2
    assert answers[0] == answers[1]
    [tip] = tips(db)
    assert tip.photo_count == 1


def test_the_same_form_with_other_content_becomes_a_supplement(citizen: Citizen, db: Database) -> None:
    citizen.open_form()
    form = citizen.hidden()
    citizen.send()
    _, number = citizen.receipt()
    answer = citizen.send(**form, narrative="又来了三辆车", files=[(b"\xff\xd8\xff later", "b.jpg")])
    assert answer.status_code == 409
    assert number in answer.text
    assert "又来了三辆车" in answer.text
    assert answer.text.count('data-photo-state="waiting"') == 1
    assert len(tips(db)) == 1
    assert citizen.supplement(message="又来了三辆车").location.startswith("/track/tip")
    assert "补充了文字和 1 张照片" in citizen.get("/track/tip").text


def test_hours_later_the_form_tells_no_code_any_more(villager: Citizen) -> None:
    with calendar.freeze(datetime(2026, 11, 23, 8, tzinfo=UTC)) as clock:
        villager.open_form()
        form = villager.hidden()
        villager.send()
        villager.receipt()
        clock.forward(timedelta(hours=2, minutes=1))
        assert villager.send(**form).location == "/tip/received"
        assert villager.get("/tip/received").status_code == 410
