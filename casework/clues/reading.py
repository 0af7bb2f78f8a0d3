"""All that the page of a tip or of a clue shows. Opening one is a deed: every tip read leaves its entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from casework import trail
from casework.clues.files import sees_clue
from casework.clues.handlers import Handler, handlers_of
from casework.clues.models import Clue, ClueTip
from casework.clues.nearby import Near, nearby
from casework.clues.queries import clue_of_tip
from casework.duties.models import Duty
from casework.duties.queries import Clock
from casework.evidence.shown import FileShown, files_shown
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Finding, TipState
from casework.tips.models import Receipt, Tip
from casework.tips.reading import (
    MessageRead,
    SupplementRead,
    read_messages,
    read_supplements,
    read_tip,
)
from casework.tips.submission import TipWords
from casework.trail import ActorKind, Deed
from casework.trail.models import Entry
from casework.vault.keys import OfficeKeys

# What moves a clue's version on, one entry each: so many of them are new as the version is higher.
CHANGES = (
    Deed.REGISTER_CLUE,
    Deed.MERGE_TIP,
    Deed.ASSIGN_CLUE,
    Deed.EDIT_CLUE,
    Deed.CALL_INFORMED,
    Deed.VISIT_SITE,
    Deed.ADD_EVIDENCE,
    Deed.FIND,
    Deed.CONCLUDE_CLUE,
    Deed.CLOSE_OFF_CLUE,
)
OF_TIPS = (Deed.RECEIVE_TIP, Deed.RECEIVE_SUPPLEMENT, Deed.SEND_MESSAGE, Deed.WITHDRAW_TIP)
LONGEST_HISTORY = 200


@dataclass(frozen=True)
class TipSaid:
    """One tip: its plain row, its opened words, what was added and said since."""

    tip: Tip
    words: TipWords = field(repr=False)
    supplements: tuple[SupplementRead, ...] = field(repr=False)
    messages: tuple[MessageRead, ...] = field(repr=False)
    withdrawn_at: datetime | None

    @property
    def point(self) -> tuple[float, float] | None:
        """WGS-84, from the map, or opened with the words."""
        if self.tip.longitude is not None and self.tip.latitude is not None:
            return self.tip.longitude, self.tip.latitude
        if self.words.longitude is not None and self.words.latitude is not None:
            return self.words.longitude, self.words.latitude
        return None


@dataclass(frozen=True)
class Happened:
    """A line of the history. `who` is None where no officer did it; the rest holds what the deed names."""

    at: datetime
    deed: Deed
    actor_kind: ActorKind
    who: str | None
    about: str
    tip_number: str = ""
    to: str = ""
    finding: Finding | None = None
    count: int = 0


@dataclass(frozen=True)
class TipReading:
    """The page of a tip. `clue_number` is set once it belongs to a clue that the reader may know of."""

    said: TipSaid
    files: tuple[FileShown, ...]
    clocks: tuple[Clock, ...]
    near: tuple[Near, ...]
    names: Mapping[int, str]
    clue_number: str = ""


@dataclass(frozen=True)
class ClueReading:
    clue: Clue
    tips: tuple[TipSaid, ...]
    files: tuple[FileShown, ...]
    clocks: tuple[Clock, ...]
    near: tuple[Near, ...]
    history: tuple[Happened, ...]
    handlers: tuple[Handler, ...]
    names: Mapping[int, str]


def read_inbox_tip(session: Session, *, tip: Tip, by: Officer, keys: OfficeKeys) -> TipReading:
    """The caller has checked that `by` may know of the tip; reading it is recorded here."""
    said = _said(session, [tip], by, keys)[0]
    point = said.point
    near = nearby(
        session,
        sight=sight_of(by),
        category=tip.category,
        longitude=point[0] if point else None,
        latitude=point[1] if point else None,
        township=tip.township,
        village=tip.village,
        since=tip.received_at,
        involves_official=tip.involves_official,
    )
    clue = clue_of_tip(session, tip.id) if tip.state in (TipState.REGISTERED, TipState.MERGED) else None
    return TipReading(
        said=said,
        files=tuple(_files(session, [said])),
        clocks=tuple(_clocks(session, [("tip", tip.id)])),
        near=tuple(near) if tip.state is TipState.NEW else (),
        names=officer_names(session),
        clue_number=clue.clue_number if clue is not None and sees_clue(by, clue) else "",
    )


def read_clue(session: Session, *, clue: Clue, by: Officer, keys: OfficeKeys) -> ClueReading:
    """The caller has checked that `by` may know of the clue; reading it and its tips is recorded here."""
    trail.record(session, deed=Deed.READ_CLUE, by=by, about=("clue", clue.clue_number))
    rows = select(Tip).join(ClueTip, ClueTip.tip_id == Tip.id).where(ClueTip.clue_id == clue.id)
    tips = list(session.scalars(rows.order_by(ClueTip.first.desc(), Tip.id)))
    said = _said(session, tips, by, keys)
    names = officer_names(session)
    sight = sight_of(by)
    near = nearby(
        session,
        sight=sight,
        category=clue.category,
        longitude=clue.longitude,
        latitude=clue.latitude,
        township=clue.township,
        village=clue.village,
        since=clue.registered_at,
        involves_official=clue.involves_official,
        leave_out=clue.id,
    )
    return ClueReading(
        clue=clue,
        tips=tuple(said),
        files=tuple(_files(session, said, clue.id)),
        clocks=tuple(_clocks(session, [("clue", clue.id), *(("tip", tip.id) for tip in tips)])),
        near=tuple(near),
        history=tuple(_history(session, clue, tips)),
        handlers=tuple(handlers_of(session, clue=clue, sight=sight))
        if by.may(Permission.ASSIGN_CLUES)
        else (),
        names=names,
    )


def changes_since(session: Session, *, clue: Clue, version: int) -> list[Happened]:
    """What was done to the clue since a page showed `version`, newest first."""
    query = select(Entry).where(
        Entry.about_kind == "clue", Entry.about_ref == clue.clue_number, Entry.deed.in_(CHANGES)
    )
    steps = min(max(clue.version - version, 1), LONGEST_HISTORY)
    return _told(session, session.scalars(query.order_by(Entry.id.desc()).limit(steps)))


def officer_names(session: Session) -> dict[int, str]:
    return {person.id: person.name for person in _people(session)}


def _said(session: Session, tips: Sequence[Tip], by: Officer, keys: OfficeKeys) -> list[TipSaid]:
    numbers = [tip.id for tip in tips]
    supplements = read_supplements(session, tip_ids=numbers, keys=keys)
    messages = read_messages(session, tip_ids=numbers, keys=keys)
    receipts = select(Receipt.tip_id, Receipt.withdrawn_at).where(Receipt.tip_id.in_(numbers))
    withdrawn = {row.tip_id: row.withdrawn_at for row in session.execute(receipts)}
    return [
        TipSaid(
            tip=tip,
            words=read_tip(session, tip=tip, by=by, keys=keys),
            supplements=tuple(row for row in supplements if row.tip_id == tip.id),
            messages=tuple(row for row in messages if row.tip_id == tip.id),
            withdrawn_at=withdrawn.get(tip.id),
        )
        for tip in tips
    ]


def _files(session: Session, said: Iterable[TipSaid], clue_id: int | None = None) -> list[FileShown]:
    tips = list(said)
    return files_shown(
        session,
        tip_ids=[one.tip.id for one in tips],
        supplement_ids=[row.supplement_id for one in tips for row in one.supplements],
        clue_id=clue_id,
    )


def _clocks(session: Session, things: Sequence[tuple[str, int]]) -> list[Clock]:
    """Clocks of several things in one statement: running ones first, the earliest due first."""
    whose = or_(*(and_(Duty.about_kind == kind, Duty.about_id == number) for kind, number in things))
    rows = session.scalars(select(Duty).where(whose).order_by(Duty.due_at, Duty.id))
    return [
        Clock(d.rule, d.state, d.started_at, d.due_at, d.ended_at, d.assumed, d.officer_id)
        for d in sorted(rows, key=lambda duty: duty.ended_at is not None)
    ]


def _history(session: Session, clue: Clue, tips: Sequence[Tip]) -> list[Happened]:
    of_clue = and_(Entry.about_kind == "clue", Entry.about_ref == clue.clue_number, Entry.deed.in_(CHANGES))
    of_tips = and_(
        Entry.about_kind == "tip",
        Entry.about_ref.in_([tip.tip_number for tip in tips]),
        Entry.deed.in_(OF_TIPS),
    )
    query = select(Entry).where(or_(of_clue, of_tips)).order_by(Entry.id.desc()).limit(LONGEST_HISTORY)
    return _told(session, session.scalars(query))


def _told(session: Session, entries: Iterable[Entry]) -> list[Happened]:
    people = _people(session)
    by_id = {person.id: person.name for person in people}
    by_username = {person.username: person.name for person in people}
    return [_line(entry, by_id, by_username) for entry in entries]


def _people(session: Session) -> Sequence[Row[int, str, str]]:
    return session.execute(select(Officer.id, Officer.username, Officer.name)).all()


def _line(entry: Entry, by_id: Mapping[int, str], by_username: Mapping[str, str]) -> Happened:
    facts = entry.facts
    return Happened(
        at=entry.at,
        deed=entry.known_deed,
        actor_kind=entry.actor_kind,
        who=by_id.get(entry.actor_id) if entry.actor_id is not None else None,
        about=entry.about_ref,
        tip_number=str(facts.get("tip_number", "")),
        to=by_username.get(str(facts.get("to", "")), ""),
        finding=Finding(facts["finding"]) if "finding" in facts else None,
        count=len(facts["evidence"]) if isinstance(facts.get("evidence"), list) else 0,
    )
