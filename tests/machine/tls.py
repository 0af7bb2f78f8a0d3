"""nginx before the product, speaking TLS, as in service (docs/operate.md)."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from tests.machine.packages import path_of
from tests.machine.ports import answers_at

CONFIGURATION = Path(__file__).resolve().parent / "nginx.conf"


@contextmanager
def nginx(folder: Path, *, port: int, portal_port: int, office_port: int) -> Iterator[str]:
    """https://localhost:port in front of both; the certificate is its own, so browsers must be told to ignore it."""
    folder.mkdir(parents=True, exist_ok=True)
    _make_certificate(folder)
    values = {"folder": folder, "port": port, "portal_port": portal_port, "office_port": office_port}
    text = Template(CONFIGURATION.read_text(encoding="utf-8")).substitute(values)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = [
        str(path_of("nginx")),
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
        "-e",
        str(folder / "error.log"),
    ]
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + 20
        while not answers_at(port):
            assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            assert time.monotonic() < until, "nginx does not answer"
            time.sleep(0.05)
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _make_certificate(folder: Path) -> None:
    command = [
        str(path_of("openssl")), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
