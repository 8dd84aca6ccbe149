"""Takes out of the suspicious rows those that are no data: blank, band, total, note, header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from yrdx.reading.columns import NOT_ASKED_FOR
from yrdx.reading.header import plain
from yrdx.reading.table import DOUBT, ROW, Table
from yrdx.reading.texts import EXCEL_ERRORS

RowKind = Literal["blank", "title", "band", "total", "note", "header"]

TOTAL = (
    # The plain range of Han: repeating the whole property makes the pattern slow to compile.
    r"^(?:[\u{3400}-\u{9fff}]{0,12}(?:合计|总计|小计|共计)|全市|全省|全国|全区|全县|总数|累计|本页计|计)"
    r"(?:[（(:：].*)?$"
)
_BAND = r"^(.*?)\s*[（(]\s*(?:共|计|合计)?\s*([0-9０-９]+)\s*[\u{3400}-\u{9fff}]{0,3}\s*[）)]$"
_DECLARED = re.compile(r"[（(][^（()）]*?([0-9０-９]+)[^（()）]*[）)]\s*$")
_NOTE = (
    r"^(?:注\s*[0-9０-９]*\s*[:：.、]|注释|备注\s*[:：]|说明\s*[:：]|填表说明|填报说明|制表|填报|填表"
    r"|审核|复核|负责人|单位负责人|分管领导|联系人|联系电话|联系方式|电话\s*[:：]|报送|报出日期"
    r"|数据来源|资料来源|统计时间|统计口径|计量单位|单位\s*[:：]|日期\s*[:：]|盖章|[（(]盖章|#|其中)"
)
_TITLE = (
    r"^(?:附件|附表|表\s*[0-9０-９一二三四五六七八九十]+"
    r"|.{2,40}(?:名单|一览表|统计表|汇总表|情况表|登记表|花名册))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowApart:
    """A row that is no data. `row` is its `_row`; `values` its figures by field.

    A band's declared count stands under `rows`.
    """

    row: int
    kind: RowKind
    label: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetApart:
    """Rows that are data, and those that are not."""

    data: pl.DataFrame
    apart: tuple[RowApart, ...]


def set_apart(rows: pl.DataFrame, table: Table) -> SetApart:
    """Take out of suspicious rows what is no data; totals and bands keep their figures."""
    texts = [name for name in rows.columns if name not in (ROW, DOUBT)]
    if not rows.height or not texts:
        return SetApart(data=rows, apart=())
    suspects = rows.filter(_may_be_no_data(texts, table))
    if not suspects.height:
        return SetApart(data=rows, apart=())
    judged = suspects.with_columns(_kind=_kind(texts, table))
    apart = judged.filter(pl.col("_kind").is_not_null())
    data = rows
    if apart.height:
        data = rows.filter(~pl.col(ROW).is_in(apart[ROW].implode()))
    fields = {match.column for match in table.reading.columns}
    return SetApart(data=data, apart=tuple(_row_apart(row, fields) for row in _dicts(apart)))


def _may_be_no_data(texts: list[str], table: Table) -> pl.Expr:
    """What all rows set apart have in common, told without patterns: those are dear.

    They have few cells, or repeat or number the columns; else it is Chinese at their beginning
    that tells.
    """
    bare = [pl.col(name).str.strip_chars() for name in texts]
    present = [pl.when(text != "").then(text).otherwise(None) for text in bare]
    filled = pl.sum_horizontal(text.is_not_null().cast(pl.UInt16) for text in present)
    told = [text for name, text in zip(texts, present, strict=True) if _is_told(name, table)]
    first = pl.coalesce(present)
    chinese = [
        (text.str.len_bytes() != text.str.len_chars()).fill_null(value=False)
        for text in (*present[:3], first)
    ]
    return (
        (pl.sum_horizontal(text.is_not_null().cast(pl.UInt16) for text in told) <= 2)
        | (_repeats_header(table) >= 2)
        | _counts_columns(present, filled)
        | first.str.starts_with("#").fill_null(value=False)
        | pl.any_horizontal(chinese)
    )


def _is_told(name: str, table: Table) -> bool:
    """Whether a column says something of its row, and does not only count or mark it."""
    return plain(table.headers.get(name, "")) not in NOT_ASKED_FOR


def _dicts(frame: pl.DataFrame) -> list[dict[str, str | None]]:
    return frame.drop(DOUBT, strict=False).to_dicts()


def _kind(texts: list[str], table: Table) -> pl.Expr:
    """The kind of a row, null for data; decided by its first cells and by how many are filled."""
    bare = [pl.col(name).str.replace_all(r"[\s\u{3000}\u{00a0}]+", "") for name in texts]
    filled = pl.sum_horizontal((text.fill_null("") != "").cast(pl.UInt16) for text in bare)
    present = [pl.when(text != "").then(text).otherwise(None) for text in bare]
    told = [text for name, text in zip(texts, present, strict=True) if _is_told(name, table)]
    first = pl.coalesce(present)
    lead = present[: min(3, len(present))]
    # A subtotal stands in the column that it sums over, and nothing in front of it.
    total = pl.any_horizontal(
        text.str.contains(TOTAL).fill_null(value=False) for text in (*lead, first)
    )
    alone = (filled <= 2) if len(texts) > 3 else (filled <= 1)
    return (
        pl.when(filled == 0)
        .then(pl.lit("blank"))
        .when(_repeats_header(table) >= 2)
        .then(pl.lit("header"))
        .when(_counts_columns(present, filled))
        .then(pl.lit("header"))
        .when(total)
        .then(pl.lit("total"))
        .when(alone & first.str.contains(_BAND))
        .then(pl.lit("band"))
        .when(first.str.contains(_NOTE) & ~first.str.to_uppercase().is_in(EXCEL_ERRORS))
        .then(pl.lit("note"))
        .when((filled == 1) & first.str.contains(_TITLE))
        .then(pl.lit("title"))
        .when((filled == 1) & (len(texts) > 2) & present[0].str.contains(r"\p{Han}"))
        .then(pl.lit("band"))
        # Bands and titles may stand in the column that counts the rows, so numbers come last.
        .when(pl.all_horizontal(text.is_null() for text in told))
        .then(pl.lit("blank"))
        .otherwise(None)
    )


def _repeats_header(table: Table) -> pl.Expr:
    """In how many cells a row repeats the header, as on every page of a printed list."""
    same = [
        (pl.col(match.column).str.strip_chars() == match.header).fill_null(value=False)
        for match in table.reading.columns
    ]
    return pl.sum_horizontal(item.cast(pl.UInt16) for item in same) if same else pl.lit(0)


def _counts_columns(present: list[pl.Expr], filled: pl.Expr) -> pl.Expr:
    """Whether a row only numbers the columns (甲 乙 1 2 3 …)."""
    if len(present) < 3:
        return pl.lit(value=False)
    numbered = pl.all_horizontal(
        (text == str(i)).fill_null(value=False) for i, text in enumerate(present, start=1)
    )
    lettered = (present[0] == "甲").fill_null(value=False) & (filled > 2)
    return numbered | lettered


def _row_apart(row: dict[str, str | None], fields: set[str]) -> RowApart:
    kind = row.pop("_kind")
    number = row.pop(ROW)
    cells = {name: text.strip() for name, text in row.items() if text and text.strip()}
    label = next(iter(cells.values()), "")
    values = {name: text for name, text in cells.items() if name in fields and text != label}
    if kind == "band":
        values = _declared(label)
    return RowApart(row=int(number or 0), kind=kind, label=label, values=values)  # type: ignore[arg-type]


def _declared(label: str) -> dict[str, str]:
    found = _DECLARED.search(label)
    return {"rows": str(int(found.group(1)))} if found else {}
