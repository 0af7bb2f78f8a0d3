"""Files made to harm: each is refused in its own way, and the next photo is cleaned as if nothing had been."""

import os
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.vault import image_process
from casework.vault.image_process import Limits
from casework.vault.images import Cleaner, CleanerUnavailable, PhotoRefused
from casework.vault.photo_terms import PhotoRefusal
from tests.factories import photos


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    with Cleaner() as cleaner:
        yield cleaner


def refusal(cleaner: Cleaner, data: bytes) -> PhotoRefusal:
    with pytest.raises(PhotoRefused) as caught:
        cleaner.clean(data)
    return caught.value.kind


HOSTILE = {
    "a png of 65,535 squared": (photos.png_claiming(65535, 65535), PhotoRefusal.TOO_MANY_PIXELS),
    "a png a little too large": (photos.png_claiming(7750, 7750), PhotoRefusal.TOO_MANY_PIXELS),
    "a png beyond every number": (photos.png_claiming(2**31 - 1, 2**31 - 1), PhotoRefusal.TOO_MANY_PIXELS),
    "a png without width": (photos.png_claiming(0, 100), PhotoRefusal.DAMAGED),
    "a png with too few pixels in it": (photos.png_claiming(4000, 3000), PhotoRefusal.DAMAGED),
    "a jpeg of 65,535 squared": (photos.jpeg_claiming(65535, 65535), PhotoRefusal.TOO_MANY_PIXELS),
    "a jpeg of no height": (photos.jpeg_claiming(100, 0), PhotoRefusal.DAMAGED),
    "a jpeg of three thousand scans": (photos.jpeg_with_many_scans(), PhotoRefusal.DAMAGED),
    "a jpeg and no more": (b"\xff\xd8\xff\xd9", PhotoRefusal.DAMAGED),
    "a jpeg of markers": (b"\xff\xd8" + b"\xff" * 100_000, PhotoRefusal.DAMAGED),
    "a heic of nothing": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", PhotoRefusal.DAMAGED),
    "an avif of nothing": (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", PhotoRefusal.DAMAGED),
    "a box longer than the file": (
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\xff\xff\xffmdat",
        PhotoRefusal.DAMAGED,
    ),
    "a webp of nothing": (b"RIFF\x04\0\0\0WEBP", PhotoRefusal.DAMAGED),
    "a webp of 16,384 squared": (
        b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\xff\x3f\0\xff\x3f\0",
        PhotoRefusal.TOO_MANY_PIXELS,
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_made_to_harm_is_refused(cleaner: Cleaner, what: str) -> None:
    data, kind = HOSTILE[what]
    assert refusal(cleaner, data) is kind


def test_words_that_inflate_without_end_cost_little(cleaner: Cleaner) -> None:
    result = cleaner.clean(photos.png_with_inflating_text())
    assert result.removed
    assert result.peak_kib < 120_000


def test_directories_that_point_at_each_other_end(cleaner: Cleaner) -> None:
    assert cleaner.clean(photos.jpeg_with_looping_exif()).width == 64


def test_a_photo_that_takes_too_long_is_stopped_and_the_next_one_cleaned() -> None:
    with Cleaner(Limits(wall_seconds=0.1)) as cleaner:
        assert refusal(cleaner, photos.heavy_jpeg()) is PhotoRefusal.TOOK_TOO_LONG
        assert cleaner.clean(photos.encoded(photos.picture(40, 30), "JPEG")).width == 40


@pytest.mark.parametrize(
    ("decoder", "limits"),
    [
        ("while True: pass", Limits(cpu_seconds=1, wall_seconds=300)),
        ("__import__('time').sleep(300)", Limits(cpu_seconds=300, wall_seconds=0.3)),
    ],
    ids=["busy", "blocked"],
)
def test_a_decoder_that_never_ends_is_ended(
    monkeypatch: pytest.MonkeyPatch, decoder: str, limits: Limits
) -> None:
    """A stand-in for the decoder only; process and limits are the real ones."""
    script = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from casework.vault import image_pixels, image_process as process\n"
        f"def clean(data):\n    {decoder}\n"
        "image_pixels.clean = clean; process._warm_up = lambda: None\n"
        "process.main(process.Limits(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))"
    )
    monkeypatch.setattr("casework.vault.images._START", script)
    with Cleaner(limits) as cleaner:
        assert refusal(cleaner, photos.encoded(photos.picture(40, 30), "JPEG")) is PhotoRefusal.TOOK_TOO_LONG


def test_a_photo_that_needs_too_much_memory_is_stopped_and_the_next_one_cleaned() -> None:
    heavy = photos.encoded(photos.picture(7000, 8000).convert("RGBA"), "PNG", compress_level=1)
    with Cleaner(Limits(memory_bytes=400 << 20)) as cleaner:
        assert refusal(cleaner, heavy) in (PhotoRefusal.TOO_MUCH_MEMORY, PhotoRefusal.DAMAGED)
        assert cleaner.clean(photos.jpeg()).width == 640


@pytest.mark.parametrize("kind", ["JPEG", "PNG", pytest.param("HEIF", marks=pytest.mark.long)])
def test_sixty_megapixels_fit_within_the_limits(cleaner: Cleaner, kind: str) -> None:
    data = photos.encoded(photos.picture(9000, 6660), kind, quality=40, compress_level=1)
    assert cleaner.clean(data).width >= 1600


def test_a_process_killed_between_two_photos_is_replaced(cleaner: Cleaner) -> None:
    cleaner.clean(photos.jpeg())
    assert cleaner.pid is not None
    os.kill(cleaner.pid, signal.SIGKILL)
    assert cleaner.clean(photos.jpeg()).width == 640


def test_a_process_killed_in_the_middle_costs_a_second_try_and_no_photo(cleaner: Cleaner) -> None:
    cleaner.clean(photos.jpeg())
    first = cleaner.pid
    assert first is not None
    results = []
    heavy = photos.heavy_jpeg()
    thread = threading.Thread(target=lambda: results.append(cleaner.clean(heavy)))
    thread.start()
    while thread.is_alive() and not (working := children_of(first)):
        pass
    os.kill(working[0], signal.SIGSEGV)
    thread.join()
    assert results
    assert results[0].width == 1600
    assert cleaner.pid != first


def test_a_file_that_crashes_every_process_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that dies on every photo: no real file is known that crashes today's decoders."""
    script = "import os, time; os.write(1, b'R'); os.read(0, 20); os.kill(os.getpid(), 11)"
    monkeypatch.setattr("casework.vault.images._START", script)
    with Cleaner() as cleaner:
        assert refusal(cleaner, photos.jpeg()) is PhotoRefusal.DAMAGED


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("name + bytes([9]) + bytes(28)", PhotoRefusal.DAMAGED),  # an unknown status
        ("A.pack(name, 0, 9, 9, 0, 0, 0, 4, 4) + b'GIF8GIF8'", PhotoRefusal.UNSAFE_OUTPUT),
        ("A.pack(name, 0, 64, 48, 0, 0, 0, len(TOLD), len(BARE)) + TOLD + BARE", PhotoRefusal.UNSAFE_OUTPUT),
        ("A.pack(name, 0, 64, 48, 0, 0, 0, len(BARE), len(TOLD)) + BARE + TOLD", PhotoRefusal.UNSAFE_OUTPUT),
        ("A.pack(bytes(16), 0, 64, 48, 0, 0, 0, len(BARE), len(BARE)) + BARE + BARE", PhotoRefusal.DAMAGED),
        ("A.pack(name, 0, 99, 48, 0, 0, 0, len(BARE), len(BARE)) + BARE + BARE", PhotoRefusal.UNSAFE_OUTPUT),
        ("A.pack(name, 0, 9, 9, 0, 0, 0, 2**31, 4)", PhotoRefusal.DAMAGED),
    ],
)
def test_a_process_that_was_taken_over_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, answer: str, kind: PhotoRefusal
) -> None:
    bare = photos.encoded(photos.picture(64, 48), "JPEG")
    told = photos.with_segment(bare, 0xE1, photos.telling_exif())
    script = (
        f"import os, struct, time; A = struct.Struct({image_process.ANSWER.format!r}); TOLD = {told!r}; BARE = {bare!r}\n"
        "os.write(1, b'R')\n"
        "while name := os.read(0, 20)[:16]:\n"
        f"    os.read(0, 1 << 20); os.write(1, {answer})"
    )
    monkeypatch.setattr("casework.vault.images._START", script)
    monkeypatch.setattr("casework.vault.images._GRACE", 0.2)
    with Cleaner() as cleaner:
        assert refusal(cleaner, bare) is kind


def test_a_machine_that_cannot_start_the_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.vault.images._START", "raise SystemExit(1)")
    with Cleaner() as cleaner, pytest.raises(CleanerUnavailable):
        cleaner.clean(photos.jpeg())


def test_the_process_has_no_environment_no_files_and_hard_limits(cleaner: Cleaner) -> None:
    cleaner.clean(photos.jpeg())
    home = Path(f"/proc/{cleaner.pid}")
    assert (home / "environ").read_bytes() == b""
    assert os.readlink(home / "cwd") == "/"
    opened = {name: os.readlink(home / "fd" / name) for name in os.listdir(home / "fd")}
    assert all(place.startswith(("pipe:", "/dev/null")) for place in opened.values())
    limits = {
        name: values
        for name, *values in re.findall(
            r"^(Max [a-z ]+?) {2,}(\S+) +(\S+)", (home / "limits").read_text(), re.M
        )
    }
    assert limits["Max open files"] == [str(len(opened)), str(len(opened))]
    assert limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(Limits().memory_bytes)] * 2


def test_the_process_never_reads_a_photo_itself(cleaner: Cleaner) -> None:
    """A marked photo leaves no trace in the memory that the next photo's child is forked from."""
    mark = os.urandom(12).hex().encode()
    cleaner.clean(photos.with_segment(photos.jpeg(), 0xFE, mark))
    memory = Path(f"/proc/{cleaner.pid}")
    with (memory / "mem").open("rb", buffering=0) as file:
        for line in (memory / "maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if rights.startswith("rw"):
                start, end = (int(part, 16) for part in span.split("-"))
                file.seek(start)
                assert mark not in file.read(end - start)


def test_the_process_ends_with_its_caller() -> None:
    script = (
        "from casework.vault.images import Cleaner; from tests.factories import photos; import os\n"
        "cleaner = Cleaner(); cleaner.clean(photos.jpeg()); print(cleaner.pid, flush=True); os._exit(0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    left = int(run.stdout)
    try:
        gone = os.pidfd_open(left)
    except ProcessLookupError:
        return
    ended, _, _ = select.select([gone], [], [], 30)
    os.close(gone)
    assert ended, "the helper process outlived its caller"


def test_threads_take_turns(cleaner: Cleaner) -> None:
    sizes = [(100 + 10 * n, 90) for n in range(6)]
    seen: dict[tuple[int, int], tuple[int, int]] = {}

    def clean_one(size: tuple[int, int]) -> None:
        result = cleaner.clean(photos.encoded(photos.picture(*size), "PNG"))
        seen[size] = (result.width, result.height)

    threads = [threading.Thread(target=clean_one, args=(size,)) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {size: size for size in sizes}


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
