"""Which points the system answers, which the officer must, and what stands in the way."""

from dataclasses import replace
from datetime import date

import pytest

from casework.errors import Invalid
from casework.rewards.eligibility import Said, Standing, points, refuse_unfit
from casework.rewards.terms import Answer
from casework.terms import Finding, SubjectKind
from config.policy import load_policy

POLICY = load_policy(on=date(2026, 11, 23))
GOOD = Standing(
    finding=Finding.SUBSTANTIATED,
    subject_kind=SubjectKind.COMPANY,
    concluded=True,
    first_tip="",
    wants_reward=True,
    withdrawn=False,
)
OFFICERS = (
    "not_known_before",
    "confessed_first",
    "already_published",
    "facts_differ",
    "rewarded_before",
    "in_litigation",
)
ALL_PASS = {key: Said(Answer.PASSES, "查过") for key in OFFICERS}


def answers(standing, said=None):
    return {line.key: line.answer for line in points(POLICY, standing, said)}


def test_the_system_answers_what_it_knows_and_leaves_the_rest_to_the_officer():
    asked = {key for key, answer in answers(GOOD).items() if answer is Answer.ASK}
    assert asked == set(OFFICERS)


def test_what_hangs_on_the_person_is_looked_at_when_the_person_is_known():
    later = {key for key, answer in answers(GOOD).items() if answer is Answer.LATER}
    assert later == {"legal_duty", "staff_relative", "offender", "paid_by_competitor"}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"finding": Finding.UNFOUNDED}, "substantiated"),
        ({"finding": None}, "substantiated"),
        ({"concluded": False}, "case_concluded"),
        ({"wants_reward": False}, "wants_reward"),
        ({"withdrawn": True}, "withdrawn"),
    ],
)
def test_a_point_that_fails_stops_the_proposal_whatever_the_officer_says(changed, key):
    said = ALL_PASS | {key: Said(Answer.PASSES, "我说行")}
    with pytest.raises(Invalid) as refused:
        refuse_unfit(points(POLICY, replace(GOOD, **changed), said))
    assert (refused.value.field, refused.value.reason) == (f"answer_{key}", "fails")


def test_a_partly_borne_out_tip_passes():
    refuse_unfit(points(POLICY, replace(GOOD, finding=Finding.PARTLY), ALL_PASS))


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"subject_kind": SubjectKind.UNKNOWN}, "clear_subject"),
        ({"first_tip": "JB-2026-0001"}, "first_informant"),
    ],
)
def test_where_the_system_is_in_doubt_the_officer_answers_with_a_reason(changed, key):
    standing = replace(GOOD, **changed)
    with pytest.raises(Invalid) as refused:
        refuse_unfit(points(POLICY, standing, ALL_PASS))
    assert (refused.value.field, refused.value.reason) == (f"answer_{key}", "unanswered")
    refuse_unfit(points(POLICY, standing, ALL_PASS | {key: Said(Answer.PASSES, "提供了新证据")}))


@pytest.mark.parametrize("key", OFFICERS)
def test_an_answer_without_a_reason_is_no_answer(key):
    with pytest.raises(Invalid) as refused:
        refuse_unfit(points(POLICY, GOOD, ALL_PASS | {key: Said(Answer.PASSES, "  ")}))
    assert (refused.value.field, refused.value.reason) == (f"note_{key}", "empty")


@pytest.mark.parametrize("key", OFFICERS)
def test_an_exclusion_that_applies_stops_the_proposal(key):
    with pytest.raises(Invalid) as refused:
        refuse_unfit(points(POLICY, GOOD, ALL_PASS | {key: Said(Answer.FAILS, "有")}))
    assert refused.value.field == f"answer_{key}"


def test_an_earlier_tip_is_told_by_its_number():
    line = next(
        p for p in points(POLICY, replace(GOOD, first_tip="JB-2026-0001")) if p.key == "first_informant"
    )
    assert line.fact == "JB-2026-0001"
