"""vault: making, checking, rotating and escrowing keys; opening one identity with two passphrases."""

import getpass
import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from admin.commands.ground import Ground, ground
from admin.commands.machinery import key_folders
from casework import trail
from casework.errors import Unavailable
from casework.identities import actions as identities
from casework.officers import actions as officers
from casework.officers.queries import newest_public_key
from casework.tips.models import Tip
from casework.trail import COMMAND, Deed
from casework.vault import keys
from casework.vault.escrow import write_escrow
from casework.vault.holders import SHORTEST_PASSPHRASE, Holder, make_held_key
from casework.vault.sealing import SealBroken

HELD = ("identity", "fund")


@click.group()
def vault() -> None:
    """Keys: who can read what."""


@vault.command()
@click.option("--portal", is_flag=True, help="Only the portal's folder.")
@click.option("--receipt", is_flag=True, help="Only the receipt folder.")
@click.option("--office", is_flag=True, help="Only the office's folder.")
@click.option(
    "--holder", "holders", multiple=True, help="Username of a key-holder; name two or more, best three."
)
def init(portal: bool, receipt: bool, office: bool, holders: tuple[str, ...]) -> None:
    """Makes key folders, and with --holder the identity and fund keys. Never overwrites."""
    here = ground()
    wanted = [k for k, on in (("portal", portal), ("receipt", receipt), ("office", office)) if on]
    for kind in wanted or ([] if holders else list(keys_kinds())):
        folder = key_folders(here.settings)[kind]
        try:
            keys.make_keys(kind, folder)
            click.echo(f"made {kind} keys in {folder}")
        except keys.KeysExist:
            click.echo(f"{kind} keys are there already")
    publish_reading_key(here)
    if holders:
        _make_held_keys(here, [Holder(name, _new_passphrase(name)) for name in holders])


def keys_kinds() -> tuple[str, ...]:
    return ("portal", "receipt", "office")


def publish_reading_key(here: Ground) -> None:
    """Lays the public half of the office reading key into the database, where the portal finds it."""
    if not (here.settings.office_keys / keys.FILE).exists():
        return
    publics = keys.reading_public_keys(here.office_keys())
    with here.db.begin() as session:
        for number, public in publics.items():
            officers.publish_key(session, purpose="reading", number=number, public=public)


def keep_held_keys(session: Session, holders: list[Holder]) -> int:
    """Identity and fund key for these holders; answers the version, a new one where there were keys before.

    What was sealed to an earlier version still opens for its own holders and for nobody else.
    """
    number = 1 + max(_version(session, purpose) for purpose in HELD)
    for purpose in HELD:
        public, wraps = make_held_key(purpose, holders)
        officers.keep_held_key(
            session, purpose=purpose, number=number, public=public, wraps=wraps, by=COMMAND
        )
    return number


def _version(session: Session, purpose: str) -> int:
    try:
        return newest_public_key(session, purpose).number
    except Unavailable:
        return 0


def _make_held_keys(here: Ground, holders: list[Holder]) -> None:
    if len(holders) == 2:
        click.echo("With two holders, losing one loses every name for good. Three are better.")
    with here.db.begin() as session:
        number = keep_held_keys(session, holders)
    click.echo(
        f"identity and fund keys made, version {number}; nobody opens them alone, and nobody can restore them"
    )
    if number > 1:
        click.echo("names left before now still need two holders of the version of their day")


@vault.command()
def status() -> None:
    """Which keys are here, and how many versions."""
    here = ground()
    for kind, folder in key_folders(here.settings).items():
        click.echo(f"{kind:8} {'present' if (folder / keys.FILE).exists() else 'absent '} {folder}")
    with here.db.read() as session:
        for purpose in ("reading", *HELD):
            try:
                click.echo(f"{purpose:8} public key, version {newest_public_key(session, purpose).number}")
            except Exception:  # noqa: BLE001 - an absent key is the answer
                click.echo(f"{purpose:8} no public key")


@vault.command()
@click.argument("name", type=click.Choice(["reading", "shelf", "draft", "receipt_pepper"]))
def rotate(name: str) -> None:
    """Puts a fresh key in front; older ones still open what they sealed."""
    here = ground()
    kind = {"draft": "portal", "receipt_pepper": "receipt"}.get(name, "office")
    number = keys.rotate_key(kind, key_folders(here.settings)[kind], name)
    publish_reading_key(here)
    with here.db.begin() as session:
        trail.record(
            session,
            deed=Deed.ROTATE_KEY,
            by=COMMAND,
            about=("key", name),
            facts={"purpose": name, "number": number},
        )
    click.echo(f"{name} key version {number}")


@vault.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def escrow(out: Path) -> None:
    """Writes an encrypted copy of the key folders for the safe."""
    here = ground()
    folders = {k: f for k, f in key_folders(here.settings).items() if (f / keys.FILE).exists()}
    if out.exists() or not folders:
        raise click.UsageError(f"{out} is there already" if out.exists() else "there are no keys here")
    write_escrow(out, folders, _new_passphrase("escrow"))
    click.echo(f"wrote {out}; keep it and its passphrase apart")


@vault.command("open-identity")
@click.argument("tip_number")
@click.option("--reason", required=True, help="Why; kept with the request.")
@click.option("--holder", "holders", multiple=True, required=True, help="Username; name two.")
def open_identity(tip_number: str, reason: str, holders: tuple[str, ...]) -> None:
    """Two key-holders type their passphrases; one identity is shown, and the opening is recorded."""
    if len(set(holders)) != 2:
        raise click.UsageError("name two different key-holders")
    here = ground()
    pair = (holders[0], holders[1])
    with here.db.begin() as session:
        tip = session.query(Tip).filter(Tip.tip_number == tip_number).first()
        if tip is None:
            click.echo("no such tip", err=True)
            sys.exit(1)
        request = identities.ask_identity(
            session, tip_id=tip.id, tip_number=tip_number, reason=reason, holders=pair, by=COMMAND
        )
    both = (Holder(pair[0], _passphrase(pair[0])), Holder(pair[1], _passphrase(pair[1])))
    try:
        with here.db.begin() as session:
            request = session.merge(request)
            opened = identities.open_one_identity(
                session, request=request, tip_number=tip_number, holders=both, by=COMMAND
            )
    except SealBroken:
        click.echo("a passphrase is wrong; nothing was opened", err=True)
        sys.exit(1)
    click.echo(f"{opened.name}\n{opened.phone}")


def _passphrase(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(f"passphrase of {name}: ")


def _new_passphrase(name: str) -> str:
    words = _passphrase(name)
    if len(words) < SHORTEST_PASSPHRASE:
        raise click.UsageError(f"the passphrase of {name} needs {SHORTEST_PASSPHRASE} characters or more")
    # A slip of the finger here would lose what is sealed, and nobody would know until it is needed.
    if sys.stdin.isatty() and getpass.getpass(f"passphrase of {name}, again: ") != words:
        raise click.UsageError("the two differ; nothing was made")
    return words


COMMANDS = (vault,)
