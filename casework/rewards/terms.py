"""The words of rewards and of the fund."""

from casework.terms import N_, Term


class RewardState(Term):
    PROPOSED = "proposed", N_("待审核")
    RETURNED = "returned", N_("退回修改")
    REVIEWED = "reviewed", N_("待批准")
    APPROVED = "approved", N_("已批待领")
    CLAIMED = "claimed", N_("待发放")
    PAID = "paid", N_("已发放")
    DECLINED = "declined", N_("不予奖励")
    WAIVED = "waived", N_("举报人放弃")


class RewardMove(Term):
    PROPOSE = "propose", N_("提出")
    REVIEW = "review", N_("审核")
    APPROVE = "approve", N_("批准")
    SEND_BACK = "send_back", N_("退回")
    DECLINE = "decline", N_("不予奖励")
    CLAIM = "claim", N_("申领")
    PAY_OUT = "pay_out", N_("发放")
    WAIVE = "waive", N_("放弃")


class Severity(Term):
    MINOR = "minor", N_("一般")
    SERIOUS = "serious", N_("较重")
    GRAVE = "grave", N_("严重")


class Agreement(Term):
    """How far what was found agrees with what was reported."""

    WHOLE = "whole", N_("完全一致")
    MOSTLY = "mostly", N_("基本一致")
    PARTLY = "partly", N_("部分一致")


class Answer(Term):
    """What the system, or an officer, says to a point of the eligibility list."""

    PASSES = "passes", N_("符合")
    FAILS = "fails", N_("不符合")
    ASK = "ask", N_("由经办人核")
    LATER = "later", N_("领取时再核")


class Account(Term):
    """Where the money stands. Treasury and paid lie outside: what came in, and what went out."""

    TREASURY = "treasury", N_("财政")
    AVAILABLE = "available", N_("可用")
    RESERVED = "reserved", N_("预留")
    PAID = "paid", N_("已发放")


class JournalKind(Term):
    APPROPRIATE = "appropriate", N_("拨入")
    RESERVE = "reserve", N_("预留")
    RELEASE = "release", N_("预留退回")
    PAY_OUT = "pay_out", N_("发放")


class AppropriationKind(Term):
    ANNUAL = "annual", N_("年初拨入")
    SUPPLEMENT = "supplement", N_("追加拨入")


class AppropriationState(Term):
    ENTERED = "entered", N_("待确认")
    CONFIRMED = "confirmed", N_("已确认")
    REFUSED = "refused", N_("不予确认")
