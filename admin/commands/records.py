"""trail verify: recomputes everything and says whether it holds."""

import sys

import click

from admin.commands.ground import ground
from casework.trail import blocks
from casework.vault.digests import anchor_public
from casework.vault.keys import KeysMissing


@click.group()
def trail() -> None:
    """留痕."""


@trail.command()
def verify() -> None:
    """Checks every entry, block and anchor from first to last. Exit status 1 when one does not hold."""
    here = ground()
    try:
        key = anchor_public(here.office_keys().anchor)
    except KeysMissing:
        key = None  # an auditor's machine: the anchors' own key is used, and told
        click.echo("no office keys here: anchors are checked against the key they carry")
    anchors = here.settings.anchors if here.settings.anchors.exists() else None
    if anchors is None:
        click.echo(
            f"no anchors in {here.settings.anchors}: a trail that was forged as a whole would not show"
        )
    with here.db.read() as session:
        total = blocks.entry_count(session)
        with click.progressbar(length=total, label="entries", file=sys.stderr) as bar:
            verdict = blocks.verify(
                session,
                anchors=anchors,
                public_key=key,
                progress=lambda count: bar.update(count - bar.pos),
            )
    click.echo(f"{verdict.entries} entries, {verdict.blocks} blocks, {verdict.unbound} not yet bound")
    for fault in verdict.faults:
        click.echo(f"✗ {fault.kind} {fault.number}")
    click.echo("✓ the trail holds" if verdict.holds else "✗ the trail does not hold")
    sys.exit(0 if verdict.holds else 1)


COMMANDS = (trail,)
