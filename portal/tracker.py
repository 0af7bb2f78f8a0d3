"""Who follows a tip: a sealed cookie with the receipt and the informant's private half, never the code itself.

Fifteen minutes from the last page, an hour in all (confidentiality.md, Things).
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from casework import calendar
from casework.errors import NotFound
from casework.tips.lookup import find_receipt
from casework.vault import codes
from portal import cookies
from portal.means import means

NAME = "track"
LIFE = 15 * 60
IN_ALL = 60 * 60


@dataclass(frozen=True)
class Informant:
    receipt_id: int
    private_key: bytes = field(repr=False)
    since: int = 0


def informant_of(session: Session, code: str) -> Informant:
    """Whoever holds a well-formed code. Raises NotFound, with the same work done as for one that exists."""
    keys = means().receipt_keys
    try:
        receipt = find_receipt(session, code=code, keys=keys)
    except NotFound:
        codes.informant_key(keys, code)
        raise
    private = codes.informant_key(keys, code, receipt.key_version).private
    return Informant(receipt.id, private, int(calendar.now().timestamp()))


def informant() -> Informant | None:
    """Whoever has shown a code in this browser a short while ago."""
    told = cookies.read(NAME, life=LIFE)
    if told is None or calendar.now().timestamp() - told["since"] > IN_ALL:
        return None
    return Informant(int(told["receipt"]), b64decode(told["key"]), int(told["since"]))


def remember(response: Response, known: Informant) -> None:
    told = {
        "receipt": known.receipt_id,
        "key": b64encode(known.private_key).decode("ascii"),
        "since": known.since,
    }
    cookies.put(response, NAME, told, life=LIFE)


def forget(response: Response) -> None:
    cookies.drop(response, NAME)
