"""A unit that the header states for a whole column, where the contract wants it in each row."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from yrdx.dataset import Column, Dataset
from yrdx.model import Note, Text
from yrdx.reading.table import DOUBT, Table


def unit_from_header(table: Table, dataset: Dataset) -> Table:
    """The table with the column of units that its header makes superfluous.

    “金额（万元）”, or a line “单位：万元”, says of every amount what the column 单位 would say. A
    file that has the column keeps it.
    """
    for name, column in dataset.columns.items():
        beside = column.unit_beside
        stated = table.units.get(name)
        if beside is None or stated is None or beside.column in table.source_columns:
            continue
        unit = unit_of(stated, dataset.columns[beside.column])
        if unit is not None:
            table = _with_unit(table, beside.column, unit, of=name)
    return table


def unit_of(stated: str, column: Column) -> str | None:
    """The code that a unit in a header means in a column of units."""
    if column.codes is None:
        return None
    if stated in column.codes.values:
        return stated
    return column.codes.by_label.get(stated.strip().casefold())


def _with_unit(table: Table, name: str, unit: str, *, of: str) -> Table:
    value = pl.when(pl.col(of).is_not_null()).then(pl.lit(unit)).alias(name)
    # The column in which reading states its doubts comes last.
    names = [item for item in table.frame.collect_schema() if item != DOUBT]
    frame = table.frame.with_columns(value).select(*names, name, pl.col(f"^{DOUBT}$"))
    note = Note(
        column=name,
        rule="unit_was_taken_from_the_header",
        cells=0,
        text=Text(
            zh=f"文件没有单位列，按表头注明的单位“{unit}”读取。",
            en=f"The file has no column of units; the header states {unit}, which was taken.",
        ),
    )
    return replace(
        table,
        frame=frame,
        source_columns=(*table.source_columns, name),
        units={field: stated for field, stated in table.units.items() if field != of},
        notes=(*table.notes, note),
    )
