"""Key folders: portal, receipt, office. Who holds which is the whole of confidentiality.md.

Each folder holds one file, mode 0600, in a folder of mode 0700. Keys that can be
rotated live on a ring: old ones still open, the current one seals.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

FILE = "keys.json"


class KeysMissing(Exception):
    """The folder is not there or cannot be read. The message names it and what makes it."""


class KeysExist(Exception):
    """Keys are there already; making new ones would lose everything sealed under them."""


@dataclass(frozen=True)
class Ring:
    """Versions of one key. `current` seals; every version still opens."""

    current: int
    keys: Mapping[int, bytes] = field(repr=False)

    @property
    def key(self) -> bytes:
        return self.keys[self.current]


@dataclass(frozen=True)
class PortalKeys:
    cookie: bytes = field(repr=False)
    token: bytes = field(repr=False)
    limiter: bytes = field(repr=False)
    draft: Ring
    demo: bool = False


@dataclass(frozen=True)
class ReceiptKeys:
    code: bytes = field(repr=False)
    receipt_pepper: Ring
    pin_pepper: bytes = field(repr=False)
    demo: bool = False


@dataclass(frozen=True)
class OfficeKeys:
    reading: Ring
    shelf: Ring
    cookie: bytes = field(repr=False)
    totp: bytes = field(repr=False)
    search: bytes = field(repr=False)
    payout: bytes = field(repr=False)
    anchor: bytes = field(repr=False)
    demo: bool = False


_SECRETS = {
    "portal": ("cookie", "token", "limiter"),
    "receipt": ("code", "pin_pepper"),
    "office": ("cookie", "totp", "search", "payout"),
}
_RINGS = {"portal": ("draft",), "receipt": ("receipt_pepper",), "office": ("reading", "shelf")}


def make_keys(kind: str, folder: Path, *, demo: bool = False) -> None:
    """Makes a key folder of `kind` (portal, receipt, office). Raises KeysExist rather than overwrite."""
    if (folder / FILE).exists():
        raise KeysExist(f"{folder} holds keys already")
    body: dict[str, Any] = {"kind": kind, "demo": demo, "made_at": datetime.now(UTC).isoformat()}
    body |= {name: _text(secrets.token_bytes(32)) for name in _SECRETS[kind]}
    body |= {name: {"current": 1, "keys": {"1": _text(_new_ring_key(name))}} for name in _RINGS[kind]}
    if kind == "office":
        body["anchor"] = _text(Ed25519PrivateKey.generate().private_bytes_raw())
    _write(folder, body)


def rotate_key(kind: str, folder: Path, name: str) -> int:
    """Puts a fresh key on ring `name`; older ones stay, so that what they sealed still opens."""
    body = _read(folder, kind)
    ring = body[name]
    number = int(max(ring["keys"], key=int)) + 1
    ring["keys"][str(number)] = _text(_new_ring_key(name))
    ring["current"] = number
    _write(folder, body)
    return number


def load_portal_keys(folder: Path) -> PortalKeys:
    return PortalKeys(**_load("portal", folder))


def load_receipt_keys(folder: Path) -> ReceiptKeys:
    return ReceiptKeys(**_load("receipt", folder))


def load_office_keys(folder: Path) -> OfficeKeys:
    body = _load("office", folder)
    return OfficeKeys(anchor=b64decode(_read(folder, "office")["anchor"]), **body)


def reading_public_keys(keys: OfficeKeys) -> dict[int, bytes]:
    """The public halves of the office reading key, by version, for the database."""
    return {number: x25519_public(private) for number, private in keys.reading.keys.items()}


def x25519_public(private: bytes) -> bytes:
    public = X25519PrivateKey.from_private_bytes(private).public_key()
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def is_demo_folder(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / FILE).read_text(encoding="utf-8"))["demo"])
    except (OSError, ValueError, KeyError):
        return False


def _new_ring_key(name: str) -> bytes:
    if name == "reading":
        return X25519PrivateKey.generate().private_bytes_raw()
    return secrets.token_bytes(32)


def _load(kind: str, folder: Path) -> dict[str, Any]:
    body = _read(folder, kind)
    fields: dict[str, Any] = {name: b64decode(body[name]) for name in _SECRETS[kind]}
    for name in _RINGS[kind]:
        ring = body[name]
        fields[name] = Ring(ring["current"], {int(n): b64decode(k) for n, k in ring["keys"].items()})
    return fields | {"demo": body["demo"]}


def _read(folder: Path, kind: str) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except OSError:
        raise KeysMissing(f"no {kind} keys in {folder}; `python app.py vault init` makes them") from None
    except ValueError:
        raise KeysMissing(
            f"the {kind} keys in {folder} are damaged; bring them back from the escrow copy"
        ) from None
    if body.get("kind") != kind:
        raise KeysMissing(f"{folder} holds {body.get('kind')} keys, not {kind} keys")
    return body


def _write(folder: Path, body: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    part = folder / f".{FILE}.part"
    fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / FILE)


def _text(key: bytes) -> str:
    return b64encode(key).decode("ascii")
