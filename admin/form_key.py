"""The one-time key of the intake form: the same form sent twice is one tip, with one code."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from flask import request
from werkzeug.wrappers import Response

from admin.means import means
from casework.vault import codes, tokens
from casework.vault.tokens import TokenBad

FORM_LIFE = 24 * 3600
SLIP_LIFE = 10 * 60  # seconds for which the slip can be shown again
_FORM, _SLIP = "intake form", "intake slip"


@dataclass(frozen=True)
class FormKey:
    """`token` is what the page carries, sealed."""

    raw: bytes = field(repr=False)
    token: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """The form's name in the database, under which its photos wait."""
        return codes.form_key_digest(means().receipt_keys, self.raw)

    @property
    def code(self) -> str:
        return codes.receipt_code(means().receipt_keys, self.raw)


def mint() -> FormKey:
    raw = codes.new_form_key()
    return FormKey(raw, _seal(_FORM, {"k": _text(raw)}))


def from_page(token: str) -> FormKey | None:
    """None when it is not ours or more than a day old."""
    value = _open(_FORM, token, FORM_LIFE)
    return FormKey(_raw(value["k"]), token) if value else None


def put_slip(response: Response, key: FormKey, tip_number: str) -> None:
    """What lets this browser show the slip for ten minutes: sealed, so that the code is in no cookie."""
    https = means().settings.https
    sealed = _seal(_SLIP, {"k": _text(key.raw), "n": tip_number})
    response.set_cookie(
        _cookie(),
        sealed,
        max_age=SLIP_LIFE,
        secure=https,
        httponly=True,
        samesite="Strict",
        path="/admin/intake",
    )


def read_slip() -> tuple[FormKey, str] | None:
    """The key and the tip's number, while the ten minutes last."""
    value = _open(_SLIP, request.cookies.get(_cookie(), ""), SLIP_LIFE)
    return (FormKey(_raw(value["k"]), ""), value["n"]) if value else None


def drop_slip(response: Response) -> None:
    https = means().settings.https
    response.delete_cookie(_cookie(), path="/admin/intake", secure=https, httponly=True, samesite="Strict")


def _cookie() -> str:
    return "__Secure-office_slip" if means().settings.https else "office_slip"


def _seal(purpose: str, value: dict[str, str]) -> str:
    return tokens.seal_for_browser(means().office_keys.cookie, purpose, value)


def _open(purpose: str, sealed: str, life: int) -> dict[str, str] | None:
    try:
        return tokens.open_from_browser(means().office_keys.cookie, purpose, sealed, max_age=life)
    except TokenBad:
        return None


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode("ascii")


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text)
