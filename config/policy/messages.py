"""Lets pybabel read the words of the policy files: see `babel.cfg`, method `config.policy.messages:extract`."""

import re
import tomllib
from collections.abc import Iterator
from typing import IO, Any

SPOKEN = frozenset(
    {"city", "crime", "hint", "label", "name", "rule", "sentence", "share_of", "short"}
    | {"sponsor", "starts", "statute", "takes", "tell", "words"}
)
LINE = re.compile(r"^(?P<name>[a-z_]+)\s*=\s*(?P<value>\".*\")\s*$")


def extract(
    fileobj: IO[bytes], _keywords: Any, _comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yields (line, 'gettext', message, comments) for each setting that a screen shows."""
    for number, line in enumerate(fileobj.read().decode("utf-8").splitlines(), start=1):
        found = LINE.match(line)
        if found and found["name"] in SPOKEN:
            yield number, "gettext", tomllib.loads(f"v = {found['value']}")["v"], []
