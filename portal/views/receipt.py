"""The receipt: shown from a sealed cookie, again on reload, until 已记好 is pressed or ten minutes have passed."""

from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from casework import calendar
from casework.errors import NotFound
from casework.evidence.queries import PhotoTold, photos_of_tip
from casework.tips.lookup import find_receipt
from casework.tips.models import Receipt
from casework.vault import codes
from portal import cookies, progress
from portal.guard import public
from portal.means import means
from portal.qr import qr_code

pages = Blueprint("receipt", __name__)
NAME = "receipt"
LIFE = 10 * 60
RE_DERIVABLE = timedelta(hours=2)  # afterwards a form that is sent again tells no code any more


@dataclass(frozen=True)
class Slip:
    receipt: Receipt
    code: str = field(repr=False)
    photos: list[PhotoTold]


@pages.get("/tip/received")
@public
def received() -> str | tuple[str, int]:
    told = cookies.read(NAME, life=LIFE)
    slip = _slip(told) if told else None
    if told is None or slip is None:
        return render_template("portal/put_away.html"), 410
    track_url = f"{means().settings.public_url}/track"
    return render_template(
        "portal/received.html",
        code=slip.code,
        tip_number=slip.receipt.tip_number,
        received_at=slip.receipt.received_at,
        photos=slip.photos,
        wants_reward=slip.receipt.wants_reward,
        has_pin=slip.receipt.pin_hash is not None,
        answer_by=progress.decision_by(slip.receipt.received_at),
        track_url=track_url,
        qr=qr_code(track_url),
        beside=told,
    )


@pages.post("/tip/received")
@public
def put_away() -> AnyResponse:
    response = redirect("/track", 303)
    cookies.drop(response, NAME)
    return response


def _slip(told: dict[str, Any]) -> Slip | None:
    keys = means().receipt_keys
    code = codes.receipt_code(keys, urlsafe_b64decode(told["k"]))
    try:
        with means().db.read() as session:
            receipt = find_receipt(session, code=code, keys=keys)
            photos = photos_of_tip(session, receipt.tip_id)
    except NotFound:
        return None
    if receipt.received_at < calendar.now() - RE_DERIVABLE:
        return None
    return Slip(receipt, code, photos)
