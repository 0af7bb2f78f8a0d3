"""Adding words and photos to a tip: once for each form, and nothing typed is lost."""

import pytest
from flask import Flask
from sqlalchemy import select

from casework.db import Database
from casework.tips.models import Supplement, SupplementMark
from casework.tips.reading import read_supplements
from tests.factories import photos
from tests.machine.key_folders import KeyFolders
from tests.portal.citizen import Citizen, photo_states
from tests.portal.test_photos import files


def marks(db: Database) -> list[SupplementMark]:
    with db.read() as session:
        return list(session.scalars(select(SupplementMark)))


def test_words_and_photos_are_added(front: Flask, db: Database, keys: KeyFolders) -> None:
    citizen = Citizen(front)
    code, _ = citizen.tip()
    answer = citizen.follow(code).supplement(message="又来了三辆车", files=[(photos.jpeg(), "b.jpg")])
    assert answer.location == "/track/tip#talk"
    page = citizen.get("/track/tip").text
    assert "补充了文字和 1 张照片" in page
    assert "又来了三辆车" not in page
    assert photo_states(page) == ["waiting"]
    with db.read() as session:
        tip_id = session.scalars(select(Supplement.tip_id)).one()
        [read] = read_supplements(session, tip_ids=[tip_id], keys=keys.office)
    assert read.words == "又来了三辆车"


def test_a_second_press_adds_nothing(front: Flask, db: Database) -> None:
    citizen = Citizen(front)
    code, _ = citizen.tip()
    form = citizen.follow(code).hidden()
    for _ in range(2):
        citizen.supplement(**form, message="又来了三辆车", files=[(photos.jpeg(), "b.jpg")])
    assert len(marks(db)) == 1
    assert len(files(db)) == 1


def test_photos_alone_are_enough_and_nothing_at_all_is_not(villager: Citizen, sqlite_db: Database) -> None:
    code, _ = villager.tip()
    answer = villager.follow(code).supplement(message=" ")
    assert answer.status_code == 400
    assert "请写一句话，或者加照片" in answer.text
    assert villager.supplement(files=[(photos.jpeg(), "b.jpg")]).status_code == 303
    assert "补充了 1 张照片" in villager.get("/track/tip").text
    assert [mark.has_words for mark in marks(sqlite_db)] == [False]


@pytest.mark.parametrize("words", ["长" * 6000, "挖\x00机"])
def test_words_that_do_not_fit_are_told_and_kept(villager: Citizen, words: str) -> None:
    code, _ = villager.tip()
    answer = villager.follow(code).supplement(message=words, files=[(photos.jpeg(), "b.jpg")])
    assert answer.status_code == 400
    assert words in answer.text
    assert photo_states(answer.text) == ["waiting"]


def test_large_type_and_taking_back_keep_what_was_typed(villager: Citizen, sqlite_db: Database) -> None:
    code, _ = villager.tip()
    answer = villager.follow(code).supplement(message="又来了", set="large", files=[(photos.jpeg(), "b.jpg")])
    assert answer.status_code == 200
    assert "又来了" in answer.text
    answer = villager.supplement(message="又来了", drop="1")
    assert "又来了" in answer.text
    assert photo_states(answer.text) == []
    assert files(sqlite_db) == []


def test_who_was_away_too_long_types_the_code_again_and_loses_nothing(
    villager: Citizen, sqlite_db: Database
) -> None:
    code, _ = villager.tip()
    villager.follow(code)
    villager.client.delete_cookie("track")
    answer = villager.supplement(message="又来了三辆车", files=[(photos.jpeg(), "b.jpg")])
    assert answer.status_code == 400
    assert "又来了三辆车" in answer.text
    assert 'name="receipt_code"' in answer.text
    assert photo_states(answer.text) == ["waiting"]
    answer = villager.supplement(message="又来了三辆车", receipt_code=code[:-1] + "x")
    assert answer.status_code == 400
    assert "又来了三辆车" in answer.text
    assert villager.supplement(message="又来了三辆车", receipt_code=code).location == "/track/tip#talk"
    assert villager.get("/track/tip").status_code == 200
    [mark] = marks(sqlite_db)
    assert (mark.photo_count, mark.has_words) == (1, True)


def test_a_form_left_open_for_hours_only_has_to_be_pressed_again(
    villager: Citizen, sqlite_db: Database
) -> None:
    code, _ = villager.tip()
    villager.follow(code)
    answer = villager.supplement(message="又来了三辆车", csrf_token="of yesterday")
    assert answer.status_code == 400
    assert "请再按一次" in answer.text
    assert "又来了三辆车" in answer.text
    assert villager.supplement(message="又来了三辆车").status_code == 303
    assert len(marks(sqlite_db)) == 1


def test_a_key_of_a_tip_form_is_none_of_a_supplement(villager: Citizen, sqlite_db: Database) -> None:
    code, _ = villager.tip()
    stranger = villager.open_form().hidden()["form_key"]
    answer = villager.follow(code).supplement(message="又来了", form_key=stranger)
    assert answer.status_code == 400
    assert marks(sqlite_db) == []


def test_a_reload_of_what_a_press_has_shown_leads_back(villager: Citizen) -> None:
    assert villager.get("/track/supplement").location == "/track/tip"


def test_a_failure_of_our_own_keeps_the_words(
    villager: Citizen, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _ = villager.tip()
    villager.follow(code)

    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("nobody expected this")

    with monkeypatch.context() as broken:
        broken.setattr("casework.tips.lookup.add_supplement", fail)
        answer = villager.supplement(message="又来了三辆车", files=[(photos.jpeg(), "b.jpg")])
    assert answer.status_code == 500
    assert "又来了三辆车" in answer.text
    assert photo_states(answer.text) == ["waiting"]
    assert villager.supplement(message="又来了三辆车").status_code == 303
    assert [mark.photo_count for mark in marks(sqlite_db)] == [1]
