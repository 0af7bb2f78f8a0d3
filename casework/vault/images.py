"""Clean copies of photos, made in a separate, limited process. Fails closed: any doubt is a refusal.

The caller is handed new pictures only, and these only after every byte of them was looked at here,
on this side: the process that decodes is not believed.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from casework.errors import Unavailable
from casework.vault.image_process import (
    ANSWER,
    CLEANED,
    OUT_OF_MEMORY,
    READY,
    REFUSED,
    REQUEST,
    TIMED_OUT,
    Limits,
)
from casework.vault.photo_jpeg import is_bare_jpeg
from casework.vault.photo_terms import MetadataKind, PhotoRefusal

MOST_BYTES = 20 * 1024 * 1024
_LONGEST, _THUMBNAIL = 2048, 320  # pixels
_MOST_DERIVATIVE = 8 * 1024 * 1024
_START_SECONDS = 30.0
_KINDS = {kind.value: kind for kind in MetadataKind}
_REFUSALS = {kind.value: kind for kind in PhotoRefusal}
_GRACE = 5.0  # seconds that the process has to end its child by itself before it is killed
_SOURCE = Path(__file__).resolve().parents[2]
# -I: neither the environment nor the working folder decide what is imported.
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; "
    "runpy.run_module('casework.vault.image_process', run_name='__main__', alter_sys=False)"
)


class PhotoRefused(Exception):
    """No clean copy can be made of this file; `kind` says why."""

    def __init__(self, kind: PhotoRefusal) -> None:
        super().__init__(kind.value)
        self.kind = kind


class CleanerUnavailable(Unavailable):
    """The helper process does not start: a fault of the machine, not of the photo, which should wait."""


@dataclass(frozen=True)
class CleanResult:
    derivative: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    removed: frozenset[MetadataKind]
    width: int
    height: int
    likeness: int = field(repr=False)
    peak_kib: int = field(default=0, compare=False)  # memory the photo took, for the bench


class _Died(Exception):
    """The process ended in the middle of a photo."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


class Cleaner:
    """One warm helper process, started when first needed. Threads take turns."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._turn = threading.Lock()
        self._process: _Process | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def clean(self, data: bytes | Iterable[bytes]) -> CleanResult:
        """Raises PhotoRefused, or CleanerUnavailable where the machine cannot run the process at all."""
        whole = data if isinstance(data, bytes) else _gather(data)
        if len(whole) > MOST_BYTES:
            raise PhotoRefused(PhotoRefusal.TOO_LARGE)
        if not whole:
            raise PhotoRefused(PhotoRefusal.NOT_A_PHOTO)
        with self._turn:
            try:
                return self._ask(whole)
            except _Died as died:
                if died.exit_code in (TIMED_OUT, OUT_OF_MEMORY):
                    raise _refusal(died) from None
            # Once more in a new process: somebody else may have ended the first one.
            try:
                return self._ask(whole)
            except _Died as died:
                raise _refusal(died) from None

    def close(self) -> None:
        with self._turn:
            self._end()

    @property
    def pid(self) -> int | None:
        """Of the warm process, while it runs."""
        return self._process.pid if self._process and self._process.runs() else None

    def _ask(self, data: bytes) -> CleanResult:
        if self._process is None or not self._process.runs():
            self._end()
            self._process = _Process(self.limits)
        try:
            return self._process.clean(data)
        except PhotoRefused:
            raise
        except BaseException:
            self._end()
            raise

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None


class _Process:
    """The running helper and the two pipes to it."""

    def __init__(self, limits: Limits) -> None:
        self.patience = limits.wall_seconds + _GRACE
        arguments = [str(limits.memory_bytes), str(limits.cpu_seconds), str(limits.wall_seconds)]
        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-I", "-B", "-c", _START, str(_SOURCE), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={},
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            raise CleanerUnavailable("the helper process does not start") from None
        assert self._popen.stdin
        assert self._popen.stdout
        self._in, self._out = self._popen.stdin.fileno(), self._popen.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._await_ready()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def runs(self) -> bool:
        return self._popen.poll() is None

    def kill(self) -> None:
        """Ends the process and the child that may be working for it, and its pipes."""
        try:
            os.killpg(self._popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe:
                pipe.close()

    def clean(self, data: bytes) -> CleanResult:
        name = os.urandom(16)
        until = time.monotonic() + self.patience
        self._write(REQUEST.pack(name, len(data)), until)
        self._write(data, until)
        answer = ANSWER.unpack(self._read(ANSWER.size, until))
        said, status, width, height, likeness, peak, codes, large, small = answer
        if (
            said != name
            or status not in (CLEANED, REFUSED)
            or large + small > _MOST_DERIVATIVE
            or codes > 512
        ):
            raise self._broken()
        words = self._read(codes, until).decode("ascii", "replace")
        if status == REFUSED:
            raise PhotoRefused(_REFUSALS.get(words, PhotoRefusal.DAMAGED))
        pictures = self._read(large, until), self._read(small, until)
        removed = frozenset(_KINDS.get(word, MetadataKind.OTHER) for word in words.split(",") if word)
        return _looked_at(CleanResult(*pictures, removed, width, height, likeness, peak))

    def _await_ready(self) -> None:
        try:
            ready = self._read(1, time.monotonic() + _START_SECONDS)
        except (_Died, PhotoRefused):
            ready = b""
        if ready != READY:
            self.kill()
            raise CleanerUnavailable("the helper process does not start")

    def _write(self, data: bytes, until: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self._in, select.POLLOUT, until)
            try:
                rest = rest[os.write(self._in, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._broken() from None

    def _read(self, length: int, until: float) -> bytes:
        pieces = bytearray()
        while len(pieces) < length:
            self._wait(self._out, select.POLLIN, until)
            piece = os.read(self._out, length - len(pieces))
            if not piece:
                raise self._broken()
            pieces += piece
        return bytes(pieces)

    def _wait(self, fd: int, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(fd, event)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise _Died(TIMED_OUT)

    def _broken(self) -> _Died:
        """How the process ended; one that still runs but says nonsense counts as crashed."""
        try:
            return _Died(self._popen.wait(timeout=_GRACE))
        except subprocess.TimeoutExpired:
            return _Died(0)


def _gather(pieces: Iterable[bytes]) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > MOST_BYTES:
            raise PhotoRefused(PhotoRefusal.TOO_LARGE)
    return bytes(whole)


def _looked_at(result: CleanResult) -> CleanResult:
    """The allow-list, byte by byte: a picture of the size that was told, and nothing beside it."""
    width, height = result.width, result.height
    scale = min(1.0, _THUMBNAIL / max(width, height, 1))
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    if (
        not (0 < width <= _LONGEST and 0 < height <= _LONGEST)
        or not is_bare_jpeg(result.derivative, width, height)
        or not is_bare_jpeg(result.thumbnail, *small)
    ):
        raise PhotoRefused(PhotoRefusal.UNSAFE_OUTPUT)
    return result


def _refusal(died: _Died) -> PhotoRefused:
    kinds = {TIMED_OUT: PhotoRefusal.TOOK_TOO_LONG, OUT_OF_MEMORY: PhotoRefusal.TOO_MUCH_MEMORY}
    return PhotoRefused(kinds.get(died.exit_code, PhotoRefusal.DAMAGED))
