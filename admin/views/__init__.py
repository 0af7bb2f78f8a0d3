"""One blueprint a file."""

from flask import Blueprint

from admin.views import desk, sign_in


def all_blueprints() -> list[Blueprint]:
    return [sign_in.pages, desk.pages]
