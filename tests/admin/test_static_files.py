"""What the browser is given: the same tokens on both surfaces, vendored files as they came, colours in one place."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "admin" / "static"
VENDOR = STATIC / "vendor"
SUMS = [line.split() for line in (VENDOR / "SHA256SUMS").read_text().splitlines()]


def test_both_surfaces_draw_from_the_same_tokens():
    assert (STATIC / "tokens.css").read_bytes() == (ROOT / "portal" / "static" / "tokens.css").read_bytes()


@pytest.mark.parametrize(("digest", "name"), SUMS)
def test_a_vendored_file_is_the_one_that_was_taken(digest, name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_in_the_list():
    listed = {name for _digest, name in SUMS} | {"README.md", "SHA256SUMS"}
    assert {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()} == listed


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_no_sheet_asks_for_what_the_policy_refuses(sheet):
    assert not re.search(r"url\(['\"]?(data:|https?:|//)|@import", sheet.read_text())


def test_colours_are_named_in_the_tokens_and_nowhere_else():
    screen = (STATIC / "office.css").read_text().split("@media print")[0]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", re.sub(r"url\([^)]*\)", "", screen))


def test_every_picture_a_sheet_names_is_there():
    named = re.findall(r"url\(([^)]+)\)", (STATIC / "office.css").read_text())
    assert named
    assert [name for name in named if not (STATIC / name).is_file()] == []
