"""Commands for accounts, keys and trail as an operator types them: what they say and how they end."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from admin.commands import commands
from casework import calendar, schema, trail
from casework.db import Database
from casework.officers import queries, sign_in
from casework.officers.roles import Role
from casework.terms import IdentityKind
from casework.tips.reading import open_tip_words
from casework.tips.receiving import Seals, receive_tip
from casework.trail import COMMAND, Deed, blocks
from casework.trail.models import Entry
from casework.vault import codes, keys
from casework.vault.escrow import read_escrow
from tests.factories.tips import said, tip_of

# A command's connections end with its process, which here goes on.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

Run = Callable[..., Result]
PHRASES = {name: f"passphrase of {name}" for name in ("bai.shou", "gu.an")}
ADD = ("add-officer", "jiang.yihe", "--name", "江一禾", "--unit", "joint_office", "--jurisdiction", "141122")


@pytest.fixture
def run(sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on an installation of its own; `typed` are lines at its prompts."""
    monkeypatch.setenv("QINGSHAN_DATABASE_URL", sqlite_db.url.render_as_string(hide_password=False))
    monkeypatch.setenv("QINGSHAN_QUEUE_URL", f"sqlite:///{tmp_path}/queue.db")
    monkeypatch.setenv("QINGSHAN_EVIDENCE_URL", f"file://{tmp_path}/evidence")
    monkeypatch.setenv("QINGSHAN_ANCHORS", f"{tmp_path}/anchors")
    for kind in ("portal", "receipt", "office"):
        monkeypatch.setenv(f"QINGSHAN_{kind.upper()}_KEYS", str(tmp_path / kind))

    def invoke(*words: str, typed: list[str] | None = None) -> Result:
        return CliRunner().invoke(commands, words, input="\n".join(typed or []) + "\n")

    return invoke


@pytest.fixture
def made(run: Run) -> Run:
    """With keys."""
    assert run("vault", "init").exit_code == 0
    return run


def secrets_in(output: str) -> dict[str, str]:
    lines = [line.rsplit(" ", 1) for line in output.splitlines() if line.startswith(("password", "totp"))]
    return {name.strip(): value for name, value in lines}


# ── accounts ──
def test_an_officer_is_added_and_their_secrets_are_shown_once(
    made: Run, sqlite_db: Database, tmp_path: Path
) -> None:
    told = made(*ADD, "--role", "triage", "--role", "intake")
    assert told.exit_code == 0, told.output
    assert "otpauth://" in told.output
    password = secrets_in(told.output)["password"]
    with sqlite_db.begin() as session:
        found = sign_in.check_password(
            session,
            username="jiang.yihe",
            password=password,
            keys=keys.load_office_keys(tmp_path / "office"),
        )
    assert found is not None
    assert found.roles == {Role.TRIAGE, Role.INTAKE}


def test_resetting_an_officer_shows_new_secrets(made: Run) -> None:
    before = secrets_in(made(*ADD, "--role", "triage").output)
    after = secrets_in(made("reset-officer", "jiang.yihe").output)
    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())


@pytest.mark.parametrize(
    "words, status, told",
    [
        ((*ADD, "--role", "king"), 2, "Invalid value"),
        (ADD, 2, "Missing option"),
        ((*ADD, "--role", "administrator", "--role", "triage"), 2, "roles: exclude"),
        ((*ADD[:-1], "9999", "--role", "triage"), 2, "jurisdiction: outside_unit"),
        ((*ADD[:5], "nowhere", *ADD[6:], "--role", "triage"), 1, "not_found: unit"),
        (("reset-officer", "nobody"), 1, "not_found: officer"),
        (("no-such-command",), 2, "No such command"),
    ],
)
def test_wrong_use_is_told_in_words(words: tuple[str, ...], status: int, told: str, made: Run) -> None:
    result = made(*words)
    assert result.exit_code == status, result.output
    assert told in result.output
    assert "Traceback" not in result.output


def test_without_keys_no_officer_is_added(run: Run, sqlite_db: Database) -> None:
    result = run(*ADD, "--role", "triage")
    assert result.exit_code == 1
    assert "vault init" in result.output
    with sqlite_db.read() as session:
        assert queries.all_officers(session) == []


def test_wrong_settings_are_told_with_their_names(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINGSHAN_DATABASE_URL", "mysql://x")
    monkeypatch.setenv("QINGSHAN_PROT", "80")
    result = run("doctor")
    assert result.exit_code == 2
    assert "QINGSHAN_DATABASE_URL" in result.output
    assert "QINGSHAN_PROT" in result.output


# ── schema ──
def test_migrating_brings_an_empty_database_up_to_date_and_again(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGSHAN_DATABASE_URL", f"sqlite:///{tmp_path}/new/qingshan.db")
    for _ in range(2):
        result = run("migrate")
        assert result.exit_code == 0, result.output
    db = Database(f"sqlite:///{tmp_path}/new/qingshan.db")
    assert schema.is_current(db)
    assert f"at revision {schema.revision(db)}" in result.output
    db.dispose()


# ── keys ──
def test_keys_are_made_once_and_their_public_half_is_published(
    made: Run, sqlite_db: Database, tmp_path: Path
) -> None:
    office = keys.load_office_keys(tmp_path / "office")
    assert made("vault", "init").output.count("there already") == 3
    assert keys.load_office_keys(tmp_path / "office") == office
    with sqlite_db.read() as session:
        published = queries.newest_public_key(session, "reading")
    assert published.raw == keys.reading_public_keys(office)[1]
    status = made("vault", "status").output
    assert status.count("present") == 3
    assert "reading  public key, version 1" in status


def test_keys_that_do_not_belong_to_this_database_are_refused(
    made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGSHAN_OFFICE_KEYS", str(tmp_path / "another"))
    result = made("vault", "init", "--office")
    assert result.exit_code == 1
    assert "another reading key" in result.output


def test_a_rotated_key_seals_from_now_on_and_what_was_sealed_before_still_opens(
    made: Run, sqlite_db: Database, tmp_path: Path
) -> None:
    tips = []
    for _ in range(2):
        with sqlite_db.begin() as session:
            given = Seals(
                keys.load_receipt_keys(tmp_path / "receipt"), queries.newest_public_key(session, "reading")
            )
            received = receive_tip(
                session, submission=said("夜里有人采石"), form_key=codes.new_form_key(), seals=given
            )
            tips.append(tip_of(session, received))
        assert made("vault", "rotate", "reading").exit_code == 0
    wraps = [tip.key_wrap[:3] for tip in tips if tip.key_wrap]
    assert wraps == [b"\x11\x00\x01", b"\x11\x00\x02"]
    office = keys.load_office_keys(tmp_path / "office")
    assert [open_tip_words(tip, office).narrative for tip in tips] == ["夜里有人采石"] * 2
    for name in ("shelf", "draft", "receipt_pepper"):
        assert f"{name} key version 2" in made("vault", "rotate", name).output
    with sqlite_db.read() as session:
        facts = session.scalars(select(Entry.facts).where(Entry.deed == "rotate_key")).all()
    assert {(fact["purpose"], fact["number"]) for fact in facts} >= {
        ("reading", 3),
        ("shelf", 2),
        ("draft", 2),
    }


def test_the_escrow_copy_brings_every_folder_back(made: Run, tmp_path: Path) -> None:
    copy = tmp_path / "escrow.bin"
    result = made("vault", "escrow", "--out", str(copy), typed=["four words on paper"])
    assert result.exit_code == 0, result.output
    kept = read_escrow(copy, "four words on paper")
    assert {kind: json.loads(body)["kind"] for kind, body in kept.items()} == {
        kind: kind for kind in ("portal", "receipt", "office")
    }
    again = made("vault", "escrow", "--out", str(copy), typed=["four words on paper"])
    assert (again.exit_code, "there already" in again.output) == (2, True)
    short = made("vault", "escrow", "--out", str(tmp_path / "x"), typed=["short"])
    assert short.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_without_keys_there_is_nothing_to_escrow(run: Run, tmp_path: Path) -> None:
    result = run("vault", "escrow", "--out", str(tmp_path / "x"), typed=["four words on paper"])
    assert result.exit_code == 2
    assert not (tmp_path / "x").exists()


# ── one identity ──
def test_two_holders_open_one_identity_and_nobody_else(
    made: Run, sqlite_db: Database, tmp_path: Path
) -> None:
    holders = [word for name in PHRASES for word in ("--holder", name)]
    assert made("vault", "init", *holders, typed=list(PHRASES.values())).exit_code == 0
    with sqlite_db.begin() as session:
        given = Seals(
            keys.load_receipt_keys(tmp_path / "receipt"),
            queries.newest_public_key(session, "reading"),
            queries.newest_public_key(session, "identity"),
        )
        submission = said(identity=IdentityKind.NAMED, informant_name="郑重山", informant_phone="13800000000")
        number = receive_tip(
            session, submission=submission, form_key=codes.new_form_key(), seals=given
        ).tip_number

    def open_it(*names: str, typed: list[str], tip: str = number, reason: str = "核实奖励") -> Result:
        words = [word for name in names for word in ("--holder", name)]
        return made("vault", "open-identity", tip, "--reason", reason, *words, typed=typed)

    good = [PHRASES["gu.an"], PHRASES["bai.shou"]]
    result = open_it("gu.an", "bai.shou", typed=good)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-2:] == ["郑重山", "13800000000"]
    for words, status in (
        (open_it("gu.an", "bai.shou", typed=[good[0], good[0]]), 1),
        (open_it("gu.an", "gu.an", typed=good), 2),
        (open_it("gu.an", typed=good), 2),
        (open_it("gu.an", "bai.shou", typed=good, tip="JB-2026-9999"), 1),
        (open_it("gu.an", "bai.shou", typed=good, reason="x"), 2),
    ):
        assert words.exit_code == status, words.output
        assert "郑重山" not in words.output
    with sqlite_db.read() as session:
        deeds = session.scalars(select(Entry.deed).where(Entry.deed.like("%_identity"))).all()
    assert sorted(deeds) == ["ask_identity", "ask_identity", "open_identity"]


# ── trail ──
def record_yesterday(db: Database) -> None:
    with calendar.freeze(calendar.now() - timedelta(days=1)), db.begin() as session:
        trail.record(session, deed=Deed.SIGN_OUT, by=COMMAND, about=("officer", 1))
        session.flush()
        blocks.seal_block(session)


def test_a_good_trail_is_told_and_ends_well(made: Run, sqlite_db: Database, tmp_path: Path) -> None:
    record_yesterday(sqlite_db)
    result = made("trail", "verify")
    assert result.exit_code == 0, result.output
    assert "no anchors in" in result.output
    with sqlite_db.read() as session:
        office = keys.load_office_keys(tmp_path / "office")
        assert blocks.write_anchor(session, keys=office, folder=tmp_path / "anchors")
    result = made("trail", "verify")
    assert result.exit_code == 0, result.output
    assert "no anchors" not in result.output
    assert "1 entries, 1 blocks, 0 not yet bound" in result.output
    assert "✓ the trail holds" in result.output


def test_a_changed_trail_is_told_by_number_and_ends_badly(made: Run, sqlite_db: Database) -> None:
    record_yesterday(sqlite_db)
    with sqlite_db.begin() as session:
        session.execute(text("DROP TRIGGER trail_entries_no_update"))
        session.execute(text("UPDATE trail_entries SET about_ref = '2'"))
    result = made("trail", "verify")
    assert result.exit_code == 1
    assert "✗ entry_changed 1" in result.output
    assert "✗ the trail does not hold" in result.output


def test_an_auditor_without_office_keys_is_told_what_that_means(run: Run, sqlite_db: Database) -> None:
    record_yesterday(sqlite_db)
    result = run("trail", "verify")
    assert result.exit_code == 0
    assert "no office keys here" in result.output
