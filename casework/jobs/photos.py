"""Cleaning a photo: opened, cleaned in a limited process, sealed again. Fails closed."""

import logging

from casework.db import Database
from casework.evidence import cleaning
from casework.vault.images import Cleaner, CleanerUnavailable, PhotoRefused
from casework.vault.keys import OfficeKeys
from casework.vault.photo_terms import PhotoRefusal
from casework.vault.sealing import SealBroken
from casework.vault.storage import Store, StoreUnavailable

log = logging.getLogger("qingshan.jobs")
MOST_TRIES = 5


def clean_photo(db: Database, store: Store, cleaner: Cleaner, keys: OfficeKeys, evidence_id: int) -> None:
    """One photo from waiting to cleaned or refused. A store that is away leaves it waiting."""
    with db.begin() as session:
        work = cleaning.take(session, evidence_id=evidence_id, keys=keys)
    if work is None:
        return
    if work.tries > MOST_TRIES:
        _refuse(db, evidence_id, PhotoRefusal.DAMAGED)
        return
    try:
        result = cleaner.clean(cleaning.open_original(store, work))
        kept = cleaning.keep_clean_copy(store, work, result, keys)
    except (StoreUnavailable, CleanerUnavailable) as error:
        log.warning("%s: the photo waits", type(error).__name__)
        with db.begin() as session:
            cleaning.put_back(session, evidence_id=evidence_id)
        return
    except PhotoRefused as refused:
        _refuse(db, evidence_id, refused.kind)
        return
    except SealBroken:
        _refuse(db, evidence_id, PhotoRefusal.DAMAGED)
        return
    with db.begin() as session:
        stored = cleaning.note_cleaned(session, evidence_id=evidence_id, kept=kept)
    if not stored:
        cleaning.throw_away(store, [kept.clean_blob, kept.thumb_blob])


def _refuse(db: Database, evidence_id: int, kind: PhotoRefusal) -> None:
    with db.begin() as session:
        cleaning.note_refused(session, evidence_id=evidence_id, kind=kind)
