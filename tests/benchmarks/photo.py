"""A 12-megapixel photo: our clean copy and thumbnail against Pillow alone, in the same run, in turns."""

import io
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from PIL import Image

from casework.vault.images import Cleaner
from tests.factories import photos

TARGET_RATIO = 1.3
TARGET_PEAK_MIB = 130
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class PhotoFigures:
    """CPU milliseconds of each round, both processes and their ended children; memory of the helper's child."""

    ours_ms: list[float] = field(default_factory=list)
    pillow_ms: list[float] = field(default_factory=list)
    peak_mib: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(ours / theirs for ours, theirs in zip(self.ours_ms, self.pillow_ms, strict=True))

    @property
    def floor_spread(self) -> float:
        return max(self.pillow_ms) / min(self.pillow_ms)

    @property
    def passes(self) -> bool:
        return not self.faults and self.ratio <= TARGET_RATIO and self.peak_mib <= TARGET_PEAK_MIB


def measure_photo(rounds: int = 7, photos_a_round: int = 5) -> PhotoFigures:
    """Several photos a round, because the kernel counts a child's time in hundredths of a second."""
    data = photos.encoded(photos.noisy_picture(4032, 3024), "JPEG", quality=92, exif=photos.telling_exif(1))
    figures = PhotoFigures()
    with Cleaner() as cleaner:
        _look(cleaner, data, figures)
        pillow_alone(data)
        for _ in range(rounds):
            turns = ["ours", "pillow"]
            random.shuffle(turns)
            for turn in turns:
                if turn == "ours":
                    figures.ours_ms.append(_ours(cleaner, data, photos_a_round))
                else:
                    figures.pillow_ms.append(_pillow(data, photos_a_round))
    return figures


def pillow_alone(data: bytes) -> tuple[bytes, bytes]:
    """The yardstick of performance.md: draft to half and encode; draft to an eighth, shrink, encode."""
    half = Image.open(io.BytesIO(data))
    half.draft("RGB", (half.width // 2, half.height // 2))
    small = Image.open(io.BytesIO(data))
    small.thumbnail((320, 320))
    out = io.BytesIO(), io.BytesIO()
    half.save(out[0], "JPEG", quality=82)
    small.save(out[1], "JPEG", quality=82)
    return out[0].getvalue(), out[1].getvalue()


def _look(cleaner: Cleaner, data: bytes, figures: PhotoFigures) -> None:
    """The copy decodes, has its size, and holds nothing that stood beside the picture."""
    result = cleaner.clean(data)
    figures.peak_mib = result.peak_kib / 1024
    image = Image.open(io.BytesIO(result.derivative))
    image.load()
    if image.size != (2016, 1512) or (result.width, result.height) != image.size:
        figures.faults.append("the copy has another size")
    if any(mark in result.derivative + result.thumbnail for mark in photos.MARKS):
        figures.faults.append("the copy tells something")


def _ours(cleaner: Cleaner, data: bytes, count: int) -> float:
    assert cleaner.pid is not None
    before, own = _cpu_of(cleaner.pid), time.process_time()
    for _ in range(count):
        cleaner.clean(data)
    return ((_cpu_of(cleaner.pid) - before) + (time.process_time() - own)) * 1000 / count


def _pillow(data: bytes, count: int) -> float:
    before = time.process_time()
    for _ in range(count):
        pillow_alone(data)
    return (time.process_time() - before) * 1000 / count


def _cpu_of(pid: int) -> float:
    """Seconds of a process and of the children it has seen end."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(value) for value in fields[11:15]) / _TICK
