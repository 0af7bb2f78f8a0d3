"""Accounts and keys: what may be asked for, what is refused, and what stays secret."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.db import Database
from casework.errors import Invalid, NotFound, Unavailable, WrongState
from casework.officers import actions, queries, sign_in
from casework.officers.actions import NewSecrets
from casework.officers.models import HeldKeyWrap, Officer
from casework.officers.roles import Permission, Role
from casework.terms import Agency
from casework.trail import COMMAND
from casework.trail.models import Entry
from casework.vault.holders import PairWrap
from casework.vault.sealing import context, open_totp_secret
from tests.factories.officers import unit
from tests.machine.key_folders import KeyFolders


def add(
    session: Session,
    keys: KeyFolders,
    *roles: Role,
    username: str = "jiang.yihe",
    jurisdiction: str = "141122",
) -> tuple[Officer, NewSecrets]:
    return actions.add_officer(
        session,
        username=username,
        name="江一禾",
        unit=unit(session),
        roles=roles or [Role.TRIAGE],
        jurisdiction=jurisdiction,
        keys=keys.office,
        by=COMMAND,
    )


def field_of(db: Database, keys: KeyFolders, *roles: Role, **fields: str) -> str:
    with pytest.raises(Invalid) as refused, db.begin() as session:
        add(session, keys, *roles, **fields)
    return f"{refused.value.field}: {refused.value.reason}"


def last_entry(db: Database) -> Entry:
    with db.read() as session:
        return session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()


def test_a_new_officer_is_there_with_unit_and_roles(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        add(session, keys, Role.TRIAGE, Role.INTAKE)
    with db.read() as session:
        officer = queries.officer_by_username(session, "jiang.yihe")
        assert officer.roles == {Role.TRIAGE, Role.INTAKE}
        assert officer.unit.code == "natural_resources"
        assert officer.agency is Agency.NATURAL_RESOURCES
        assert officer.may(Permission.TRIAGE_TIPS)
        assert queries.officers_with_role(session, Role.INTAKE) == [officer]
        assert queries.officers_with_role(session, Role.LEADER) == []
        assert queries.officer_by_id(session, officer.id) is officer
    entry = last_entry(db)
    assert entry.deed == "add_officer"
    assert entry.facts["roles"] == ["intake", "triage"]


def test_secrets_are_told_once_and_kept_sealed(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        officer, secrets = add(session, keys)
        kept = officer.password_hash.encode() + officer.totp_sealed
    assert secrets.password.encode() not in kept
    assert secrets.totp_secret.encode() not in kept
    assert secrets.password not in repr(secrets)
    about = context("officers", "jiang.yihe", "totp")
    assert open_totp_secret(officer.totp_sealed, keys.office.totp, about) == secrets.totp_secret


@pytest.mark.parametrize(
    "name", ["", "ab", "Jiang", "1jiang", "jiang yihe", "江一禾", "j" * 41, "jiang\x00", "jiang\n"]
)
def test_a_username_is_plain(name: str, sqlite_db: Database, keys: KeyFolders) -> None:
    assert field_of(sqlite_db, keys, username=name) == "username: shape"


def test_a_username_is_taken_once(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        add(session, keys)
    assert field_of(sqlite_db, keys) == "username: taken"


@pytest.mark.parametrize("code", ["", "1", "14112", "1411221", "14112a", "１４１１２２", "14%_"])
def test_a_jurisdiction_is_a_division_code(code: str, sqlite_db: Database, keys: KeyFolders) -> None:
    assert field_of(sqlite_db, keys, jurisdiction=code) == "jurisdiction: shape"


def test_a_jurisdiction_lies_within_the_units_or_around_it(sqlite_db: Database, keys: KeyFolders) -> None:
    assert field_of(sqlite_db, keys, jurisdiction="141123") == "jurisdiction: outside_unit"
    with sqlite_db.begin() as session:
        for number, code in enumerate(("1411", "141122", "141122103")):
            add(session, keys, username=f"officer.{number}", jurisdiction=code)


@pytest.mark.parametrize(
    "roles, reason",
    [
        ({Role.ADMINISTRATOR, Role.TRIAGE}, "exclude"),
        ({Role.AUDITOR, Role.LEADER}, "exclude"),
        ({Role.CASHIER, Role.REWARD_APPROVER}, "exclude"),
        ({Role.CASHIER, Role.REWARD_CLERK, Role.INTAKE}, "exclude"),
    ],
)
def test_roles_that_exclude_each_other_are_not_one_persons(
    roles: set[Role], reason: str, sqlite_db: Database, keys: KeyFolders
) -> None:
    assert field_of(sqlite_db, keys, *roles) == f"roles: {reason}"


def test_an_officer_has_some_role(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        officer, _ = add(session, keys)
        with pytest.raises(Invalid, match="none"):
            actions.change_officer(session, officer=officer, roles=[], active=True, by=COMMAND)


def test_changed_roles_hold_at_once_and_are_in_the_trail(db: Database, keys: KeyFolders) -> None:
    with db.begin() as session:
        officer, _ = add(session, keys, Role.TRIAGE, Role.INTAKE)
    with db.begin() as session:
        officer = queries.officer_by_username(session, "jiang.yihe")
        roles = [Role.TRIAGE, Role.LEADER]
        actions.change_officer(session, officer=officer, roles=roles, active=True, by=COMMAND)
    with db.read() as session:
        officer = queries.officer_by_username(session, "jiang.yihe")
    assert officer.roles == {Role.TRIAGE, Role.LEADER}
    assert last_entry(db).facts == {
        "roles": ["leader", "triage"],
        "agency": "natural_resources",
        "unit": "natural_resources",
        "jurisdiction": "141122",
        "active": True,
    }


def test_resetting_gives_new_secrets_and_takes_the_old(sqlite_db: Database, keys: KeyFolders) -> None:
    with sqlite_db.begin() as session:
        officer, old = add(session, keys)
        officer.totp_last_step = 5
        new = actions.reset_officer(session, officer=officer, keys=keys.office, by=COMMAND)
        assert officer.totp_last_step is None

    def opens(password: str) -> bool:
        with sqlite_db.begin() as session:
            return bool(
                sign_in.check_password(session, username="jiang.yihe", password=password, keys=keys.office)
            )

    assert {old.password, old.totp_secret}.isdisjoint({new.password, new.totp_secret})
    assert opens(new.password)
    assert not opens(old.password)


def test_units_are_brought_up_to_date_by_code(db: Database) -> None:
    for name in ("老名字", "新名字"):
        with db.begin() as session:
            actions.add_unit(
                session, code="x", name=name, agency=Agency.PUBLIC_SECURITY, jurisdiction="141122"
            )
    with db.read() as session:
        assert [found.name for found in queries.all_units(session)] == ["新名字"]
        assert queries.unit_by_code(session, "x").name == "新名字"


def test_what_does_not_exist_is_not_found(sqlite_db: Database) -> None:
    with sqlite_db.read() as session:
        for look in (
            lambda: queries.officer_by_username(session, "nobody"),
            lambda: queries.officer_by_id(session, 9),
            lambda: queries.unit_by_code(session, "x"),
            lambda: queries.pair_wrap(session, purpose="identity", number=1, holders=("a", "b")),
        ):
            with pytest.raises(NotFound):
                look()


# ── keys in the database ──
def test_the_newest_public_key_is_sealed_to(db: Database) -> None:
    with db.read() as session, pytest.raises(Unavailable):
        queries.newest_public_key(session, "reading")
    for number, public in ((1, b"1" * 32), (2, b"2" * 32), (1, b"1" * 32)):
        with db.begin() as session:
            actions.publish_key(session, purpose="reading", number=number, public=public)
    with db.read() as session:
        key = queries.newest_public_key(session, "reading")
    assert (key.number, key.raw) == (2, b"2" * 32)


def test_another_key_of_the_same_number_is_refused(sqlite_db: Database) -> None:
    """Tips sealed to it would open nowhere: the folder and the database do not belong together."""
    with sqlite_db.begin() as session:
        actions.publish_key(session, purpose="reading", number=1, public=b"1" * 32)
        with pytest.raises(WrongState):
            actions.publish_key(session, purpose="reading", number=1, public=b"x" * 32)
        actions.publish_key(session, purpose="identity", number=1, public=b"x" * 32)


def test_a_held_keys_wraps_are_found_by_either_order_of_names(db: Database) -> None:
    wraps = [PairWrap("bai.shou", "gu.an", b"s" * 16, b"wrapped")]
    with db.begin() as session:
        actions.keep_held_key(
            session, purpose="identity", number=1, public=b"i" * 32, wraps=wraps, by=COMMAND
        )
    with db.read() as session:
        for holders in (("gu.an", "bai.shou"), ("bai.shou", "gu.an")):
            assert queries.pair_wrap(session, purpose="identity", number=1, holders=holders) == wraps[0]
    assert last_entry(db).facts == {"purpose": "identity", "number": 1, "holders": ["bai.shou", "gu.an"]}


def test_a_held_key_is_not_made_twice_under_one_number(sqlite_db: Database) -> None:
    """Wraps of a second private half beside the first public one would open nothing."""
    with sqlite_db.begin() as session:
        actions.keep_held_key(session, purpose="identity", number=1, public=b"i" * 32, wraps=[], by=COMMAND)
    again = [PairWrap("bai.shou", "shen.jian", b"s" * 16, b"other")]
    with pytest.raises(WrongState), sqlite_db.begin() as session:
        actions.keep_held_key(
            session, purpose="identity", number=1, public=b"j" * 32, wraps=again, by=COMMAND
        )
    with sqlite_db.read() as session:
        assert session.scalars(select(HeldKeyWrap)).all() == []


def test_a_mark_is_laid_and_read(db: Database) -> None:
    for value in ("0", "1"):
        with db.begin() as session:
            actions.set_mark(session, "demo", value)
    with db.read() as session:
        assert queries.mark(session, "demo") == "1"
        assert queries.mark(session, "other") is None
