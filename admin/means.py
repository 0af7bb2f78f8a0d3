"""What the office works with, handed in by app.py."""

from dataclasses import dataclass, field

from flask import current_app

from casework.bells import Bells
from casework.db import Database
from casework.officers.queries import newest_public_key
from casework.tips.receiving import Seals
from casework.vault.keys import OfficeKeys, ReceiptKeys
from casework.vault.storage import Store
from config.settings import Settings


@dataclass(frozen=True)
class Means:
    """`receipt_keys` are here because the intake desk mints codes too."""

    settings: Settings
    db: Database
    store: Store
    bells: Bells
    office_keys: OfficeKeys = field(repr=False)
    receipt_keys: ReceiptKeys = field(repr=False)
    is_demo: bool = False

    def seals(self, *, named: bool = False) -> Seals:
        with self.db.read() as session:
            return Seals(
                receipt=self.receipt_keys,
                reading=newest_public_key(session, "reading"),
                identity=newest_public_key(session, "identity") if named else None,
            )


def means() -> Means:
    """The Means of the application that answers now."""
    found: Means = current_app.extensions["qingshan"]
    return found
