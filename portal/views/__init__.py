"""One blueprint a file. The order here is the order of the house's doors and means nothing else."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from portal.views import bulletin, claim, evidence, health, home, receipt, supplement, tip, track


def all_blueprints() -> list[Blueprint]:
    return [
        home.pages,
        tip.pages,
        evidence.pages,
        receipt.pages,
        track.pages,
        supplement.pages,
        claim.pages,
        bulletin.pages,
        health.pages,
    ]


def check_themselves() -> list[Callable[..., Any]]:
    """Views that look at their form's token by themselves, because the global check would lose what was typed."""
    return [tip.send, supplement.send, track.look_up, claim.answer]
