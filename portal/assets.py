"""Static files: read once at start, bundled, packed, and named by what they hold, so that they may be kept for ever."""

import gzip
import json
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from casework import policy
from casework.vault.digests import file_digest
from portal.guard import public

FOLDER = Path(__file__).resolve().parent / "static"
REGIONS = Path(__file__).resolve().parent.parent / "config" / "regions"

# A first visit on one bar of signal: one sheet, one script (design.md §1, contract: at most four requests).
BUNDLES = {
    "portal.css": ("tokens.css", "citizen.css"),
    "portal.js": ("js/upload.js", "js/display.js", "js/receipt.js", "js/place.js", "js/form.js"),
}
FROM_ELSEWHERE = {"county.geojson": REGIONS / "outline.geojson"}
FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
WORTH_PACKING = (".css", ".js", ".svg", ".geojson", ".json")


@dataclass(frozen=True)
class Asset:
    address: str
    kind: str
    body: bytes
    packed: bytes | None


class Assets:
    """Every file of the static folder by its name, and by the address that holds its digest."""

    def __init__(self, folder: Path = FOLDER) -> None:
        parts = {part for names in BUNDLES.values() for part in names}
        bodies = {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in (".css", ".js", ".svg")
        }
        bundles = {name: b"\n".join(bodies[part] for part in names) for name, names in BUNDLES.items()}
        elsewhere = {name: path.read_bytes() for name, path in FROM_ELSEWHERE.items()}
        elsewhere["villages.json"] = _villages()
        whole = {name: body for name, body in bodies.items() if name not in parts}
        self.by_name = {name: _asset(name, body) for name, body in (whole | bundles | elsewhere).items()}
        self.by_address = {asset.address: asset for asset in self.by_name.values()}

    def url(self, name: str) -> str:
        """The address of a file; a name that is not there fails when the page is first drawn."""
        return f"/static/{self.by_name[name].address}"


def attach(app: Flask) -> None:
    assets = Assets()
    app.jinja_env.globals["asset"] = assets.url

    @app.get("/static/<path:address>", endpoint="static")
    @public
    def static(address: str) -> Response:
        return _answer(assets.by_address.get(address))


def _answer(asset: Asset | None) -> Response:
    if asset is None:
        raise NotFound
    response = Response(asset.body, content_type=asset.kind)
    if asset.packed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response.set_data(asset.packed)
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _villages() -> bytes:
    """Names of villages by township code: help with typing, fetched only when the village is typed."""
    towns = policy.current().region.townships
    named = {town.code: [village.short for village in town.villages] for town in towns}
    return json.dumps(named, ensure_ascii=False, separators=(",", ":")).encode()


def _asset(name: str, body: bytes) -> Asset:
    path = Path(name)
    address = str(path.with_name(f"{path.stem}.{file_digest(body)[:12]}{path.suffix}"))
    kind = KINDS.get(path.suffix) or guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in WORTH_PACKING else None
    return Asset(address, kind if kind.startswith("image/") else f"{kind}; charset=utf-8", body, packed)
