"""What the columns of a table tell only as a whole: groups, percentages, what nobody asked for."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from yrdx.dataset import Dataset, Requirement
from yrdx.model import Finding
from yrdx.reading.blocks import UnreadableText
from yrdx.reading.findings import finding
from yrdx.reading.header import How, plain
from yrdx.reading.lines import is_reading_failure
from yrdx.reading.table import Table

SAMPLE_ROWS = 1_000
PERCENT = "%"
MIXED, FRACTIONS = "percentages and fractions", "fractions"
"""Stated in place of a unit where a column of percentages cannot be understood."""

NOT_ASKED_FOR = frozenset({"序号", "序列", "行号", "no", "no.", "问题"})
"""Headers of columns that only count the rows, or that an annotated copy has added."""
_SHOWN = 20


def judge_columns(table: Table, dataset: Dataset) -> Table:
    """The table with what its columns tell as a whole.

    Of a file that turns out to be unreadable on the way nothing is said here: its check will.
    """
    table = replace(table, findings=(*table.findings, *_about_headers(table)))
    try:
        grouped = _grouped_keys(table, dataset)
        units = {**table.units, **_percentages(table, dataset)}
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if is_reading_failure(error):
            return table
        raise
    return replace(table, grouped=grouped, units=units)


def _about_headers(table: Table) -> list[Finding]:
    """A warning for each column that was told by its values, and one for those nobody knows."""
    sheet = {"sheet": table.reading.sheet} if table.reading.sheet else {}
    found = [
        finding(
            "column_was_told_by_its_values",
            column=match.column, header=match.header, letter=match.letter, **sheet,
        )
        for match in table.reading.columns
        if match.how in (How.CONTENT, How.BEGINNING)
    ]  # fmt: skip
    extra = [name for name in table.reading.ignored_headers if plain(name) not in NOT_ASKED_FOR]
    if extra:
        names = "、".join(f"“{name}”" for name in extra[:_SHOWN])
        found.append(
            finding("columns_are_not_in_the_contract", count=len(extra), headers=names, **sheet)
        )
    return found


def _grouped_keys(table: Table, dataset: Dataset) -> frozenset[str]:
    """Key columns whose value stands in the first row of its group only.

    That is taken to be so where the first row has a value and at least as many rows of data lack
    one as have it. Fewer gaps are missing values.
    """
    keys = [
        name
        for name in dataset.key
        if name in table.source_columns
        and dataset.columns[name].requirement is Requirement.MANDATORY
        and dataset.columns[name].default is None
    ]
    known = [match.column for match in table.reading.columns]
    if not keys or len(known) < 2:
        return frozenset()
    sample = table.frame.select(known).head(SAMPLE_ROWS).collect(engine="streaming")
    filled = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.UInt16) for name in known)
    data = sample.filter(filled * 2 >= len(known))
    return frozenset(
        name
        for name in keys
        if data.height and data[name][0] is not None and data[name].null_count() * 2 >= data.height
    )


def _percentages(table: Table, dataset: Dataset) -> dict[str, str]:
    """Columns of percentages that hold fractions too, or may hold nothing else."""
    names = [
        name
        for name, column in dataset.columns.items()
        if column.unit == PERCENT and name in table.source_columns
    ]
    if not names:
        return {}
    cells = table.frame.select(names).collect(engine="streaming")
    judged = {name: _kind_of(cells[name], stated=table.units.get(name)) for name in names}
    return {name: kind for name, kind in judged.items() if kind}


def _kind_of(texts: pl.Series, *, stated: str | None) -> str | None:
    """How a column writes percentages: a fraction is a number below 1 without a percent sign."""
    text = texts.drop_nulls().str.normalize("NFKC").str.strip_chars()
    signed = text.str.ends_with(PERCENT)
    number = text.str.strip_suffix(PERCENT).cast(pl.Float64, strict=False).abs()
    small = ~signed & number.is_between(0, 1, closed="none")
    large = signed | (number > 1)
    if stated == PERCENT and not signed.any():
        return None
    if small.any() and large.any():
        return MIXED
    return FRACTIONS if small.any() and stated != PERCENT else None
