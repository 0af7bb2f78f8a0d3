"""What every first visit fetches: small, named by content, free of foreign addresses."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from portal.assets import BUNDLES, FOLDER, Assets

ADMIN_STATIC = FOLDER.parents[1] / "admin" / "static"


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_both_surfaces_hold_the_same_tokens() -> None:
    assert (FOLDER / "tokens.css").read_bytes() == (ADMIN_STATIC / "tokens.css").read_bytes()


def test_vendored_files_are_the_ones_that_were_taken_in() -> None:
    sums = (FOLDER / "vendor" / "SHA256SUMS").read_text().splitlines()
    listed = {line.split()[1]: line.split()[0] for line in sums}
    held = {
        str(path.relative_to(FOLDER / "vendor")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (FOLDER / "vendor").rglob("*")
        if path.is_file() and path.parent != FOLDER / "vendor"
    }
    assert held == listed


def test_an_address_changes_with_the_content(assets: Assets, tmp_path: Path) -> None:
    for name in {part for parts in BUNDLES.values() for part in parts}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("changed")
    assert Assets(tmp_path).url("portal.css") != assets.url("portal.css")


def test_sheet_and_script_are_small(assets: Assets) -> None:
    packed = [assets.by_name[name].packed or b"" for name in BUNDLES]
    assert sum(map(len, packed)) < 15 * 1024


def test_packed_files_unpack_to_themselves(assets: Assets) -> None:
    for asset in assets.by_name.values():
        if asset.packed is not None:
            assert gzip.decompress(asset.packed) == asset.body


def test_the_sheet_fetches_nothing_more(assets: Assets) -> None:
    assert not re.search(
        rb"url\(|@import", re.sub(rb"/\*.*?\*/", b"", assets.by_name["portal.css"].body, flags=re.S)
    )


def test_only_tokens_hold_colours() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (FOLDER / "citizen.css").read_text(), flags=re.S)
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", sheet)) <= {"#000"}


def test_a_name_that_is_not_there_is_not_drawn(assets: Assets) -> None:
    with pytest.raises(KeyError):
        assets.url("absent.css")
