"""One blueprint a file."""

from flask import Blueprint

from admin.views import (
    case,
    case_opening,
    cases,
    clue,  # noqa: F401 - adds its routes to the desk's blueprint
    clues,
    desk,
    evidence,
    fund,
    inbox,
    intake,
    ledgers,
    officers,
    payouts,
    rewards,
    sign_in,
    trail,
)


def all_blueprints() -> list[Blueprint]:
    return [
        sign_in.pages,
        desk.pages,
        inbox.pages,
        clues.pages,  # the desk, and with it the page of clue.py: one blueprint
        evidence.pages,
        cases.pages,
        case_opening.pages,
        case.pages,
        ledgers.pages,
        rewards.pages,
        fund.pages,
        payouts.pages,
        intake.pages,
        officers.pages,
        trail.pages,
    ]
