"""The Excel template of a dataset: instructions, a sheet to fill in, code lists, an example.

The same contract gives the same bytes: nothing in it depends on the day or the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from yrdx.dataset import CodeList, Column, Dataset, Kind, Requirement
from yrdx.example import Row, as_text
from yrdx.excel import ROWS_A_SHEET
from yrdx.reading.header import plain, vocabulary
from yrdx.template.instructions import FORMATS, REQUIREMENTS, draw_instructions
from yrdx.template.sample import sample_rows

INSTRUCTIONS, DATA, CODES, EXAMPLE = "填报说明", "数据", "代码表", "示例"
HEADER_ROW = 2
"""Row of the header, from 0; a title and notes stand above it."""

_TEXT_KINDS = frozenset(
    {Kind.TEXT, Kind.CODE, Kind.CODES, Kind.YEAR_MONTH, Kind.SCHOOL_YEAR, Kind.BOOLEAN}
)
_MARKS = {Requirement.MANDATORY: "*", Requirement.CONDITIONAL: "※", Requirement.OPTIONAL: ""}
_INKS = {
    Requirement.MANDATORY: "#C00000",
    Requirement.CONDITIONAL: "#BF7A00",
    Requirement.OPTIONAL: "#1F4E79",
}
_NOTES = (
    "红色带 * 的列必填，橙色带 ※ 的列在一定条件下必填，蓝色的列选填。请从第 4 行起逐行填写；"
    "不要改动列名，不要合并单元格，不要加合计行。把鼠标移到列名上可看说明；代码从下拉列表选取，"
    "见“代码表”。\n"
    "Red columns with * are required, orange ones with ※ under a condition, blue ones optional. "
    "Fill in from row 4 on; keep the headers, merge no cells, add no totals. Point at a header "
    "for help."
)


@dataclass(frozen=True, slots=True)
class Ranges:
    """Where each code list stands on the sheet of code lists."""

    first_row: int
    columns: Mapping[str, tuple[int, int]]

    def formula(self, codes: CodeList) -> str:
        """The cells of a list as Excel names them, for a drop-down."""
        column, last = self.columns[codes.name]
        letters = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
        return f"='{CODES}'!{letters}${self.first_row + 1}:{letters}${last + 1}"


def template_version(dataset: Dataset) -> str:
    """What a template says of itself: the dataset and the version of its contract."""
    return f"{dataset.name}/{dataset.version}"


def write_template(dataset: Dataset, *, into: Path, filled: bool = False) -> None:
    """Write the workbook `into`; `filled` puts the example rows on the data sheet, too."""
    rows = sample_rows(dataset)
    with xlsxwriter.Workbook(str(into), {"strings_to_formulas": False}) as book:
        book.set_properties(
            {
                "title": f"{dataset.title.zh} {dataset.title.en}",
                "subject": f"tmpl={template_version(dataset)}",
                "created": datetime(2000, 1, 1),  # noqa: DTZ001 - a fixed stamp, not a time
            }
        )
        book.set_custom_property("tmpl", template_version(dataset))
        instructions = book.add_worksheet(INSTRUCTIONS)
        data, codes = book.add_worksheet(DATA), book.add_worksheet(CODES)
        example = book.add_worksheet(EXAMPLE)
        ranges = _draw_codes(book, codes, dataset)
        draw_instructions(
            book, instructions, dataset, example=rows[0], tmpl=template_version(dataset)
        )
        _draw_rows(
            book,
            data,
            dataset,
            title=f"{dataset.title.zh} {dataset.title.en}",
            rows=rows if filled else [],
        )
        _validate(data, dataset, ranges)
        _draw_rows(
            book,
            example,
            dataset,
            title=f"示例（系统生成的虚构数据，请勿报送） Generated example, not to be sent"
            f"：{dataset.title.zh}",
            rows=rows,
        )
        example.set_tab_color("#999999")
        data.set_tab_color("#C00000")


def headers(dataset: Dataset) -> dict[str, str]:
    """Field → header of the template: Chinese title, unit where it is understood, mark."""
    words = vocabulary(dataset)
    found = {}
    for name, column in dataset.columns.items():
        text = column.title.zh
        if column.unit:
            with_unit = f"{text}（{column.unit}）"
            known = words.find(plain(with_unit))
            if known and known[0] == name and known[2] == plain(column.unit):
                text = with_unit
        found[name] = text + _MARKS[column.requirement]
    return found


def _draw_rows(book: Any, sheet: Any, dataset: Dataset, *, title: str, rows: list[Row]) -> None:
    """A sheet with title, notes, header and rows, its columns formatted to the last row."""
    width = max(len(dataset.columns) - 1, 1)
    font = {"font_name": "微软雅黑", "font_size": 10}
    titled = book.add_format(font | {"font_size": 16, "bold": True, "valign": "vcenter"})
    noted = book.add_format(font | {"text_wrap": True, "valign": "top", "font_color": "#595959"})
    # Merged cells hide what does not fit, so title and notes cover the first screen only.
    last = min(width, 9)
    sheet.merge_range(0, 0, 0, last, title, titled)
    sheet.merge_range(1, 0, 1, last, _NOTES, noted)
    sheet.set_row(0, 28)
    sheet.set_row(1, 62)
    sheet.set_row(HEADER_ROW, 36)
    inks = {
        needed: book.add_format(
            font
            | {"bold": True, "font_color": "#FFFFFF", "bg_color": ink, "border": 1}
            | {"text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        for needed, ink in _INKS.items()
    }
    formats: dict[str, Any] = {}
    for place, (name, header) in enumerate(headers(dataset).items()):
        column = dataset.columns[name]
        pattern = number_format(column)
        looks = formats.setdefault(pattern, book.add_format(font | {"num_format": pattern}))
        sheet.set_column(place, place, max(10, min(30, len(header) * 2 + 2)), looks)
        sheet.write_string(HEADER_ROW, place, header, inks[column.requirement])
        sheet.write_comment(
            HEADER_ROW, place, _comment(name, column), {"author": "yrdx", "x_scale": 2.4}
        )
        for number, row in enumerate(rows, start=HEADER_ROW + 1):
            _write(sheet, number, place, row.get(name), looks)
    sheet.freeze_panes(HEADER_ROW + 1, 1)


def number_format(column: Column) -> str:
    """Excel's format of a column; codes are text, so that no leading zero is lost."""
    if column.kind in _TEXT_KINDS:
        return "@"
    if column.kind is Kind.DATE:
        return "yyyy-mm-dd"
    return f"0.{'0' * column.scale}" if column.scale else "0"


def _write(sheet: Any, row: int, place: int, value: Any, looks: Any, /) -> None:
    match value:
        case None | "":
            return
        case bool() | str() | list():
            sheet.write_string(row, place, as_text(value), looks)
        case date():
            sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), looks)  # noqa: DTZ001
        case int() | Decimal():
            sheet.write_number(row, place, float(value), looks)


def _comment(name: str, column: Column) -> str:
    """What the pointer shows over a header."""
    needed = REQUIREMENTS[column.requirement]
    lines = [f"{column.title.zh} {column.title.en} ({name})", f"{needed.zh} {needed.en}"]
    if column.description:
        lines += [column.description.zh, column.description.en]
    formed = FORMATS[column.kind]
    lines.append(f"格式 format：{formed.zh} {formed.en}")
    if column.unit:
        lines.append(f"计量 unit：{column.unit}")
    if column.codes:
        lines.append(f"代码表 codes：{column.codes.title.zh} {column.codes.title.en}")
        lines += [f"  {code.value} {code.label.zh}" for code in column.codes.codes[:8]]
        if len(column.codes.codes) > 8:
            lines.append(f"  …（共 {len(column.codes.codes)} 项，见“{CODES}”）")
    return "\n".join(lines)


def _draw_codes(book: Any, sheet: Any, dataset: Dataset) -> Ranges:
    """All code lists side by side, three columns each: code, Chinese, English."""
    font = {"font_name": "微软雅黑", "font_size": 10}
    bold = book.add_format(font | {"bold": True})
    head = book.add_format(font | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"})
    text = book.add_format(font | {"num_format": "@"})
    places: dict[str, tuple[int, int]] = {}
    lists = {column.codes.name: column for column in dataset.columns.values() if column.codes}
    if not lists:
        sheet.write_string(0, 0, "本数据集没有代码表。 This dataset has no code lists.", bold)
    for number, (name, column) in enumerate(lists.items()):
        codes = column.codes
        if codes is None:
            continue
        left = number * 4
        sheet.write_string(0, left, f"{codes.title.zh} {codes.title.en}", bold)
        sheet.write_string(1, left, f"{codes.source}（{codes.version}）", text)
        for offset, (label, wide) in enumerate(
            (("代码 code", 12), ("名称", 24), ("English", 24), ("", 3))
        ):
            sheet.set_column(left + offset, left + offset, wide, text)
            if label:
                sheet.write_string(2, left + offset, label, head)
        for row, code in enumerate(codes.codes, start=3):
            if column.kind in _TEXT_KINDS:
                sheet.write_string(row, left, code.value, text)
            else:
                sheet.write_number(row, left, float(code.value))
            sheet.write_string(row, left + 1, code.label.zh, text)
            sheet.write_string(row, left + 2, code.label.en, text)
        places[name] = (left, 2 + len(codes.codes))
    sheet.freeze_panes(3, 0)
    return Ranges(3, places)


def _validate(sheet: Any, dataset: Dataset, ranges: Ranges) -> None:
    """Drop-downs and limits, from the first row below the header to the last."""
    for place, column in enumerate(dataset.columns.values()):
        asked = _validation(column, ranges)
        if asked:
            sheet.data_validation(HEADER_ROW + 1, place, ROWS_A_SHEET, place, asked)


def _validation(column: Column, ranges: Ranges) -> dict[str, Any] | None:
    title = column.title.zh[:32]
    if column.kind is Kind.BOOLEAN:
        prompt = {"input_title": title, "input_message": "1 是 yes；0 否 no"}
        return {"validate": "list", "source": ["1", "0"], **prompt}
    if column.codes and column.kind is not Kind.CODES:
        codes = [f"{code.value} {code.label.zh}" for code in column.codes.codes]
        return {
            "validate": "list",
            "source": ranges.formula(column.codes),
            "error_type": "stop" if column.is_closed else "warning",
            "error_title": "不在代码表中",
            "error_message": f"请从下拉列表选取，或查“{CODES}”。 Pick a code from the list.",
            "input_title": title,
            "input_message": _at_most("；".join(codes), 250),
        }
    if column.kind in (Kind.INTEGER, Kind.YEAR, Kind.DECIMAL) and column.minimum is not None:
        whole = "decimal" if column.kind is Kind.DECIMAL else "integer"
        message = f"应为不小于 {column.minimum} 的数。 A number of at least {column.minimum}."
        asked = {"validate": whole, "criteria": ">=", "value": column.minimum}
        if column.maximum is not None:
            message = f"应在 {column.minimum} 至 {column.maximum} 之间。 Between these bounds."
            asked |= {"criteria": "between", "minimum": column.minimum, "maximum": column.maximum}
            del asked["value"]
        return {**asked, "error_type": "warning", "error_message": message}
    if column.kind is Kind.TEXT and column.max_length:
        return {
            "validate": "length",
            "criteria": "<=",
            "value": column.max_length,
            "error_type": "warning",
            "error_message": f"不超过 {column.max_length} 个字符。 At most this many characters.",
        }
    return None


def _at_most(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
