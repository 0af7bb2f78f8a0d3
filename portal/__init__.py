"""The front door: all that the public can touch. Seals what it is given and opens nothing that is stored."""

from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import errors, guard, language, pages
from portal.arrivals import LARGEST_BODY, PortalRequest
from portal.means import Means
from portal.views import all_blueprints, check_themselves
from portal.waiting_room import WaitingRoom

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
HOUR = 3600


def create_portal(means: Means) -> Flask:
    """The public application. Needs portal and receipt keys only; refuses to start with an unmarked route."""
    app = Flask("portal", root_path=str(Path(__file__).parent), static_folder=None)
    app.request_class = PortalRequest
    app.jinja_loader = ChoiceLoader([FileSystemLoader(TEMPLATES)])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["qingshan"] = means
    app.extensions["qingshan_waiting_room"] = WaitingRoom(means.settings.rate_limit_url, means.portal_keys)
    https = means.settings.https
    app.config.update(
        SECRET_KEY=means.portal_keys.token,
        SESSION_COOKIE_NAME="__Host-qingshan" if https else "qingshan",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=4 * HOUR,
        WTF_CSRF_SSL_STRICT=False,  # the referrer is never sent (contract §2); guard checks Sec-Fetch-Site
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=120,
        FORM_MIN_SECONDS=2,  # nobody fills a form in less; at most three by the contract
    )
    if means.settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=means.settings.proxies, x_proto=0)  # type: ignore[method-assign]
    guard.attach(app)  # first: a foreign form is refused before its body is read
    csrf = CSRFProtect(app)
    language.attach(app)
    pages.attach(app)
    errors.attach(app)
    for blueprint in all_blueprints():
        app.register_blueprint(blueprint)
    for view in check_themselves():
        csrf.exempt(view)
    guard.refuse_unmarked(app)
    return app
