"""Photos as drafts of a form: those that came with it, and resumable uploads by tus 1.0 (creation, termination, expiration)."""

from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from functools import partial

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response as AnyResponse

from casework.db import after_commit
from casework.errors import AlreadyDone, Invalid, Stale, Unavailable
from casework.evidence import actions, cleaning, drafts, uploads
from casework.evidence.drafts import Kept
from casework.evidence.uploads import Standing
from casework.terms import EvidenceState
from casework.vault import passwords
from casework.vault.streams import CHUNK, SealedWriter
from portal import form_key, photos
from portal.arrivals import arrivals
from portal.form_key import FormKey
from portal.guard import public
from portal.means import means
from portal.waiting_room import RIPE_AFTER, waiting_room

pages = Blueprint("evidence", __name__, url_prefix="/tip/photos")
VERSION = "1.0.0"


# ── what came with a form ──
def keep_in(session: Session, key: FormKey) -> Kept:
    """The files of this request as drafts of the form, within the caller's transaction."""
    files = [(a.kind, a.name, a.file) for a in arrivals().files if not a.file.kept]
    if not files:
        return Kept()
    kept = drafts.keep_drafts(session, files=files, form_digest=key.digest)
    for number in kept.waiting:
        ring_for(session, number)
    arrivals().surplus += kept.surplus
    return kept


def keep(key: FormKey) -> None:
    """The same in a transaction of its own, for a page that is shown again. What cannot be kept is counted as lost."""
    found = arrivals()
    try:
        with means().db.begin() as session:
            keep_in(session, key)
            drafts.renew_drafts(session, key.digest)
    except Unavailable:
        forget_arrivals()
        found.lost += len(found.files)


def forget_arrivals() -> None:
    """After a transaction that was rolled back: no row holds these files, so they go when the request ends."""
    for arrived in arrivals().files:
        arrived.file.kept = False


def drop(key: FormKey, number: str) -> None:
    """Takes one photo back, by the number on its tile; anything else is no number and drops nothing."""
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        return
    with means().db.begin() as session:
        blob = actions.drop_draft(session, form_digest=key.digest, number=int(number))
    cleaning.throw_away(means().store, [blob] if blob else [])


def ring_for(session: Session, evidence_id: int) -> None:
    after_commit(session, partial(means().bells.ring, "photo", evidence_id))


# ── tus ──
@pages.after_request
def say_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    return response


@pages.route("", methods=["OPTIONS"], provide_automatic_options=False)
@public
def abilities() -> Response:
    response = Response(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = "creation,expiration,termination"
    response.headers["Tus-Max-Size"] = str(actions.MOST_BYTES)
    return response


@pages.post("")
@public
def create() -> AnyResponse:
    """A place for one photo; its address holds a ticket that nobody can guess."""
    if refusal := _other_version():
        return refusal
    described = _metadata()
    key = form_key.of_any_form(request.headers.get("Upload-Form") or described.get("form", ""))
    if key is None:
        raise BadRequest("no form")
    size = _whole("Upload-Length")
    if size > actions.MOST_BYTES:
        raise RequestEntityTooLarge
    if not waiting_room().may_pass("bytes", weight=max(size, CHUNK)):  # a place costs something too
        return _please_wait()
    ticket, reading = passwords.new_session_token(), means().public_key("reading")
    try:
        with means().db.begin() as session:
            actions.start_draft(
                session,
                ticket=ticket,
                form_digest=key.digest,
                size_bytes=size,
                file_name=described.get("filename", ""),
                reading=reading,
                draft_keys=means().portal_keys,
            )
    except Invalid as refused:
        response: AnyResponse = jsonify(reason=refused.reason)
        response.status_code = 400
        return response
    response = Response(status=201)
    response.headers["Location"] = f"/tip/photos/{ticket}"
    return _dress(response, _standing(ticket))


@pages.get("/<ticket>")
@public
def standing(ticket: str) -> AnyResponse:
    """HEAD: how far the upload is. GET: what became of the photo, for the tile on the page."""
    found = _standing(ticket)
    if request.method == "HEAD":
        return _other_version() or _dress(Response(status=200), found)
    state = found.told.state
    words = {EvidenceState.CLEANED: photos.cleaning, EvidenceState.REFUSED: photos.refusal}.get(state)
    return _dress(
        jsonify(state=state.value, number=found.told.number, words=words(found.told) if words else ""), found
    )


@pages.patch("/<ticket>")
@public
def receive_piece(ticket: str) -> AnyResponse:
    """One piece of 256 KiB, or the last: sealed and durable before it is acknowledged."""
    if refusal := _other_version():
        return refusal
    if request.mimetype != "application/offset+octet-stream":
        raise UnsupportedMediaType
    offset, piece = _whole("Upload-Offset"), request.get_data(cache=False)
    found = _standing(ticket)
    if offset != found.received_bytes:
        return _dress(Response(status=409), found)
    if not piece:
        return _dress(Response(status=204), found)
    if len(piece) > CHUNK:
        raise RequestEntityTooLarge
    if len(piece) not in (CHUNK, found.size_bytes - offset):
        raise BadRequest("pieces are of 262144 bytes, all but the last")
    try:
        _store(ticket, offset, piece)
    except AlreadyDone:
        return _dress(Response(status=409), _standing(ticket))
    except Stale:
        return _dress(Response(status=423), found)
    return _dress(Response(status=204), replace(found, received_bytes=offset + len(piece)))


@pages.delete("/<ticket>")
@public
def end(ticket: str) -> AnyResponse:
    if refusal := _other_version():
        return refusal
    with means().db.begin() as session:
        blob = actions.drop_ticket(session, ticket=ticket)
    cleaning.throw_away(means().store, [blob] if blob else [])
    return Response(status=204)


def _store(ticket: str, offset: int, piece: bytes) -> None:
    """Held, written, noted: no transaction is open while the store writes, and two never write one place."""
    db = means().db
    with db.begin() as session:
        upload, held_until = uploads.hold_upload(
            session, ticket=ticket, offset=offset, draft_keys=means().portal_keys
        )
    try:
        writer = SealedWriter(
            means().store,
            upload.blob,
            upload.data_key,
            upload.head,
            upload.about,
            size=upload.size_bytes,
            start=offset,
        )
        writer.write(piece)
        writer.settle()
    except Exception:
        _release(upload.evidence_id, held_until)
        raise
    with db.begin() as session:
        if actions.note_received(
            session,
            evidence_id=upload.evidence_id,
            offset=offset,
            received=len(piece),
            held_until=held_until,
        ):
            ring_for(session, upload.evidence_id)


def _release(evidence_id: int, held_until: datetime) -> None:
    try:
        with means().db.begin() as session:
            uploads.release_upload(session, evidence_id=evidence_id, held_until=held_until)
    except Unavailable:
        pass  # it is free again by itself in a minute and a half


def _standing(ticket: str) -> Standing:
    with means().db.read() as session:
        return uploads.upload_standing(session, ticket=ticket)


def _dress(response: Response, found: Standing) -> Response:
    response.headers["Upload-Offset"] = str(found.received_bytes)
    response.headers["Upload-Length"] = str(found.size_bytes)
    if found.expires_at:
        response.headers["Upload-Expires"] = format_datetime(found.expires_at, usegmt=True)
    return response


def _other_version() -> Response | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    response = Response(status=412)
    response.headers["Tus-Version"] = VERSION
    return response


def _please_wait() -> Response:
    response = Response(status=429)
    response.headers["Retry-After"] = str(RIPE_AFTER)
    response.headers["X-Wait"] = waiting_room().token()
    return response


def _whole(name: str) -> int:
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise BadRequest(f"{name} is a whole number")
    return int(value)


def _metadata() -> dict[str, str]:
    """`filename d29yZHM=,form …`; what cannot be read is left out, since nothing hangs on it."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _, value = pair.strip().partition(" ")
        try:
            found[name] = b64decode(value, validate=True).decode()
        except ValueError:
            continue
    return found
