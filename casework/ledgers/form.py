"""The Lüliang form as printed: its heads and merges, and which value stands in which column (domain.md §6.1)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from casework import policy
from casework.ledgers.luliang import LuliangRow

TITLE: Final = "吕梁市严厉打击非法采矿占地专项行动台账"
UNITS: Final = "单位：亩、元、吨、人"
COLUMNS: Final = 16
HEAD_ROWS: Final = 3
MU: Final = 5
MONEY: Final = (6, 10)

Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Head:
    """One head: the row of the three and the column it begins at, and over how many of each it runs."""

    row: int
    column: int
    words: str
    rows: int = 1
    columns: int = 1


HEADS: Final = (
    Head(0, 0, "序号", rows=3),
    Head(0, 1, "县市区", rows=3),
    Head(0, 2, "企业名称（个人）", rows=3),
    Head(0, 3, "位置", rows=3),
    Head(0, 4, "开采矿种", rows=3),
    Head(0, 5, "自然资源部门处理情况", columns=7),
    Head(0, 12, "公安部门处理情况", columns=3),
    Head(0, 15, "备注", rows=3),
    Head(1, 5, "占地方面", columns=3),
    Head(1, 8, "采矿方面", columns=4),
    Head(1, 12, "行政拘留", rows=2),
    Head(1, 13, "刑事拘留", rows=2),
    Head(1, 14, "逮捕", rows=2),
    Head(2, 5, "非法占地面积"),
    Head(2, 6, "罚款金额"),
    Head(2, 7, "是否恢复原状"),
    Head(2, 8, "非法开采数量"),
    Head(2, 9, "没收非法矿产品"),
    Head(2, 10, "罚款金额"),
    Head(2, 11, "非法采矿是否取缔"),
)


@dataclass(frozen=True)
class Frame:
    """What stands around the lines: who fills the form in, when, and who has looked at it."""

    filled_on: date
    filled_by: str = ""
    reviewed_by: str = ""

    @property
    def agencies(self) -> str:
        return "填报单位：" + "、".join(agency.name for agency in policy.current().agencies.values())

    @property
    def foot(self) -> tuple[str, str, str]:
        day = self.filled_on
        return (
            f"审核人：{self.reviewed_by}",
            f"填报时间：{day.year}年{day.month}月{day.day}日",
            f"填报人：{self.filled_by}",
        )


def cells(row: LuliangRow) -> tuple[Cell, ...]:
    """The sixteen values of a line, from left to right; numbers as numbers, the rest as text."""
    return (
        row.number,
        row.county,
        row.subject,
        row.place,
        row.mineral,
        row.land_mu,
        row.land_fine_yuan,
        yes_or_no(row.restored),
        row.mined_tonnes,
        row.confiscated_tonnes,
        row.mining_fine_yuan,
        yes_or_no(row.shut_down),
        row.administrative_detention,
        row.criminal_detention,
        row.arrest,
        row.remark,
    )


def printed(values: tuple[Cell, ...]) -> tuple[str, ...]:
    """The same as they are printed: thousands parted, 亩 to the hundredth, nothing where nothing was said."""
    return tuple(_printed(column, value) for column, value in enumerate(values))


def _printed(column: int, value: Cell) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int):
        return str(value)
    if column == MU:
        return f"{value:,.2f}"
    return yuan_printed(value) if column in MONEY else tonnes_printed(value)


def yuan_printed(value: Decimal) -> str:
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def tonnes_printed(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def yes_or_no(value: bool | None) -> str | None:
    """The form's own words, whatever the reader's language."""
    return None if value is None else "是" if value else "否"
