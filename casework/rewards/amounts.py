"""Money as people type it: 元 in a box, 分 in the house."""

import re
import unicodedata

_YUAN = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?")


def read_yuan(typed: str) -> int:
    """分 out of what somebody typed in 元: commas, blanks, full-width digits and 元 are let through.

    Raises ValueError for anything else, fractions of a 分 among it.
    """
    text = unicodedata.normalize("NFKC", typed).replace(",", "").replace(" ", "").removesuffix("元")
    found = _YUAN.fullmatch(text)
    if found is None:
        raise ValueError("not an amount in yuan")
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
