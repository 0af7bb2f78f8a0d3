"""What no browser sends: answered 4xx in plain words, nothing stored, and the next good tip is fine."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.db import Database
from casework.tips.models import Tip
from tests.portal.citizen import BOUNDARY, ENOUGH, Citizen, multipart
from tests.portal.test_photos import blobs, files

FORM = f"multipart/form-data; boundary={BOUNDARY}"
WHOLE = multipart(ENOUGH, [("photos", "a.jpg", b"x" * 400_000)])
HOSTILE: dict[str, tuple[bytes, str]] = {
    "no boundary": (WHOLE, "multipart/form-data"),
    "boundary of another": (WHOLE, "multipart/form-data; boundary=other"),
    "boundary beyond ascii": (WHOLE, "multipart/form-data; boundary=边界"),
    "cut in a file": (WHOLE[:-200_000], FORM),
    "cut in a head": (WHOLE[:60], FORM),
    "empty": (b"", FORM),
    "no end": (WHOLE.removesuffix(b"--\r\n"), FORM),
    "part without a name": (WHOLE.replace(b'form-data; name="place"', b"form-data", 1), FORM),
    "part without a disposition": (WHOLE.replace(b"Content-Disposition", b"Content-Position", 1), FORM),
    "head that is no text": (WHOLE.replace(b'name="place"', b'name="\xff\xfe"', 1), FORM),
    "ten thousand parts": (multipart({f"f{n}": "x" for n in range(10_000)}), FORM),
    "a field of ten megabytes": (multipart(ENOUGH | {"place": "x" * 10_000_000}), FORM),
    "a urlencoded form of ten megabytes": (b"narrative=" + b"x" * 10_000_000, "application/x-www-form-urlencoded"),
    "a thousand files": (multipart(ENOUGH, [("photos", f"{n}.jpg", b"x") for n in range(1000)]), FORM),
    "json": (b'{"category": "unlicensed"}', "application/json"),
    "nothing said": (WHOLE, ""),
    "bytes that are no text": (b"narrative=%ff%fe&category=%00", "application/x-www-form-urlencoded"),
}  # fmt: skip


@pytest.fixture
def still_well(desk: Flask, sqlite_db: Database) -> Iterator[None]:
    """Afterwards nothing is stored, and a good tip goes through."""
    yield
    with sqlite_db.read() as session:
        assert session.scalar(select(func.count()).select_from(Tip)) == 0
    Citizen(desk, "127.0.0.2").tip()


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_body_that_no_browser_sends_is_answered_and_leaves_nothing(
    villager: Citizen, sqlite_db: Database, tmp_path, still_well: None, kind: str
) -> None:
    villager.open_form()
    body, content_type = HOSTILE[kind]
    for path in ("/tip", "/track/supplement", "/track"):
        answer = villager.send_body(path, body, content_type)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert "<h1>" in answer.text
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    kept = [row for row in files(sqlite_db) if row.state != "waiting"]
    assert kept == []
    assert len(blobs(tmp_path)) == len(files(sqlite_db))  # drafts of a form that only lacked its key


@pytest.mark.parametrize("size", ["99999999999", "-1", "many"])
def test_a_length_that_is_not_true_is_answered(villager: Citizen, still_well: None, size: str) -> None:
    villager.open_form()
    answer = villager.client.post(
        "/tip", data=WHOLE, content_type=FORM, environ_overrides={"CONTENT_LENGTH": size}
    )
    assert 400 <= answer.status_code < 500


def test_a_form_larger_than_any_phone_sends_is_answered_before_it_is_read(villager: Citizen) -> None:
    villager.open_form()
    answer = villager.client.post(
        "/tip", data=b"", content_type=FORM, environ_overrides={"CONTENT_LENGTH": str(600 * 1024 * 1024)}
    )
    assert answer.status_code == 413
    assert "没收下" in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_sends_nothing_in_our_name(villager: Citizen, still_well: None, site: str) -> None:
    villager.open_form()
    answer = villager.client.post("/tip", data=villager.hidden() | ENOUGH, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["form_key", "csrf_token", "wait", "ticket", "drop", "set"])
def test_hidden_values_that_were_meddled_with_store_nothing_wrong(villager: Citizen, name: str) -> None:
    for value in ("", "forged", "x" * 10_000, "\x00", "%", "../../etc"):
        villager.open_form()
        answer = villager.send(**{name: value})
        assert answer.status_code in (200, 303, 400)
        if answer.status_code != 303:
            assert ENOUGH["narrative"] in answer.text


@pytest.mark.parametrize("cookie", ["", "forged", "AAAA" * 200, "%00", "点"])
def test_a_forged_cookie_is_no_cookie(villager: Citizen, cookie: str) -> None:
    for name in ("receipt", "track", "claim"):
        villager.client.set_cookie(name, cookie)
    for path in ("/tip/received", "/track/tip", "/track/pin", "/track/withdraw", "/claim"):
        assert villager.get(path).status_code in (200, 303, 410)
        assert "data-receipt-code" not in villager.text
        assert "data-tip-number" not in villager.text
