"""Who gives up: the money goes back, the clocks end, the case can be closed off."""

import pytest

from casework import calendar
from casework.duties.queries import running
from casework.errors import WrongState
from casework.rewards import actions, journal, waivers
from casework.rewards.models import Reward, RewardStep
from casework.rewards.terms import RewardMove, RewardState
from casework.tips.actions import receipt_of
from casework.tips.lookup import waive_reward, withdraw
from tests.factories import rewards as make


@pytest.fixture
def found(db, keys, people):
    with db.begin() as session:
        make.fill_fund(session, people)
        return make.borne_out(session, keys, people)


def settle(db):
    for _ in range(2):  # safe to call again
        with db.begin() as session:
            waivers.drop_idle_clocks(session)
            for reward_id in waivers.waived_rewards(session):
                waivers.settle_waiver(session, reward_id)


def give_up(db, found, how=waive_reward):
    with db.begin() as session:
        how(session, receipt_id=receipt_of(session, found.tip.id).id)


@pytest.mark.parametrize("reached", ["proposed", "reviewed", "returned", "approved"])
def test_a_waiver_ends_the_reward_and_gives_back_what_was_reserved(db, people, found, reached):
    with db.begin() as session:
        reward = make.approved(session, people, found) if reached == "approved" else None
        reward = reward or make.reviewed(session, people, found)
        if reached == "returned":
            actions.send_back(
                session, reward=reward, version=reward.version, reason="再核", by=people.approver
            )
    give_up(db, found)
    settle(db)
    with db.read() as session:
        kept = session.get_one(Reward, reward.id)
        assert kept.state is RewardState.WAIVED
        assert journal.balances(session) == journal.Balances(50_000_000, 50_000_000, 0, 0)
        assert running(session, ("tip", found.tip.id)) == []
        moves = [step.move for step in session.query(RewardStep).order_by(RewardStep.id)]
    assert moves[-1] is RewardMove.WAIVE
    assert moves.count(RewardMove.WAIVE) == 1


@pytest.mark.parametrize("how", [waive_reward, withdraw])
def test_where_nothing_was_proposed_nothing_is_owed_any_more(db, found, how):
    give_up(db, found, how)
    settle(db)
    with db.read() as session:
        assert running(session, ("tip", found.tip.id)) == []


def test_what_was_claimed_is_not_waived(db, people, found):
    with db.begin() as session:
        make.approved(session, people, found)
        receipt = receipt_of(session, found.tip.id)
        make.claim(session, receipt.id)
    with pytest.raises(WrongState):
        give_up(db, found)
    settle(db)
    with db.read() as session:
        assert journal.balances(session).reserved_fen == 2_000_000
        assert receipt_of(session, found.tip.id).waived_at is None
    assert calendar.now()
