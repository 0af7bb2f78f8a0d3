"""The Lüliang form as XLSX: one sheet, memory that does not grow with the lines, text that stays text."""

import re
from collections.abc import Iterable
from typing import IO, Any

import xlsxwriter

from casework.ledgers.form import COLUMNS, HEAD_ROWS, HEADS, MONEY, MU, TITLE, UNITS, Cell, Frame, cells
from casework.ledgers.luliang import LuliangRow

SHEET = "台账"
A4 = 9
TOP = 2  # title and unit line stand above the heads
WIDTHS = (5, 8, 22, 26, 9, 9, 11, 7, 10, 10, 12, 8, 6, 6, 6, 20)
SHORT = (1, 7, 11)  # the county, 是 and 否 stand in the middle
_SPLIT = 8  # where the unit line parts
_FOOT = ((0, 4), (5, 10), (11, 15))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

Format = Any
Sheet = Any


def write_workbook(out: IO[bytes], *, lines: Iterable[LuliangRow], frame: Frame) -> int:
    """Writes the form to `out` and answers the number of lines. Rows are written once, from top to bottom."""
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": TITLE})
    sheet, formats = book.add_worksheet(SHEET), _formats(book)
    _lay_out(sheet)
    _write_top(sheet, formats, frame)
    _write_heads(sheet, formats)
    count = 0
    for line in lines:
        _write_line(sheet, formats, TOP + HEAD_ROWS + count, cells(line))
        count += 1
    _write_foot(sheet, formats, TOP + HEAD_ROWS + count, frame)
    book.close()
    return count


def _formats(book: Any) -> dict[str, Format]:
    cell = {"border": 1, "valign": "vcenter", "font_size": 10, "font_name": "宋体"}
    number = {**cell, "align": "right"}
    plain = {"font_size": 10, "font_name": "宋体", "valign": "vcenter"}
    made = {
        "title": {"bold": True, "font_size": 16, "font_name": "宋体", "align": "center", "valign": "vcenter"},
        "start": {**plain, "align": "left"},
        "middle": {**plain, "align": "center"},
        "end": {**plain, "align": "right"},
        "head": {**cell, "bold": True, "align": "center", "text_wrap": True},
        # '@' keeps a cell text even when somebody edits it later: a subject named =1+1 is a name.
        "text": {**cell, "num_format": "@", "text_wrap": True},
        "short": {**cell, "num_format": "@", "align": "center"},
        "count": {**number, "num_format": "0"},
        "whole": {**number, "num_format": "#,##0"},
        "parted": {**number, "num_format": "#,##0.0##"},
        "mu": {**number, "num_format": "#,##0.00"},
        "money": {**number, "num_format": "#,##0.00"},
    }
    return {name: book.add_format(properties) for name, properties in made.items()}


def _lay_out(sheet: Sheet) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.center_horizontally()
    sheet.repeat_rows(TOP, TOP + HEAD_ROWS - 1)
    sheet.freeze_panes(TOP + HEAD_ROWS, 3)
    sheet.set_footer("&C&P / &N")


def _write_top(sheet: Sheet, formats: dict[str, Format], frame: Frame) -> None:
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, COLUMNS - 1, TITLE, formats["title"])
    sheet.set_row(1, 20)
    sheet.merge_range(1, 0, 1, _SPLIT - 1, _plain(frame.agencies), formats["start"])
    sheet.merge_range(1, _SPLIT, 1, COLUMNS - 1, UNITS, formats["end"])


def _write_heads(sheet: Sheet, formats: dict[str, Format]) -> None:
    for row in range(HEAD_ROWS):
        sheet.set_row(TOP + row, 30 if row == HEAD_ROWS - 1 else 20)
        words = {head.column: head.words for head in HEADS if head.row == row}
        for column in range(COLUMNS):
            if column in words:
                sheet.write_string(TOP + row, column, words[column], formats["head"])
            else:
                sheet.write_blank(TOP + row, column, None, formats["head"])
    for head in HEADS:
        if head.rows > 1 or head.columns > 1:
            # merge_range would write the lower rows at once, and constant memory cannot go back to the upper ones.
            last = TOP + head.row + head.rows - 1, head.column + head.columns - 1
            sheet.merge.append([TOP + head.row, head.column, *last])


def _write_line(sheet: Sheet, formats: dict[str, Format], row: int, values: tuple[Cell, ...]) -> None:
    for column, value in enumerate(values):
        if value is None or value == "":
            sheet.write_blank(row, column, None, formats["text"])
        elif isinstance(value, str):
            sheet.write_string(row, column, _plain(value), formats["short" if column in SHORT else "text"])
        elif isinstance(value, int):
            sheet.write_number(row, column, value, formats["count"])
        else:
            number = float(value)
            sheet.write_number(row, column, number, formats[_number_format(column, number)])


def _number_format(column: int, value: float) -> str:
    if column == MU:
        return "mu"
    if value.is_integer():
        return "whole"
    return "money" if column in MONEY else "parted"


def _write_foot(sheet: Sheet, formats: dict[str, Format], row: int, frame: Frame) -> None:
    sheet.set_row(row, 24)
    for (first, last), words, side in zip(_FOOT, frame.foot, ("start", "middle", "end"), strict=True):
        sheet.merge_range(row, first, row, last, _plain(words), formats[side])


def _plain(words: str) -> str:
    """Control characters would make a file that some readers refuse."""
    return words.strip() if words.isprintable() else _CONTROL.sub(" ", words).strip()
