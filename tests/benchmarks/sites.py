"""What a citizen does, on the product and on the floor, and how it is seen afterwards that nothing was lost."""

from base64 import b64encode, urlsafe_b64decode
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import func, select

from casework.db import Database
from casework.errors import NotFound
from casework.evidence.models import Evidence
from casework.terms import EvidenceState
from casework.tips.lookup import find_receipt
from casework.tips.models import Tip
from casework.tips.reading import open_tip_words
from casework.vault import codes, tokens
from tests.benchmarks.floor import Rows
from tests.benchmarks.servers import Server
from tests.benchmarks.visitor import Answer, Visitor
from tests.machine.key_folders import KeyFolders

PIECE = 256 * 1024  # contract §3
WORDS = ("夜里十一点以后有两台挖机在沟底挖石料，四辆没有牌照的车往北拉，天亮前收工。" * 17)[:600]
SAID = {
    "category": "unlicensed",
    "township": "141122103",
    "village": "青石沟村",
    "place": "村北大桥过去，往西沟里走二里地",
    "longitude": "111.712",
    "latitude": "37.690",
    "datum": "wgs84",
    "point_source": "map",
    "narrative": WORDS,
    "ongoing": "no",
    "subject_kind": "company",
    "subject_name": "晨鹿石料厂",
    "identity": "anonymous",
    "pledge": "y",
}
ON_THE_FLOOR = {"township": "141122103", "category": "unlicensed", "mineral": "", "land_class": ""}


class Refused(AssertionError):
    """An answer that no citizen should have had."""


@dataclass
class Floor:
    server: Server
    said = SAID | ON_THE_FLOOR
    forms: list[dict[str, str]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    accepted: int = 0

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.server.port)

    def open_form(self) -> None:
        self.forms.append(_expect(self.visitor.get("/tip"), 200).hidden)

    def submit(self, photo: bytes = b"", visitor: Visitor | None = None) -> None:
        hidden = self.forms.pop()
        answer = (visitor or self.visitor).send("/tip", hidden | self.said, photo)
        _expect(answer, 303)
        self.accepted += 1
        self._remember(hidden, visitor or self.visitor)

    def _remember(self, hidden: dict[str, str], visitor: Visitor) -> None:
        if len(self.known) < 20:
            self.known.append(visitor.get("/tip/received").text)

    def open_track(self) -> None:
        """The token of the page that asks for a code; taken once, outside of what is measured."""
        self.token = _expect(self.visitor.get("/track"), 200).hidden["csrf_token"]

    def look_up(self, code: str, status: int = 303) -> None:
        _expect(self.visitor.post("/track", {"csrf_token": self.token, "receipt_code": code}), status)

    def read_track(self) -> None:
        _expect(self.visitor.get("/track/tip"), 200)

    def faults(self) -> list[str]:
        kept = Rows(self.server.database).count()
        return [] if kept == self.accepted else [f"the floor keeps {kept} of {self.accepted}"]


@dataclass
class Portal(Floor):
    keys: KeyFolders = field(kw_only=True)
    db: Database = field(kw_only=True)
    said = SAID
    photos: int = 0

    def _remember(self, hidden: dict[str, str], visitor: Visitor) -> None:
        """The code that its page would show, from the form's own key."""
        told = tokens.open_from_browser(
            self.keys.portal.cookie, "form:tip", hidden["form_key"], max_age=24 * 3600
        )
        self.known.append(codes.receipt_code(self.keys.receipt, urlsafe_b64decode(told["k"])))

    def upload(self, photo: bytes) -> None:
        """Resumable, in pieces, as the page's script sends it."""
        self.photos += 1
        form = self.forms.pop()
        head = {"Tus-Resumable": "1.0.0", "Upload-Form": form["form_key"], "X-CSRFToken": form["csrf_token"]}
        named = "filename " + b64encode(b"p.jpg").decode()
        made = self.visitor.ask(
            "POST", "/tip/photos", b"", head | {"Upload-Length": str(len(photo)), "Upload-Metadata": named}
        )
        where = urlsplit(_expect(made, 201).headers["location"]).path
        for begin in range(0, len(photo), PIECE):
            kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(begin)}
            _expect(self.visitor.ask("PATCH", where, photo[begin : begin + PIECE], head | kind), 204)

    def faults(self) -> list[str]:
        """Every accepted tip is in the database, every receipt opens its way, and the words are those that were said."""
        found = []
        with self.db.read() as session:
            kept = session.scalar(select(func.count()).select_from(Tip))
            if kept != self.accepted or len(self.known) != self.accepted:
                found.append(f"{kept} tips in the database, {self.accepted} accepted")
            whole = select(func.count()).select_from(Evidence).where(Evidence.state == EvidenceState.WAITING)
            if (photos := session.scalar(whole)) != self.photos:
                found.append(f"{photos} photos are durable, {self.photos} accepted")
            for code in self.known:
                try:
                    find_receipt(session, code=code, keys=self.keys.receipt)
                except NotFound:
                    found.append("a receipt leads nowhere")
            for tip in session.scalars(select(Tip).order_by(Tip.id.desc()).limit(20)):
                if open_tip_words(tip, self.keys.office).narrative != WORDS:
                    found.append("the words of a tip are others")
        return found


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise Refused(f"{answer.status} instead of {status}: {answer.text[:1500]}")
    return answer
