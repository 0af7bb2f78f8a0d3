"""What needs no form: the front page, help, privacy, how pages are shown, and the way out."""

import re

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from casework import policy
from portal.display import remember
from portal.guard import public
from portal.means import means

pages = Blueprint("home", __name__)

# A page that everybody opens every day: in a history it says nothing.
HARMLESS = "https://www.weather.com.cn/"
OUR_OWN_PATH = re.compile(r"/[a-z/-]*", re.ASCII)
PROMISED = ("triage", "urgent_call", "urgent_site", "verify")


@pages.get("/")
@public
def front() -> str:
    now = policy.current()
    return render_template(
        "portal/home.html",
        categories=now.categories.values(),
        schemes=now.schemes.values(),
        days={rule: now.deadlines[rule].amount for rule in PROMISED},
        anonymous_claim=may_claim_unnamed(),
    )


@pages.get("/help")
@public
def help() -> str:
    return render_template("portal/help.html", anonymous_claim=may_claim_unnamed())


@pages.get("/privacy")
@public
def privacy() -> str:
    return render_template("portal/privacy.html", backup_days=means().settings.backup_days)


@pages.get("/display")
@public
def show_as() -> Response:
    """Large type or another language, then back to the page that asked. A cookie, and nothing else changes."""
    back = request.args.get("back", "/")
    ours = OUR_OWN_PATH.fullmatch(back) and not back.startswith("//")
    response = redirect(back if ours else "/", 303)
    remember(response, request.args.get("set", ""))
    return response


@pages.get("/leave")
@public
def leave() -> Response:
    """Away from here at once; what this browser kept of us goes too."""
    response = redirect(HARMLESS, 303)
    for name in request.cookies:
        response.delete_cookie(name, path="/", secure=means().settings.https, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def may_claim_unnamed() -> bool:
    """Whether the county has decided how someone without a name is paid; in the demo it has (contract)."""
    return any(method.anonymous for method in policy.current().open_claim_methods(demo=means().is_demo))
