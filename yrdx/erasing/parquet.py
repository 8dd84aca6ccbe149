"""Parquet files without some of their rows: the same columns, described as before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.erasing.target import Target, matches


@dataclass(slots=True)
class Without:
    """How many rows went and how many stay; `units` counts those that went by supplying unit."""

    gone: int = 0
    left: int = 0
    units: Counter[str] = field(default_factory=Counter)
    numbers: set[int] = field(default_factory=set)


def without(path: Path, target: Target, *, into: Path) -> Without:
    """Write the rows that stay; nothing is written where none is to go.

    `numbers` are the values of `_row` of those that went, where the file has such a column.
    """
    found = count(path, target)
    if found.gone:
        _write(path, into, lambda rows: ~matches(rows, target))
    return found


def count(path: Path, target: Target) -> Without:
    """What would go of a file."""
    found = Without()
    with pq.ParquetFile(path) as file:
        for at in range(file.metadata.num_row_groups):
            rows = file.read_row_group(at)
            gone = pl.DataFrame(pl.from_arrow(rows)).filter(matches(rows, target))
            found.gone += len(gone)
            found.left += rows.num_rows - len(gone)
            if "src_unit" in gone.columns:
                found.units.update(dict(gone["src_unit"].value_counts().iter_rows()))
            if "_row" in gone.columns:
                found.numbers.update(gone["_row"].to_list())
    return found


def without_lines(path: Path, lines: pl.Series, *, into: Path) -> None:
    """Write a file without some of its lines; `lines` says of each whether it stays."""
    at = 0

    def staying(rows: pa.Table) -> pl.Series:
        nonlocal at
        at += rows.num_rows
        return lines[at - rows.num_rows : at]

    _write(path, into, staying)


def lines_of(path: Path, numbers: Collection[int]) -> pl.Series:
    """For each line of a file of findings whether its row is one of these."""
    rows = pl.read_parquet(path, columns=["row"], glob=False)["row"]
    return rows.is_in(pl.Series(sorted(numbers), dtype=rows.dtype).implode()).fill_null(value=False)


def _write(path: Path, into: Path, staying) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pq.ParquetFile(path) as file:
        groups = range(file.metadata.num_row_groups)
        order = file.metadata.row_group(0).sorting_columns if groups else ()
        with pq.ParquetWriter(
            into,
            file.schema_arrow,
            compression="zstd",
            compression_level=3,
            sorting_columns=order or None,
        ) as writer:
            for at in groups:
                rows = file.read_row_group(at)
                kept = rows.filter(pa.array(staying(rows).to_list(), type=pa.bool_()))
                if kept.num_rows:
                    writer.write_table(kept, row_group_size=rows.num_rows)
