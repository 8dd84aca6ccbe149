"""Write a notice into a folder: JSON for programs, HTML to read, a workbook, all lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from yrdx.checking.receipt_values import SEVERITY_WORDS
from yrdx.comparing.notice import Notice
from yrdx.excel import ROWS_A_SHEET
from yrdx.model import Text
from yrdx.pages import render

FILES = ("rows.parquet", "notice.xlsx", "notice.html", "notice.json")
"""What a notice consists of; the last one proves that all are there."""

_HEADS = (
    ("级别", 7),
    ("数据集", 20),
    ("对照内容", 30),
    ("对方", 14),
    ("问题说明", 60),
    ("处理建议", 48),
    ("报送单位", 10),
    ("期次", 12),
    ("文件", 34),
    ("行号", 8),
    ("贵方数据", 50),
    ("规则编号", 40),
)


def write_notice(
    notice: Notice, lines: pl.DataFrame, *, names: Mapping[str, Text], into: Path
) -> None:
    """Write the four files; the same notice gives the same bytes."""
    lines.write_parquet(into / "rows.parquet", compression="zstd")
    _write_workbook(notice, lines, names=names, into=into / "notice.xlsx")
    (into / "notice.html").write_text(notice_html(notice, names=names), encoding="utf-8")
    (into / "notice.json").write_text(notice.model_dump_json(indent=2), encoding="utf-8")


def notice_html(notice: Notice, *, names: Mapping[str, Text]) -> str:
    """The page of a notice; it needs nothing beside itself."""
    by_rule = {
        item.rule: [line for line in notice.lines if line.rule == item.rule] for item in notice.told
    }
    return render(
        "notice.html.j2",
        "yrdx.comparing",
        notice=notice,
        by_rule=by_rule,
        names=names,
        words=SEVERITY_WORDS,
    )


def _write_workbook(
    notice: Notice, lines: pl.DataFrame, *, names: Mapping[str, Text], into: Path
) -> None:
    """All lines, on as many sheets as Excel's row limit asks for."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(str(into), options) as book:
        book.set_properties(
            {
                "title": f"跨省对照通知 {notice.number}",
                "created": datetime(2000, 1, 1),  # noqa: DTZ001 - a fixed stamp, not a time
            }
        )
        font = {"font_name": "微软雅黑", "font_size": 10, "valign": "top", "border": 1}
        head = book.add_format(
            font | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"}
        )
        text = book.add_format(font | {"text_wrap": True, "num_format": "@"})
        for number, start in enumerate(range(0, max(lines.height, 1), ROWS_A_SHEET), start=1):
            name = "跨省对照" if lines.height <= ROWS_A_SHEET else f"跨省对照{number}"
            sheet = book.add_worksheet(name)
            part = lines.slice(start, ROWS_A_SHEET)
            _fill(sheet, part, notice=notice, names=names, head=head, text=text)


def _fill(
    sheet: Any,
    lines: pl.DataFrame,
    *,
    notice: Notice,
    names: Mapping[str, Text],
    head: Any,
    text: Any,
) -> None:
    for at, (title, width) in enumerate(_HEADS):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, title, head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(lines.height, 1), len(_HEADS) - 1)
    told = {item.rule: item for item in notice.told}
    for at, line in enumerate(lines.iter_rows(named=True), start=1):
        rule = told[line["rule"]]
        others = [names[code].zh if code in names else code for code in line["others"].split()]
        cells = (
            SEVERITY_WORDS[rule.severity].zh,
            rule.title.zh,
            line["key"],
            "、".join(others),
            line["message_zh"],
            line["remedy_zh"],
            line["unit"] or "",
            line["period"] or "",
            line["filename"] or "",
            "" if line["row"] is None else str(line["row"]),
            line["shown"],
            line["rule"],
        )
        for column, cell in enumerate(cells):
            sheet.write_string(at, column, cell, text)
