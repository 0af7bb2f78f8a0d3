"""Looks for marked words in every byte that was written outside the key folders, however they are dressed."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy.engine import make_url


def dresses(word: str) -> Iterator[bytes]:
    """A word as it could lie on a disk: plain, UTF-16, hex, base64 at each of its three places, JSON, URL."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield json.dumps(word)[1:-1].encode()
    yield quote(word).encode()
    for shift in range(3):
        # The letters at both ends depend on the neighbours and are left out.
        whole = base64.b64encode(b"\0" * shift + plain)
        inner = whole[(0, 2, 3)[shift] : -4 if len(whole) > 8 else None].rstrip(b"=")
        if len(inner) >= 8:
            yield inner
            yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def files_below(folder: Path, leave_out: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and not name.startswith(leave_out):
            yield name, path.read_bytes()


def tables_of(database_url: str) -> Iterator[tuple[str, bytes]]:
    """Every row of every table as PostgreSQL's own binary copy; a SQLite file is read as a file."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        for path in sorted(Path(url.database or "").parent.glob(Path(url.database or "").name + "*")):
            yield path.name, path.read_bytes()
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        tables = [
            row[0]
            for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        for table in tables:
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT (FORMAT binary)') as rows:  # type: ignore[call-overload]
                yield table, b"".join(bytes(piece) for piece in rows)


def traces(words: dict[str, str], places: Iterator[tuple[str, bytes]]) -> list[str]:
    """What was found where, named by what the word is and never by the word."""
    wanted = [(kind, dress) for kind, word in words.items() for dress in dresses(word)]
    return sorted({f"{kind} in {place}" for place, data in places for kind, dress in wanted if dress in data})
