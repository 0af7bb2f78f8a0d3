"""Files that arrive whole in one request: sealed at once, with nothing in clear on any disk."""

from sqlalchemy.orm import Session

from casework.evidence import actions
from casework.evidence.models import Evidence
from casework.terms import EvidenceKind, MessageSide
from casework.vault.sealing import PublicKey
from casework.vault.storage import Store
from casework.vault.streams import seal_blob


def take_whole(
    session: Session,
    *,
    store: Store,
    data: bytes,
    file_name: str,
    reading: PublicKey,
    form_digest: bytes | None = None,
    clue_id: int | None = None,
    added_by: int | None = None,
    side: MessageSide = MessageSide.INFORMANT,
    kind: EvidenceKind = EvidenceKind.PHOTO,
) -> int:
    """Seals and stores one file, answers its evidence id. Raises Invalid `photos`, StoreUnavailable.

    For an officer's own photos give `clue_id` and `added_by`; they are kept at once, not drafts.
    """
    arriving = actions.start_draft(
        session,
        ticket=None,
        form_digest=form_digest,
        size_bytes=len(data),
        file_name=file_name,
        reading=reading,
        draft_keys=None,
        kind=kind,
        side=side,
    )
    seal_blob(store, arriving.blob, data, arriving.data_key, arriving.head, arriving.about)
    actions.keep_whole(session, arriving=arriving)
    row = session.get(Evidence, arriving.evidence_id)
    assert row is not None
    if clue_id is not None:
        row.clue_id, row.added_by, row.expires_at = clue_id, added_by, None
    return row.id
