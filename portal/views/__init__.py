"""One blueprint a file. The order here is the order of the house's doors and means nothing else."""

from flask import Blueprint

from portal.views import bulletin, claim, health, home


def all_blueprints() -> list[Blueprint]:
    return [home.pages, claim.pages, bulletin.pages, health.pages]
