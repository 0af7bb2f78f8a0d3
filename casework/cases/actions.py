"""What the office does with cases: open, join clues, mark joint, conclude, close off, archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import calendar, duties, policy, trail
from casework.cases import rules
from casework.cases.models import Case, CaseClue, CaseElement
from casework.cases.outcomes import PENALTY, newest_outcome
from casework.cases.reading import open_duties
from casework.cases.reward_clocks import owe_reward_decisions
from casework.cases.rules import Answer
from casework.cases.terms import CaseMove, CaseState, Element
from casework.clues import actions as clue_actions
from casework.clues.models import Clue
from casework.clues.rules import CASE_FINDINGS
from casework.duties.queries import running
from casework.errors import AlreadyDone, Invalid, NotAllowed, NotFound, SamePerson, Stale, WrongState
from casework.officers.models import Officer
from casework.officers.roles import Permission
from casework.officers.sight import sight_of
from casework.terms import Agency, Category, Stage, SubjectKind
from casework.tips.numbers import CASES, next_number
from casework.trail import Deed

LONGEST = {"summary": 200, "subject_name": 120, "village": 60, "place": 200}
_DIVISIONS = (9, 6, 4)  # township, county, city


@dataclass(frozen=True)
class CaseWords:
    """The officer's own plain words for a case, confirmed when it is opened: what ledgers print."""

    category: Category
    summary: str
    subject_kind: SubjectKind
    subject_name: str
    mineral: str | None = None
    township: str | None = None
    village: str | None = None
    place: str | None = None


def case_for(session: Session, *, case_number: str, by: Officer, lock: bool = False) -> Case:
    """The case, if this officer may know of it. Raises NotFound otherwise, alike for unknown ones."""
    query = select(Case).where(Case.case_number == case_number)
    case = session.scalars(query.with_for_update() if lock else query).first()
    if case is None or not is_seen(case, by):
        raise NotFound("case")
    return case


def is_seen(case: Case, by: Officer) -> bool:
    """Its lead agency sees a case, both do when it is joint; one with an official in it is for discipline only."""
    return sight_of(by).covers(
        jurisdiction=case.jurisdiction,
        involves_official=case.involves_official,
        agency=None if case.joint else case.lead_agency,
    )


def clues_for(
    session: Session, *, clue_numbers: Sequence[str], by: Officer, lock: bool = False
) -> list[Clue]:
    """The clues by number, in the order given. Raises NotFound for one that this officer may not know of.

    `lock` holds them in one order for all, so that two officers cannot open two cases over one.
    """
    wanted = select(Clue).where(Clue.clue_number.in_(clue_numbers)).order_by(Clue.id)
    found = {clue.clue_number: clue for clue in session.scalars(wanted.with_for_update() if lock else wanted)}
    seen = sight_of(by)
    for number in clue_numbers:
        clue = found.get(number)
        if clue is None or not seen.covers(
            jurisdiction=clue.jurisdiction, involves_official=clue.involves_official, agency=clue.agency
        ):
            raise NotFound("clue")
    return [found[number] for number in dict.fromkeys(clue_numbers)]


def open_case(
    session: Session,
    *,
    clues: Sequence[Clue],
    test: Mapping[Element, Answer],
    words: CaseWords,
    lead_agency: Agency,
    joint: bool,
    by: Officer,
) -> Case:
    """立案: a numbered case over borne-out clues, when all five elements hold. The penalty clock starts.

    A case that the police lead is worked on by both. Raises Invalid (an element, a word, `clue`,
    `lead_agency`), AlreadyDone when a clue lies in a case, NotAllowed.
    """
    _require(by, Permission.HANDLE_CASES)
    _refuse_unfit(session, clues)
    rules.refuse_missing_element(test)
    now = calendar.now()
    case = Case(
        state=CaseState.OPEN,
        version=1,
        opened_at=now,
        opened_by=by.id,
        updated_at=now,
        lead_agency=lead_agency,
        joint=joint or lead_agency is Agency.PUBLIC_SECURITY,
        involves_official=clues[0].involves_official,
        jurisdiction=common_division([clue.jurisdiction for clue in clues]),
    )
    _write_words(case, words)
    if not is_seen(case, by):
        raise Invalid("lead_agency", "out_of_sight")
    case.case_number = next_number(session, CASES)
    session.add(case)
    session.flush()
    session.add_all(CaseElement(case_id=case.id, element=e, basis=test[e].basis.strip()) for e in Element)
    for clue in clues:
        _gather(session, case, clue, by)
    duties.owe(
        session, rule=PENALTY, about=("case", case.id), since=now, officer_id=by.id, unit_id=by.unit_id
    )
    facts = {
        "clues": [clue.clue_number for clue in clues],
        "lead_agency": lead_agency.value,
        "joint": case.joint,
    }
    trail.record(session, deed=Deed.OPEN_CASE, by=by, about=("case", case.case_number), facts=facts)
    return case


def join_clue(session: Session, *, case: Case, clue: Clue, by: Officer, version: int) -> None:
    """A further borne-out clue of the same matter; what involves an official stays apart."""
    _require_lead(case, by)
    check_version(case, version)
    state = rules.after(case.state, CaseMove.JOIN_CLUE)
    _refuse_unfit(session, [clue])
    if clue.involves_official != case.involves_official:
        raise NotAllowed("what involves an official stays apart")
    _gather(session, case, clue, by)
    case.jurisdiction = common_division([case.jurisdiction, clue.jurisdiction])
    _step(case, state)
    facts = {"clue_number": clue.clue_number}
    trail.record(session, deed=Deed.JOIN_CLUE, by=by, about=("case", case.case_number), facts=facts)


def edit_case(session: Session, *, case: Case, words: CaseWords, by: Officer, version: int) -> None:
    """Corrects the words that ledgers print, until the case is closed off."""
    _require_lead(case, by)
    check_version(case, version)
    state = rules.after(case.state, CaseMove.EDIT)
    before = {field.name: getattr(case, field.name) for field in fields(CaseWords)}
    _write_words(case, words)
    changed = [name for name, value in before.items() if getattr(case, name) != value]
    if not changed:
        return
    _step(case, state)
    facts = {"fields": changed}
    trail.record(session, deed=Deed.EDIT_CASE, by=by, about=("case", case.case_number), facts=facts)


def mark_joint(session: Session, *, case: Case, by: Officer, version: int) -> None:
    """From now on both agencies see the case and each enters its part. There is no way back."""
    _require_lead(case, by)
    check_version(case, version)
    state = rules.after(case.state, CaseMove.MARK_JOINT)
    if case.joint:
        raise AlreadyDone("the case is joint")
    case.joint = True
    _step(case, state)
    trail.record(session, deed=Deed.MARK_JOINT, by=by, about=("case", case.case_number))


def conclude_case(session: Session, *, case: Case, by: Officer, version: int) -> None:
    """办结, by the agency that leads: there is an outcome and the penalty is decided.

    Raises WrongState with `missing`: outcome or penalty.
    """
    _require_lead(case, by)
    check_version(case, version)
    state = rules.after(case.state, CaseMove.CONCLUDE)
    if missing := missing_for_conclusion(session, case):
        raise WrongState("not ready to be concluded", missing=missing)
    case.concluded_at, case.concluded_by = calendar.now(), by.id
    _step(case, state)
    for clue in gathered(session, case):
        clue_actions.show_all(session, clue, Stage.CONCLUDED)
    owe_reward_decisions(session, case_id=case.id)
    trail.record(session, deed=Deed.CONCLUDE_CASE, by=by, about=("case", case.case_number))


def missing_for_conclusion(session: Session, case: Case) -> list[str]:
    """What 办结 waits for: `outcome`, `penalty`; empty when it may be done."""
    missing = []
    if newest_outcome(session, case.id, Agency.NATURAL_RESOURCES) is None:
        missing.append("outcome")
    if any(duty.rule == PENALTY for duty in running(session, ("case", case.id))):
        missing.append("penalty")
    return missing


def close_off_case(session: Session, *, case: Case, by: Officer, version: int) -> None:
    """销号: nothing is owed any more on case, clues and tips. By another person than who concluded.

    Closing off is the second look at what was done; raises SamePerson, and WrongState with `duties`.
    """
    _require(by, Permission.CLOSE_OFF)
    check_version(case, version)
    state = rules.after(case.state, CaseMove.CLOSE_OFF)
    if case.concluded_by == by.id:
        raise SamePerson("who concluded a case does not close it off")
    if owed := open_duties(session, case.id):
        raise WrongState("duties are open", duties=sorted({duty.rule for duty in owed}))
    case.closed_off_at, case.closed_off_by = calendar.now(), by.id
    _step(case, state)
    for clue in gathered(session, case):
        clue_actions.close_off_clue(session, clue=clue, by=by, version=clue.version)
    trail.record(session, deed=Deed.CLOSE_OFF_CASE, by=by, about=("case", case.case_number))


def archive_case(session: Session, *, case: Case, by: Officer, version: int) -> None:
    """归档: the file is complete and put away; only after 销号."""
    _require(by, Permission.CLOSE_OFF)
    check_version(case, version)
    state = rules.after(case.state, CaseMove.ARCHIVE)
    case.archived_at, case.archived_by = calendar.now(), by.id
    _step(case, state)
    trail.record(session, deed=Deed.ARCHIVE_CASE, by=by, about=("case", case.case_number))


def check_version(case: Case, version: int) -> None:
    """Two officers never overwrite each other unknowingly: the page sends back the version it showed."""
    if case.version != version:
        raise Stale("the case was changed meanwhile", version=case.version)


def gathered(session: Session, case: Case) -> list[Clue]:
    """The case's clues, in order and locked."""
    query = (
        select(Clue)
        .join(CaseClue, CaseClue.clue_id == Clue.id)
        .where(CaseClue.case_id == case.id)
        .order_by(Clue.id)
    )
    return list(session.scalars(query.with_for_update(of=Clue)))


def common_division(codes: Sequence[str]) -> str:
    """The smallest division that holds all: 141122103 and 141122106 lie in 141122.

    Raises Invalid `clue` for places in different provinces, which one case cannot gather.
    """
    for digits in _DIVISIONS:
        shared = {code[:digits] for code in codes}
        if len(shared) == 1 and len(min(shared)) == digits:
            return shared.pop()
    raise Invalid("clue", "far_apart")


def _refuse_unfit(session: Session, clues: Sequence[Clue]) -> None:
    if not clues:
        raise Invalid("clue", "none")
    if len({clue.involves_official for clue in clues}) > 1:
        raise NotAllowed("what involves an official stays apart")
    ids = [clue.id for clue in clues]
    if session.scalars(select(CaseClue.clue_id).where(CaseClue.clue_id.in_(ids))).first() is not None:
        raise AlreadyDone("the clue lies in a case")
    for clue in clues:
        if clue.finding not in CASE_FINDINGS:
            raise Invalid("clue", "not_substantiated", clue_number=clue.clue_number)


def _gather(session: Session, case: Case, clue: Clue, by: Officer) -> None:
    clue_actions.enter_case(session, clue=clue)
    session.add(CaseClue(clue_id=clue.id, case_id=case.id, joined_at=calendar.now(), joined_by=by.id))


def _write_words(case: Case, words: CaseWords) -> None:
    shelf = policy.current()
    for name, most in LONGEST.items():
        value = (getattr(words, name) or "").strip()
        if len(value) > most:
            raise Invalid(name, "too_long", most=most)
        if not value and name in ("summary", "subject_name"):
            raise Invalid(name, "empty")
        setattr(case, name, value or None)
    if words.mineral and words.mineral not in shelf.minerals:
        raise Invalid("mineral", "unknown")
    if words.township and words.township not in shelf.region.township_by_code:
        raise Invalid("township", "unknown")
    case.mineral, case.township = words.mineral or None, words.township or None
    case.category, case.subject_kind = words.category, words.subject_kind


def _step(case: Case, state: CaseState) -> None:
    case.state, case.version, case.updated_at = state, case.version + 1, calendar.now()


def leads(case: Case, by: Officer) -> bool:
    """Of the agency that leads; what involves an official is led by discipline, whatever their agency."""
    return by.agency is case.lead_agency or case.involves_official


def _require_lead(case: Case, by: Officer) -> None:
    _require(by, Permission.HANDLE_CASES)
    if not leads(case, by):
        raise NotAllowed("this is for the agency that leads")


def _require(by: Officer, permission: Permission) -> None:
    if not by.may(permission):
        raise NotAllowed(f"this needs {permission}")
