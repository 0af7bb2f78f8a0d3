"""add-officer, reset-officer: accounts from the command line, for the first administrator above all."""

import click

from admin.commands.ground import Ground, ground
from casework import policy
from casework.officers import actions as officers
from casework.officers.queries import officer_by_username, unit_by_code
from casework.officers.roles import Role
from casework.terms import Agency
from casework.trail import COMMAND
from casework.vault.passwords import totp_address


def lay_units(here: Ground) -> None:
    """Brings the units of config/agencies.toml into the database."""
    with here.db.begin() as session:
        for unit in policy.current().units.values():
            officers.add_unit(
                session,
                code=unit.key,
                name=unit.name,
                agency=Agency(unit.agency),
                jurisdiction=unit.jurisdiction,
            )


@click.command("add-officer")
@click.argument("username")
@click.option("--name", required=True)
@click.option("--unit", required=True, help="A code of config/agencies.toml.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in Role]))
@click.option("--jurisdiction", required=True, help="Division code: 141122, or nine digits of a township.")
def add_officer(username: str, name: str, unit: str, roles: tuple[str, ...], jurisdiction: str) -> None:
    """Adds an account; password and TOTP secret are shown once."""
    here = ground()
    lay_units(here)
    with here.db.begin() as session:
        _, secrets = officers.add_officer(
            session,
            username=username,
            name=name,
            unit=unit_by_code(session, unit),
            roles=[Role(role) for role in roles],
            jurisdiction=jurisdiction,
            keys=here.office_keys(),
            by=COMMAND,
        )
    _tell(username, secrets)


@click.command("reset-officer")
@click.argument("username")
def reset_officer(username: str) -> None:
    """New password and TOTP secret, shown once; the officer's session ends."""
    here = ground()
    with here.db.begin() as session:
        officer = officer_by_username(session, username)
        secrets = officers.reset_officer(session, officer=officer, keys=here.office_keys(), by=COMMAND)
    _tell(username, secrets)


def _tell(username: str, secrets: officers.NewSecrets) -> None:
    click.echo(
        f"username     {username}\npassword     {secrets.password}\ntotp secret  {secrets.totp_secret}"
    )
    click.echo(totp_address(secrets.totp_secret, username))


COMMANDS = (add_officer, reset_officer)
