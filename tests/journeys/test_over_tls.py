"""In service: behind nginx over TLS, portal and office apart, production settings, no demo."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from casework.db import Database
from tests.factories import photos
from tests.journeys.people import citizen, officer
from tests.machine import tls
from tests.machine.ports import answers_at, free_port
from tests.machine.product import ROOT, settings_for

PASSPHRASES = ("first holder's words", "second holder's words", "third holder's words")


@contextmanager
def serving(
    application: str, environ: dict[str, str], folder: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """One gunicorn for one surface, as a unit of docs/operate.md starts it."""
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "config" / "gunicorn.py"), application]
    port = int(environ["QINGSHAN_PORT"])
    with log.open("w") as out:
        process = subprocess.Popen(
            command, env=environ | {"PYTHONPATH": str(ROOT)}, cwd=folder, stdout=out, stderr=out
        )
    try:
        while not answers_at(port):
            assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def command(environ: dict[str, str], folder: Path, *arguments: str, typed: str = "") -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *arguments],
        env=environ,
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.usefixtures("postgres_server")
def test_a_tip_goes_in_by_the_portal_and_comes_out_at_the_office(
    browser: Browser, postgres_db: Database, tmp_path: Path
) -> None:
    url = postgres_db.url.render_as_string(hide_password=False)
    postgres_db.dispose()
    folder, port = tmp_path / "service", free_port()
    folder.mkdir()
    portal_port, office_port = free_port(), free_port()
    common = {"DEMO": "0", "PUBLIC_URL": f"https://localhost:{port}", "PROXIES": "1"}
    office_env = settings_for(url, folder, office_port, **common)
    # The public machine has no office folder; the setting names one that is not there.
    portal_env = settings_for(url, folder, portal_port, **common, OFFICE_KEYS=str(folder / "absent"))
    command(office_env, folder, "migrate")
    command(office_env, folder, "vault", "init")
    holders = [word for name in ("bai.shouzhuo", "shen.jianzhi", "rong.keji") for word in ("--holder", name)]
    typed = "".join(f"{words}\n{words}\n" for words in PASSPHRASES)
    command(office_env, folder, "vault", "init", *holders, typed=typed)
    told = command(
        office_env, folder, "add-officer", "yue.zhiqiu", "--name", "岳知秋", "--unit", "joint_office",
        "--role", "triage", "--jurisdiction", "141122",
    )  # fmt: skip
    account = {
        "password": re.search(r"password\s+(\S+)", told)[1],  # type: ignore[index]
        "totp_secret": re.search(r"totp secret\s+(\S+)", told)[1],  # type: ignore[index]
    }
    worker = subprocess.Popen([sys.executable, str(ROOT / "app.py"), "worker"], env=office_env, cwd=folder)
    try:
        with (
            serving("app:portal_app", portal_env, folder, folder / "portal.log"),
            serving("app:admin_app", office_env, folder, folder / "office.log"),
            tls.nginx(
                folder / "nginx", port=port, portal_port=portal_port, office_port=office_port
            ) as address,
        ):
            tip_number = _tip(browser, address, tmp_path)
            _read(browser, address, account, tip_number)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    logs = "".join((folder / name).read_text() for name in ("portal.log", "office.log"))
    assert "Traceback" not in logs
    assert "127.0.0.1:" not in logs.replace(f"http://127.0.0.1:{portal_port}", "").replace(
        f"http://127.0.0.1:{office_port}", ""
    )


def _tip(browser: Browser, address: str, folder: Path) -> str:
    photo = folder / "photo.heic"
    photo.write_bytes(photos.heic((1200, 900)))
    informant = citizen(browser, address)
    page = informant.page
    answer = informant.go("/tip")
    assert answer is not None
    headers = answer.all_headers()
    assert "max-age" in headers["strict-transport-security"]
    assert "content-encoding" not in headers  # what carries secrets is never compressed
    assert "gunicorn" not in headers.get("server", "")
    page.locator('[name="category"][value="land"]').check(force=True)
    page.locator('[name="township"]').select_option("141122106")
    page.locator('[name="photos"]').set_input_files(photo)
    expect(page.locator('[data-photo-state="cleaned"]')).to_have_count(1, timeout=60_000)
    page.locator('[name="narrative"]').fill("村东有人在好地里取土，坑有两亩多。")
    page.locator('[name="pledge"]').check(force=True)
    page.get_by_role("button", name="提交举报").click()
    page.wait_for_url("**/tip/received")
    informant.look()
    cookies = {cookie["name"]: cookie for cookie in informant.context.cookies()}
    assert cookies
    assert all(name.startswith("__Host-") for name in cookies)
    assert all(cookie["secure"] and cookie["httpOnly"] for cookie in cookies.values())
    assert not informant.faults
    return informant.text("[data-tip-number]")


def _read(browser: Browser, address: str, account: dict[str, str], tip_number: str) -> None:
    triage = officer(browser, address, account, "yue.zhiqiu")
    triage.go(f"/admin/inbox/{tip_number}")
    assert "村东有人在好地里取土" in triage.page.content()
    for cookie in triage.context.cookies():
        assert cookie["name"].startswith("__Secure-")
        assert cookie["path"] == "/admin"
    picture = triage.page.locator("img[src*='/admin/evidence/']").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert not triage.faults
