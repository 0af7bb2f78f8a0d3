"""The product as processes: what a port answers, what a log says, how it stops, TLS in front of it."""

import socket
import ssl
from pathlib import Path
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest

from casework.db import Database
from tests.machine import tls
from tests.machine.ports import free_port
from tests.machine.product import Product, running


def test_it_answers_and_stops_cleanly_on_both_databases(product: Product) -> None:
    assert product.accounts
    assert b'"alive"' in ask(product, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def test_no_answer_says_which_server_it_is(shared_product: Product) -> None:
    answer = ask(shared_product, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"\r\nserver:" not in answer.lower()
    assert b"gunicorn" not in answer.lower()


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /track HTTP/1.1\r\nHo st: x\r\n\r\n",
        b"POST /track HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    ],
)
def test_malformed_requests_are_answered_in_our_own_headers(
    shared_product: Product, request_line: bytes
) -> None:
    answer = ask(shared_product, request_line)
    head = answer.split(b"\r\n\r\n")[0].decode("latin-1")
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 501"))
    assert "Content-Security-Policy: default-src 'none'" in head
    assert "X-Content-Type-Options: nosniff" in head
    assert b"gunicorn" not in answer.lower()


def test_the_log_tells_no_address_and_no_query(shared_product: Product) -> None:
    ask(
        shared_product,
        b"GET /track?receipt_code=12345678901234567890 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    ask(shared_product, b"GET /track?receipt_code=12345678901234567890 HTTP/9.9\r\nHost: x\r\n\r\n")
    assert "12345678901234567890" not in shared_product.log
    assert "receipt_code" not in shared_product.log
    told = [line for line in shared_product.log.splitlines() if "127.0.0.1" in line]
    assert all("Listening at" in line or "http://127.0.0.1" in line for line in told)


def test_portal_and_office_stand_behind_tls(sqlite_db: Database, tmp_path: Path) -> None:
    port = free_port()
    url = sqlite_db.url.render_as_string(hide_password=False)
    with (
        running(url, tmp_path / "var", DEMO="0", PUBLIC_URL=f"https://localhost:{port}") as product,
        tls.nginx(
            tmp_path / "nginx", port=port, portal_port=product.port, office_port=product.port
        ) as address,
    ):
        trusting = ssl.create_default_context(cafile=str(tmp_path / "nginx" / "tls.crt"))
        browse = build_opener(HTTPSHandler(context=trusting), ProxyHandler({})).open
        with browse(f"{address}/") as answer:
            assert answer.status == 200
            assert answer.headers["Strict-Transport-Security"]
        with browse(f"{address}/admin/") as answer:
            assert answer.url.startswith(f"{address}/admin/sign-in")
            assert "__Secure-" in answer.headers["Set-Cookie"]


def ask(product: Product, request: bytes) -> bytes:
    """Exactly these bytes, and everything that comes back."""
    with socket.create_connection(("127.0.0.1", product.port), timeout=20) as wire:
        wire.sendall(request)
        answer = b""
        while piece := wire.recv(65536):
            answer += piece
        return answer
