"""大字 and language: how this browser likes its pages. Forgotten when it closes, so that the phone tells nobody."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from portal.means import means

TYPE = "type"
LANGUAGE = "language"
LANGUAGES = {"zh": "zh-CN", "en": "en"}
TYPES = ("normal", "large")


@dataclass(frozen=True)
class Display:
    large: bool
    language: str

    @property
    def lang(self) -> str:
        """For <html lang>."""
        return LANGUAGES[self.language]


def display() -> Display:
    """What the browser that asks now has chosen; Chinese in normal type unless it said otherwise."""
    language = request.cookies.get(cookie(LANGUAGE), "zh")
    return Display(
        large=request.cookies.get(cookie(TYPE)) == "large",
        language=language if language in LANGUAGES else "zh",
    )


def remember(response: Response, choice: str) -> None:
    """`choice` is a language or a type; anything else changes nothing."""
    name = LANGUAGE if choice in LANGUAGES else TYPE if choice in TYPES else None
    if name is not None:
        https = means().settings.https
        response.set_cookie(cookie(name), choice, secure=https, httponly=True, samesite="Lax", path="/")


def cookie(name: str) -> str:
    return f"__Host-{name}" if means().settings.https else name
