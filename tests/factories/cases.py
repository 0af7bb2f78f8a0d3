"""Officers of both agencies, clues that were borne out, and cases over them, made by the product's own deeds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from casework import calendar, duties
from casework.cases import actions as cases
from casework.cases.actions import CaseWords
from casework.cases.models import Case
from casework.cases.outcomes import LandAndMining, Measures, set_outcome
from casework.cases.rules import Answer
from casework.cases.terms import Element, Restored
from casework.clues import actions as clues
from casework.clues.actions import ClueWords
from casework.clues.models import Clue
from casework.duties.queries import running
from casework.officers.actions import publish_key
from casework.officers.models import Officer, OfficerRole, Unit
from casework.officers.queries import newest_public_key
from casework.officers.roles import Role
from casework.terms import Agency, Category, Finding, SubjectKind
from casework.tips.models import Tip
from casework.tips.receiving import Received, Seals, receive_tip
from casework.tips.submission import Submission
from casework.vault import codes
from casework.vault.keys import reading_public_keys
from tests.machine.key_folders import KeyFolders

COUNTY = "141122"
TOWN, OTHER_TOWN = "141122103", "141122106"  # 水峪贯镇, 洪相镇
NR, PS = Agency.NATURAL_RESOURCES, Agency.PUBLIC_SECURITY
STANDS = {element: Answer(True, "现场笔录、测绘图、工商登记") for element in Element}
WORDS = CaseWords(
    category=Category.UNLICENSED,
    summary="夜间无证采石",
    subject_kind=SubjectKind.COMPANY,
    subject_name="晨鹿石料厂",
    mineral="stone",
    township=TOWN,
    village="青石沟村",
    place="北沟第二个岔口",
)
DECIDED = LandAndMining(
    land_area_m2=Decimal("1426.67"),
    land_class="cultivated",
    land_fine_fen=2_850_000,
    restored=Restored.YES,
    restored_on=date(2026, 11, 20),
    mined_mass_kg=3_120_500,
    confiscated_mass_kg=2_860_000,
    confiscated_value_fen=14_800_000,
    mining_fine_fen=42_000_000,
    shut_down=True,
    penalty_document="交自然资罚〔2026〕7号",
    penalty_on=date(2026, 11, 19),
    remark="已移送，公安审查中",
)


def local(day: str) -> datetime:
    """local("2026-11-23 09:00")."""
    return datetime.fromisoformat(day).replace(tzinfo=calendar.LOCAL)


class Team:
    """Officers without passwords (they need none here), and clues ready to become cases."""

    def __init__(self, session: Session, keys: KeyFolders) -> None:
        self.session, self.keys = session, keys
        for number, public in reading_public_keys(keys.office).items():
            publish_key(session, purpose="reading", number=number, public=public)
        self._units = {
            agency: Unit(code=agency.value, name=agency.label, agency=agency, jurisdiction=COUNTY)
            for agency in Agency
        }
        session.add_all(self._units.values())
        session.flush()
        self.triage = self.officer("triage", Role.TRIAGE)
        self.investigator = self.officer("investigator", Role.INVESTIGATOR)
        self.police = self.officer("police", Role.INVESTIGATOR, agency=PS)
        self.leader = self.officer("leader", Role.LEADER)
        self.discipline = self.officer("discipline", Role.DISCIPLINE)

    def officer(self, name: str, *roles: Role, agency: Agency = NR, jurisdiction: str = COUNTY) -> Officer:
        made = Officer(
            username=f"{name}.test",
            name=f"江{name}",
            agency=agency,
            unit=self._units[agency],
            jurisdiction=jurisdiction,
            password_hash="none",
            totp_sealed=b"none",
            active=True,
            added_at=calendar.now(),
            role_rows=[OfficerRole(role=role) for role in roles],
        )
        self.session.add(made)
        self.session.flush()
        return made

    def tip(self, **fields: Any) -> tuple[Tip, Received]:
        told: dict[str, Any] = {"category": Category.UNLICENSED, "township": TOWN, "village": "青石沟村"}
        received = receive_tip(
            self.session,
            submission=Submission(narrative="夜里有人采石", **(told | fields)),
            form_key=codes.new_form_key(),
            seals=Seals(receipt=self.keys.receipt, reading=newest_public_key(self.session, "reading")),
        )
        return self.session.query(Tip).filter_by(tip_number=received.tip_number).one(), received

    def clue(
        self,
        finding: Finding | None = Finding.SUBSTANTIATED,
        *,
        official: bool = False,
        agency: Agency = NR,
        town: str = TOWN,
        **fields: Any,
    ) -> Clue:
        """Registered, assigned and found (unless `finding` is None) by the officers whose work that is."""
        tip, _ = self.tip(township=town, involves_official=official, **fields)
        desk = self.discipline if official else self.triage
        words = ClueWords(
            category=Category.UNLICENSED, summary="夜间两台挖机采石", agency=agency, township=town
        )
        clue = clues.register_clue(self.session, tip=tip, words=words, by=desk)
        to = self.discipline if official else self.police if agency is PS else self.investigator
        clues.assign_clue(self.session, clue=clue, to=to, by=desk, version=clue.version)
        if finding is not None:
            facts = "查获挖机两台，无采矿许可证。"
            clues.find(self.session, clue=clue, finding=finding, facts=facts, by=to, version=clue.version)
        return clue

    def case(
        self,
        *gathered: Clue,
        by: Officer | None = None,
        joint: bool = False,
        lead: Agency = NR,
        words: CaseWords = WORDS,
    ) -> Case:
        return cases.open_case(
            self.session,
            clues=gathered or (self.clue(),),
            test=STANDS,
            words=words,
            lead_agency=lead,
            joint=joint,
            by=by or self.investigator,
        )

    def decide(
        self,
        case: Case,
        figures: LandAndMining | Measures = DECIDED,
        *,
        by: Officer | None = None,
        version: int = 0,
    ) -> None:
        officer = by or (self.investigator if isinstance(figures, LandAndMining) else self.police)
        set_outcome(self.session, case=case, figures=figures, by=officer, version=version)

    def conclude(self, case: Case, *, by: Officer | None = None) -> None:
        cases.conclude_case(self.session, case=case, by=by or self.investigator, version=case.version)

    def owe_nothing(self, case: Case) -> None:
        """Ends every clock on the case's tips, as paid or declined rewards do."""
        for clue in cases.gathered(self.session, case):
            for tip_id in clues.tip_ids(self.session, clue):
                duties.cancel(self.session, about=("tip", tip_id))

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL that reaches the database meanwhile."""
        self.session.flush()
        heard: list[str] = []

        def hear(_c: Any, _u: Any, statement: str, *_rest: Any) -> None:
            heard.append(statement)

        engine = self.session.get_bind()
        event.listen(engine, "before_cursor_execute", hear)
        try:
            yield heard
        finally:
            event.remove(engine, "before_cursor_execute", hear)

    def owed(self, case: Case) -> list[str]:
        return [duty.rule for duty in running(self.session, ("case", case.id))]


def concluded_case(session: Session, clue: Clue, *, by: Officer, concluded: bool = True) -> tuple[int, str]:
    """A case over one clue with an outcome, concluded unless told otherwise; its id and number."""
    case = cases.open_case(
        session, clues=[clue], test=STANDS, words=WORDS, lead_agency=NR, joint=False, by=by
    )
    today = calendar.today()
    figures = LandAndMining(
        mining_fine_fen=42_000_000, penalty_document="交自然资罚〔2026〕7号", penalty_on=today
    )
    set_outcome(session, case=case, figures=figures, by=by, version=0)
    if concluded:
        cases.conclude_case(session, case=case, by=by, version=case.version)
    return case.id, case.case_number
