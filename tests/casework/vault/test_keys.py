"""Key folders: made once, readable by their owner alone, rotated without losing what is sealed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.vault import keys
from casework.vault.keys import KeysExist, KeysMissing

KINDS: dict[str, Callable[[Path], Any]] = {
    "portal": keys.load_portal_keys,
    "receipt": keys.load_receipt_keys,
    "office": keys.load_office_keys,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_is_its_owners_alone(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "var" / kind
    keys.make_keys(kind, folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [(p.name, p.stat().st_mode & 0o777) for p in folder.iterdir()] == [(keys.FILE, 0o600)]


def test_a_folder_that_others_could_read_is_closed_when_keys_come_into_it(tmp_path: Path) -> None:
    folder = tmp_path / "portal"
    folder.mkdir(mode=0o755)
    keys.make_keys("portal", folder)
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_made_is_what_is_loaded(kind: str, tmp_path: Path) -> None:
    keys.make_keys(kind, tmp_path)
    loaded = KINDS[kind](tmp_path)
    assert loaded == KINDS[kind](tmp_path)
    assert loaded.demo is False
    secrets = [value for value in vars(loaded).values() if isinstance(value, bytes)]
    secrets += [ring.key for ring in vars(loaded).values() if isinstance(ring, keys.Ring)]
    assert all(len(secret) == 32 for secret in secrets)
    assert len(set(secrets)) == len(secrets) >= 3


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_shows_in_a_repr(kind: str, tmp_path: Path) -> None:
    keys.make_keys(kind, tmp_path)
    loaded = KINDS[kind](tmp_path)
    shown = repr(loaded)
    for value in vars(loaded).values():
        for secret in value.keys.values() if isinstance(value, keys.Ring) else [value]:
            assert not isinstance(secret, bytes) or repr(secret)[2:-1] not in shown


def test_keys_are_never_made_over_keys(tmp_path: Path) -> None:
    keys.make_keys("receipt", tmp_path)
    before = (tmp_path / keys.FILE).read_bytes()
    with pytest.raises(KeysExist):
        keys.make_keys("receipt", tmp_path)
    assert (tmp_path / keys.FILE).read_bytes() == before


def test_two_folders_hold_different_keys(tmp_path: Path) -> None:
    for name in ("one", "other"):
        keys.make_keys("receipt", tmp_path / name)
    assert keys.load_receipt_keys(tmp_path / "one").code != keys.load_receipt_keys(tmp_path / "other").code


def test_missing_keys_are_told_with_what_makes_them(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match="vault init"):
        keys.load_office_keys(tmp_path / "nowhere")


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    keys.make_keys("portal", tmp_path)
    with pytest.raises(KeysMissing, match="holds portal keys, not office keys"):
        keys.load_office_keys(tmp_path)


@pytest.mark.parametrize("torn", ["", "{", '{"kind": "portal"', "\xff"])
def test_a_torn_file_is_told_as_damage(torn: str, tmp_path: Path) -> None:
    (tmp_path / keys.FILE).write_bytes(torn.encode("latin-1"))
    with pytest.raises(KeysMissing, match="damaged"):
        keys.load_portal_keys(tmp_path)


@pytest.mark.parametrize(
    "kind, name",
    [("portal", "draft"), ("receipt", "receipt_pepper"), ("office", "reading"), ("office", "shelf")],
)
def test_rotating_puts_a_new_key_in_front_and_keeps_the_old(kind: str, name: str, tmp_path: Path) -> None:
    keys.make_keys(kind, tmp_path)
    before = KINDS[kind](tmp_path)
    assert keys.rotate_key(kind, tmp_path, name) == 2
    assert keys.rotate_key(kind, tmp_path, name) == 3
    after = KINDS[kind](tmp_path)
    ring = getattr(after, name)
    assert ring.current == 3
    assert set(ring.keys) == {1, 2, 3}
    assert ring.keys[1] == getattr(before, name).key
    assert len(set(ring.keys.values())) == 3
    others = {field: value for field, value in vars(before).items() if field != name}
    assert all(getattr(after, field) == value for field, value in others.items())
    assert (tmp_path / keys.FILE).stat().st_mode & 0o777 == 0o600


def test_every_version_of_the_reading_key_has_its_public_half(tmp_path: Path) -> None:
    keys.make_keys("office", tmp_path)
    keys.rotate_key("office", tmp_path, "reading")
    office = keys.load_office_keys(tmp_path)
    publics = keys.reading_public_keys(office)
    assert set(publics) == {1, 2}
    assert not set(publics.values()) & set(office.reading.keys.values())


def test_demo_keys_carry_their_mark(tmp_path: Path) -> None:
    keys.make_keys("portal", tmp_path / "demo", demo=True)
    keys.make_keys("portal", tmp_path / "service")
    assert keys.is_demo_folder(tmp_path / "demo")
    assert keys.load_portal_keys(tmp_path / "demo").demo
    assert not keys.is_demo_folder(tmp_path / "service")
    assert not keys.is_demo_folder(tmp_path / "nowhere")
    assert "made_at" in json.loads((tmp_path / "demo" / keys.FILE).read_text())
