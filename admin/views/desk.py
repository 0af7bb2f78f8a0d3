"""The desk: where an officer lands, with what waits for them."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin.access import current_officer, open_to_signed_in
from admin.means import means
from admin.navigation import draw

pages = Blueprint("desk", __name__)


@pages.get("/")
@open_to_signed_in
def desk() -> str | Response:
    """Whoever works in one room goes straight there; others see their rooms and what waits in each."""
    with means().db.read() as session:
        sections = draw(current_officer(), session)
    if len(sections) == 1:
        return redirect(sections[0].url, 303)
    return render_template("admin/desk.html", rooms=sections)


@pages.get("")
@open_to_signed_in
def bare() -> Response:
    return redirect(url_for("desk.desk"), 308)


@pages.get("/still-here")
@open_to_signed_in
def still_here() -> tuple[str, int]:
    """Asked by a page in which somebody is writing: a long telephone call is not idleness."""
    return "", 204
