"""留痕: for the auditor. Shows who did what and when; never a word of a tip."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.access import allow
from admin.means import means
from casework.errors import Invalid
from casework.officers.queries import all_officers
from casework.officers.roles import Permission
from casework.trail import Deed, blocks
from casework.trail.queries import entries
from casework.vault.digests import anchor_public

pages = Blueprint("trail", __name__)


@pages.get("/trail")
@allow(Permission.READ_TRAIL)
def trail() -> str:
    after, deed, who, about = (request.args.get(name, "") for name in ("after", "deed", "who", "about"))
    if (after and not after.isdecimal()) or (who and not who.isdecimal()) or (deed and deed not in set(Deed)):
        raise Invalid("deed", "unknown")
    with means().db.read() as session:
        page = entries(
            session,
            after=int(after) if after else None,
            deed=deed,
            actor_id=int(who) if who else None,
            about=about.strip(),
        )
        officers = all_officers(session)
        sealed = blocks.sealed_until(session)
        verdict = _verdict(session) if "verify" in request.args else None
    kept: dict[str, Any] = {"deed": deed or None, "who": who or None, "about": about or None}
    return render_template(
        "admin/trail.html",
        page=page,
        names={officer.id: officer.name for officer in officers},
        officers=officers,
        deeds=list(Deed),
        chosen={"deed": deed, "who": who, "about": about},
        sealed=sealed,
        verdict=verdict,
        next_url=url_for("trail.trail", after=page.after, **kept) if page.after else "",
        verify_url=url_for("trail.trail", verify=1),
    )


def _verdict(session: Session) -> blocks.Verdict:
    anchors = means().settings.anchors
    return blocks.verify(
        session,
        anchors=anchors if anchors.exists() else None,
        public_key=anchor_public(means().office_keys.anchor),
    )
