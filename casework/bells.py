"""Bells: they wake the worker. The queue is a bell, not a memory; a sweep each minute finds all work.

Messages are JSON and hold a name and an id, never pickles and never content.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

log = logging.getLogger("qingshan.bells")


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Huey's own messages as JSON: reading a queue that others can write must not run code."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data) if isinstance(data, Message) else data).encode()

    def _deserialize(self, data: bytes) -> Any:
        body = json.loads(data)
        return Message(*body) if isinstance(body, list) and len(body) == len(Message._fields) else body


class Bells:
    """Rings by name and id. Only the worker gives `answer`; elsewhere a bell is rung and never heard."""

    NAMES = ("photo", "claim")

    def __init__(self, url: str, answer: Callable[[str, int], None] | None = None) -> None:
        self.queue = open_queue(url)
        self._answer = answer
        self._task = self.queue.task(name="bell")(self._heard)

    def ring(self, name: str, number: int) -> None:
        """Never raises: a lost bell loses nothing but a minute."""
        try:
            self._task(name, number)
        except Exception as error:  # noqa: BLE001 - whatever ails the queue, the deed is committed already
            log.warning("bell %s not rung: %s", name, type(error).__name__)

    def _heard(self, name: str, number: int) -> None:
        if self._answer is not None and name in self.NAMES:
            self._answer(name, int(number))


def open_queue(url: str) -> Huey:
    """SqliteHuey, PostgresHuey or RedisHuey, by the URL's scheme."""
    common: dict[str, Any] = {"results": False, "utc": True, "serializer": JsonSerializer()}
    scheme = urlsplit(url).scheme.partition("+")[0]
    if scheme == "sqlite":
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("qingshan", filename=str(path), fsync=False, **common)
    if scheme == "postgresql":
        return PostgresHuey("qingshan", dsn=url.replace("postgresql+psycopg://", "postgresql://"), **common)
    return RedisHuey("qingshan", url=url, **common)
