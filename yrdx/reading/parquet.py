"""Reads Parquet as text, so that a partner's typed file passes the same rules as any other."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from yrdx.dataset import BETWEEN_CODES, Dataset
from yrdx.model import Reading
from yrdx.reading.findings import refuse
from yrdx.reading.header import (
    Cells,
    column_matches,
    find_header,
    letter,
    refuse_without_header,
    settle,
    stated_units,
)
from yrdx.reading.seal_statement import sealed_with_in_parquet
from yrdx.reading.table import ROW, Refusal, Table

SAMPLE_ROWS = 500


def read_parquet(path: Path, dataset: Dataset, *, member: str | None = None) -> Table | Refusal:
    """Read a Parquet file as a lazy table of text."""
    try:
        source = pl.scan_parquet(path)
        schema = dict(source.collect_schema())
        rows = source.select(pl.len()).collect().item()
        sample = source.head(SAMPLE_ROWS).select(as_text(n, t) for n, t in schema.items())
        head: list[Cells] = [list(schema), *(list(row) for row in sample.collect().rows())]
        sealed = sealed_with_in_parquet(path)
    except (
        pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError,
    ) as error:  # fmt: skip
        detail = (str(error).splitlines() or ["?"])[0][:200]
        return refuse("file_is_damaged", kind="Parquet", detail=detail)
    header = find_header(head[:1], dataset)
    if header is None:
        return refuse_without_header(dataset)
    settled = settle(header, head[1:], dataset)
    if isinstance(settled, Refusal):
        return settled
    header, notes = settled
    reading = Reading(
        format="parquet",
        member=member,
        columns=column_matches(header, 0),
        ignored_headers=tuple(m.header for m in header.matches if not m.field),
        sealed=sealed,
    )
    if rows == 0:
        return refuse("file_has_no_rows", reading=reading)
    texts = [
        as_text(old, schema[old]).alias(new) for old, new in zip(schema, header.names, strict=True)
    ]
    numbered = source.with_row_index(ROW, offset=1)
    return Table(
        frame=numbered.select(ROW, *texts),
        source_columns=header.names,
        letters={name: letter(position) for position, name in enumerate(header.names)},
        units=stated_units(header, dataset),
        headers=header.texts,
        reading=reading,
        findings=(),
        notes=notes,
        locate=lambda numbers: numbers,
        rows_estimate=rows,
    )


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the text that a person would have typed."""
    column = pl.col(name)
    match dtype:
        case pl.String():
            text = column
        case pl.Boolean():
            text = column.cast(pl.Int8).cast(pl.String)
        case pl.Date():
            text = column.dt.to_string("%Y-%m-%d")
        case pl.Datetime():
            text = column.dt.to_string("%Y-%m-%d %H:%M:%S")
        case pl.Float32() | pl.Float64():
            text = column.cast(pl.String).str.strip_suffix(".0")
        case pl.List():
            text = column.cast(pl.List(pl.String)).list.join(BETWEEN_CODES)
        case pl.Binary():
            text = column.bin.encode("hex")
        case pl.Struct() | pl.Array() | pl.Object():
            text = pl.lit(None, pl.String).alias(name)
        case _:
            text = column.cast(pl.String)
    return pl.when(text != "").then(text).otherwise(None).alias(name)
