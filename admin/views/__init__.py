"""One blueprint a file."""

from flask import Blueprint

from admin.views import desk, officers, sign_in, trail


def all_blueprints() -> list[Blueprint]:
    return [sign_in.pages, desk.pages, officers.pages, trail.pages]
