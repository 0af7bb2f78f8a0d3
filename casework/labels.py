"""How values read to people: dates, amounts, areas, how a clock stands. Pure functions; the language is an argument.

Words that are sentences (how a clock stands) come as a message and its facts, so that the catalogue translates them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from casework import calendar
from casework.terms import N_, Term

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# Working days. Nearer than this people count days, beyond it they read a date (design.md, due_badge).
SOON = 3


# ── dates ──
def local_date(value: date | datetime, language: str = "zh", *, today: date | None = None) -> str:
    """11月23日, Nov 23; with the year when it is not this one (or when `today` is not told)."""
    day = calendar.local_day(value) if isinstance(value, datetime) else value
    same_year = today is not None and day.year == today.year
    if language == "zh":
        return f"{day.month}月{day.day}日" if same_year else f"{day.year}年{day.month}月{day.day}日"
    words = f"{_MONTHS[day.month - 1]} {day.day}"
    return words if same_year else f"{words}, {day.year}"


def local_time(value: datetime, language: str = "zh", *, today: date | None = None) -> str:
    """11月23日 16:20, Nov 23, 16:20."""
    gap = " " if language == "zh" else ", "
    return f"{local_date(value, language, today=today)}{gap}{hour(value)}"


def lately(value: datetime, language: str = "zh", *, today: date) -> str:
    """今天 9:12, 昨天 17:40, and beyond that the date alone."""
    days_ago = (today - calendar.local_day(value)).days
    near = {0: {"zh": "今天"}.get(language, "Today"), 1: {"zh": "昨天"}.get(language, "Yesterday")}
    if days_ago in near:
        return f"{near[days_ago]} {hour(value)}"
    return local_date(value, language, today=today)


def hour(value: datetime) -> str:
    """9:12, on the clock of China."""
    local = value.astimezone(calendar.LOCAL)
    return f"{local.hour}:{local.minute:02d}"


# ── amounts ──
def yuan(amount_fen: int, language: str = "zh", *, unit: bool = True) -> str:
    """20,000 元; 1,409.50 元. Without `unit` for columns whose head names it."""
    sign = "−" if amount_fen < 0 else ""
    whole, rest = divmod(abs(amount_fen), 100)
    number = f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")
    return _with_unit(number, {"zh": "元"}.get(language, "yuan"), unit)


def mu(area_m2: int | Decimal, language: str = "zh", *, unit: bool = True) -> str:
    """Area stored in m², shown in 亩 to the hundredth: 1 亩 = 10,000/15 m²."""
    number = f"{_rounded(Decimal(area_m2) * 15 / 10_000, '0.01'):,}"
    return _with_unit(number, {"zh": "亩"}.get(language, "mu"), unit)


def tonnes(mass_kg: int | Decimal, language: str = "zh", *, unit: bool = True) -> str:
    """Mass stored in kg, shown in 吨 with no more places than it has."""
    exact = f"{_rounded(Decimal(mass_kg) / 1000, '0.001'):,}"
    return _with_unit(exact.rstrip("0").rstrip("."), {"zh": "吨"}.get(language, "t"), unit)


def _rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), rounding=ROUND_HALF_UP)


def _with_unit(number: str, word: str, wanted: bool) -> str:
    return f"{number} {word}" if wanted else number


# ── 大写金额 ──
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万")


def capital_yuan(amount_fen: int) -> str:
    """贰万元整; as vouchers are written (《支付结算办法》附一《正确填写票据和结算凭证的基本规定》二至四).

    Where the rule leaves it open (a nought at 万 or 元 before 仟 or 角), 零 is written before 仟 and not before 角.
    """
    if not 0 <= amount_fen < 10**15:
        raise ValueError("an amount on a voucher is neither negative nor ten thousand 亿")
    whole, rest = divmod(amount_fen, 100)
    jiao, fen = divmod(rest, 10)
    words = f"{_capital_whole(whole)}元" if whole else ""
    if not rest:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif whole:
        words += "零"
    return words + (f"{_DIGITS[fen]}分" if fen else "")


def _capital_whole(number: int) -> str:
    words, gap, group = "", False, False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place % 4]
        gap, group = not digit, group or bool(digit)
        if place % 4 == 0:
            words += _GROUPS[place // 4] if group else ""
            group = False
    return words


# ── how a clock stands ──
_OVER = {"days": N_("超期 %(n)s 天"), "hours": N_("超期 %(n)s 小时"), "minutes": N_("超期 %(n)s 分钟")}
_LATE = {
    "days": N_("办完，晚 %(n)s 天"),
    "hours": N_("办完，晚 %(n)s 小时"),
    "minutes": N_("办完，晚 %(n)s 分钟"),
}
_LAST_MINUTE = time(23, 59)
_FAR = timedelta(days=21)  # no three working days span three weeks, not even with the Spring Festival between


@dataclass(frozen=True)
class Standing:
    """kind: over today soon ample pause tick late. `words` % `facts` reads in Chinese; `on` is the day it is due."""

    kind: str
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    on: date | None = None

    def __str__(self) -> str:
        return self.words % self.facts


def standing(
    due_at: datetime,
    now: datetime,
    *,
    working_days: Callable[[date, date], int] | None = calendar.working_days_between,
    ended_at: datetime | None = None,
    paused: bool = False,
    paused_for: str = "",
    language: str = "zh",
) -> Standing:
    """How a duty's clock stands at `now`. Give working_days=None for limits that count every day."""
    due_on, today = calendar.local_day(due_at), calendar.local_day(now)
    days = working_days or _every_day
    if ended_at is not None:
        return _ended(due_at, ended_at, days)
    if paused:
        words = N_("停表：%(why)s") if paused_for else N_("停表")
        return Standing("pause", words, {"why": paused_for} if paused_for else {})
    if now >= due_at:
        unit, late = _lateness(due_at, now, days)
        return Standing("over", _OVER[unit], {"n": late}, due_on)
    if due_on == today:
        until_midnight = due_at.astimezone(calendar.LOCAL).time() >= _LAST_MINUTE
        words = N_("今天之内") if until_midnight else N_("今天 %(hour)s")
        return Standing("today", words, {} if until_midnight else {"hour": hour(due_at)}, due_on)
    left = days(today, due_on) if due_on - today < _FAR else SOON + 1
    if 1 <= left <= SOON:
        words = N_("剩 %(n)s 天") if working_days is None else N_("剩 %(n)s 个工作日")
        return Standing("soon", words, {"n": left}, due_on)
    facts = {"day": local_date(due_on, language, today=today)}
    return Standing("soon" if left < 1 else "ample", "%(day)s", facts, due_on)


def _ended(due_at: datetime, ended_at: datetime, days: Callable[[date, date], int]) -> Standing:
    if ended_at <= due_at:
        return Standing("tick", N_("按时办完"))
    unit, late = _lateness(due_at, ended_at, days)
    return Standing("late", _LATE[unit], {"n": late})


def _lateness(due_at: datetime, at: datetime, days: Callable[[date, date], int]) -> tuple[str, int]:
    """Under an hour in minutes, under a day in hours, then in days of the kind the limit counts."""
    late = at - due_at
    if late < _HOUR:
        return "minutes", max(1, late // timedelta(minutes=1))
    if late < _DAY:
        return "hours", late // _HOUR
    return "days", max(1, days(calendar.local_day(due_at), calendar.local_day(at)))


def _every_day(start: date, end: date) -> int:
    return (end - start).days


# ── marks of states (design.md, status_badge) ──
# new: dotted ring; work: half disc; sent: diamond, it is with others; done: disc; none: ring; shut: square.
_MARKS: dict[str, dict[str, str]] = {
    "TipState": {"new": "new", "registered": "done", "merged": "done", "declined": "shut", "handed_on": "sent"},
    "ClueState": {
        "registered": "new", "assigned": "work", "found": "done", "in_case": "work", "concluded": "done",
        "closed_off": "shut",
    },
    "CaseState": {"open": "work", "concluded": "done", "closed_off": "shut", "archived": "shut"},
    "Finding": {"substantiated": "done", "partly": "work", "unfounded": "none", "inconclusive": "none"},
    "DutyState": {"open": "work", "paused": "sent", "met": "done", "cancelled": "shut"},
    "RewardState": {
        "proposed": "work", "returned": "sent", "reviewed": "work", "approved": "sent", "claimed": "work",
        "paid": "done", "declined": "shut", "waived": "shut",
    },
    "AppropriationState": {"entered": "new", "confirmed": "done", "refused": "shut"},
}  # fmt: skip


def state_mark(state: Term) -> str:
    """The mark before a state's word; a state without one of its own is drawn as being worked on."""
    return _MARKS.get(type(state).__name__, {}).get(str(state), "work")


# ── for the pages ──
def filters(gettext: Callable[..., str], language: Callable[[], str]) -> dict[str, Callable[..., str]]:
    """The filters of a surface's templates. `gettext` and `language` are the surface's own, asked at each use."""

    def dated(function: Callable[..., str]) -> Callable[..., str]:
        return lambda value: function(value, language(), today=calendar.today())

    def measured(function: Callable[..., str]) -> Callable[..., str]:
        return lambda value, unit=True: function(value, language(), unit=unit)

    return {
        "label": lambda term: gettext(term.label),
        "state_mark": state_mark,
        "due_words": lambda due: gettext(due.words, **due.facts),
        "local_date": dated(local_date),
        "local_time": dated(local_time),
        "lately": dated(lately),
        "yuan": measured(yuan),
        "mu": measured(mu),
        "tonnes": measured(tonnes),
        "capital_yuan": capital_yuan,
    }
