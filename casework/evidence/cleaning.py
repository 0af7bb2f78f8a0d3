"""The steps of cleaning a photo, each without a transaction around it or wholly inside one."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from casework import trail
from casework.evidence.models import Evidence
from casework.terms import EvidenceState
from casework.trail import WORKER, Deed
from casework.vault.images import CleanResult
from casework.vault.keys import OfficeKeys
from casework.vault.photo_terms import PhotoRefusal
from casework.vault.sealing import context, new_data_key, unwrap, wrap_for_shelf
from casework.vault.storage import Store, StoreUnavailable, new_blob_name
from casework.vault.streams import new_stream_head, open_blob, seal_blob

log = logging.getLogger("qingshan.evidence")


@dataclass(frozen=True)
class Work:
    evidence_id: int
    ref: str
    blob: str
    tries: int
    head: bytes = field(repr=False)
    data_key: bytes = field(repr=False)


@dataclass(frozen=True)
class Kept:
    clean_blob: str
    thumb_blob: str
    clean_wrap: bytes = field(repr=False)
    removed: tuple[str, ...] = ()


def take(session: Session, *, evidence_id: int, keys: OfficeKeys) -> Work | None:
    """The photo to clean, its tries counted; None when it is not waiting any more."""
    row = session.get(Evidence, evidence_id)
    if row is None or row.state is not EvidenceState.WAITING:
        return None
    row.tries += 1
    data_key = unwrap(row.key_wrap, keys, context("evidence", row.ref, "key"))
    return Work(row.id, row.ref, row.blob, row.tries, row.stream_head, data_key)


def put_back(session: Session, *, evidence_id: int) -> None:
    """The machine failed, not the photo: the try does not count against it."""
    row = session.get(Evidence, evidence_id)
    if row is not None and row.tries > 0:
        row.tries -= 1


def open_original(store: Store, work: Work) -> bytes:
    return open_blob(store, work.blob, work.data_key, work.head, context("evidence", work.ref, "original"))


def keep_clean_copy(store: Store, work: Work, result: CleanResult, keys: OfficeKeys) -> Kept:
    """Seals derivative and thumbnail under a data key of their own and stores them."""
    data_key = new_data_key()
    blobs = {}
    for name, data in (("clean", result.derivative), ("thumb", result.thumbnail)):
        blobs[name] = new_blob_name()
        seal_blob(store, blobs[name], data, data_key, new_stream_head(), context("evidence", work.ref, name))
    wrap = wrap_for_shelf(data_key, keys, context("evidence", work.ref, "clean_key"))
    removed = tuple(sorted(kind.value for kind in result.removed))
    return Kept(blobs["clean"], blobs["thumb"], wrap, removed)


def note_cleaned(session: Session, *, evidence_id: int, kept: Kept) -> bool:
    row = session.get(Evidence, evidence_id, with_for_update=True)
    if row is None or row.state is not EvidenceState.WAITING:
        return False  # taken back, or another worker was faster
    row.state, row.removed = EvidenceState.CLEANED, list(kept.removed)
    row.clean_blob, row.thumb_blob, row.clean_wrap = kept.clean_blob, kept.thumb_blob, kept.clean_wrap
    trail.record(
        session,
        deed=Deed.CLEAN_EVIDENCE,
        by=WORKER,
        about=("evidence", evidence_id),
        facts={"removed": list(kept.removed)},
    )
    return True


def note_refused(session: Session, *, evidence_id: int, kind: PhotoRefusal) -> None:
    """Fail closed: what could not be cleaned is never shown; citizen and officer are told why."""
    row = session.get(Evidence, evidence_id, with_for_update=True)
    if row is None or row.state is not EvidenceState.WAITING:
        return
    row.state, row.refusal = EvidenceState.REFUSED, kind.value
    trail.record(
        session,
        deed=Deed.REFUSE_EVIDENCE,
        by=WORKER,
        about=("evidence", evidence_id),
        facts={"reason": kind.value},
    )


def throw_away(store: Store, blobs: Iterable[str]) -> None:
    """Deletes blobs after their rows are gone; what cannot be deleted now is told in the log."""
    for blob in blobs:
        try:
            store.delete(blob)
        except StoreUnavailable:
            log.warning("a blob could not be deleted")
