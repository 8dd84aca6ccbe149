"""The repairs that are certain: every cell that normalising rewrites without a doubt, old → new."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from yrdx.checking.plan import plan_of
from yrdx.checking.repairs import repair_rows
from yrdx.checking.result import Terms
from yrdx.dataset import Column, Dataset, Kind
from yrdx.lists import LoadedList
from yrdx.reading import normalise, set_apart
from yrdx.reading.normalise import Normalised
from yrdx.reading.table import DOUBT, ROW, Table

SCHEMA: dict[str, pl.DataType] = {
    ROW: pl.UInt32(),
    "row": pl.UInt32(),
    "column": pl.String(),
    "header": pl.String(),
    "old": pl.String(),
    "new": pl.String(),
    "why": pl.String(),
    "is_number": pl.Boolean(),
}
"""A change: `_row` and `row` say where, `row` in the file; `new` is null for an emptied cell."""

_UNMENDED = pl.DataFrame(schema=dict.fromkeys(("text", "value", "repairs"), pl.String))


def propose(
    table: Table, dataset: Dataset, *, terms: Terms, lists: Mapping[str, LoadedList]
) -> pl.DataFrame:
    """All changes, in the order of rows and fields.

    Left alone are cells about which there is a doubt, rows that are no data or whose cells are out
    of step, columns in another unit than agreed, and what only looks odd once it is read: shares in
    percent and truth values of a workbook.
    """
    rows = table.frame.collect(engine="streaming")
    plan = plan_of(table, dataset, terms=terms, references={}, lists=lists)
    repaired = repair_rows(normalise(rows, table, dataset), plan)
    doubted = _rows_out_of_step(rows, repaired)
    parts = [
        _of_column(name, rows, repaired, table, dataset.columns[name], doubted=doubted)
        for name in plan.supplied
        if not _is_in_other_unit(name, table, dataset.columns[name])
    ]
    changes = _of_data(pl.concat([pl.DataFrame(schema=SCHEMA), *parts]), rows, table)
    places = table.locate(changes[ROW]).cast(pl.UInt32).alias("row")
    return changes.with_columns(places).sort(ROW, maintain_order=True)


def _of_data(changes: pl.DataFrame, rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The changes without those of rows that are no data; telling these apart is dear."""
    changed = rows.filter(pl.col(ROW).is_in(changes[ROW].unique().implode()))
    apart = [item.row for item in set_apart(changed, table).apart]
    return changes.filter(~pl.col(ROW).is_in(pl.Series(apart, dtype=pl.UInt32).implode()))


def _is_in_other_unit(name: str, table: Table, column: Column) -> bool:
    stated = table.units.get(name)
    return stated is not None and stated != column.unit


def _rows_out_of_step(rows: pl.DataFrame, repaired: Normalised) -> pl.Series:
    """Rows about which there is a doubt as a whole."""
    if DOUBT not in rows.columns:
        return pl.Series([], dtype=pl.UInt32)
    return repaired.findings.filter(pl.col("column").is_null())[ROW]


def _of_column(
    name: str,
    rows: pl.DataFrame,
    repaired: Normalised,
    table: Table,
    column: Column,
    /,
    *,
    doubted: pl.Series,
) -> pl.DataFrame:
    old, new = rows[name], repaired.rows[name]
    is_changed = old.ne_missing(new)
    if not is_changed.any():
        return pl.DataFrame(schema=SCHEMA)
    findings = repaired.findings
    doubtful = pl.concat([findings.filter(pl.col("column") == name)[ROW], doubted])
    changes = pl.DataFrame({ROW: rows[ROW].cast(pl.UInt32), "old": old, "new": new}).filter(
        is_changed
    )
    changes = changes.filter(~pl.col(ROW).is_in(doubtful.implode()))
    if table.reading.format == "xlsx":
        changes = changes.filter(~_is_only_read_so())
    return _with_reasons(changes, name, repaired).select(
        ROW,
        pl.lit(0, pl.UInt32).alias("row"),
        pl.lit(name).alias("column"),
        pl.lit(table.headers.get(name) or column.title.zh).alias("header"),
        "old",
        "new",
        "why",
        pl.lit(column.kind in (Kind.INTEGER, Kind.DECIMAL)).alias("is_number"),
    )


def _with_reasons(changes: pl.DataFrame, name: str, repaired: Normalised) -> pl.DataFrame:
    """Changes of a column with the reason `why` of each cell.

    What rewrote the text is known of every text. Where that does not explain the new value, the
    rest of the notes does: what other cells of the row, a list or the whole column decided.
    """
    notes = [note for note in repaired.notes if note.column == name]
    words = {note.rule: note.text.zh.rstrip("。") for note in notes}
    mended = repaired.repairs.get(name, _UNMENDED)
    of_texts = mended.select(pl.col("repairs").str.split(" ").explode()).to_series()
    others = " ".join(rule for rule in words if rule not in of_texts)
    explained = changes.join(
        mended, left_on="old", right_on="text", how="left", maintain_order="left"
    )
    rules = (
        pl.when(pl.col("value").eq_missing(pl.col("new")) & pl.col("repairs").is_not_null())
        .then("repairs")
        .otherwise(pl.concat_str("repairs", pl.lit(f" {others}"), ignore_nulls=True))
    )
    told = rules.str.strip_chars().str.split(" ").list.eval(pl.element().replace(words))
    return explained.with_columns(told.list.join("；").alias("why"))


def _is_only_read_so() -> pl.Expr:
    """Whether a cell of a workbook is right as it stands, and merely reads as another text."""
    old, new = pl.col("old"), pl.col("new")
    percent = old == pl.concat_str([new, pl.lit("%")])
    truth = old.is_in(["true", "false"]) & new.is_in(["1", "0"])
    return (percent | truth).fill_null(value=False)
