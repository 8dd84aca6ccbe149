"""The error list that a partner corrects a file by: a workbook with every finding in it.

The causes stand first, then a summary by rule; after it come all findings, errors before warnings
before hints, on as many sheets as Excel's row limit asks for. xlsxwriter draws an empty workbook
with the looks; the rows are streamed into its sheets, because a file with millions of wrong rows
must neither fill the memory nor keep anybody waiting. More findings than two sheets hold are not
listed one by one: then the first of each kind are, and the workbook says so.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from yrdx.checking.attempts import STATE_WORDS, with_states
from yrdx.checking.cause_sheet import SHEET, draw_causes, listed_words
from yrdx.checking.list_xml import MARKUP, fill
from yrdx.checking.listed import LISTED_OF_EACH
from yrdx.checking.receipt_values import (
    MUST_BE_CHANGED,
    SEVERITIES,
    SEVERITY_WORDS,
    Receipt,
)
from yrdx.excel import ROWS_A_SHEET
from yrdx.model import Severity

COLUMNS = (
    ("序号", "No.", 7),
    ("级别", "Severity", 7),
    ("数据集", "Dataset", 18),
    ("工作表", "Sheet", 12),
    ("行号(Excel行)", "Row in Excel, or physical line of a text file", 14),
    ("列名", "Column, as your file calls it", 20),
    ("单元格", "Cell", 9),
    ("原值", "Original value; personal values are masked", 28),
    ("规则编号", "Rule", 34),
    ("问题说明", "What is wrong", 52),
    ("修改建议/候选值", "What to do; a candidate value where one is likely", 52),
    ("是否必须修改", "Whether it must be changed", 15),
    ("状态", "Since the attempt before: new, still there, or back again", 9),
    ("说明", "Your explanation, where the value is right as it stands", 40),
)

_SUMMARY = (
    "级别",
    "规则编号",
    "列名",
    "条数",
    "是否必须修改",
    "问题说明",
    "修改建议",
    "What is wrong",
    "What to do",
)

_LONGEST = 1_000
"""Characters of a value that are shown; more helps nobody to find the cell."""

_STATES = {state.value: words.zh for state, words in STATE_WORDS.items()}
_INK = {Severity.ERROR: "#FBE3D6", Severity.WARNING: "#FFF3CD", Severity.INFO: "#E7F0FA"}
_FIRST_LIST = 3
"""Number of the first list sheet: causes and summary stand before it."""


def write_error_list(
    receipt: Receipt,
    *,
    findings: Path,
    into: Path,
    states: Path | None = None,
    rows_a_sheet: int = ROWS_A_SHEET,
) -> None:
    """Write the workbook `into`, byte for byte the same for the same findings.

    `states` tells line by line what became of the findings since the attempt before.
    """
    total = receipt.errors + receipt.warnings + receipt.hints
    total = total if receipt.listed is None else receipt.listed
    lengths = [min(rows_a_sheet, total - start) for start in range(0, max(total, 1), rows_a_sheet)]
    with tempfile.TemporaryDirectory(dir=into.parent) as folder:
        drawn = Path(folder) / "drawn.xlsx"
        _draw(receipt, lengths, into=drawn)
        is_whole = total == receipt.errors + receipt.warnings + receipt.hints
        wide = is_whole and _bytes_at_most(findings, states) > zipfile.ZIP64_LIMIT
        sheets = list(enumerate(lengths, start=_FIRST_LIST))
        lines = _lines(findings, states, receipt)
        fill(drawn, lines, sheets=sheets, wide=wide, into=into)


def _bytes_at_most(findings: Path, states: Path | None) -> int:
    """How long the lists can become, were every character of a value one that XML escapes."""
    scan = pl.scan_parquet(findings)
    # Of texts that stand once among the shared strings, nothing is repeated here.
    own = pl.sum_horizontal(
        pl.col(name).str.len_bytes().fill_null(0).clip(upper_bound=4 * _LONGEST).cast(pl.UInt64) * 5
        for name in ("value", "candidate")
    )
    remedy = pl.when(pl.col("candidate").is_not_null()).then(pl.col("remedy_zh").str.len_bytes())
    longest = own + remedy.fill_null(0) + MARKUP
    total = scan.select(longest.sum()).collect(engine="streaming")
    answers = 0
    if states is not None:
        answer = pl.col("answer").str.len_bytes().cast(pl.UInt64) * 5
        answers = pl.scan_parquet(states).select(answer.sum()).collect(engine="streaming").item()
    return int(total.item()) + int(answers)


def _draw(receipt: Receipt, lengths: list[int], *, into: Path) -> None:
    """The workbook with its looks; three sample rows on each list sheet show the styles."""
    with xlsxwriter.Workbook(str(into), {"strings_to_formulas": False}) as book:
        book.set_properties(
            {
                "title": f"错误清单 {receipt.number}",
                "subject": receipt.dataset_title.zh,
                "created": datetime(2000, 1, 1),  # noqa: DTZ001 - a fixed stamp, not a time
            }
        )
        looks = _looks(book)
        draw_causes(book.add_worksheet(SHEET), receipt, looks)
        _draw_summary(book.add_worksheet("汇总"), receipt, looks)
        for number, length in enumerate(lengths, start=1):
            name = "错误清单" if len(lengths) == 1 else f"错误清单{number}"
            _draw_list(book.add_worksheet(name), length, looks)


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "top", "border": 1}
    base |= {"border_color": "#D0D5DD"}
    head = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "valign": "vcenter"}
    looks = {
        "head": book.add_format(base | head | {"text_wrap": True}),
        "title": book.add_format({"font_name": "微软雅黑", "font_size": 16, "bold": True}),
        "label": book.add_format({"font_name": "微软雅黑", "font_size": 10, "bold": True}),
        "plain": book.add_format({"font_name": "微软雅黑", "font_size": 10}),
        "text": book.add_format(base | {"text_wrap": True, "num_format": "@"}),
        "number": book.add_format(base | {"num_format": "#,##0"}),
        "share": book.add_format(base | {"num_format": "0.0%"}),
        # Excel's own leading apostrophe: the text stays text even when someone edits the cell.
        "value": book.add_format(
            base | {"text_wrap": True, "num_format": "@", "quote_prefix": True}
        ),
    }
    for severity, ink in _INK.items():
        looks[severity] = book.add_format(base | {"bg_color": ink, "bold": True})
    return looks


def _draw_summary(sheet: Any, receipt: Receipt, looks: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 16)
    for column, width in enumerate((34, 24, 10, 15, 52, 52, 52, 52), start=1):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, f"错误清单：{receipt.status.zh} {receipt.status.en}", looks["title"])
    for row, (label, value) in enumerate(_facts(receipt), start=1):
        sheet.write_string(row, 0, label, looks["label"])
        sheet.write_string(row, 1, value, looks["plain"])
    top = row + 2
    for column, heading in enumerate(_SUMMARY):
        sheet.write_string(top, column, heading, looks["head"])
    row = top
    for group in receipt.groups:
        for wrong in group.columns:
            row += 1
            words, must = SEVERITY_WORDS[group.severity], MUST_BE_CHANGED[group.severity]
            named = wrong.header or (wrong.title.zh if wrong.title else "（整份文件）")
            texts = (words.zh, group.rule, named, None, must.zh, group.message.zh, group.remedy.zh)
            for column, text in enumerate((*texts, group.message.en, group.remedy.en)):
                if text is None:
                    sheet.write_number(row, column, wrong.count, looks["number"])
                else:
                    look = looks[group.severity] if column == 0 else looks["text"]
                    sheet.write_string(row, column, text, look)
    sheet.autofilter(top, 0, max(row, top), len(_SUMMARY) - 1)
    sheet.freeze_panes(top + 1, 0)
    _print_wide(sheet)
    sheet.print_area(0, 0, max(row, top), _SUMMARY.index("What is wrong") - 1)


def _facts(receipt: Receipt) -> tuple[tuple[str, str], ...]:
    rows = receipt.rows
    facts = (
        ("回执编号", receipt.number),
        ("文件", receipt.delivery.filename),
        ("数据集", f"{receipt.dataset_title.zh} {receipt.delivery.dataset}"),
        ("期次", "未注明" if receipt.delivery.period == "undated" else receipt.delivery.period),
        ("结论", receipt.reason.zh),
        ("下一步", receipt.next_step.zh),
        ("行数", f"读到 {rows.read:,}，合格 {rows.admitted:,}，有错误 {rows.rejected:,}"),
        ("问题", f"错误 {receipt.errors:,}，警告 {receipt.warnings:,}，提示 {receipt.hints:,}"),
        ("清单", listed_words(receipt)),
    )
    since = receipt.since_last
    if since is None:
        return facts
    told = (
        f"已改好 {since.fixed:,}，未改 {since.still:,}，新增 {since.new:,}，"
        f"复现 {since.back:,}，已说明 {since.answered:,}"
    )
    return (*facts, ("与上次比", told))


def _draw_list(sheet: Any, length: int, looks: dict[str, Any]) -> None:
    for column, (title, english, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, looks["head"])
        sheet.write_comment(0, column, english, {"author": "yrdx"})
    for row, severity in enumerate(SEVERITIES, start=1):
        for column in range(len(COLUMNS)):
            special = {0: "number", 1: severity, 4: "number", 7: "value", 10: "value", 13: "value"}
            look = special.get(column)
            sheet.write_blank(row, column, None, looks[look or "text"])
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, length, len(COLUMNS) - 1)
    sheet.repeat_rows(0)
    _print_wide(sheet)


def _print_wide(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _lines(findings: Path, states: Path | None, receipt: Receipt) -> Iterator[pl.DataFrame]:
    """The texts of all lines in their order, as columns A to N; `severity` beside them."""
    number = 0
    dataset = f"{receipt.dataset_title.zh} {receipt.delivery.dataset}"
    counts = {
        Severity.ERROR: receipt.errors,
        Severity.WARNING: receipt.warnings,
        Severity.INFO: receipt.hints,
    }
    titles = {name: title.zh for name, title in receipt.titles.items()}
    listed = _Listed(limited=receipt.listed not in (None, sum(counts.values())))
    for severity in SEVERITIES:
        rest = listed.most(receipt, severity) if listed.limited else counts[severity]
        for batch in with_states(findings, states) if rest else ():
            chosen = listed.of(batch.filter(pl.col("severity") == severity.value))
            yield _line(chosen, severity, dataset=dataset, first=number + 1, titles=titles)
            number += chosen.height
            rest -= chosen.height
            if not rest:
                break


@dataclass(slots=True)
class _Listed:
    """Takes the first findings of each rule in each column, where not all are to be listed."""

    limited: bool
    taken: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def most(self, receipt: Receipt, severity: Severity) -> int:
        """How many findings of a severity are listed: when they are, the rest need not be read."""
        return sum(
            min(wrong.count, LISTED_OF_EACH)
            for group in receipt.groups
            if group.severity is severity
            for wrong in group.columns
        )

    def of(self, found: pl.DataFrame) -> pl.DataFrame:
        """Those of the next findings that are listed."""
        if not self.limited or not found.height:
            return found
        kept = []
        for (rule, column), part in found.with_row_index("_place").group_by(
            "rule", "column", maintain_order=True
        ):
            group = (str(rule), None if column is None else str(column))
            room = LISTED_OF_EACH - self.taken[group]
            self.taken[group] += min(room, part.height)
            kept.append(part.head(max(room, 0)))
        return pl.concat(kept).sort("_place").drop("_place")


def _line(
    found: pl.DataFrame, severity: Severity, *, dataset: str, first: int, titles: dict[str, str]
) -> pl.DataFrame:
    title = pl.col("column").replace_strict(titles, default=pl.col("column"))
    remedy = pl.col("remedy_zh").fill_null("")
    with_candidate = pl.format("{}；候选值：{}", remedy.str.strip_suffix("。"), pl.col("candidate"))
    return found.select(
        severity=pl.lit(severity.value),
        A=pl.int_range(first, first + pl.len(), dtype=pl.UInt32).cast(pl.String),
        B=pl.lit(SEVERITY_WORDS[severity].zh),
        C=pl.lit(dataset),
        D=pl.col("sheet"),
        E=pl.col("row").cast(pl.String),
        F=pl.coalesce("header", title),
        G=pl.col("cell").str.replace("^.*!", ""),
        H=pl.col("value").str.slice(0, _LONGEST),
        I=pl.col("rule"),
        J=pl.col("message_zh"),
        K=pl.coalesce(with_candidate, remedy).str.slice(0, _LONGEST),
        L=pl.lit(MUST_BE_CHANGED[severity].zh),
        M=pl.col("state").replace_strict(_STATES, default=None, return_dtype=pl.String),
        N=pl.col("answer").str.slice(0, _LONGEST),
    )
