"""A file within a form, sealed piece by piece as its bytes come: never in clear on any disk, never read back."""

import io

from casework.evidence.actions import MOST_BYTES, seal_context
from casework.vault.sealing import (
    PublicKey,
    context,
    new_data_key,
    new_ref,
    seal_words,
    wrap_for_office,
)
from casework.vault.storage import Store, StoreUnavailable, new_blob_name
from casework.vault.streams import SealedWriter, new_stream_head

LONGEST_NAME = 200


class ArrivingFile(io.RawIOBase):
    """What the form parser writes a file into. `fault` is "", too_large, unavailable or broken.

    A fault never stops the form: the rest of the file is swallowed, and who sent it is told.
    """

    def __init__(self, store: Store, reading: PublicKey, *, most_bytes: int = MOST_BYTES) -> None:
        self.ref, self.head, self.blob = new_ref(), new_stream_head(), new_blob_name()
        self._data_key = new_data_key()
        self._reading, self._most = reading, most_bytes
        self._writer = SealedWriter(store, self.blob, self._data_key, self.head, seal_context(self.ref))
        self.size_bytes = 0
        self.fault = ""
        self.kept = False

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.size_bytes += len(data)
        if not self.fault and self.size_bytes > self._most:
            self._give_up("too_large")
        if not self.fault:
            try:
                self._writer.write(data)
            except StoreUnavailable:
                self._give_up("unavailable")
        return len(data)

    def seek(self, *_place: int) -> int:
        """The parser winds a finished file back; there is nothing here to be read."""
        return 0

    def finish(self) -> bool:
        """Seals the rest and makes it durable; False when there is nothing to keep. Before any transaction."""
        if not self.fault and self.size_bytes:
            try:
                self._writer.finish()
            except StoreUnavailable:
                self._give_up("unavailable")
        return bool(self.size_bytes) and not self.fault

    def wraps(self, file_name: str) -> tuple[bytes, bytes]:
        """The data key for the office alone, and the file's name under that key."""
        key_wrap = wrap_for_office(self._data_key, self._reading, context("evidence", self.ref, "key"))
        sealed_name = seal_words(
            self._data_key, file_name[:LONGEST_NAME], context("evidence", self.ref, "name")
        )
        return key_wrap, sealed_name

    def keep(self) -> None:
        """A committed row holds the file now."""
        self.kept = True

    def discard(self) -> None:
        """Takes back what no row came to hold; safe to call at the end of every request."""
        if self.size_bytes and not self.kept and self.fault == "":
            self._give_up("broken")

    def _give_up(self, fault: str) -> None:
        self.fault = fault
        self._writer.abandon()
