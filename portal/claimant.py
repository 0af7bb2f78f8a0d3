"""Who has shown code and PIN: a sealed cookie of fifteen minutes, apart from the one that only shows progress."""

from base64 import b64decode, b64encode

from werkzeug.wrappers import Response

from portal import cookies
from portal.tracker import Informant

NAME = "claim"
LIFE = 15 * 60


def claimant() -> Informant | None:
    """Whoever has shown code and PIN in this browser within fifteen minutes."""
    told = cookies.read(NAME, life=LIFE)
    return Informant(int(told["receipt"]), b64decode(told["key"])) if told else None


def remember(response: Response, known: Informant) -> None:
    told = {"receipt": known.receipt_id, "key": b64encode(known.private_key).decode("ascii")}
    cookies.put(response, NAME, told, life=LIFE)


def forget(response: Response) -> None:
    cookies.drop(response, NAME)
