"""`python app.py COMMAND`. Exit status 0 good, 1 found a fault, 2 wrong use."""

import sys

import click

from admin.commands import accounts, demo, keys, ledgers, machinery, records
from casework.errors import CaseworkError, Invalid
from casework.vault.keys import KeysMissing
from config.policy import PolicyError
from config.settings import SettingsError


class Commands(click.Group):
    """Says what is wrong in words instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (SettingsError, PolicyError) as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except Invalid as error:
            click.echo(f"{error.field}: {error.reason}", err=True)
            sys.exit(2)
        except CaseworkError as error:
            click.echo(f"{error.code}: {error}", err=True)
            sys.exit(1)
        except KeysMissing as error:
            click.echo(str(error), err=True)
            sys.exit(1)


@click.group(cls=Commands)
def commands() -> None:
    """青山 Qingshan: tip portal with a reward fund."""


for room in (machinery, keys, accounts, records, ledgers, demo):
    for command in room.COMMANDS:
        commands.add_command(command)
