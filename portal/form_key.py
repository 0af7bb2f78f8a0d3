"""The one-time key of a form that is shown: it makes a second click the same tip, and owns the form's photos."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from casework.vault import codes, tokens
from casework.vault.tokens import TokenBad
from portal.means import means

FIELD = "form_key"
LIFE = 24 * 3600  # unfinished drafts live a day at most (confidentiality.md, Keys)
TIP, SUPPLEMENT = "tip", "supplement"


@dataclass(frozen=True)
class FormKey:
    """`token` is what the page carries, sealed; `age` the seconds since the form was first shown."""

    raw: bytes = field(repr=False)
    token: str = field(repr=False)
    age: int
    is_new: bool = False  # made within this request

    @property
    def digest(self) -> bytes:
        """The form's name in the database."""
        return codes.form_key_digest(means().receipt_keys, self.raw)


def mint(purpose: str) -> FormKey:
    raw = codes.new_form_key()
    value = {"k": urlsafe_b64encode(raw).decode("ascii")}
    return FormKey(
        raw, tokens.seal_for_browser(means().portal_keys.cookie, _name(purpose), value), 0, is_new=True
    )


def from_browser(purpose: str, token: str) -> FormKey | None:
    """None when it is not ours, of another kind of form, or more than a day old."""
    try:
        value, age = tokens.open_aged(means().portal_keys.cookie, _name(purpose), token, max_age=LIFE)
    except TokenBad:
        return None
    return FormKey(urlsafe_b64decode(value["k"]), token, age)


def of_any_form(token: str) -> FormKey | None:
    """For uploads, which both kinds of form make."""
    return from_browser(TIP, token) or from_browser(SUPPLEMENT, token)


def _name(purpose: str) -> str:
    return f"form:{purpose}"
