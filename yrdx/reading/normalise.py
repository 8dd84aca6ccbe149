"""Turns the text of suspicious rows into canonical text; what is ambiguous becomes a finding.

A column is looked at only where a cell is not canonical, and every different text once. So the
cost follows the mess, not the rows, and no cell passes through Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from yrdx.dataset import Column, Dataset, Kind
from yrdx.model import Note
from yrdx.reading import codes, dates, numbers, texts
from yrdx.reading.above import take_from_above
from yrdx.reading.cells import Cells, Repaired, V, distinct
from yrdx.reading.doubts import FINDINGS
from yrdx.reading.shares import as_percentages
from yrdx.reading.table import DOUBT, ROW, Table
from yrdx.reading.wording import NOTES

__all__ = ["FINDINGS", "FINDING_SCHEMA", "NOTES", "Normalised", "normalise"]

FINDING_SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.UInt32(),
    "column": pl.String(),
    "rule": pl.String(),
    "candidate": pl.String(),
}

KEEPS_NONE = frozenset({"former_name"})
"""Columns in which 无 is a statement ("there is none"), not an absence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """Rows in canonical text, what was repaired, and what could not be decided.

    `findings` has the columns `_row`, `column`, `rule` and `candidate`; the texts of its rules
    are in `FINDINGS`. `repairs` tells of each column what became of its texts: `text` as delivered,
    `value` as repaired, and the rules of its `repairs`, each after a blank.
    """

    rows: pl.DataFrame
    notes: tuple[Note, ...]
    findings: pl.DataFrame
    repairs: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def normalise(
    rows: pl.DataFrame, table: Table, dataset: Dataset, *, before: Repaired | None = None
) -> Normalised:
    """Bring the cells of suspicious rows into canonical form.

    `before` is what was repaired of the same table, and takes in what is repaired now.
    """
    before = before or Repaired()
    notes: list[Note] = []
    findings = [_doubts_of_reading(rows, table)]
    fields = [name for name in dataset.columns if name in rows.columns]
    rows, filled = take_from_above(rows, table, fields)
    notes += [_note(name, "key_was_filled_down", count) for name, count in filled.items()]
    repaired, repairs = [], {}
    for name, column in dataset.columns.items():
        if name not in rows.columns:
            continue
        is_odd = _is_odd(column, _other_unit(name, column, table))
        cells = distinct(rows[name], is_odd, names=column.kind is Kind.TEXT)
        if cells.has_any:
            before.mend(name, cells, partial(_repair, name=name, column=column, table=table))
            repaired.append(_put_back(rows[name], cells))
            findings.append(_findings(rows, name, cells))
            notes += [_note(name, rule, count) for rule, count in cells.counts.items()]
            repairs[name] = cells.frame.select("text", "value", "repairs")
        if column.default is not None and name in dataset.key:
            texts_ = repaired.pop() if cells.has_any else rows[name]
            if empty := texts_.null_count():
                notes.append(_note(name, "default_was_filled_in", empty))
            repaired.append(texts_.fill_null(column.default))
    rows, shares = as_percentages(rows.with_columns(repaired), table, dataset)
    notes += [_note(name, "shares_became_percentages", count) for name, count in shares.items()]
    found = pl.concat(findings)
    if findings[0].height:
        # An error of a formula is doubted where it is read, and again for what it spells.
        found = found.unique([ROW, "column", "rule"], keep="first", maintain_order=True)
    return Normalised(rows=rows, notes=tuple(notes), findings=found, repairs=repairs)


def _other_unit(name: str, column: Column, table: Table) -> bool:
    """Whether the header states another unit than the contract, so that every cell changes."""
    stated = table.units.get(name)
    return stated is not None and column.unit is not None and stated != column.unit


def _is_odd(column: Column, other_unit: bool, /) -> pl.Expr:  # noqa: FBT001
    match column.kind:
        case Kind.TEXT:
            return texts.is_odd(column)
        case Kind.CODE:
            return codes.is_odd_code(column)
        case Kind.BOOLEAN:
            return ~V.is_in(["0", "1"])
        case Kind.CODES:
            return codes.are_odd_codes(column)
        case Kind.INTEGER | Kind.DECIMAL:
            return pl.lit(value=True) if other_unit else numbers.is_odd_number(column)
        case _:
            return dates.is_odd_date(column)


def _repair(cells: Cells, name: str, column: Column, table: Table) -> None:
    match column.kind:
        case Kind.TEXT:
            texts.repair_text(cells, column, keeps_none=name in KEEPS_NONE)
        case Kind.CODE:
            codes.repair_code(cells, column)
        case Kind.BOOLEAN:
            codes.repair_boolean(cells, column)
        case Kind.CODES:
            codes.repair_codes(cells, column)
        case Kind.INTEGER | Kind.DECIMAL:
            numbers.repair_number(cells, column, stated=table.units.get(name))
        case _:
            dates.repair_date(cells, column, first_day=table.first_day)


def _put_back(texts_: pl.Series, cells: Cells) -> pl.Series:
    changed = cells.frame.filter(V.ne_missing(pl.col("text")))
    return texts_.replace(changed["text"], changed["value"])


def _findings(rows: pl.DataFrame, name: str, cells: Cells) -> pl.DataFrame:
    found = cells.frame.filter(pl.col("finding").is_not_null())
    if not found.height:
        return pl.DataFrame(schema=FINDING_SCHEMA)
    return (
        rows.select(ROW, text=pl.col(name))
        .join(found.select("text", "finding", "candidate"), on="text", maintain_order="left")
        .select(
            pl.col(ROW).cast(pl.UInt32),
            column=pl.lit(name),
            rule=pl.col("finding"),
            candidate=pl.col("candidate"),
        )
    )


def _doubts_of_reading(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """What reading marked: `field=rule` per cell of a workbook, else a cell too many."""
    if DOUBT not in rows.columns:
        return pl.DataFrame(schema=FINDING_SCHEMA)
    marked = rows.filter(pl.col(DOUBT).is_not_null()).select(pl.col(ROW).cast(pl.UInt32), DOUBT)
    nothing = pl.lit(None, pl.String)
    if table.reading.format == "csv":
        rule = pl.lit("row_has_too_many_cells")
        return marked.select(ROW, column=nothing, rule=rule, candidate=nothing)
    parts = marked.with_columns(pl.col(DOUBT).str.split(";")).explode(DOUBT)
    return parts.select(
        ROW,
        column=pl.col(DOUBT).str.extract("^(.*)=", 1),
        rule=pl.col(DOUBT).str.extract("=(.*)$", 1),
        candidate=nothing,
    )


def _note(column: str, rule: str, count: int) -> Note:
    return Note(column=column, rule=rule, cells=count, text=NOTES[rule])
