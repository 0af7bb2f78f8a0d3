"""Who has shown code and PIN: a sealed cookie of fifteen minutes, apart from the one that only shows progress."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from flask import Response

from portal import cookies

NAME = "claim"
LIFE = 15 * 60


@dataclass(frozen=True)
class Claimant:
    """A receipt, and the informant's private half, which opens what is sealed to them."""

    receipt_id: int
    private_key: bytes = field(repr=False)


def claimant() -> Claimant | None:
    """Whoever has shown code and PIN in this browser within fifteen minutes."""
    told = cookies.read(NAME, life=LIFE)
    return Claimant(int(told["receipt"]), b64decode(told["key"])) if told else None


def remember(response: Response, known: Claimant) -> None:
    told = {"receipt": known.receipt_id, "key": b64encode(known.private_key).decode("ascii")}
    cookies.put(response, NAME, told, life=LIFE)


def forget(response: Response) -> None:
    cookies.drop(response, NAME)
