"""Chinese first; English for who asks for it. The choice lives in a cookie of this browser."""

from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, get_translations
from wtforms.i18n import messages_path

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
    app.before_request(_lay_words_of_forms)
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


def _lay_words_of_forms() -> None:
    """The form library would read its own sentences from the disk again for every request with a form."""
    request.wtforms_translations = _words_of_forms(chosen())  # type: ignore[attr-defined]


@cache
def _words_of_forms(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], domain="wtforms")


def chosen() -> str:
    return LOCALES[display().language]
