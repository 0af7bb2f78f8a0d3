"""The copy of the key folders for the safe: it brings everything back, with its passphrase and not without."""

from pathlib import Path

import pytest

from casework.vault import keys
from casework.vault.escrow import read_escrow, write_escrow
from casework.vault.sealing import SealBroken

WORDS = "云窝村 four words on paper"


def test_the_copy_brings_every_folder_back_as_it_was(tmp_path: Path) -> None:
    folders = {kind: tmp_path / kind for kind in ("portal", "receipt", "office")}
    for kind, folder in folders.items():
        keys.make_keys(kind, folder)
    copy = tmp_path / "escrow.bin"
    write_escrow(copy, folders, WORDS)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert keys.load_office_keys(folders["office"]).anchor not in copy.read_bytes()
    for kind, content in read_escrow(copy, WORDS).items():
        assert content == (folders[kind] / keys.FILE).read_bytes()
    with pytest.raises(SealBroken):
        read_escrow(copy, WORDS + " ")


def test_a_copy_is_never_written_over(tmp_path: Path) -> None:
    keys.make_keys("portal", tmp_path / "portal")
    copy = tmp_path / "escrow.bin"
    copy.write_bytes(b"the one in the safe")
    with pytest.raises(FileExistsError):
        write_escrow(copy, {"portal": tmp_path / "portal"}, WORDS)
    assert copy.read_bytes() == b"the one in the safe"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"QSESC1", b"QSESC1" + b"x" * 20, b"QSESC1" + b"x" * 60]
)
def test_a_file_that_is_no_copy_is_told_as_such(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "escrow.bin"
    path.write_bytes(content)
    with pytest.raises(SealBroken):
        read_escrow(path, WORDS)
