"""config/example.env explains every setting there is, shows its default, and nothing else."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from config.settings import PREFIX, S3, Settings, SettingsError, load_settings

TEXT = (Path(__file__).resolve().parent.parent.parent / "config" / "example.env").read_text(encoding="utf-8")
LINES = re.findall(rf"^#?({PREFIX}[A-Z0-9_]+)=(.*)$", TEXT, re.MULTILINE)
# Settings that show what they should be in service, because the default is empty or follows from others.
SHOWN_FOR_SERVICE = {"QINGSHAN_S3_ENDPOINT", "QINGSHAN_PUBLIC_URL", "QINGSHAN_DEMO"}


def known() -> dict[str, str]:
    """Every setting's name and default, as the loader knows them."""
    defaults, store = Settings(), S3()
    found = {
        field.name.upper(): getattr(defaults, field.name) for field in fields(Settings) if field.name != "s3"
    }
    found |= {f"S3_{field.name.upper()}": getattr(store, field.name) for field in fields(S3)}
    return {f"{PREFIX}{name}": "" if value is None else str(value) for name, value in found.items()}


def test_every_setting_is_explained_once_and_nothing_else() -> None:
    named = [name for name, _ in LINES]
    assert sorted(named) == sorted(known())


def test_what_stands_there_is_the_default() -> None:
    shown = {name: value for name, value in LINES if name not in SHOWN_FOR_SERVICE}
    assert shown == {name: value for name, value in known().items() if name in shown}


def test_nothing_is_set_in_the_example_itself() -> None:
    assert not re.findall(rf"^{PREFIX}", TEXT, re.MULTILINE)


def test_each_group_of_settings_has_sentences_above_it() -> None:
    groups = [group.splitlines() for group in TEXT.split("\n\n")]
    with_settings = [lines for lines in groups if any(re.match(rf"#{PREFIX}", line) for line in lines)]
    assert len(with_settings) > 8
    for lines in with_settings:
        assert lines[0].startswith("# "), f"nothing is said of {lines[0]}"


def test_the_example_filled_in_is_read(tmp_path: Path) -> None:
    copy = tmp_path / "service.env"
    copy.write_text(re.sub(rf"^#({PREFIX})", r"\1", TEXT, flags=re.MULTILINE), encoding="utf-8")
    settings = load_settings({"QINGSHAN_ENV_FILE": str(copy)})
    assert settings.https
    assert settings.demo is False
    assert settings.s3.endpoint == "https://store.example"


def test_a_name_that_is_not_in_the_example_is_a_fault() -> None:
    with pytest.raises(SettingsError, match="QINGSHAN_DATABSE_URL"):
        load_settings({"QINGSHAN_DATABSE_URL": "sqlite:///x.db"})
