"""Which sheet of a workbook is the delivery, and which others hold rows that are not read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import Finding
from yrdx.reading.findings import finding, refuse
from yrdx.reading.header import LOOK_AT, Header, find_header, refuse_without_header
from yrdx.reading.sheets import Sheet
from yrdx.reading.table import Refusal

EXAMPLE_SHEET = re.compile(r"\s*(填[报写])?([示样范]例|样[表张]|example|sample)", re.IGNORECASE)
"""Sheets that templates carry to be looked at: never data where another sheet may be."""
_BESIDE = re.compile(
    r"说明|须知|代码|编码|字典|码表|对照|选项|下拉|instruction|read\s*me|code|lookup|dictionary",
    re.IGNORECASE,
)
"""Sheets that are there to be looked things up in: that they are not read surprises nobody."""


@dataclass(frozen=True, slots=True)
class HeadedSheet:
    """A sheet in which a header of the dataset was found."""

    sheet: Sheet
    header: Header

    @property
    def fields(self) -> set[str]:
        """The fields that the header names."""
        return {match.field for match in self.header.matches if match.field}

    @property
    def rows(self) -> int:
        """How many rows below the header are more than a remark in a single cell."""
        below = self.sheet.cells.slice(self.header.last + 1)
        filled = pl.sum_horizontal(pl.all().is_not_null())
        return int(below.select((filled >= min(2, self.header.score)).sum()).item())

    def __str__(self) -> str:
        return f"“{self.sheet.name}”（{self.rows} 行）"


@dataclass(frozen=True, slots=True)
class Choice:
    """The sheet that is read, its header, and what is to be told of the sheets that are not."""

    sheet: Sheet
    header: Header
    unread: tuple[Finding, ...] = ()


def choose(sheets: Sequence[Sheet], dataset: Dataset) -> Choice | Refusal:
    """The sheet whose header fits best; visible sheets go before hidden ones."""
    found = [
        HeadedSheet(sheet, header)
        for sheet in sheets
        if sheet.cells.height and (header := find_header(sheet.head(LOOK_AT), dataset))
    ]
    if not found:
        columns = (column for sheet in sheets for column in sheet.cells.iter_columns())
        has_cells = any(column.null_count() < len(column) for column in columns)
        return refuse_without_header(dataset) if has_cells else refuse("file_is_empty")
    visible = [item for item in found if item.sheet.is_visible] or found
    visible = [item for item in visible if not EXAMPLE_SHEET.match(item.sheet.name)] or visible
    best = max(visible, key=lambda item: item.header.score)
    if len(visible) == 1:
        return Choice(best.sheet, best.header)
    fitting = [item for item in visible if _may_be_delivery(item, best, dataset)]
    with_rows = [item for item in fitting if item.rows] or [best]
    if len(with_rows) > 1:
        return _refuse(with_rows, dataset)
    (taken,) = with_rows
    others = [item for item in visible if item is not taken]
    return Choice(taken.sheet, taken.header, _name_unread(others, taken, dataset))


def _may_be_delivery(item: HeadedSheet, best: HeadedSheet, dataset: Dataset) -> bool:
    """Whether a sheet knows as much as the best one, or nearly so and the whole key."""
    if item.header.score == best.header.score:
        return True
    if _BESIDE.search(item.sheet.name):
        return False
    key = {name for name in dataset.key if dataset.columns[name].default is None}
    return key & best.fields <= item.fields and item.header.score * 5 >= best.header.score * 4


def _refuse(sheets: Sequence[HeadedSheet], dataset: Dataset) -> Refusal:
    return refuse(
        "sheet_is_ambiguous",
        count=len(sheets),
        sheets="、".join(map(str, sheets)),
        title=dataset.title,
    )


def _name_unread(
    others: Sequence[HeadedSheet], taken: HeadedSheet, dataset: Dataset
) -> tuple[Finding, ...]:
    return tuple(
        finding(
            "sheet_was_not_read",
            sheet=item.sheet.name,
            count=rows,
            taken=taken.sheet.name,
            title=dataset.title,
        )
        for item in others
        if item.sheet.is_visible and not _BESIDE.search(item.sheet.name) and (rows := item.rows)
    )
