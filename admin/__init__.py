"""The office: staff of both agencies. Every route is closed unless opened with @allow or @open_to_all."""

from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined

from admin import access, errors, guard, language, pages, uploads
from admin.means import Means
from admin.views import all_blueprints

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
PREFIX = "/admin"
HOUR = 3600


def create_admin(means: Means) -> Flask:
    """The office's application; all its addresses lie under /admin, alone or beside the portal."""
    app = Flask(
        "admin",
        root_path=str(Path(__file__).parent),
        static_folder="static",
        static_url_path=f"{PREFIX}/static",
    )
    app.jinja_loader = FileSystemLoader(TEMPLATES)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["qingshan"] = means
    https = means.settings.https
    app.config.update(
        SECRET_KEY=means.office_keys.cookie,
        SESSION_COOKIE_NAME="__Secure-office_form" if https else "office_form",
        SESSION_COOKIE_PATH=PREFIX,
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=8 * HOUR,
        WTF_CSRF_SSL_STRICT=False,  # the referrer is never sent (contract §2); guard checks Sec-Fetch-Site
        MAX_FORM_MEMORY_SIZE=uploads.LARGEST_BODY,
    )
    language.attach(app)
    pages.attach(app)
    errors.attach(app)
    # In this order: nobody's files are taken in, nor their form read, before it is known who sends them.
    guard.attach(app)
    access.attach(app)
    uploads.attach(app)
    CSRFProtect(app)
    for blueprint in all_blueprints():
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    access.refuse_unmarked(app)
    return app
