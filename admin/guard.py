"""Headers on every answer of the office, errors included, and same-origin writes."""

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from admin.means import means
from config import headers

_SAFE = ("GET", "HEAD", "OPTIONS")


def attach(app: Flask) -> None:
    app.before_request(refuse_foreign_writes)
    app.after_request(dress)


def refuse_foreign_writes() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if request.method not in _SAFE and site not in (None, "same-origin", "none"):
        raise BadRequest("cross-site")


def dress(response: Response) -> Response:
    for name, value in headers.every_answer(https=means().settings.https).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", headers.content_policy())
    response.headers.setdefault("Permissions-Policy", headers.permissions_policy())
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=86400"
    else:
        response.headers["Cache-Control"] = headers.NO_STORE
    return response
