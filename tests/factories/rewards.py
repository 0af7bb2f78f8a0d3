"""People of the reward's way, and tips that were borne out in a concluded case, made by the product's own deeds."""

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework import calendar
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.cases.outcomes import LandAndMining, set_outcome
from casework.cases.rules import Answer as Basis
from casework.cases.terms import Element
from casework.clues import actions as clues
from casework.clues.actions import ClueWords
from casework.clues.models import Clue
from casework.officers.actions import add_unit, publish_key
from casework.officers.models import Officer, OfficerRole
from casework.officers.queries import newest_public_key
from casework.officers.roles import Role
from casework.rewards import actions, appropriations, claims, proposing
from casework.rewards.eligibility import Said
from casework.rewards.models import Reward, RewardClaim
from casework.rewards.proposing import Proposal
from casework.rewards.terms import Agreement, Answer, AppropriationKind, Severity
from casework.terms import Agency, Category, Finding, SubjectKind
from casework.tips.models import Tip
from casework.tips.receiving import Received, Seals, receive_tip
from casework.tips.submission import Submission
from casework.vault.keys import reading_public_keys
from casework.vault.sealing import context, seal_totp_secret
from tests.machine.key_folders import KeyFolders

TOWNSHIP = "141122105"
PIN = "204618"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OFFICERS_POINTS = (
    "not_known_before",
    "confessed_first",
    "already_published",
    "facts_differ",
    "rewarded_before",
    "in_litigation",
)


@dataclass(frozen=True)
class People:
    """One officer for each part of the way."""

    leader: Officer
    triage: Officer
    investigator: Officer
    clerk: Officer
    reviewer: Officer
    approver: Officer
    cashier: Officer


ROLES = {
    "leader": ("贺兰舟", {Role.LEADER}),
    "triage": ("江一禾", {Role.TRIAGE}),
    "investigator": ("岳知秋", {Role.INVESTIGATOR}),
    "clerk": ("陶望舒", {Role.REWARD_CLERK}),
    "reviewer": ("季怀瑾", {Role.REWARD_REVIEWER}),
    "approver": ("沐云川", {Role.REWARD_APPROVER}),
    "cashier": ("顾长庚", {Role.CASHIER}),
}


def people(session: Session, keys: KeyFolders) -> People:
    for number, public in reading_public_keys(keys.office).items():
        publish_key(session, purpose="reading", number=number, public=public)
    return People(**{name: officer(session, keys, name, *ROLES[name]) for name in ROLES})


def officer(
    session: Session,
    keys: KeyFolders,
    username: str,
    name: str,
    roles: set[Role],
    jurisdiction: str = "141122",
) -> Officer:
    """An account that signs in by its time code alone: hashing passwords is what makes accounts slow to make."""
    unit = add_unit(
        session, code="office", name="联合办公室", agency=Agency.NATURAL_RESOURCES, jurisdiction="141122"
    )
    made = Officer(
        username=username,
        name=name,
        agency=unit.agency,
        unit=unit,
        jurisdiction=jurisdiction,
        password_hash="-",
        totp_sealed=seal_totp_secret(TOTP_SECRET, keys.office.totp, context("officers", username, "totp")),
        active=True,
        added_at=calendar.now(),
        role_rows=[OfficerRole(role=role) for role in sorted(roles)],
    )
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True)
class BorneOut:
    tip: Tip
    clue: Clue
    code: str
    case_id: int
    case_number: str


def borne_out(
    session: Session,
    keys: KeyFolders,
    people: People,
    *,
    category: Category = Category.UNLICENSED,
    wants_reward: bool = True,
    finding: Finding = Finding.SUBSTANTIATED,
    concluded: bool = True,
    also: int = 0,
    pin: str | None = PIN,
) -> BorneOut:
    """A tip whose case is concluded; `also` more tips are merged into its clue."""
    tip, received = new_tip(session, keys, category=category, wants_reward=wants_reward, pin=pin)
    words = ClueWords(
        category=category,
        summary="沟里夜间采石",
        agency=Agency.NATURAL_RESOURCES,
        township=TOWNSHIP,
        village="青石沟村",
        subject_kind=SubjectKind.COMPANY,
        subject_name="晨鹿石料厂",
    )
    clue = clues.register_clue(session, tip=tip, words=words, by=people.triage)
    for _ in range(also):
        clues.merge_tip(session, tip=new_tip(session, keys)[0], into=clue, by=people.triage)
    clues.assign_clue(session, clue=clue, to=people.investigator, by=people.triage, version=clue.version)
    clues.find(
        session,
        clue=clue,
        finding=finding,
        facts="现场有采坑一处",
        by=people.investigator,
        version=clue.version,
    )
    case = new_case(session, clue, people)
    if concluded:
        cases.conclude_case(session, case=case, by=people.investigator, version=case.version)
    return BorneOut(tip, clue, received.code, case.id, case.case_number)


def new_case(session: Session, clue: Clue, people: People) -> Case:
    """With a fine of 186,000 yuan decided: it only waits to be concluded."""
    case = cases.open_case(
        session,
        clues=[clue],
        test={element: Basis(True, "核查笔录") for element in Element},
        words=cases.CaseWords(
            clue.category, clue.summary, clue.subject_kind, clue.subject_name or "晨鹿石料厂"
        ),
        lead_agency=Agency.NATURAL_RESOURCES,
        joint=False,
        by=people.investigator,
    )
    decided = LandAndMining(
        mined_mass_kg=1_200_000,
        mining_fine_fen=150_000_00,
        confiscated_value_fen=36_000_00,
        shut_down=True,
        penalty_document="交自然资罚〔2026〕19号",
        penalty_on=calendar.today(),
    )
    set_outcome(session, case=case, figures=decided, by=people.investigator, version=0)
    return case


def new_tip(
    session: Session,
    keys: KeyFolders,
    *,
    category: Category = Category.UNLICENSED,
    wants_reward: bool = True,
    pin: str | None = PIN,
) -> tuple[Tip, Received]:
    """Without a PIN where nobody claims by one: hashing it is what takes long."""
    said = Submission(
        category=category,
        narrative="夜里有人采石",
        township=TOWNSHIP,
        village="青石沟村",
        wants_reward=wants_reward,
        claim_pin=pin if wants_reward else None,
    )
    seals = Seals(keys.receipt, newest_public_key(session, "reading"))
    received = receive_tip(session, submission=said, form_key=secrets.token_bytes(18), seals=seals)
    session.flush()
    return session.query(Tip).filter_by(tip_number=received.tip_number).one(), received


def proposal(base_yuan: int = 20_000, uplift_percent: int = 0, **changed: object) -> Proposal:
    said = {key: Said(Answer.PASSES, "查过台账和以前的线索") for key in (*OFFICERS_POINTS, "first_informant")}
    values: dict[str, object] = {
        "base_fen": base_yuan * 100,
        "uplift_percent": uplift_percent,
        "severity": Severity.SERIOUS,
        "agreement": Agreement.WHOLE,
        "reason": "举报的时间、地点与查实情况一致",
        "said": said,
    }
    return Proposal(**(values | changed))  # type: ignore[arg-type]


def fill_fund(
    session: Session, people: People, yuan: int = 500_000, document: str = "交财建〔2026〕2号"
) -> None:
    entered = appropriations.appropriate(
        session,
        kind=AppropriationKind.ANNUAL,
        amount_fen=yuan * 100,
        document_number=document,
        by=people.leader,
    )
    appropriations.confirm_appropriation(session, appropriation_id=entered.id, by=people.approver)


def reviewed(
    session: Session, people: People, found: BorneOut, base_yuan: int = 20_000, **changed: object
) -> Reward:
    reward = proposing.propose(
        session, tip_number=found.tip.tip_number, proposal=proposal(base_yuan, **changed), by=people.clerk
    )
    actions.review(session, reward=reward, version=reward.version, by=people.reviewer)
    return reward


def approved(session: Session, people: People, found: BorneOut, base_yuan: int = 20_000) -> Reward:
    reward = reviewed(session, people, found, base_yuan)
    actions.approve(
        session,
        reward=reward,
        version=reward.version,
        by=people.approver,
        decision_document="局务会纪要〔2026〕7号" if base_yuan > 20_000 else "",
    )
    return reward


def claim(session: Session, receipt_id: int) -> RewardClaim:
    return claims.claim_reward(
        session, receipt_id=receipt_id, method="counter_cash", counter="county_counter", demo=True
    )


def tip_number_of(session: Session, tip_id: int) -> str:
    return session.get_one(Tip, tip_id).tip_number
