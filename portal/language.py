"""Chinese first; English for who asks for it. The choice lives in a cookie of this browser."""

from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_babel import Babel, get_translations

from portal.display import display

CATALOGUES = Path(__file__).resolve().parent.parent / "config" / "translations"
LOCALES = {"zh": "zh_CN", "en": "en"}


def attach(app: Flask) -> None:
    app.config.update(
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES),
    )
    Babel(app, locale_selector=chosen)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda words: _translations().ugettext(words),
        ngettext=lambda one, many, n: _translations().ungettext(one, many, n),
        newstyle=True,
    )


def _translations() -> Any:
    """Those of this request, looked up once: a page has a hundred and more sentences."""
    if "translations" not in g:
        g.translations = get_translations()
    return g.translations


def chosen() -> str:
    return LOCALES[display().language]
