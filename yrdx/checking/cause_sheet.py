"""The sheet 原因 of the error list: what to correct first, before any single cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yrdx.checking.receipt_values import SEVERITY_WORDS, Receipt
from yrdx.model import Cause, Example, Text

SHEET = "原因"

_COLUMNS = (
    ("序号", 7),
    ("级别", 8),
    ("原因", 56),
    ("条数", 11),
    ("占比", 8),
    ("连带问题", 10),
    ("涉及的列", 28),
    ("例子", 34),
    ("怎么改", 60),
    ("Cause", 56),
    ("What to do", 60),
    ("规则编号", 40),
)
_PRINTED = 9
"""So many columns are printed: with the English ones nothing could be read on a sheet of A4."""


def draw_causes(sheet: Any, receipt: Receipt, looks: Mapping[Any, Any]) -> None:
    """Draw the sheet; it says so where the list of places is not the whole."""
    for column, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
    said = receipt.headline or Text(zh="没有发现问题。", en="Nothing was found.")
    sheet.write_string(0, 0, f"先看原因：{said.zh}", looks["title"])
    sheet.write_string(1, 0, said.en, looks["plain"])
    sheet.write_string(2, 0, listed_words(receipt), looks["plain"])
    top = 4
    for column, (heading, _) in enumerate(_COLUMNS):
        sheet.write_string(top, column, heading, looks["head"])
    for row, cause in enumerate(receipt.causes, start=top + 1):
        _draw_cause(sheet, row, cause, receipt, looks, number=row - top)
    sheet.autofilter(top, 0, max(top, top + len(receipt.causes)), len(_COLUMNS) - 1)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(0, 0, top + len(receipt.causes), _PRINTED - 1)


def listed_words(receipt: Receipt) -> str:
    """Whether the list of places is whole, and where all of them are if it is not."""
    total = receipt.errors + receipt.warnings + receipt.hints
    listed = total if receipt.listed is None else receipt.listed
    if listed >= total:
        return f"“错误清单”列出了全部 {total:,} 处。 All places are listed on 错误清单."
    return (
        f"问题太多，“错误清单”只列出每类问题的前若干处，共 {listed:,} 处；全部 {total:,} 处见"
        f"同一文件夹里的 findings.parquet。 The list names {listed:,} places, the first of each "
        f"kind; findings.parquet beside it holds all {total:,}."
    )


def _draw_cause(
    sheet: Any, row: int, cause: Cause, receipt: Receipt, looks: Mapping[Any, Any], *, number: int
) -> None:
    titles = receipt.titles
    columns = "、".join(titles[name].zh if name in titles else name for name in cause.columns)
    examples = "；".join(place_words(example) for example in cause.examples[:3])
    cells = (
        (number, "number"),
        (SEVERITY_WORDS[cause.severity].zh, cause.severity),
        (cause.title.zh, "text"),
        (cause.count, "number"),
        (cause.share, "share"),
        (cause.followers, "number"),
        (columns, "text"),
        (examples, "text"),
        (cause.remedy.zh, "text"),
        (cause.title.en, "text"),
        (cause.remedy.en, "text"),
        ("、".join(cause.rules), "text"),
    )
    for column, (value, look) in enumerate(cells):
        if isinstance(value, str):
            sheet.write_string(row, column, value, looks[look])
        else:
            sheet.write_number(row, column, value, looks[look])


def place_words(example: Example) -> str:
    """One example as people point at it: cell or row, and what stands there."""
    where = "整份文件"
    if example.row is not None:
        where = f"第 {example.row:,} 行"
    if example.cell:
        where = f"{example.sheet}!{example.cell}" if example.sheet else example.cell
    value = example.value
    if value is None:
        return where
    return f"{where}“{value if len(value) <= 30 else value[:30] + '…'}”"
