"""The three key folders of an installation, with keys in them."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from casework.vault import keys


@dataclass
class KeyFolders:
    """`portal`, `receipt`, `office` are the keys; `folder / kind` is where they lie."""

    folder: Path
    demo: bool = field(default=False)

    def __post_init__(self) -> None:
        for kind in ("portal", "receipt", "office"):
            keys.make_keys(kind, self.folder / kind, demo=self.demo)

    @cached_property
    def portal(self) -> keys.PortalKeys:
        return keys.load_portal_keys(self.folder / "portal")

    @cached_property
    def receipt(self) -> keys.ReceiptKeys:
        return keys.load_receipt_keys(self.folder / "receipt")

    @cached_property
    def office(self) -> keys.OfficeKeys:
        return keys.load_office_keys(self.folder / "office")
