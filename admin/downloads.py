"""Files that leave the office: each download is a deed, recorded with the file's digest before it is sent."""

from urllib.parse import quote

from flask import Response

from admin.access import current_officer
from admin.means import means
from casework import trail
from casework.trail import Deed
from casework.vault.digests import file_digest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hand_out(
    data: bytes, *, kind: str, ref: str, period: str, name: str, plain_name: str, mimetype: str
) -> Response:
    """The file as an answer. `kind` and `ref` are what the trail calls it, such as ledger and luliang.

    `plain_name` is for browsers that read no Chinese names.
    """
    with means().db.begin() as session:
        trail.record(
            session,
            deed=Deed.DOWNLOAD,
            by=current_officer(),
            about=(kind, ref),
            facts={"kind": ref, "digest": file_digest(data), "period": period},
        )
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    )
    return answer
