"""The files of config/service are read by what they are for, and keep what citizens send off disks and out of logs."""

import re
import secrets
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config.settings import load_settings
from tests import machine

ROOT = Path(__file__).resolve().parent.parent.parent
SERVICE = ROOT / "config" / "service"


def text(name: str) -> str:
    return (SERVICE / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = [
        str(machine.path_of("openssl")),
        *(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ),
        *("-subj", "/CN=test", "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.pem")),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", ["nginx-portal.conf", "nginx-office.conf"])
def test_nginx_reads_its_files(name: str, certificate: Path, tmp_path: Path) -> None:
    conf = re.sub(r"/etc/nginx/tls/\w+\.(pem|key)", rf"{certificate}/tls.\1", text(name))
    conf = conf.replace("/var/log/nginx", str(tmp_path))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {conf}\n }}", encoding="utf-8")
    command = [str(machine.path_of("nginx")), "-t", "-q", "-c", str(whole), "-e", str(tmp_path / "error.log")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # Ports below 1024, and IPv6, are the machine's and not the file's.
    own = [line for line in done.stderr.splitlines() if "bind()" in line or "socket()" in line]
    faults = [line for line in done.stderr.splitlines() if "[emerg]" in line and line not in own]
    assert not faults, "\n".join(faults)
    assert done.returncode == 0 or own, done.stderr


@pytest.mark.parametrize("name", ["nginx-portal.conf", "nginx-office.conf"])
def test_nginx_keeps_no_body_on_disk_and_compresses_nothing(name: str) -> None:
    for line in (
        "proxy_request_buffering off;",
        "proxy_buffering off;",
        "proxy_max_temp_file_size 0;",
        "gzip off;",
    ):
        assert line in text(name), line


def test_nginx_on_the_public_machine_logs_no_address_and_no_query() -> None:
    conf = text("nginx-portal.conf")
    formats = re.findall(r"log_format\s+(\w+)\s+'([^']*)'", conf)
    assert [name for name, _ in formats] == ["qingshan"]
    told = set(re.findall(r"\$\w+", formats[0][1]))
    assert told == {
        "$time_iso8601", "$request_method", "$qingshan_door", "$status", "$request_length", "$bytes_sent",
        "$request_time",
    }  # fmt: skip
    assert set(re.findall(r"access_log\s+(.*);", conf)) == {"off", "/var/log/nginx/qingshan.log qingshan"}
    assert {line.split()[-1] for line in re.findall(r"error_log\s+(.*);", conf)} == {"emerg"}


@pytest.mark.parametrize("kind", ["portal", "office", "worker"])
def test_units_start_what_there_is_and_leave_nothing_behind(kind: str) -> None:
    unit = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text(f"qingshan-{kind}.service"))
    service = unit["Service"]
    application = {"portal": "app:portal_app", "office": "app:admin_app", "worker": "app.py worker"}[kind]
    assert service["ExecStart"].endswith(application)
    for word in service["ExecStart"].split():
        if word.startswith("config/"):
            assert (ROOT / word).is_file()
    assert (service["LimitCORE"], service["MemorySwapMax"], service["UMask"]) == ("0", "0", "0077")
    assert service["PrivateTmp"] == "yes"
    assert (
        service["Environment"]
        == f"QINGSHAN_ENV_FILE=/etc/qingshan/{'portal' if kind == 'portal' else 'office'}.env"
    )


def test_settings_are_read_and_no_machine_holds_all_keys() -> None:
    portal, office = (
        load_settings({"QINGSHAN_ENV_FILE": str(SERVICE / f"{n}.env")}) for n in ("portal", "office")
    )
    for settings in (portal, office):
        assert settings.https
        assert settings.demo is False
        assert settings.receipt_keys == Path("/var/lib/qingshan/keys/receipt")
    assert portal.office_keys.name == office.portal_keys.name == "not-on-this-machine"
    assert portal.database_url != office.database_url
    assert portal.evidence_url == office.evidence_url


def test_the_roles_can_be_made(postgres_server: str, tmp_path: Path) -> None:
    """On a real server, under other names; afterwards neither runtime role can make a table."""
    name = f"qingshan_test_{secrets.token_hex(5)}"
    statements = text("roles.sql").replace("qingshan", name)
    roles = [f"{name}_{kind}" for kind in ("owner", "office", "portal")]
    with psycopg.connect(postgres_server, autocommit=True) as server:
        try:
            for statement in re.sub(r"--.*", "", statements).split(";"):
                if statement.strip():
                    server.execute(statement.encode())
            database = psycopg.conninfo.make_conninfo(postgres_server, dbname=name)
            for role in roles[1:]:
                with psycopg.connect(database) as connection:
                    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute("CREATE TABLE stray (id integer)")
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            for role in roles:
                server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
