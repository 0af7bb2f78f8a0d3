"""One blueprint a file."""

from flask import Blueprint

from admin.views import (
    case,
    case_opening,
    cases,
    clue,
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
        clue.pages,  # and with it the desk of clues.py: one blueprint
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
