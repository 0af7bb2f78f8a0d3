"""gunicorn for the web process: one worker of eight threads, and nothing told about whoever asks.

`app.py run` and the service units start `gunicorn -c config/gunicorn.py app:app` (or app:portal_app,
app:admin_app). Workers and threads can be given on gunicorn's command line; SQLite and the in-memory
rate limits want one worker.
"""

import logging
from socket import socket
from typing import Any

from gunicorn import glogging, util
from gunicorn.http import wsgi

from config import headers
from config.settings import load_settings

_settings = load_settings()

bind = (
    f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"
)
worker_class = "gthread"
workers = 1
threads = 8
timeout = 60
graceful_timeout = 15  # less than the supervisor waits before it kills
keepalive = 5
control_socket_disable = True  # it would lie under $HOME, where services may not write and tests meet
accesslog = None  # addresses and query strings belong to the border device, not here (confidentiality.md)
proc_name = "qingshan-web"


class Discreet(logging.Filter):
    """gunicorn tells address, address line and header of a request that fails; here only that it failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if "request" in str(record.msg).lower():
            kind = record.exc_info[0] if record.exc_info else None
            record.msg = f"a request failed: {kind.__name__}" if kind else "a malformed request was refused"
            record.args, record.exc_info, record.exc_text = (), None, None
        return True


class DiscreetLogger(glogging.Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.filters[:] = [Discreet()]


logger_class = DiscreetLogger

_default_headers = wsgi.Response.default_headers


def _unsigned_headers(response: Any) -> list[str]:
    return [line for line in _default_headers(response) if not line.startswith("Server:")]


def _answer_plainly(client: socket, status: int, reason: str, _detail: str) -> None:
    """For requests too malformed to reach the application; wears the same headers as every other answer."""
    body = f"{status} {reason}\n".encode()
    fields = headers.every_answer(https=_settings.https) | {
        "Content-Security-Policy": headers.content_policy(),
        "Permissions-Policy": headers.permissions_policy(),
        "Cache-Control": headers.NO_STORE,
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in fields.items())]
    util.write_nonblock(client, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


wsgi.Response.default_headers = _unsigned_headers
util.write_error = _answer_plainly
