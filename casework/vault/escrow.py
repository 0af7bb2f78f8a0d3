"""An encrypted copy of key folders for the safe: passphrase, Argon2id, AES-256-GCM."""

import json
import os
from base64 import b64decode, b64encode
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.vault.keys import FILE
from casework.vault.sealing import SealBroken

_HEAD = b"QSESC1"
_SHORTEST = len(_HEAD) + 16 + 12 + 16  # salt, nonce, tag


def write_escrow(path: Path, folders: dict[str, Path], passphrase: str) -> None:
    """Writes the key files of `folders` (by kind) into one sealed file, mode 0600; refuses to overwrite."""
    body = {kind: b64encode((folder / FILE).read_bytes()).decode() for kind, folder in folders.items()}
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, json.dumps(body).encode(), _HEAD)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(_HEAD + salt + nonce + sealed)


def read_escrow(path: Path, passphrase: str) -> dict[str, bytes]:
    """The key files by kind. Raises SealBroken on a wrong passphrase or a changed file."""
    raw = path.read_bytes()
    if not raw.startswith(_HEAD) or len(raw) < _SHORTEST:
        raise SealBroken("not an escrow file")
    salt, nonce, sealed = raw[6:22], raw[22:34], raw[34:]
    try:
        body = json.loads(AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, _HEAD))
    except InvalidTag:
        raise SealBroken("the passphrase is wrong or the file was changed") from None
    return {kind: b64decode(text) for kind, text in body.items()}


def _key(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, 3, 64 * 1024, 1, 32, Type.ID)
