"""The Lüliang form as XLSX, read back cell by cell with another library."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from casework.ledgers.form import COLUMNS, HEADS, TITLE, Frame
from casework.ledgers.luliang import LuliangRow
from casework.ledgers.workbook import write_workbook

FRAME = Frame(filled_on=date(2026, 11, 30), filled_by="贺兰舟")
ROW = LuliangRow(
    number=1,
    case_number="AJ-2026-0001",
    county="交城县",
    subject="晨鹿石料厂",
    place="水峪贯镇青石沟村北沟",
    mineral="石灰岩",
    land_mu=Decimal("2.14"),
    land_fine_yuan=Decimal("28500.50"),
    restored=True,
    mined_tonnes=Decimal("3120.505"),
    confiscated_tonnes=Decimal(2860),
    mining_fine_yuan=Decimal(420000),
    shut_down=False,
    administrative_detention=2,
    criminal_detention=0,
    arrest=None,
    remark="已移送",
    new=True,
    doubts=(),
    cursor="1~1",
)
# domain.md §6.1: row 1 columns 6–12 and 13–15; row 2 columns 6–8 and 9–12; columns 1–5 and 16 over three rows,
# 13–15 over rows 2 and 3. Two rows stand above, so row 1 of the heads is row 3 of the sheet.
HEAD_MERGES = {
    "A3:A5", "B3:B5", "C3:C5", "D3:D5", "E3:E5", "P3:P5",
    "F3:L3", "M3:O3", "F4:H4", "I4:L4", "M4:M5", "N4:N5", "O4:O5",
}  # fmt: skip


def written(rows: Iterable[LuliangRow] = (ROW,)) -> bytes:
    out = io.BytesIO()
    write_workbook(out, lines=rows, frame=FRAME)
    return out.getvalue()


def sheet_of(data: bytes) -> Worksheet:
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["台账"]
    sheet: Worksheet = book["台账"]
    return sheet


def test_title_units_and_three_rows_of_heads_stand_as_the_form_has_them() -> None:
    sheet = sheet_of(written())
    assert sheet["A1"].value == TITLE == "吕梁市严厉打击非法采矿占地专项行动台账"
    assert sheet["A2"].value == "填报单位：交城县自然资源局、交城县公安局"
    assert sheet["I2"].value == "单位：亩、元、吨、人"
    heads = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=5)]
    _ = None
    assert heads == [
        ["序号", "县市区", "企业名称（个人）", "位置", "开采矿种", "自然资源部门处理情况", _, _, _, _, _, _,
         "公安部门处理情况", _, _, "备注"],
        [_, _, _, _, _, "占地方面", _, _, "采矿方面", _, _, _, "行政拘留", "刑事拘留", "逮捕", _],
        [_, _, _, _, _, "非法占地面积", "罚款金额", "是否恢复原状", "非法开采数量", "没收非法矿产品", "罚款金额",
         "非法采矿是否取缔", _, _, _, _],
    ]  # fmt: skip


def test_the_merges_are_those_of_the_form() -> None:
    sheet = sheet_of(written())
    merges = {str(merged) for merged in sheet.merged_cells.ranges}
    assert {m for m in merges if re.search(r"[A-Z]+[345]:", m)} == HEAD_MERGES
    assert merges - HEAD_MERGES == {"A1:P1", "A2:H2", "I2:P2", "A7:E7", "F7:K7", "L7:P7"}


def test_every_value_comes_back_in_its_column_and_kind() -> None:
    sheet = sheet_of(written())
    values = [cell.value for cell in sheet[6]]
    assert values == [
        1, "交城县", "晨鹿石料厂", "水峪贯镇青石沟村北沟", "石灰岩", 2.14, 28500.5, "是", 3120.505, 2860, 420000, "否",
        2, 0, None, "已移送",
    ]  # fmt: skip
    assert [cell.data_type for cell in sheet[6]] == list("nssssnnsnnnsnnns")
    assert sheet["F6"].number_format == "#,##0.00"
    assert [cell.number_format for cell in (sheet["C6"], sheet["P6"])] == ["@", "@"]
    assert sheet.max_column == COLUMNS


def test_the_foot_says_who_filled_it_in_and_leaves_room_for_who_checks() -> None:
    sheet = sheet_of(written([ROW, replace(ROW, number=2)]))
    assert [sheet["A8"].value, sheet["F8"].value, sheet["L8"].value] == [
        "审核人：",
        "填报时间：2026年11月30日",
        "填报人：贺兰舟",
    ]


def test_a_form_without_lines_is_whole() -> None:
    sheet = sheet_of(written([]))
    assert sheet["A6"].value == "审核人："
    assert sheet.max_row == 6


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "\tx",
    "{=1}",
    "0x10",
    "007",
    "1e5",
    "https://x.cn",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_text_is_text_and_never_a_formula_a_number_or_a_link(words: str) -> None:
    told = replace(ROW, subject=words, place=words, mineral=words, remark=words)
    data = written([told])
    sheet = sheet_of(data)
    for column in "CDEP":
        cell = sheet[f"{column}6"]
        assert (cell.value, cell.data_type, cell.hyperlink) == (words.strip(), "s", None)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in xml
        assert not [name for name in parts.namelist() if "external" in name.lower()]


def test_characters_that_xml_does_not_know_are_left_out() -> None:
    sheet = sheet_of(
        written(
            [
                replace(
                    ROW,
                    subject="晨\x00鹿\x0b石<&>\n料",
                    remark="\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
                )
            ]
        )
    )
    assert sheet["C6"].value == "晨 鹿 石<&> 料"
    assert sheet["P6"].value == "😀"


def test_it_prints_on_a4_landscape_with_its_heads_on_every_page() -> None:
    sheet = sheet_of(written())
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$3:$5"
    assert sheet.freeze_panes == "D6"
    widths = [sheet.column_dimensions[chr(65 + n)].width for n in range(COLUMNS)]
    assert all(widths)
    assert max(widths) == widths[3]


def test_every_cell_of_head_and_lines_has_a_border() -> None:
    data = written([ROW, replace(ROW, number=2, land_mu=None)])
    lines = sheet_of(data).iter_rows(min_row=6, max_row=7, max_col=COLUMNS)
    assert all(cell.border.left.style and cell.border.top.style for row in lines for cell in row)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    # openpyxl draws the borders of merged cells anew, so the heads are read as they were written.
    heads = [re.findall(r'<c r="[A-Z]+([345])" s="(\d+)"', xml)]
    assert [sum(row == wanted for row, _ in heads[0]) for wanted in "345"] == [COLUMNS] * 3
    assert len({style for _, style in heads[0]}) == 1


def test_ten_thousand_lines_are_all_there() -> None:
    rows = (replace(ROW, number=n, remark=f"第{n}行") for n in range(1, 10_001))
    book = load_workbook(io.BytesIO(written(rows)), read_only=True)
    found = [row[15] for row in book["台账"].iter_rows(min_row=6, max_row=10_005, values_only=True)]
    assert found == [f"第{n}行" for n in range(1, 10_001)]


def test_heads_fill_the_three_rows_without_a_gap_or_an_overlap() -> None:
    covered = [
        (row, column)
        for head in HEADS
        for row in range(head.row, head.row + head.rows)
        for column in range(head.column, head.column + head.columns)
    ]
    assert sorted(covered) == [(row, column) for row in range(3) for column in range(COLUMNS)]
