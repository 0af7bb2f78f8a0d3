"""What people read: each row is a value and the words that stand for it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from casework import calendar, labels
from casework.rewards.terms import AppropriationState, RewardState
from casework.terms import ClueState, DutyState, Finding, TipState

TODAY = date(2026, 11, 23)  # a Monday


def at(month: int, day: int, hour: int = 18, minute: int = 0, *, year: int = 2026) -> datetime:
    """An instant told on the clock of China."""
    return datetime(year, month, day, hour, minute, tzinfo=calendar.LOCAL).astimezone(UTC)


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (at(11, 23, 16, 20), "zh", "11月23日 16:20"),
        (at(11, 23, 16, 20), "en", "Nov 23, 16:20"),
        (at(11, 24, 0, 5), "zh", "11月24日 0:05"),
        (at(3, 12, 9, 0, year=2027), "zh", "2027年3月12日 9:00"),
        (at(3, 12, 9, 0, year=2027), "en", "Mar 12, 2027, 9:00"),
    ],
)
def test_an_instant_reads_on_the_clock_of_china_and_names_another_year(value, language, words):
    assert labels.local_time(value, language, today=TODAY) == words


def test_a_day_that_has_begun_in_china_but_not_in_utc_is_that_day():
    assert labels.local_date(datetime(2026, 11, 22, 17, 0, tzinfo=UTC), today=TODAY) == "11月23日"


@pytest.mark.parametrize(
    ("value", "language", "words"),
    [
        (at(11, 23, 9, 12), "zh", "今天 9:12"),
        (at(11, 22, 23, 59), "zh", "昨天 23:59"),
        (at(11, 21, 9, 12), "zh", "11月21日"),
        (at(11, 23, 9, 12), "en", "Today 9:12"),
        (at(11, 22, 9, 12), "en", "Yesterday 9:12"),
    ],
)
def test_what_happened_lately_reads_as_today_and_yesterday(value, language, words):
    assert labels.lately(value, language, today=TODAY) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (2_000_000, "20,000 元"),
        (140_950, "1,409.50 元"),
        (5, "0.05 元"),
        (0, "0 元"),
        (-1_800_000, "−18,000 元"),
    ],
)
def test_money_is_kept_in_fen_and_read_in_yuan(fen, words):
    assert labels.yuan(fen) == words


def test_a_column_whose_head_names_the_unit_holds_the_number_alone():
    assert labels.yuan(2_000_000, unit=False) == "20,000"
    assert labels.mu(10_000, unit=False) == "15.00"


@pytest.mark.parametrize(
    ("area_m2", "words"),
    [(10_000, "15.00 亩"), (1427, "2.14 亩"), (Decimal("666.67"), "1.00 亩"), (3, "0.00 亩"), (4, "0.01 亩")],
)
def test_land_is_kept_in_square_metres_and_read_in_mu(area_m2, words):
    assert labels.mu(area_m2) == words


@pytest.mark.parametrize(
    ("kg", "words"),
    [(3_120_000, "3,120 吨"), (36_500, "36.5 吨"), (1, "0.001 吨"), (0, "0 吨"), (100_000, "100 吨")],
)
def test_mass_is_kept_in_kilograms_and_read_in_tonnes(kg, words):
    assert labels.tonnes(kg) == words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        # The examples of 《正确填写票据和结算凭证的基本规定》四, in the spelling it allows and we chose.
        (140_950, "壹仟肆佰零玖元伍角"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "壹拾万零柒仟元伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (2_000_000, "贰万元整"),
        (10_000_000, "壹拾万元整"),
        (50_000_000, "伍拾万元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_010_000_000, "壹亿零壹拾万元整"),
        (100_050_000, "壹佰万零伍佰元整"),
        (1_001_00, "壹仟零壹元整"),
        (50, "伍角"),
        (5, "伍分"),
        (0, "零元整"),
    ],
)
def test_an_amount_is_written_out_as_on_a_voucher(fen, words):
    assert labels.capital_yuan(fen) == words


@pytest.mark.parametrize("fen", [-1, 10**15])
def test_an_amount_no_voucher_can_hold_is_refused(fen):
    with pytest.raises(ValueError, match="voucher"):
        labels.capital_yuan(fen)


NOW = at(11, 23, 15, 42)


@pytest.mark.parametrize(
    ("due_at", "kind", "words"),
    [
        (at(11, 19), "over", "超期 2 天"),  # Thursday: Friday and Monday are the working days since
        (at(11, 22, 16, 0), "over", "超期 23 小时"),
        (at(11, 23, 15, 42), "over", "超期 1 分钟"),
        (at(11, 23, 15, 0), "over", "超期 42 分钟"),
        (at(11, 23, 18, 0), "today", "今天 18:00"),
        (at(11, 23, 23, 59), "today", "今天之内"),
        (at(11, 24, 9, 0), "soon", "剩 1 个工作日"),
        (at(11, 26), "soon", "剩 3 个工作日"),
        (at(11, 27), "ample", "11月27日"),
        (at(12, 14), "ample", "12月14日"),
        (at(3, 12, year=2027), "ample", "2027年3月12日"),
    ],
)
def test_a_clock_counts_days_within_three_and_names_the_date_beyond(due_at, kind, words):
    found = labels.standing(due_at, NOW)
    assert (found.kind, str(found)) == (kind, words)
    assert found.on == calendar.local_day(due_at)


def test_a_limit_that_ends_on_the_coming_saturday_is_soon_and_names_the_day():
    friday = at(11, 27, 17, 0)
    assert str(labels.standing(at(11, 28), friday)) == "11月28日"
    assert labels.standing(at(11, 28), friday).kind == "soon"


def test_a_limit_that_counts_every_day_counts_the_weekend_too():
    assert str(labels.standing(at(11, 19), NOW, working_days=None)) == "超期 4 天"
    assert str(labels.standing(at(11, 25), NOW, working_days=None)) == "剩 2 天"


def test_working_days_are_counted_across_the_spring_festival_with_its_moved_saturday():
    assert str(labels.standing(at(2, 24), at(2, 12, 9, 0))) == "剩 3 个工作日"


@pytest.mark.parametrize(
    ("ended_at", "kind", "words"),
    [
        (at(11, 19, 18, 0), "tick", "按时办完"),
        (at(11, 19, 20, 30), "late", "办完，晚 2 小时"),
        (at(11, 23, 18, 0), "late", "办完，晚 2 天"),
    ],
)
def test_a_clock_that_was_answered_says_whether_in_time(ended_at, kind, words):
    found = labels.standing(at(11, 19), NOW, ended_at=ended_at)
    assert (found.kind, str(found)) == (kind, words)


def test_a_stopped_clock_says_what_it_waits_for_even_past_its_day():
    found = labels.standing(at(11, 19), NOW, paused=True, paused_for="等鉴定")
    assert (found.kind, str(found), found.on) == ("pause", "停表：等鉴定", None)
    assert str(labels.standing(at(11, 19), NOW, paused=True)) == "停表"


@pytest.mark.parametrize("kind", [TipState, ClueState, Finding, DutyState, RewardState, AppropriationState])
def test_every_state_has_a_mark_of_its_own_kind(kind):
    assert {labels.state_mark(state) for state in kind} <= {"new", "work", "sent", "done", "none", "shut"}
    assert labels._MARKS[kind.__name__].keys() == {state.value for state in kind}


def test_states_of_two_kinds_that_share_a_value_keep_their_own_marks():
    assert labels.state_mark(TipState.REGISTERED) == "done"
    assert labels.state_mark(ClueState.REGISTERED) == "new"


def test_filters_ask_for_the_language_at_each_use():
    spoken = ["zh"]
    filters = labels.filters(lambda words, **facts: words % facts, lambda: spoken[-1])
    with calendar.freeze(NOW):
        assert filters["local_date"](at(11, 23)) == "11月23日"
        spoken.append("en")
        assert filters["local_date"](at(11, 23)) == "Nov 23"
        assert filters["yuan"](100, unit=False) == "1"
        assert filters["due_words"](labels.standing(at(11, 19), NOW)) == "超期 2 天"
