"""Photos: the cleaned copy, opened in memory for who may see its tip or clue; the original never leaves the seal."""

from flask import Blueprint, Response, make_response

from admin.access import allow, current_officer
from admin.means import means
from casework import trail
from casework.clues.files import file_for
from casework.db import LARGEST_KEY
from casework.evidence.shown import open_picture
from casework.officers.roles import Permission
from casework.trail import Deed

pages = Blueprint("evidence", __name__)

_ID = f"<int(max={LARGEST_KEY}):evidence_id>"


@pages.get(f"/evidence/{_ID}/thumb")
@allow(Permission.READ_INBOX, Permission.READ_CLUES)
def thumb(evidence_id: int) -> Response:
    """Part of reading the page that it stands on, which was recorded there."""
    with means().db.read() as session:
        row, _about = file_for(session, evidence_id=evidence_id, by=current_officer())
    return _picture(open_picture(means().store, row, means().office_keys, thumb=True))


@pages.get(f"/evidence/{_ID}/clean")
@allow(Permission.READ_INBOX, Permission.READ_CLUES)
def clean(evidence_id: int) -> Response:
    """A deed of its own. The picture is opened first: what could not be shown was not read."""
    officer = current_officer()
    with means().db.read() as session:
        row, about = file_for(session, evidence_id=evidence_id, by=officer)
    picture = open_picture(means().store, row, means().office_keys, thumb=False)
    with means().db.begin() as session:
        trail.record(
            session, deed=Deed.READ_EVIDENCE, by=officer, about=about, facts={"evidence": evidence_id}
        )
    return _picture(picture)


def _picture(data: bytes) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Content-Disposition"] = "inline"
    return response
