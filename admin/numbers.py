"""Numbers of things as they come in an address or a search box."""

import re
import unicodedata

from casework.errors import NotFound

_NUMBER = re.compile(r"([A-Z]{2})-?(\d{4})-?(\d{4,9})", re.ASCII)


def known_number(text: str, series: str) -> str:
    """The number as it is written, such as JB-2026-0412. Raises NotFound for what cannot be one of `series`."""
    found = _NUMBER.fullmatch(text)
    if found is None or found[1] != series or text.count("-") != 2:
        raise NotFound("number")
    return text


def read_number(typed: str, series: str) -> str:
    """A number typed in any width or case, with or without hyphens; "" when it is none of `series`."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", typed).strip().upper())
    return "-".join(found.groups()) if found is not None and found[1] == series else ""
