"""The helper process that touches strangers' photos. Started by images.py, never imported by others.

It warms up, limits itself, and then forks a child for every photo: the warm process itself
never reads a byte of one, so a hostile photo has nothing to leave behind for the next.
Speaks a binary protocol over its two pipes; holds no key, no environment, no other open file.
"""

import os
import resource
import select
import signal
import struct
import sys
from dataclasses import dataclass
from typing import NoReturn

# Requests: name of the job, length; then the photo. Answers repeat the name, which no earlier photo can know.
REQUEST = struct.Struct(">16sI")
ANSWER = struct.Struct(">16sBHHQIHII")  # name, status, width, height, likeness, peak KiB, three lengths
CLEANED, REFUSED = 0, 1
READY = b"R"
TIMED_OUT, CRASHED, OUT_OF_MEMORY = 10, 11, 12  # exit codes of the warm process, after those of its child


@dataclass(frozen=True)
class Limits:
    """What one photo may use. Figures: 60 megapixels in every format, measured, and half as much again."""

    memory_bytes: int = 1536 * 1024 * 1024
    cpu_seconds: int = 30
    wall_seconds: float = 45.0


def main(limits: Limits) -> NoReturn:
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not end up in an answer
    os.umask(0o077)
    os.chdir("/")
    from casework.vault import image_pixels  # after the pipes are safe: imports may print

    image_pixels.prepare_decoders()
    _warm_up()
    _limit(limits, answers)
    os.write(answers, READY)
    poll = select.poll()
    poll.register(0, select.POLLIN)
    while True:
        ((_, event),) = poll.poll()
        if not event & select.POLLIN:
            os._exit(0)  # the caller is gone
        _fork_for_one(limits, answers)


def _warm_up() -> None:
    """Runs every decoder once, so that everything is loaded before files can no longer be opened."""
    import io

    from PIL import Image, ImageCms

    from casework.vault.image_pixels import clean

    # Under another name than sRGB, which would not be looked into.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"s\0R", b"n\0o")
    for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF"):
        for mode in ("RGB", "P", "RGBA") if kind == "PNG" else ("RGB",):
            file = io.BytesIO()
            Image.new(mode, (80, 64)).save(file, kind, icc_profile=profile)
            clean(file.getvalue())
    try:
        clean(b"\xff\xd8\xff\xd9")
    except Exception:  # noqa: BLE001 - the way of refusals is warmed too
        pass


def _limit(limits: Limits, answers: int) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, answers + 1),  # all taken: no file and no socket can be opened any more
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _fork_for_one(limits: Limits, answers: int) -> None:
    child = os.fork()
    if child == 0:
        try:
            _serve_one(limits, answers)
        finally:
            os._exit(CRASHED)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if ended_by in (signal.SIGXCPU, signal.SIGALRM):
        os._exit(TIMED_OUT)
    os._exit(OUT_OF_MEMORY if ended_by == signal.SIGKILL else CRASHED)


def _serve_one(limits: Limits, answers: int) -> None:
    # The kernel ends the child: neither a decoder in a loop nor one that blocks can put it off.
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    name, length = REQUEST.unpack(_read(REQUEST.size))
    answer = _answer(name, _read(length))
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(answers, rest) :]
    os._exit(0)


def _answer(name: bytes, data: bytes) -> bytes:
    from casework.vault.image_pixels import clean

    try:
        cleaned = clean(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, nothing of the photo is kept
        return _frame(name, REFUSED, 0, 0, 0, _reason(error).encode(), b"", b"")
    removed = ",".join(sorted(cleaned.removed)).encode()
    return _frame(
        name,
        CLEANED,
        cleaned.width,
        cleaned.height,
        cleaned.likeness,
        removed,
        cleaned.derivative,
        cleaned.thumbnail,
    )


def _frame(
    name: bytes, status: int, width: int, height: int, likeness: int, codes: bytes, large: bytes, small: bytes
) -> bytes:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    head = ANSWER.pack(name, status, width, height, likeness, peak, len(codes), len(large), len(small))
    return b"".join((head, codes, large, small))


def _reason(error: Exception) -> str:
    from PIL import Image

    from casework.vault.image_pixels import TooManyPixels
    from casework.vault.photo_formats import NotAPhoto

    if isinstance(error, NotAPhoto):
        return "not_a_photo"
    if isinstance(error, (TooManyPixels, Image.DecompressionBombError, Image.DecompressionBombWarning)):
        return "too_many_pixels"
    return "too_much_memory" if isinstance(error, MemoryError) else "damaged"


def _read(length: int) -> bytes:
    pieces = bytearray()
    while len(pieces) < length:
        piece = os.read(0, min(1 << 20, length - len(pieces)))
        if not piece:
            os._exit(CRASHED)
        pieces += piece
    return bytes(pieces)


if __name__ == "__main__":
    main(Limits(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
