"""Published outcomes and figures; nothing that points at a person."""

from flask import Blueprint, render_template

from portal.guard import public

pages = Blueprint("bulletin", __name__)


@pages.get("/bulletin")
@public
def published() -> str:
    return render_template("portal/bulletin.html")
