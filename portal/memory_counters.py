"""Counters of one web process, gone when it ends."""

from threading import Lock
from time import monotonic

SWEEP_EVERY = 60


class MemoryCounters:
    """Those of `limits` start a thread at nearly every count, which walks all names: too dear for a busy hour."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = Lock()
        self._swept = monotonic()

    def incr(self, name: str, life: int, amount: int = 1) -> int:
        """Adds `amount` and answers the sum; a name is forgotten `life` seconds after it was first counted."""
        now = monotonic()
        with self._lock:
            self._sweep(now)
            count, ends = self._counts.get(name, (0, 0.0))
            count, ends = (count, ends) if ends > now else (0, now + life)
            self._counts[name] = (count + amount, ends)
            return count + amount

    def _sweep(self, now: float) -> None:
        if now - self._swept > SWEEP_EVERY:
            self._counts = {name: kept for name, kept in self._counts.items() if kept[1] > now}
            self._swept = now
