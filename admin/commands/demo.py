"""seed-demo: accounts, keys of the holders, and the story; once, into an empty database."""

import json
import os
from pathlib import Path

import click
from sqlalchemy.orm import Session

from admin.commands.accounts import lay_units
from admin.commands.ground import Ground, ground
from admin.commands.keys import keep_held_keys, publish_reading_key
from admin.demo.people import PEOPLE
from admin.demo.stage import Stage
from admin.demo.story import tell
from casework import calendar, schema, trail
from casework.demo_mark import MARK
from casework.errors import WrongState
from casework.officers import actions as officers
from casework.officers.models import Officer
from casework.officers.queries import all_officers, mark, newest_public_key, unit_by_code
from casework.officers.roles import Role
from casework.tips.receiving import Seals
from casework.trail import COMMAND, Deed, blocks
from casework.vault.holders import Holder
from casework.vault.keys import load_receipt_keys
from casework.vault.passwords import new_password
from casework.vault.storage import open_store


@click.command("seed-demo")
def seed_demo() -> None:
    """Tells the demo story into an empty database; accounts go to var/demo-accounts.json."""
    here = ground()
    schema.migrate(here.db)
    if not seed_once(here):
        raise WrongState("this database holds something already; the demo wants an empty one")
    click.echo(f"demo accounts: {here.settings.var / 'demo-accounts.json'}")


def seed_once(here: Ground) -> bool:
    """In one transaction, so that a half-told story never exists. False when there is something already."""
    with here.db.read() as session:
        if mark(session, MARK) is not None or all_officers(session):
            return False
    publish_reading_key(here)
    lay_units(here)
    with here.db.begin() as session:
        accounts, people, holders = _add_people(session, here)
        keep_held_keys(session, holders)
        session.flush()
        tell(_stage(session, here, people))
        officers.set_mark(session, MARK, "1")
        trail.record(session, deed=Deed.SEED_DEMO, by=COMMAND, about=("demo", "story"))
    with here.db.begin() as session:
        blocks.seal_block(session)
    write_accounts(here.settings.var / "demo-accounts.json", accounts)
    return True


def _stage(session: Session, here: Ground, people: dict[str, Officer]) -> Stage:
    seals = Seals(
        receipt=load_receipt_keys(here.settings.receipt_keys),
        reading=newest_public_key(session, "reading"),
        identity=newest_public_key(session, "identity"),
    )
    store = open_store(here.settings.evidence_url, here.settings.s3)
    return Stage(session, seals, here.office_keys(), store, calendar.now(), people)


def _add_people(
    session: Session, here: Ground
) -> tuple[dict[str, dict[str, object]], dict[str, Officer], list[Holder]]:
    accounts: dict[str, dict[str, object]] = {}
    people: dict[str, Officer] = {}
    holders: list[Holder] = []
    for person in PEOPLE:
        officer, secrets = officers.add_officer(
            session,
            username=person.username,
            name=person.name,
            unit=unit_by_code(session, person.unit),
            roles=person.roles,
            jurisdiction=person.jurisdiction,
            keys=here.office_keys(),
            by=COMMAND,
        )
        people[person.username] = officer
        accounts[person.username] = {
            "password": secrets.password,
            "totp_secret": secrets.totp_secret,
            "name": person.name,
            "roles": [role.value for role in person.roles],
            "agency": officer.agency.value,
            "unit": person.unit,
            "jurisdiction": person.jurisdiction,
        }
        if Role.KEYHOLDER in person.roles:
            holder = Holder(person.username, new_password())
            holders.append(holder)
            accounts[person.username]["passphrase"] = holder.passphrase
    return accounts, people, holders


def write_accounts(path: Path, accounts: dict[str, dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump(accounts, file, ensure_ascii=False, indent=1)


COMMANDS = (seed_demo,)
