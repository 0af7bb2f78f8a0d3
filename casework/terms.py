"""The words of the field: enums whose Chinese label stands beside the value, once.

Values are what the database, addresses and files hold; labels are what people read.
docs/terms.md is the table of them all, and a test keeps the two equal.
"""

import re
from enum import Enum
from typing import Self

import sqlalchemy as sa


def N_(message: str) -> str:
    """Marks a label for the translators; the page's `label` filter translates it."""
    return message


class Term(str, Enum):
    """A member is its value (a str); `.label` is the Chinese word."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:  # looked up by value alone: Category("land")
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    def __str__(self) -> str:
        return str(self.value)


def TermColumn(kind: type[Term], *, name: str = "") -> sa.Enum:
    """Column type for a Term: its value as text, with a CHECK that no other text gets in.

    `name` tells two columns of the same kind in one table apart.
    """
    snake = name or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()
    return sa.Enum(
        kind,
        name=snake,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Agency(Term):
    NATURAL_RESOURCES = "natural_resources", N_("自然资源局")
    PUBLIC_SECURITY = "public_security", N_("公安局")


class Channel(Term):
    WEB = "web", N_("网页")
    WECHAT = "wechat", N_("微信")
    PHONE = "phone", N_("电话")
    LETTER = "letter", N_("来信")
    WALK_IN = "walk_in", N_("来访")


class Category(Term):
    """The six target acts of the campaign plan, and land apart from pits (config/categories.toml)."""

    UNLICENSED = "unlicensed", N_("无证开采")
    DISGUISED = "disguised", N_("变相开采")
    BEYOND_BOUNDARY = "beyond_boundary", N_("越层越界")
    REOPENED_PIT = "reopened_pit", N_("开旧井")
    LAND = "land", N_("占地")
    OTHER = "other", N_("其他")


class SubjectKind(Term):
    COMPANY = "company", N_("单位")
    PERSON = "person", N_("个人")
    UNKNOWN = "unknown", N_("不清楚")


class Ongoing(Term):
    YES = "yes", N_("没停")
    NO = "no", N_("停了")
    UNKNOWN = "unknown", N_("不知道")


class Datum(Term):
    WGS84 = "wgs84", N_("WGS-84")
    GCJ02 = "gcj02", N_("火星坐标 GCJ-02")
    BD09 = "bd09", N_("百度坐标 BD-09")


class PointSource(Term):
    MAP = "map", N_("图上指的")
    DEVICE = "device", N_("手机定位")
    PHOTO = "photo", N_("照片里的")


class Disguise(Term):
    """Project names the plan warns of (交自然资字〔2021〕62号, 五(二))."""

    LAND_CONSOLIDATION = "land_consolidation", N_("土地开发整理")
    MINE_RESTORATION = "mine_restoration", N_("矿山生态修复")
    HAZARD_CONTROL = "hazard_control", N_("地质灾害治理")
    RESETTLEMENT = "resettlement", N_("移民搬迁")
    WIND_POWER = "wind_power", N_("风电建设")
    NONE = "none", N_("没有借名义")


class IdentityKind(Term):
    ANONYMOUS = "anonymous", N_("匿名")
    NAMED = "named", N_("实名")


class TipState(Term):
    NEW = "new", N_("待登记")
    REGISTERED = "registered", N_("已登记")
    MERGED = "merged", N_("已并案")
    DECLINED = "declined", N_("不予受理")
    HANDED_ON = "handed_on", N_("已转其他单位")


class Stage(Term):
    """What the informant is shown; pushed down by the rooms above (tips.actions.show_stage)."""

    RECEIVED = "received", N_("已收到")
    ACCEPTED = "accepted", N_("已受理")
    DECLINED = "declined", N_("不予受理")
    HANDED_ON = "handed_on", N_("已转有关部门")
    VERIFYING = "verifying", N_("正在核查")
    SUBSTANTIATED = "substantiated", N_("查实了")
    PARTLY = "partly", N_("部分查实")
    UNFOUNDED = "unfounded", N_("没有查到")
    INCONCLUSIVE = "inconclusive", N_("暂时查不清")
    CASE_OPENED = "case_opened", N_("已立案")
    CONCLUDED = "concluded", N_("处理完毕")
    CLOSED_OFF = "closed_off", N_("已销号")


class RewardStage(Term):
    """What the informant is shown of the reward."""

    NONE = "none", N_("还不到时候")
    PROPOSED = "proposed", N_("正在审核")
    APPROVED = "approved", N_("可以领取")
    CLAIMED = "claimed", N_("等您去领")
    PAID = "paid", N_("已发放")
    LAPSED = "lapsed", N_("过期未领")
    DECLINED = "declined", N_("不予奖励")
    WAIVED = "waived", N_("您已放弃")


class MessageSide(Term):
    OFFICE = "office", N_("办案人员")
    INFORMANT = "informant", N_("举报人")


class EvidenceState(Term):
    ARRIVING = "arriving", N_("上传中")
    WAITING = "waiting", N_("清除中")
    CLEANED = "cleaned", N_("可以用")
    REFUSED = "refused", N_("没收下")


class EvidenceKind(Term):
    PHOTO = "photo", N_("照片")
    RECORDING = "recording", N_("录像录音")


class ClueState(Term):
    REGISTERED = "registered", N_("待分派")
    ASSIGNED = "assigned", N_("核查中")
    FOUND = "found", N_("已有结论")
    IN_CASE = "in_case", N_("已立案")
    CONCLUDED = "concluded", N_("已办结")
    CLOSED_OFF = "closed_off", N_("已销号")


class Finding(Term):
    SUBSTANTIATED = "substantiated", N_("查实")
    PARTLY = "partly", N_("部分查实")
    UNFOUNDED = "unfounded", N_("查否")
    INCONCLUSIVE = "inconclusive", N_("查不清")


class DutyState(Term):
    OPEN = "open", N_("在办")
    PAUSED = "paused", N_("停表")
    MET = "met", N_("已办")
    CANCELLED = "cancelled", N_("已撤")
