"""Signing in through the pages, in two steps."""

from datetime import timedelta

import pyotp

from casework.officers.roles import Role
from tests.clients import Browser, text_of
from tests.factories.office import Office, at


def test_an_officer_signs_in_with_password_and_time_code(office: Office) -> None:
    browser = office.sign_in(office.officer(Role.ADMINISTRATOR))
    assert browser.get("/admin/officers").status_code == 200


def test_a_time_code_is_good_once(office: Office) -> None:
    person = office.officer(Role.ADMINISTRATOR)
    office.sign_in(person)
    browser = Browser(office.app)
    browser.get("/admin/sign-in")
    browser.submit("sign-in", username=person.username, password=person.password)
    again = browser.submit("sign-in", otp=pyotp.TOTP(person.totp_secret).now())
    assert again.status_code == 403
    assert "验证码不对" in text_of(again)


def test_a_page_of_the_office_leads_who_is_not_signed_in_to_the_door(sqlite_office: Office) -> None:
    answer = Browser(sqlite_office.app).get("/admin/officers")
    assert answer.status_code == 303
    assert answer.location == "/admin/sign-in?next=/admin/officers"


def test_who_is_writing_a_long_time_stays_signed_in(sqlite_office: Office) -> None:
    with at("2026-11-24 09:00") as clock:
        browser = sqlite_office.enter(Role.INTAKE)
        for _ in range(3):
            clock.forward(timedelta(minutes=10))
            assert browser.get("/admin/still-here").status_code == 204
        assert browser.get("/admin/intake").status_code == 200
        clock.forward(timedelta(minutes=16))
        assert browser.get("/admin/still-here").status_code == 303
