"""Settings: read once, every fault told at once with its variable's name, and no secret in what is told."""

from pathlib import Path

import pytest

from config.settings import Settings, SettingsError, load_settings


def faults(**values: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        load_settings({f"QINGSHAN_{name}": value for name, value in values.items()})
    return refused.value.faults


def test_nothing_set_is_the_embedded_installation() -> None:
    assert load_settings({"PATH": "/usr/bin", "HOME": "/root"}) == Settings()
    assert Settings().demo is None
    assert not Settings().https


def test_what_is_set_is_taken() -> None:
    settings = load_settings(
        {
            "QINGSHAN_DATABASE_URL": "postgresql+psycopg://portal@db/qingshan",
            "QINGSHAN_QUEUE_URL": "redis://queue/0",
            "QINGSHAN_RATE_LIMIT_URL": "redis://queue/1",
            "QINGSHAN_EVIDENCE_URL": "s3://evidence/qingshan",
            "QINGSHAN_S3_ENDPOINT": "https://s3.example",
            "QINGSHAN_S3_SECRET_KEY": "not to be told",
            "QINGSHAN_PORTAL_KEYS": "/etc/qingshan/portal",
            "QINGSHAN_PUBLIC_URL": "https://jubao.example/",
            "QINGSHAN_PORT": " 9000 ",
            "QINGSHAN_DEMO": "0",
        }
    )
    assert settings.database_url == "postgresql+psycopg://portal@db/qingshan"
    assert settings.portal_keys == Path("/etc/qingshan/portal")
    assert (settings.public_url, settings.https, settings.secure_cookies) == (
        "https://jubao.example",
        True,
        True,
    )
    assert (settings.port, settings.demo) == (9000, False)
    assert settings.s3.secret_key == "not to be told"
    assert "not to be told" not in repr(settings)


def test_an_empty_value_is_as_if_it_were_not_set() -> None:
    assert load_settings({"QINGSHAN_PORT": "", "QINGSHAN_DEMO": " "}) == Settings()


def test_the_public_address_follows_host_and_port() -> None:
    assert load_settings({"QINGSHAN_PORT": "8123"}).public_url == "http://127.0.0.1:8123"


def test_every_fault_is_told_at_once_and_by_name() -> None:
    told = faults(
        DATABASE_URL="mysql://x", QUEUE_URL="amqp://x", RATE_LIMIT_URL="x", EVIDENCE_URL="ftp://x", PORT="no"
    )
    assert len(told) == 5
    for name in ("DATABASE_URL", "QUEUE_URL", "RATE_LIMIT_URL", "EVIDENCE_URL", "PORT"):
        assert any(fault.startswith(f"QINGSHAN_{name} must") for fault in told), name


@pytest.mark.parametrize(
    "name, value",
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80.5"),
        ("PORT", "-1"),
        ("BACKUP_DAYS", "0"),
        ("DEMO", "yes"),
        ("DEMO", "2"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "postgresql://db/x"),
        ("EVIDENCE_URL", "file://"),
        ("EVIDENCE_URL", "/var/evidence"),
        ("PUBLIC_URL", "jubao.example"),
        ("PUBLIC_URL", "ftp://jubao.example"),
        ("PUBLIC_URL", "http://jubao.example"),
        ("PUBLIC_URL", "https://jubao.example/portal"),
        ("PUBLIC_URL", "https://jubao.example?x=1"),
        ("PUBLIC_URL", "https://someone:word@jubao.example"),
        ("PUBLIC_URL", "https://[bad"),
        ("PUBLIC_URL", "https://"),
    ],
)
def test_a_value_that_cannot_be_is_told(name: str, value: str) -> None:
    told = faults(**{name: value})
    assert len(told) == 1
    assert told[0].startswith(f"QINGSHAN_{name} must")


@pytest.mark.parametrize(
    "value", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:80", "https://a-b.example:8443"]
)
def test_a_public_address_is_https_or_this_machine(value: str) -> None:
    assert load_settings({"QINGSHAN_PUBLIC_URL": value}).public_url == value


def test_no_password_is_told_with_a_fault() -> None:
    told = faults(DATABASE_URL="mysql://portal:geheim@db/x", PUBLIC_URL="https://portal:geheim@host")
    assert "geheim" not in "".join(told)


def test_a_misspelt_name_is_a_fault() -> None:
    assert faults(OFFICE_KEY="/x") == [
        "QINGSHAN_OFFICE_KEY is not a setting of this product; config/example.env lists them"
    ]
    assert load_settings({"QINGSHAN_WECHAT_TOKEN": "x"}) == Settings(), "the channel reads its own names"


def test_an_s3_store_wants_its_endpoint() -> None:
    assert faults(EVIDENCE_URL="s3://evidence")[0].startswith("QINGSHAN_S3_ENDPOINT is needed")


# ── the file ──
def from_file(path: Path, text: str, **environ: str) -> Settings:
    path.write_text(text, encoding="utf-8")
    return load_settings({"QINGSHAN_ENV_FILE": str(path)} | environ)


def test_a_file_is_read_and_the_environment_goes_before_it(tmp_path: Path) -> None:
    text = "\ufeff# a comment = no setting\n\nQINGSHAN_PORT=9000\nQINGSHAN_HOST = '10.0.0.5' \nnonsense\n"
    settings = from_file(tmp_path / "x.env", text)
    assert (settings.port, settings.host) == (9000, "10.0.0.5")
    assert from_file(tmp_path / "x.env", text, QINGSHAN_PORT="9001").port == 9001


def test_a_name_without_its_beginning_is_a_fault_and_not_a_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        from_file(tmp_path / "x.env", "PORT=9000\nQINGSHAN_PORT=8001\n")
    assert refused.value.faults == ["PORT is not a setting of this product; they begin with QINGSHAN_"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.env").write_bytes(b"QINGSHAN_HOST=\xff\xfe")
    for path in (tmp_path / "nowhere.env", tmp_path / "latin.env", tmp_path):
        with pytest.raises(SettingsError, match="QINGSHAN_ENV_FILE names a file that cannot be read"):
            load_settings({"QINGSHAN_ENV_FILE": str(path)})
