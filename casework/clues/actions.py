"""What the office does with clues: register, merge, assign, visit, find, conclude, close off."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import calendar, duties, trail
from casework.clues import rules
from casework.clues.models import Clue, ClueTip
from casework.clues.rules import Move
from casework.duties.actions import move as move_duties
from casework.duties.models import Duty
from casework.duties.queries import running
from casework.errors import AlreadyDone, Invalid, NotAllowed, NotFound, Stale, WrongState
from casework.evidence import intake as evidence
from casework.evidence.arriving import ArrivingFile
from casework.officers.models import Officer
from casework.officers.roles import Permission, Role
from casework.officers.sight import sight_of
from casework.terms import Agency, Category, ClueState, DutyState, Finding, Stage, SubjectKind, TipState
from casework.tips import actions as tips
from casework.tips.models import Tip
from casework.tips.numbers import CLUES, next_number
from casework.trail import Deed

LONGEST_SUMMARY = 200
URGENT_RULES = ("urgent_call", "urgent_site")


@dataclass(frozen=True)
class ClueWords:
    """The officer's own plain words for a clue: set or confirmed at registration, editable later."""

    category: Category
    summary: str
    agency: Agency
    township: str | None = None
    village: str | None = None
    place: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    subject_kind: SubjectKind = SubjectKind.UNKNOWN
    subject_name: str | None = None
    mineral: str | None = None
    land_class: str | None = None


def clue_for(session: Session, *, clue_number: str, by: Officer, lock: bool = False) -> Clue:
    """The clue, if this officer may know of it. Raises NotFound otherwise, alike for unknown ones."""
    query = select(Clue).where(Clue.clue_number == clue_number)
    clue = session.scalars(query.with_for_update() if lock else query).first()
    if clue is None or not is_seen(clue, by):
        raise NotFound("clue")
    return clue


def is_seen(clue: Clue, by: Officer) -> bool:
    """Whether this officer may know of the clue, by jurisdiction, agency and role."""
    return sight_of(by).covers(
        jurisdiction=clue.jurisdiction, involves_official=clue.involves_official, agency=clue.agency
    )


def check_version(clue: Clue, version: int) -> None:
    """Two officers never overwrite each other unknowingly: the page sends back the version it showed."""
    if clue.version != version:
        raise Stale("the clue was changed meanwhile", version=clue.version)


def register_clue(
    session: Session, *, tip: Tip, words: ClueWords, by: Officer, version: int | None = None
) -> Clue:
    """登记: a new clue out of a tip. The tip's urgent clocks run on at the clue; 核查 begins."""
    tips.decide(session, tip=tip, state=TipState.REGISTERED, by=by, version=version)
    now = calendar.now()
    clue = Clue(
        clue_number=next_number(session, CLUES),
        state=ClueState.REGISTERED,
        registered_at=now,
        registered_by=by.id,
        updated_at=now,
        urgent=tip.urgent,
        involves_official=tip.involves_official,
        jurisdiction=words.township or tip.jurisdiction,
    )
    _write_words(clue, words)
    session.add(clue)
    session.flush()
    session.add(ClueTip(tip_id=tip.id, clue_id=clue.id, first=True, joined_at=now, joined_by=by.id))
    move_duties(session, rules=URGENT_RULES, about=("tip", tip.id), to=("clue", clue.id))
    verify = duties.owe(session, rule="verify", about=("clue", clue.id), since=now)
    tips.show_stage(session, tip_id=tip.id, stage=Stage.ACCEPTED, answer_by=_local_day(verify))
    refresh_due(session, clue)
    trail.record(
        session,
        deed=Deed.REGISTER_CLUE,
        by=by,
        about=("clue", clue.clue_number),
        facts={"tip_number": tip.tip_number},
    )
    return clue


def merge_tip(session: Session, *, tip: Tip, into: Clue, by: Officer, version: int | None = None) -> None:
    """并案: a tip about a clue that exists. It moves through the same stages from now on."""
    _refuse_closed(into)
    if into.involves_official != tip.involves_official:
        raise NotAllowed("what involves an official stays apart")
    tips.decide(session, tip=tip, state=TipState.MERGED, by=by, version=version)
    session.add(
        ClueTip(tip_id=tip.id, clue_id=into.id, first=False, joined_at=calendar.now(), joined_by=by.id)
    )
    move_duties(session, rules=URGENT_RULES, about=("tip", tip.id), to=("clue", into.id))
    into.urgent = into.urgent or tip.urgent
    tips.show_stage(session, tip_id=tip.id, stage=Stage.ACCEPTED, answer_by=_answer_by(session, into))
    _touch(session, into)
    trail.record(
        session,
        deed=Deed.MERGE_TIP,
        by=by,
        about=("clue", into.clue_number),
        facts={"tip_number": tip.tip_number},
    )


def edit_clue(session: Session, *, clue: Clue, words: ClueWords, by: Officer, version: int) -> None:
    """Changes the officer's own words; the tip beneath is never edited."""
    check_version(clue, version)
    _refuse_closed(clue)
    before = {name: getattr(clue, name) for name in _WORDS}
    _write_words(clue, words)
    if words.township:
        clue.jurisdiction = words.township
    changed = [name for name in _WORDS if getattr(clue, name) != before[name]]
    _touch(session, clue)
    trail.record(
        session, deed=Deed.EDIT_CLUE, by=by, about=("clue", clue.clue_number), facts={"fields": changed}
    )


def assign_clue(session: Session, *, clue: Clue, to: Officer, by: Officer, version: int) -> None:
    """分派 or 改派 to an investigator who may see the clue; taking one's own is assigning it to oneself."""
    check_version(clue, version)
    needed = Role.DISCIPLINE if clue.involves_official else Role.INVESTIGATOR
    if not to.active or needed not in to.roles or not is_seen(clue, to):
        raise Invalid("to", "cannot_handle")
    if to.id != by.id and not by.may(Permission.ASSIGN_CLUES):
        raise NotAllowed("only who assigns may give a clue to somebody else")
    if to.id == by.id and clue.handler_id not in (None, by.id) and not by.may(Permission.ASSIGN_CLUES):
        raise NotAllowed("somebody else has this clue")
    clue.state = rules.after(clue.state, Move.ASSIGN)
    before, clue.handler_id, clue.unit_id = clue.handler_id, to.id, to.unit_id
    for duty in running(session, ("clue", clue.id)):
        duty.officer_id, duty.unit_id = to.id, to.unit_id
    if clue.state is ClueState.ASSIGNED:  # a finding stands when somebody else takes the clue over
        _show_all(session, clue, Stage.VERIFYING)
    _touch(session, clue)
    trail.record(
        session,
        deed=Deed.ASSIGN_CLUE,
        by=by,
        about=("clue", clue.clue_number),
        facts={"to": to.username, "from": before},
    )


def note_call(session: Session, *, clue: Clue, by: Officer) -> None:
    """What is going on now was passed on by telephone: the two-hour clock is met. Raises AlreadyDone."""
    if not any(duty.rule == "urgent_call" for duty in running(session, ("clue", clue.id))):
        raise AlreadyDone("no call is owed")
    duties.meet(session, rule="urgent_call", about=("clue", clue.id), by=by)
    _touch(session, clue)
    trail.record(session, deed=Deed.CALL_INFORMED, by=by, about=("clue", clue.clue_number))


def note_visit(session: Session, *, clue: Clue, by: Officer) -> None:
    """Somebody was on site: the 24-hour clock is met. Raises WrongState once the clue is closed off."""
    _refuse_closed(clue)
    duties.meet(session, rule="urgent_call", about=("clue", clue.id), by=by)
    duties.meet(session, rule="urgent_site", about=("clue", clue.id), by=by)
    clue.visited_at = clue.visited_at or calendar.now()
    _touch(session, clue)
    trail.record(session, deed=Deed.VISIT_SITE, by=by, about=("clue", clue.clue_number))


def find(session: Session, *, clue: Clue, finding: Finding, facts: str, by: Officer, version: int) -> None:
    """填核查结论: what was found to be so, in the officer's words. Only the handler finds.

    Raises Invalid `facts` when empty, NotAllowed, Stale, WrongState.
    """
    check_version(clue, version)
    if clue.handler_id != by.id:
        raise NotAllowed("only the handler finds")
    if not facts.strip():
        raise Invalid("facts", "empty")
    clue.state = rules.after(clue.state, Move.FIND)
    clue.finding, clue.finding_facts = finding, facts.strip()
    clue.found_at, clue.found_by = calendar.now(), by.id
    for rule in ("verify", *URGENT_RULES):
        duties.meet(session, rule=rule, about=("clue", clue.id), by=by)
    _show_all(session, clue, rules.STAGE_OF_FINDING[finding])
    _touch(session, clue)
    trail.record(
        session, deed=Deed.FIND, by=by, about=("clue", clue.clue_number), facts={"finding": finding.value}
    )


def add_evidence(
    session: Session, *, clue: Clue, files: Sequence[tuple[ArrivingFile, str]], by: Officer
) -> list[int]:
    """Photos of the office's own, as sealed files with their names; answers their ids. Raises Invalid `photos`."""
    _refuse_closed(clue)
    if not files:
        raise Invalid("photos", "empty")
    added = [
        evidence.keep_for_clue(session, file=file, file_name=name, clue_id=clue.id, added_by=by.id)
        for file, name in files
    ]
    _touch(session, clue)
    trail.record(
        session, deed=Deed.ADD_EVIDENCE, by=by, about=("clue", clue.clue_number), facts={"evidence": added}
    )
    return added


def conclude_clue(session: Session, *, clue: Clue, by: Officer, version: int) -> None:
    """办结 without a case: what was not found, or does not amount to one. By its handler, or who assigns."""
    check_version(clue, version)
    if clue.handler_id != by.id and not by.may(Permission.ASSIGN_CLUES):
        raise NotAllowed("somebody else has this clue")
    clue.state = rules.after(clue.state, Move.CONCLUDE)
    clue.concluded_at = calendar.now()
    _show_all(session, clue, Stage.CONCLUDED)
    _touch(session, clue)
    trail.record(session, deed=Deed.CONCLUDE_CLUE, by=by, about=("clue", clue.clue_number))


def close_off_clue(session: Session, *, clue: Clue, by: Officer, version: int) -> None:
    """销号: only when no duty is open on the clue or on any of its tips. Raises WrongState with what is."""
    check_version(clue, version)
    state = rules.after(clue.state, Move.CLOSE_OFF)
    refuse_open_duties(session, clue)
    clue.state, clue.closed_off_at = state, calendar.now()
    _show_all(session, clue, Stage.CLOSED_OFF)
    _touch(session, clue)
    trail.record(session, deed=Deed.CLOSE_OFF_CLUE, by=by, about=("clue", clue.clue_number))


def close_off_alone(session: Session, *, clue: Clue, by: Officer, version: int) -> None:
    """销号 of a clue that lies in no case; one that does is closed off with its case."""
    if clue.state is ClueState.IN_CASE:
        raise WrongState("its case is closed off, and the clue with it", state=clue.state.value)
    close_off_clue(session, clue=clue, by=by, version=version)


def enter_case(session: Session, *, clue: Clue) -> None:
    """For the room above: the clue becomes part of a case."""
    if clue.finding not in rules.CASE_FINDINGS:
        raise WrongState("only what was substantiated becomes a case", state=clue.state.value)
    clue.state = rules.after(clue.state, Move.OPEN_CASE)
    _show_all(session, clue, Stage.CASE_OPENED)
    _touch(session, clue)


def tip_of(session: Session, *, clue: Clue, tip_number: str) -> Tip:
    """One of the clue's own tips. Raises NotFound, alike for unknown ones."""
    query = select(Tip).join(ClueTip, ClueTip.tip_id == Tip.id)
    tip = session.scalars(query.where(ClueTip.clue_id == clue.id, Tip.tip_number == tip_number)).first()
    if tip is None:
        raise NotFound("tip")
    return tip


def show_all(session: Session, clue: Clue, stage: Stage) -> None:
    """For the rooms above: every informant of this clue is shown `stage`."""
    _show_all(session, clue, stage)


def refuse_open_duties(session: Session, clue: Clue) -> None:
    open_rules = [duty.rule for duty in running(session, ("clue", clue.id))]
    for tip_id in tip_ids(session, clue):
        open_rules += [duty.rule for duty in running(session, ("tip", tip_id))]
    if open_rules:
        raise WrongState("duties are open", duties=sorted(set(open_rules)))


def tip_ids(session: Session, clue: Clue) -> list[int]:
    """The clue's tips in the order of their receipt."""
    return list(
        session.scalars(select(ClueTip.tip_id).where(ClueTip.clue_id == clue.id).order_by(ClueTip.tip_id))
    )


def refresh_due(session: Session, clue: Clue) -> None:
    """Copies the earliest open clock beside the clue, where the desk sorts by it."""
    session.flush()
    query = select(func.min(Duty.due_at)).where(
        Duty.about_kind == "clue", Duty.about_id == clue.id, Duty.state == DutyState.OPEN
    )
    clue.next_due_at = session.scalar(query)
    clue.next_due_paused = clue.next_due_at is None and bool(running(session, ("clue", clue.id)))


# Exactly the fields of ClueWords, in its order.
_WORDS = tuple(field.name for field in fields(ClueWords))


def _write_words(clue: Clue, words: ClueWords) -> None:
    if not words.summary.strip() or len(words.summary) > LONGEST_SUMMARY:
        raise Invalid("summary", "empty" if not words.summary.strip() else "too_long")
    for name in _WORDS:
        value = getattr(words, name)
        setattr(clue, name, value.strip() or None if type(value) is str else value)


def _refuse_closed(clue: Clue) -> None:
    if clue.state is ClueState.CLOSED_OFF:
        raise WrongState("the clue is closed off", state=clue.state.value)


def _touch(session: Session, clue: Clue) -> None:
    clue.version += 1
    clue.updated_at = calendar.now()
    refresh_due(session, clue)


def _show_all(session: Session, clue: Clue, stage: Stage) -> None:
    answer_by = _answer_by(session, clue)
    for tip_id in tip_ids(session, clue):
        tips.show_stage(session, tip_id=tip_id, stage=stage, answer_by=answer_by)


def _answer_by(session: Session, clue: Clue) -> date | None:
    verify = [duty for duty in running(session, ("clue", clue.id)) if duty.rule == "verify"]
    return _local_day(verify[0]) if verify else None


def _local_day(duty: Duty) -> date:
    return duty.due_at.astimezone(calendar.LOCAL).date()
