"""Chinese first; English for who asks for it. The choice lives in a cookie of this browser."""

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel

CATALOGUES = Path(__file__).resolve().parent.parent / "config" / "translations"
COOKIE = "language"
LOCALES = {"zh": "zh_CN", "en": "en"}


def attach(app: Flask) -> None:
    app.config.update(
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(CATALOGUES),
    )
    Babel(app, locale_selector=chosen)


def chosen() -> str:
    return LOCALES.get(request.cookies.get(COOKIE, ""), "zh_CN")
