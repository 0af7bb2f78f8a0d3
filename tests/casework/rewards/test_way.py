"""The way of a reward: proposed, reviewed, approved, each by another; what is refused on the way, and what is told."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from casework import calendar, duties
from casework.cases import actions as cases
from casework.duties.queries import clocks_of, running
from casework.errors import (
    FundTooLow,
    Invalid,
    NotAllowed,
    NotFound,
    SamePerson,
    Stale,
    WrongState,
)
from casework.officers.roles import Permission, Role
from casework.rewards import actions, journal, proposing
from casework.rewards.candidates import candidate_for, candidates, handlers_of
from casework.rewards.models import Reward, RewardStep
from casework.rewards.scheme import SchemeUndecided, recompute
from casework.rewards.steps import hold_reward
from casework.rewards.terms import RewardMove, RewardState
from casework.terms import Category, Finding, RewardStage
from casework.tips.actions import receipt_of
from casework.tips.lookup import waive_reward, withdraw
from casework.trail import Deed
from casework.trail.models import Entry
from tests.factories import rewards as make


@pytest.fixture
def found(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        return make.borne_out(session, keys, people)


def propose(session, people, found, by=None, **changed):
    return proposing.propose(
        session,
        tip_number=found.tip.tip_number,
        proposal=make.proposal(**changed),
        by=by or people.clerk,
    )


def rules_running(session, tip_id):
    return sorted(duty.rule for duty in running(session, ("tip", tip_id)))


def test_a_concluded_case_owes_a_decision_to_who_asked_for_a_reward(db, people, found):
    with db.read() as session:
        assert rules_running(session, found.tip.id) == ["reward_start"]
        assert [told.tip_number for told in candidates(session, by=people.clerk)] == [found.tip.tip_number]


def test_a_proposal_keeps_everything_it_was_judged_by(db, people, found):
    with db.begin() as session:
        reward = propose(session, people, found, base_yuan=20_000, uplift_percent=50)
    assert reward.reward_number == f"JL-{calendar.today().year}-0001"
    assert (reward.state, reward.amount_fen, reward.scheme_key, reward.scheme_version) == (
        RewardState.PROPOSED,
        3_000_000,
        "mining",
        "2022-01-25",
    )
    assert reward.inputs["penalty_fen"] == 18_600_000
    assert reward.inputs["terms"]["cap_fen"] == 50_000_000
    assert {point["key"] for point in reward.inputs["points"]} >= {"substantiated", "withdrawn", "legal_duty"}
    assert recompute(reward.inputs) == reward.amount_fen
    with db.read() as session:
        assert rules_running(session, found.tip.id) == ["reward_decide"]
        assert receipt_of(session, found.tip.id).reward_stage is RewardStage.PROPOSED
        assert candidates(session, by=people.clerk) == []


def test_approval_reserves_the_amount_and_tells_the_informant(db, people, found):
    with db.begin() as session:
        reward = make.approved(session, people, found)
    with db.read() as session:
        assert journal.balances(session).reserved_fen == 2_000_000
        assert journal.reserved_for(session, reward.id) == 2_000_000
        told = receipt_of(session, found.tip.id)
        assert (told.reward_stage, told.reward_amount_fen) == (RewardStage.APPROVED, 2_000_000)
        assert told.reward_claim_by == reward.claim_by == calendar.add_working_days(calendar.today(), 60)
        assert rules_running(session, found.tip.id) == ["reward_claim"]
        ended = {
            clock.rule: clock.state for clock in clocks_of(session, ("tip", found.tip.id)) if clock.ended_at
        }
        assert ended["reward_start"] == ended["reward_decide"] == "met"


def test_a_case_is_not_closed_off_while_a_reward_is_owed(db, people, found):
    def close_off(session):
        case = cases.case_for(session, case_number=found.case_number, by=people.leader)
        for duty in running(session, ("case", case.id)):
            duties.cancel(session, about=("case", case.id), rule=duty.rule)
        cases.close_off_case(session, case=case, by=people.leader, version=case.version)

    for step in (None, make.approved):
        with db.begin() as session:
            if step:
                step(session, people, found)
        with pytest.raises(WrongState), db.begin() as session:
            close_off(session)


@pytest.mark.parametrize(
    ("made", "refused"),
    [
        ({"finding": Finding.PARTLY}, None),
        ({"concluded": False}, Invalid),
        ({"wants_reward": False}, Invalid),
        ({"category": Category.LAND}, SchemeUndecided),
    ],
)
def test_only_what_was_borne_out_in_a_concluded_case_under_a_decided_scheme_is_rewarded(
    db, keys, people, made, refused
):
    with db.begin() as session:
        found = make.borne_out(session, keys, people, **made)
    if refused is None:
        with db.begin() as session:
            propose(session, people, found)
        return
    with pytest.raises(refused), db.begin() as session:
        propose(session, people, found)
    with db.read() as session:
        assert session.query(Reward).count() == 0


def test_land_owes_no_decision_that_nobody_could_take(db, keys, people):
    with db.begin() as session:
        land = make.borne_out(session, keys, people, category=Category.LAND)
    with db.read() as session:
        assert rules_running(session, land.tip.id) == []


def test_one_tip_has_one_reward(db, people, found):
    with db.begin() as session:
        propose(session, people, found)
    with pytest.raises(WrongState), db.begin() as session:
        propose(session, people, found)


def test_a_later_tip_of_the_case_needs_a_reason_and_shares_the_cap(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people, 900_000)
        first = make.borne_out(session, keys, people, also=1)
        later = next(c for c in candidates(session, by=people.clerk) if c.first_tip)
        assert later.first_tip == first.tip.tip_number
        propose(session, people, first, base_yuan=250_000, uplift_percent=100)
    with pytest.raises(Invalid) as refused, db.begin() as session:
        proposing.propose(
            session, tip_number=later.tip_number, proposal=make.proposal(5_000), by=people.clerk
        )
    assert (refused.value.field, refused.value.reason) == ("amount_yuan", "above_case_cap")


def test_a_withdrawn_tip_is_first_no_longer(db, keys, people):
    with db.begin() as session:
        first = make.borne_out(session, keys, people, also=1)
        withdraw(session, receipt_id=receipt_of(session, first.tip.id).id)
    with db.read() as session:
        assert [told.first_tip for told in candidates(session, by=people.clerk)] == [""]


def test_an_amount_outside_the_band_is_refused_with_its_field(db, people, found):
    for base, reason in ((4_999, "below_band"), (300_001, "above_band")):
        with pytest.raises(Invalid) as refused, db.begin() as session:
            propose(session, people, found, base_yuan=base)
        assert (refused.value.field, refused.value.reason) == ("amount_yuan", reason)


def test_a_proposal_gives_its_reason(db, people, found):
    with pytest.raises(Invalid) as refused, db.begin() as session:
        propose(session, people, found, reason="   ")
    assert refused.value.field == "reason"


def test_what_was_sent_back_is_put_forward_anew_and_keeps_its_history(db, people, found):
    with db.begin() as session:
        reward = make.reviewed(session, people, found)
        actions.send_back(
            session, reward=reward, version=reward.version, reason="理由写得太短", by=people.approver
        )
        assert reward.state is RewardState.RETURNED
        again = propose(session, people, found, base_yuan=8_000)
    assert (again.id, again.state, again.amount_fen) == (reward.id, RewardState.PROPOSED, 800_000)
    with db.read() as session:
        moves = [step.move for step in session.query(RewardStep).order_by(RewardStep.id)]
    assert moves == [RewardMove.PROPOSE, RewardMove.REVIEW, RewardMove.SEND_BACK, RewardMove.PROPOSE]


def test_a_declined_reward_reserves_nothing_and_is_told(db, people, found):
    with db.begin() as session:
        reward = make.reviewed(session, people, found)
        actions.decline(
            session, reward=reward, version=reward.version, reason="事前已有巡查记录", by=people.approver
        )
    with db.read() as session:
        assert journal.balances(session).reserved_fen == 0
        assert receipt_of(session, found.tip.id).reward_stage is RewardStage.DECLINED
        assert rules_running(session, found.tip.id) == []


def test_what_fails_a_condition_is_declined_without_a_proposal(db, people, found):
    with db.begin() as session:
        actions.decline_candidate(
            session, tip_number=found.tip.tip_number, reason="举报前已经登报", by=people.approver
        )
    with db.read() as session:
        assert receipt_of(session, found.tip.id).reward_stage is RewardStage.DECLINED
        assert rules_running(session, found.tip.id) == []
    with pytest.raises(WrongState), db.begin() as session:
        propose(session, people, found)


def test_an_empty_fund_approves_nothing(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people, 19_999)
        reward = make.reviewed(session, people, make.borne_out(session, keys, people))
    with pytest.raises(FundTooLow), db.begin() as session:
        approve(session, reward, people.approver)
    with db.read() as session:
        assert session.get_one(Reward, reward.id).state is RewardState.REVIEWED
        assert receipt_of(session, reward.tip_id).reward_stage is RewardStage.PROPOSED


def held(session, reward):
    return hold_reward(session, reward.id)


def approve(session, reward, by, **more):
    found = held(session, reward)
    actions.approve(session, reward=found, version=found.version, by=by, **more)


def test_above_the_first_step_the_minutes_of_the_meeting_are_named(db, people, found):
    with db.begin() as session:
        reward = make.reviewed(session, people, found, 20_001)
    with pytest.raises(Invalid) as refused, db.begin() as session:
        approve(session, reward, people.approver)
    assert refused.value.field == "decision_document"
    with db.begin() as session:
        approve(session, reward, people.approver, decision_document="局务会纪要〔2026〕7号")
    with db.read() as session:
        kept = session.get_one(Reward, reward.id)
        assert (kept.ladder_step, kept.decision_document) == ("bureau_meeting", "局务会纪要〔2026〕7号")


def test_who_gave_up_between_is_not_approved(db, people, found):
    with db.begin() as session:
        reward = make.reviewed(session, people, found)
        waive_reward(session, receipt_id=receipt_of(session, found.tip.id).id)
    with pytest.raises(WrongState) as refused, db.begin() as session:
        approve(session, reward, people.approver)
    assert refused.value.facts["state"] == "waived"


def test_a_page_that_is_older_than_the_reward_is_told_so(db, people, found):
    with db.begin() as session:
        reward = propose(session, people, found)
    with pytest.raises(Stale), db.begin() as session:
        actions.review(session, reward=held(session, reward), version=0, by=people.reviewer)


@pytest.fixture
def many_hats(db, keys):
    """One officer who holds every role of the reward's way that one may hold together."""
    with db.begin() as session:
        hats = {Role.REWARD_CLERK, Role.REWARD_REVIEWER, Role.REWARD_APPROVER, Role.INVESTIGATOR, Role.TRIAGE}
        return make.officer(session, keys, "hats", "云一帆", hats)


def test_one_person_with_every_role_still_takes_one_step(db, people, found, many_hats):
    with db.begin() as session:
        reward = propose(session, people, found, by=many_hats)
    for deed in (
        lambda s, r: actions.review(s, reward=r, version=r.version, by=many_hats),
        lambda s, r: actions.decline(s, reward=r, version=r.version, reason="不行", by=many_hats),
        lambda s, r: actions.send_back(s, reward=r, version=r.version, reason="不行", by=many_hats),
    ):
        with pytest.raises(SamePerson), db.begin() as session:
            deed(session, session.get_one(Reward, reward.id))
    with db.begin() as session:
        actions.review(
            session, reward=session.get_one(Reward, reward.id), version=reward.version, by=people.reviewer
        )
    with pytest.raises(SamePerson), db.begin() as session:
        approve(session, reward, many_hats)


def test_who_reviewed_does_not_approve(db, people, found, many_hats):
    with db.begin() as session:
        reward = propose(session, people, found)
        actions.review(session, reward=reward, version=reward.version, by=many_hats)
    with pytest.raises(SamePerson), db.begin() as session:
        approve(session, reward, many_hats)


def test_who_reviewed_an_earlier_round_does_not_propose_the_next(db, people, found, many_hats):
    with db.begin() as session:
        reward = propose(session, people, found)
        actions.review(session, reward=reward, version=reward.version, by=many_hats)
        actions.send_back(session, reward=reward, version=reward.version, reason="再核", by=people.approver)
    with pytest.raises(SamePerson), db.begin() as session:
        propose(session, people, found, by=many_hats)


@pytest.mark.parametrize("part", ["triage", "investigator"])
def test_who_handled_the_clue_does_not_approve(db, keys, people, part):
    with db.begin() as session:
        make.fill_fund(session, people)
        role = {"triage": Role.TRIAGE, "investigator": Role.INVESTIGATOR}[part]
        handler = make.officer(session, keys, "handler", "云一帆", {role, Role.REWARD_APPROVER})
        found = make.borne_out(session, keys, replace_part(people, part, handler))
        reward = make.reviewed(session, people, found)
    with pytest.raises(SamePerson), db.begin() as session:
        approve(session, reward, handler)
    with pytest.raises(SamePerson), db.begin() as session:
        actions.decline(
            session, reward=held(session, reward), version=reward.version, reason="不行", by=handler
        )
    with db.begin() as session:
        approve(session, reward, people.approver)


def replace_part(people, part, officer):
    return make.People(**{**vars(people), part: officer})


def test_who_handled_it_before_it_was_handed_over_is_known_from_the_trail(db, keys, people, found):
    with db.read() as session:
        handlers = handlers_of(session, found.tip.id, found.case_id)
    assert handlers == {people.triage.id, people.investigator.id}


def test_the_database_too_keeps_the_steps_apart(db, people, found):
    with db.begin() as session:
        reward = make.approved(session, people, found)
    for changed in (
        {"approved_by": people.clerk.id},
        {"approved_by": people.reviewer.id},
        {"reviewed_by": people.clerk.id},
        {"state": RewardState.PAID, "paid_by": people.approver.id},
        {"state": RewardState.PAID, "paid_by": people.clerk.id},
        {"state": RewardState.PAID},
    ):
        with pytest.raises(IntegrityError), db.begin() as session:
            session.execute(update(Reward).where(Reward.id == reward.id).values(**changed))


@pytest.mark.parametrize("who", ["leader", "triage", "investigator", "reviewer", "approver", "cashier"])
def test_only_a_clerk_proposes(db, people, found, who):
    with pytest.raises(NotAllowed), db.begin() as session:
        propose(session, people, found, by=getattr(people, who))


@pytest.mark.parametrize(
    ("deed", "permission"),
    [
        ("review", Permission.REVIEW_REWARDS),
        ("send_back", Permission.REVIEW_REWARDS),
        ("decline", Permission.REVIEW_REWARDS),
        ("approve", Permission.APPROVE_REWARDS),
    ],
)
def test_each_step_asks_for_its_own_permission(db, people, found, deed, permission):
    with db.begin() as session:
        reward = propose(session, people, found)
    more = {"reason": "不行"} if deed in ("send_back", "decline") else {}
    for officer in (
        people.leader,
        people.triage,
        people.clerk,
        people.cashier,
        people.reviewer,
        people.approver,
    ):
        if officer.may(permission):
            continue
        with pytest.raises(NotAllowed), db.begin() as session:
            getattr(actions, deed)(
                session, reward=held(session, reward), version=reward.version, by=officer, **more
            )


def test_another_township_learns_nothing_of_a_reward(db, keys, people, found):
    with db.begin() as session:
        reward = propose(session, people, found)
        elsewhere = make.officer(
            session, keys, "elsewhere", "云一帆", {Role.REWARD_CLERK, Role.REWARD_REVIEWER}, "141122103"
        )
    with db.read() as session:
        assert candidates(session, by=elsewhere) == []
        with pytest.raises(NotFound):
            candidate_for(session, tip_number=found.tip.tip_number, by=elsewhere)
        with pytest.raises(NotFound):
            actions.reward_for(session, reward_number=reward.reward_number, by=elsewhere)


def test_every_step_leaves_a_trace_without_words(db, people, found):
    with db.begin() as session:
        reward = make.approved(session, people, found)
    with db.read() as session:
        entries = session.query(Entry).filter_by(about_kind="reward", about_ref=reward.reward_number)
        traces = [(e.deed, e.actor_id, e.facts) for e in entries.order_by(Entry.id)]
    assert traces == [
        (
            Deed.PROPOSE_REWARD.value,
            people.clerk.id,
            {
                "tip_number": found.tip.tip_number,
                "amount_fen": 2_000_000,
                "scheme": "mining",
                "version": "2022-01-25",
            },
        ),
        (Deed.REVIEW_REWARD.value, people.reviewer.id, {"amount_fen": 2_000_000}),
        (Deed.APPROVE_REWARD.value, people.approver.id, {"amount_fen": 2_000_000, "journal": 2}),
    ]
