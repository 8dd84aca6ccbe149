"""Percentages given as shares of one, in columns whose unit stands beside them in each row.

One figure such as 0.856 may be a percentage below one. So the column decides as a whole, for each
thing that is measured: shares are read as percentages only where no figure is above one.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from yrdx.dataset import Column, Dataset, UnitBeside
from yrdx.reading.blocks import UnreadableText
from yrdx.reading.cells import distinct
from yrdx.reading.codes import is_odd_code, repair_code
from yrdx.reading.columns import PERCENT
from yrdx.reading.lines import is_reading_failure
from yrdx.reading.numbers import multiplied
from yrdx.reading.table import Table
from yrdx.reading.texts import SAME_AS_ABOVE

_PLAIN = r"^[0-9]+(\.[0-9]+)?$"
_TIMES = 100


def find_shares(table: Table, dataset: Dataset) -> Table:
    """The table with what of its percentages is given as shares.

    Of a file that turns out to be unreadable on the way nothing is said here: its check will.
    """
    try:
        shares = {
            name: _measured_in_shares(name, column.unit_beside, table, dataset)
            for name, column in dataset.columns.items()
            if column.unit_beside
            and _is_there(name, column.unit_beside, table)
            # Where the header states a unit, figures are what they are said to be.
            and name not in table.units
        }
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if is_reading_failure(error):
            return table
        raise
    return replace(table, shares={name: found for name, found in shares.items() if found})


def _is_there(name: str, beside: UnitBeside, table: Table) -> bool:
    return {name, beside.column, beside.by} <= set(table.source_columns)


def _measured_in_shares(
    name: str, beside: UnitBeside, table: Table, dataset: Dataset
) -> frozenset[str]:
    """The codes of `beside.by` all of whose percentages are shares of one."""
    names = [item for item in (name, *beside.also) if item in table.source_columns]
    cells = table.frame.select(beside.column, beside.by, *names).collect(engine="streaming")
    told = cells.with_columns(
        _canonical(_carried_down(cells[item], table), dataset.columns[item])
        for item in (beside.column, beside.by)
    ).filter(pl.col(beside.column) == PERCENT, pl.col(beside.by).is_not_null())
    text = pl.col(names).str.normalize("NFKC").str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    judged = told.group_by(beside.by).agg(
        (text.str.ends_with(PERCENT) | (number > 1)).any().name.prefix("is percent "),
        pl.col(name).str.normalize("NFKC").str.strip_chars().cast(pl.Float64, strict=False)
        .is_between(0, 1, closed="none").any().alias("is share"),
    )  # fmt: skip
    percent = pl.any_horizontal(pl.col(f"is percent {item}") for item in names)
    return frozenset(judged.filter("is share", ~percent)[beside.by])


def _carried_down(texts: pl.Series, table: Table) -> pl.Series:
    """Texts of a column in which some cells leave their value to the rows above."""
    same = texts.is_in(SAME_AS_ABOVE).fill_null(value=False)
    if texts.name not in table.grouped and not same.any():
        return texts
    return texts.set(same, None).forward_fill()


def _canonical(texts: pl.Series, column: Column) -> pl.Series:
    cells = distinct(texts, is_odd_code(column))
    if not cells.has_any:
        return texts
    repair_code(cells, column)
    return texts.replace(cells.frame["text"], cells.frame["value"])


def as_percentages(
    rows: pl.DataFrame, table: Table, dataset: Dataset
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Rows of canonical text with their shares as percentages, and how many cells of each column.

    A share is at most one and above zero, and any rule that doubts such a percentage makes its
    row suspicious, so that it comes here.
    """
    counts: dict[str, int] = {}
    for name, measured in table.shares.items():
        beside = dataset.columns[name].unit_beside
        if beside is None:
            continue
        is_share = (pl.col(beside.column) == PERCENT) & pl.col(beside.by).is_in(sorted(measured))
        for item in (name, *beside.also):
            if item not in rows.columns:
                continue
            text = pl.col(item)
            percent = multiplied(text, _TIMES, dataset.columns[item])
            is_meant = is_share & text.str.contains(_PLAIN) & (percent != "0")
            changed = rows.select(is_meant.fill_null(value=False)).to_series()
            counts[item] = int(changed.sum())
            rows = rows.with_columns(
                pl.when(changed).then(pl.coalesce(percent, text)).otherwise(text).alias(item)
            )
    return rows, {name: count for name, count in counts.items() if count}
