"""The second half of the story: cases, what they came to, the fund, and rewards at every step."""

from decimal import Decimal

from admin.demo.stage import Stage
from casework import calendar, policy
from casework.cases import actions as cases
from casework.cases.actions import CaseWords
from casework.cases.models import Case
from casework.cases.outcomes import LandAndMining, Measures, set_outcome
from casework.cases.rules import Answer
from casework.cases.terms import Element, Restored
from casework.rewards import actions as rewards
from casework.rewards.appropriations import appropriate, confirm_appropriation
from casework.rewards.claims import claim_reward, read_payout_number
from casework.rewards.eligibility import Said
from casework.rewards.models import Reward
from casework.rewards.payouts import issue_payout_number, pay_out
from casework.rewards.proposing import Proposal, propose
from casework.rewards.terms import Agreement, AppropriationKind, Severity
from casework.rewards.terms import Answer as Point
from casework.terms import Agency
from casework.tips.actions import receipt_of
from casework.vault.codes import informant_key

YUAN = 100


def tell(stage: Stage) -> None:
    _fill_the_fund(stage)
    stone = _open(stage, "night_stone", 17, joint=True)
    _decide_stone(stage, stone)
    soil = _open(stage, "soil_field", 14, joint=False)
    _decide_soil(stage, soil)
    _open(stage, "levelling", 11, joint=False)
    shaft = _open(stage, "old_shaft", 16, joint=True)
    _decide_shaft(stage, shaft)
    _pay(stage, "old_shaft", _reward(stage, "old_shaft", 8_000 * YUAN, days=9))
    _reward(stage, "night_stone", 20_000 * YUAN, days=4)


def _fill_the_fund(stage: Stage) -> None:
    with calendar.freeze(stage.at(23, 9)):
        entered = appropriate(
            stage.session,
            kind=AppropriationKind.ANNUAL,
            amount_fen=326_000 * YUAN,
            document_number="交财建（演示）2号",
            by=stage.officer("mu.yunchuan"),
        )
    with calendar.freeze(stage.at(23, 15)):
        confirm_appropriation(stage.session, appropriation_id=entered.id, by=stage.officer("ye.tingxue"))


def _open(stage: Stage, key: str, days: int, *, joint: bool) -> Case:
    clue = stage.clues[key]
    handler = next(o for o in stage.officers.values() if o.id == clue.handler_id)
    basis = {
        Element.PERSON: "现场查获，行为人已到案说明",
        Element.FACTS: "现场勘测笔录、照片",
        Element.LIABILITY: "矿产资源法、土地管理法规定应予处罚",
        Element.JURISDICTION: "行为地在本县",
        Element.TIME: "行为发生在两年以内",
    }
    with calendar.freeze(stage.at(days, 10)):
        return cases.open_case(
            stage.session,
            clues=[clue],
            test={element: Answer(True, words) for element, words in basis.items()},
            words=CaseWords(
                category=clue.category,
                summary=clue.summary,
                subject_kind=clue.subject_kind,
                subject_name=clue.subject_name or "行为人（演示）",
                mineral=clue.mineral,
                township=clue.township,
                village=clue.village,
                place=clue.place,
            ),
            lead_agency=Agency.NATURAL_RESOURCES,
            joint=joint,
            by=handler,
        )


def _decide_stone(stage: Stage, case: Case) -> None:
    investigator = stage.officer("jiang.yihe")
    with calendar.freeze(stage.at(12, 16)):
        set_outcome(
            stage.session,
            case=case,
            figures=LandAndMining(
                mined_mass_kg=3_120_000,
                confiscated_mass_kg=2_860_000,
                confiscated_value_fen=186_000 * YUAN,
                mining_fine_fen=420_000 * YUAN,
                shut_down=True,
                penalty_document="交自然资罚（演示）19号",
                penalty_on=calendar.today(),
            ),
            by=investigator,
            version=0,
        )
    with calendar.freeze(stage.at(11, 11)):
        figures = Measures(administrative_detention=2, criminal_detention=1)
        set_outcome(stage.session, case=case, figures=figures, by=stage.officer("wen.beichuan"), version=0)
    with calendar.freeze(stage.at(8, 15)):
        cases.conclude_case(stage.session, case=case, by=investigator, version=case.version)


def _decide_soil(stage: Stage, case: Case) -> None:
    investigator = stage.officer("jiang.yihe")
    with calendar.freeze(stage.at(9, 16)):
        set_outcome(
            stage.session,
            case=case,
            figures=LandAndMining(
                land_area_m2=Decimal("1427.00"),
                land_class="cultivated",
                land_fine_fen=28_500 * YUAN,
                restored=Restored.YES,
                restored_on=calendar.today(),
                penalty_document="交自然资罚（演示）21号",
                penalty_on=calendar.today(),
            ),
            by=investigator,
            version=0,
        )
    with calendar.freeze(stage.at(6, 10)):
        cases.conclude_case(stage.session, case=case, by=investigator, version=case.version)
    with calendar.freeze(stage.at(5, 9)):
        leader = stage.officer("mu.yunchuan")
        cases.close_off_case(stage.session, case=case, by=leader, version=case.version)


def _decide_shaft(stage: Stage, case: Case) -> None:
    police = stage.officer("wen.beichuan")
    with calendar.freeze(stage.at(13, 10)):
        figures = LandAndMining(
            mined_mass_kg=36_000,
            confiscated_mass_kg=36_000,
            mining_fine_fen=100_000 * YUAN,
            shut_down=True,
            penalty_document="交自然资罚（演示）18号",
            penalty_on=calendar.today(),
            remark="封墙已重砌",
        )
        set_outcome(stage.session, case=case, figures=figures, by=stage.officer("jiang.yihe"), version=0)
    with calendar.freeze(stage.at(13, 15)):
        detained = Measures(administrative_detention=2)
        set_outcome(stage.session, case=case, figures=detained, by=police, version=0)
    with calendar.freeze(stage.at(10, 15)):
        cases.conclude_case(stage.session, case=case, by=stage.officer("jiang.yihe"), version=case.version)


def _pay(stage: Stage, key: str, reward: Reward) -> None:
    """Approved, claimed with the informant's own code, paid out by number at the counter."""
    with calendar.freeze(stage.at(7, 11)):
        rewards.approve(stage.session, reward=reward, version=reward.version, by=stage.officer("ye.tingxue"))
        stage.session.flush()
    receipt = receipt_of(stage.session, stage.tip(key).id)
    way = policy.current().open_claim_methods(demo=True)[0].key
    counter = next(iter(policy.current().open_counters(demo=True))).key
    with calendar.freeze(stage.at(6, 20)):
        claim = claim_reward(stage.session, receipt_id=receipt.id, method=way, counter=counter, demo=True)
        issue_payout_number(stage.session, claim.id, stage.keys)
    mine = informant_key(stage.seals.receipt, stage.received[key].code)
    number = read_payout_number(stage.session, receipt_id=receipt.id, private_key=mine.private)
    with calendar.freeze(stage.at(5, 10)):
        cashier = stage.officer("gu.changgeng")
        pay_out(stage.session, number=number or "", voucher_number="PZ-0001", by=cashier, keys=stage.keys)


def _reward(stage: Stage, key: str, base_fen: int, *, days: int) -> Reward:
    with calendar.freeze(stage.at(days, 10)):
        reward = propose(
            stage.session,
            tip_number=stage.received[key].tip_number,
            proposal=Proposal(
                base_fen=base_fen,
                uplift_percent=0,
                severity=Severity.SERIOUS,
                agreement=Agreement.WHOLE,
                reason="举报的时间、地点、车辆与查实情况一致，据此当场查扣挖机。罚没数额较大，情节较重。",
                said=_answers(),
            ),
            by=stage.officer("tao.wangshu"),
        )
    with calendar.freeze(stage.at(days - 1, 9)):
        rewards.review(stage.session, reward=reward, version=reward.version, by=stage.officer("ji.huaijin"))
    return reward


def _answers() -> dict[str, Said]:
    """Every point of the list answered; what the system knows better, it does not take from here."""
    today = policy.current()
    keys = (*today.conditions, *today.exclusions)
    return {key: Said(Point.PASSES, "查过登记，没有发现") for key in keys}
