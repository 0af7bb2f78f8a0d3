"""What the portal works with, handed in by app.py: never an office key."""

from dataclasses import dataclass, field
from time import monotonic

from flask import current_app

from casework.bells import Bells
from casework.db import Database
from casework.officers.queries import newest_public_key
from casework.tips.receiving import Seals
from casework.vault.keys import PortalKeys, ReceiptKeys
from casework.vault.sealing import PublicKey
from casework.vault.storage import Store
from config.settings import Settings


@dataclass
class Means:
    settings: Settings
    db: Database
    store: Store
    bells: Bells
    portal_keys: PortalKeys = field(repr=False)
    receipt_keys: ReceiptKeys = field(repr=False)
    is_demo: bool = False
    _public: dict[str, tuple[float, PublicKey]] = field(default_factory=dict)

    def public_key(self, purpose: str) -> PublicKey:
        """The public half to seal to (`reading`, `identity`); remembered for a minute."""
        kept = self._public.get(purpose)
        if kept is None or monotonic() - kept[0] > 60:
            with self.db.read() as session:
                kept = (monotonic(), newest_public_key(session, purpose))
            self._public[purpose] = kept
        return kept[1]

    def seals(self, *, named: bool = False) -> Seals:
        identity = self.public_key("identity") if named else None
        return Seals(receipt=self.receipt_keys, reading=self.public_key("reading"), identity=identity)


def means() -> Means:
    """The Means of the application that answers now."""
    found: Means = current_app.extensions["qingshan"]
    return found
