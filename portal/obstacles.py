"""What keeps a form from being taken at once, though nothing in it is wrong: it is shown again with all that was written.

Nobody is refused here. A machine that fills every box has to wait, and so has whoever comes very often.
"""

from dataclasses import dataclass

from flask import current_app, request
from flask_babel import gettext
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

from portal.form_key import FormKey
from portal.waiting_room import RIPE_AFTER, waiting_room

TRAP = "website"  # a box that no person sees


@dataclass(frozen=True)
class Obstacle:
    """What the page says above the form; `wait` is the token that lets the next press through."""

    words: str
    status: int = 400
    wait: str = ""


def stale(key: FormKey | None) -> Obstacle | None:
    """The form is not from here and now: left open too long, or its cookie was not kept."""
    if key is not None and csrf_holds():
        return None
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return Obstacle(gettext("您的浏览器不让存 cookie。请允许这个网站存，再按一次。您写的都还在。"))
    return Obstacle(gettext("隔得太久，请再按一次。您写的都还在。"))


def hasty(key: FormKey) -> Obstacle | None:
    if key.age >= current_app.config["FORM_MIN_SECONDS"]:
        return None
    return Obstacle(gettext("太快了，没看清。请再按一次。您写的都还在。"))


def trapped() -> Obstacle | None:
    """Where some helper of the browser filled it, waiting lets the person through."""
    if not request.form.get(TRAP) or waiting_room().has_waited():
        return None
    return _wait(gettext("请等 %(n)s 秒再按一次。您写的都还在。", n=RIPE_AFTER), 400)


def crowded(deed: str, size_bytes: int = 0) -> Obstacle | None:
    """More than the generous amount from one address: of deeds, or of the bytes that came with them."""
    room = waiting_room()
    if room.may_pass(deed) and (not size_bytes or room.may_pass("bytes", weight=size_bytes)):
        return None
    return _wait(gettext("现在人多，请等 %(n)s 秒再按一次。您写的都还在。", n=RIPE_AFTER), 429)


def not_stored() -> Obstacle:
    """Database or store is away, locked or full."""
    return Obstacle(gettext("没存上。您写的还在，请再按一次。"), 503)


def our_fault() -> Obstacle:
    return Obstacle(gettext("我们这边出了毛病，没有收到。您写的还在，请再按一次。"), 500)


def csrf_holds() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _wait(words: str, status: int) -> Obstacle:
    return Obstacle(words, status, waiting_room().token())
