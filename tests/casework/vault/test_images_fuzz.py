"""Thousands of damaged photos: a bare picture or a refusal, nothing else, and the process still there."""

import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.vault.image_process import Limits
from casework.vault.images import Cleaner, CleanResult, PhotoRefused
from casework.vault.photo_jpeg import is_bare_jpeg
from tests.factories import photos

SEED = 20261123
SMALL = (96, 72)


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    """Small ones of every kind: a fuzzer's time should go into structure, not into pixels."""
    whole = [make(SMALL, 6) for make in photos.ALL_KINDS.values()]
    odd = [photos.many_framed(kind) for kind in ("PNG", "WEBP", "AVIF")]
    progressive = photos.encoded(
        photos.picture(*SMALL), "JPEG", progressive=True, icc_profile=photos.wide_colours()
    )
    return [*whole, *odd, progressive, photos.encoded(photos.picture(*SMALL).convert("CMYK"), "JPEG")]


def mutations(bodies: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Flipped, overwritten, cut, doubled, spliced; the first kilobyte, where structure lies, more often."""
    dice = random.Random(seed)
    for _ in range(count):
        body = bytearray(dice.choice(bodies))
        for _ in range(dice.choice((1, 1, 2, 3, 8))):
            end = len(body) if dice.random() < 0.4 else min(len(body), 1024)
            place = dice.randrange(max(1, end))
            change(body, place, dice, bodies)
        yield bytes(body)


def change(body: bytearray, place: int, dice: random.Random, bodies: list[bytes]) -> None:
    match dice.randrange(7):
        case 0:
            body[place : place + 1] = bytes([dice.randrange(256)])
        case 1:
            body[place : place + 4] = dice.choice(
                (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\xff\xff")
            )
        case 2:
            body[place : place + 8] = dice.randbytes(8)
        case 3:
            del body[place : place + dice.randrange(1, 64)]
        case 4:
            body[place:place] = body[place : place + dice.randrange(1, 256)]
        case 5:
            del body[max(16, len(body) - dice.randrange(1, len(body) + 1)) :]
        case 6:
            other = dice.choice(bodies)
            start = dice.randrange(len(other))
            body[place:place] = other[start : start + dice.randrange(1, 512)]


def assert_only_results_or_refusals(bodies: list[bytes], count: int, seed: int) -> None:
    outcomes: Counter[str] = Counter()
    with Cleaner(Limits(wall_seconds=20)) as cleaner:
        for body in mutations(bodies, count, seed):
            try:
                result = cleaner.clean(body)
            except PhotoRefused as refused:
                outcomes[refused.kind.value] += 1
            else:
                outcomes["cleaned"] += 1
                assert_nothing_but_pixels(result)
        assert cleaner.clean(bodies[0]).width == SMALL[1]
    assert outcomes["cleaned"] > count // 20, outcomes
    assert outcomes["damaged"] > count // 5, outcomes
    assert outcomes["unsafe_output"] == 0, outcomes


def assert_nothing_but_pixels(result: CleanResult) -> None:
    assert is_bare_jpeg(result.derivative, result.width, result.height)
    for data in (result.derivative, result.thumbnail):
        assert not any(mark in data for mark in photos.MARKS)


def test_a_thousand_damaged_photos(bodies: list[bytes]) -> None:
    assert_only_results_or_refusals(bodies, 1000, SEED)


@pytest.mark.long
def test_twenty_thousand_damaged_photos(bodies: list[bytes]) -> None:
    assert_only_results_or_refusals(bodies, 20_000, SEED + 1)


@pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed (libimage-exiftool-perl)"
)
def test_another_tool_finds_nothing_in_the_clean_copies(tmp_path: Path) -> None:
    """Our own check and Pillow could share a blind spot; exiftool is neither."""
    with Cleaner() as cleaner:
        for kind, make in photos.ALL_KINDS.items():
            (tmp_path / f"{kind}-before").write_bytes(make())
            result = cleaner.clean(make())
            (tmp_path / f"{kind}.jpg").write_bytes(result.derivative)
            (tmp_path / f"{kind}-small.jpg").write_bytes(result.thumbnail)
    before = exiftool(*tmp_path.glob("*-before"))
    assert photos.SERIAL in before
    assert "GPS" in before
    groups = {
        line.split("]")[0].strip("[ ")
        for line in exiftool(*tmp_path.glob("*.jpg")).splitlines()
        if "]" in line
    }
    assert groups == {"ExifTool", "File", "JFIF", "Composite"}


def exiftool(*files: Path) -> str:
    run = subprocess.run(["exiftool", "-G", "-a", "-u", *files], capture_output=True, text=True, check=True)
    return run.stdout


def bare() -> bytes:
    return photos.encoded(photos.picture(40, 30), "JPEG")


@pytest.mark.parametrize(
    "data",
    [
        photos.with_segment(bare(), 0xE1, b"Exif\0\0"),
        photos.with_segment(bare(), 0xED, b"x"),
        photos.with_segment(bare(), 0xFE, b"x"),
        photos.with_segment(bare(), 0xDB, b"\0" * 66),
        bare() + b"\0",
        bare()[:-2],
        bare()[:-2] + b"\xff\xfe\0\x03x\xff\xd9",
        bare().replace(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0", b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01"),
        bare()[:2] + b"\xff" + bare()[2:],
        bare().replace(b"\x11\x08\0\x1e\0\x28", b"\x11\x08\0\x1e\0\x29"),
        b"",
        b"\xff\xd8\xff\xd9",
    ],
)
def test_the_allow_list_lets_nothing_else_through(data: bytes) -> None:
    assert is_bare_jpeg(bare(), 40, 30)
    assert not is_bare_jpeg(data, 40, 30)
