"""Looking for a word in bytes, in every form in which a careless program might have left it there."""

import struct
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
from psycopg import sql


def forms_of(word: str) -> dict[str, bytes]:
    """The word as text in the usual encodings, as base64 at any offset, as hex, in addresses and in JSON."""
    plain = word.encode()
    forms = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "gb18030": word.encode("gb18030"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "address": quote(word).encode(),
        "json": word.encode("unicode-escape"),
    }
    for offset in range(3):
        whole = b64encode(bytes(offset) + plain).rstrip(b"=")
        # The characters at the seams hold bits of their neighbours.
        inner = whole[(offset * 8 + 5) // 6 : len(whole) - (1 if (offset + len(plain)) % 3 else 0)]
        forms[f"base64 +{offset}"] = inner
        forms[f"base64url +{offset}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return forms


def forms_of_number(number: float) -> dict[str, bytes]:
    """A coordinate as text and as the eight bytes that databases keep."""
    return forms_of(str(number)) | {"double": struct.pack("<d", number), "elbuod": struct.pack(">d", number)}


def traces(forms: dict[str, bytes], places: dict[str, bytes]) -> list[str]:
    return [
        f"{form} in {place}"
        for form, trace in forms.items()
        for place, data in places.items()
        if trace in data
    ]


def postgres_dump(url: str) -> Iterator[tuple[str, bytes]]:
    """Every table as the server's own bytes."""
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            copy = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            with connection.cursor().copy(copy) as rows:
                yield table, b"".join(bytes(part) for part in rows)
