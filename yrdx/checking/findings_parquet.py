"""How findings lie in Parquet: what repeats is written once, and whole files stream.

A delivery with ten million wrong cells has a few hundred sentences to say about them. So the
columns that repeat go to the writer as numbers with a dictionary, never as ten million texts; the
bytes on disk are those of plain text columns, and any reader sees those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SCHEMA: dict[str, Any] = {
    "rule": pl.String,
    "severity": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "header": pl.String,
    "cell": pl.String,
    "key": pl.String,
    "value": pl.String,
    "candidate": pl.String,
    "message_zh": pl.String,
    "message_en": pl.String,
    "remedy_zh": pl.String,
    "remedy_en": pl.String,
}
"""Columns of `findings.parquet`."""

REPEATING = (
    "rule",
    "severity",
    "sheet",
    "column",
    "header",
    "message_zh",
    "message_en",
    "remedy_zh",
    "remedy_en",
)
"""Columns that say the same in finding after finding."""

ROWS_AT_ONCE = 100_000
"""Findings of one row group."""

_TEXT, _NUMBERED = pa.large_string(), pa.dictionary(pa.int32(), pa.string())
_ARROW = pa.schema(
    (name, pa.uint32() if name == "row" else _NUMBERED if name in REPEATING else _TEXT)
    for name in SCHEMA
)


def open_findings(path: Path) -> pq.ParquetWriter:
    """A new file of findings."""
    return pq.ParquetWriter(
        path, _ARROW, compression="zstd", compression_level=1, store_schema=False
    )


def append(writer: pq.ParquetWriter, frame: pl.DataFrame) -> None:
    """Write findings that are given as plain columns."""
    for piece in frame.select(SCHEMA.keys()).iter_slices(ROWS_AT_ONCE):
        writer.write_table(_numbered(piece.to_arrow(compat_level=pl.CompatLevel.oldest())))


def append_numbered(
    writer: pq.ParquetWriter, places: pl.DataFrame, *, numbers: pl.Series, texts: pl.DataFrame
) -> None:
    """Write findings whose repeating columns stand in `texts`, one line for each number.

    `places` has the other columns.
    """
    dictionaries = {name: _dictionary(texts[name]) for name in REPEATING}
    for start in range(0, places.height, ROWS_AT_ONCE):
        part = numbers.slice(start, ROWS_AT_ONCE)
        plain = places.slice(start, ROWS_AT_ONCE).to_arrow(compat_level=pl.CompatLevel.oldest())
        columns = [
            pa.DictionaryArray.from_arrays(
                _indices(dictionaries[name][1].gather(part)), dictionaries[name][0]
            )
            if name in REPEATING
            else plain[name]
            for name in SCHEMA
        ]
        writer.write_table(pa.Table.from_arrays(columns, schema=_ARROW))


def _dictionary(texts: pl.Series) -> tuple[pa.Array, pl.Series]:
    """The different texts, and for each line the place of its text among them."""
    known: Mapping[str, int] = {
        text: place for place, text in enumerate(dict.fromkeys(texts.drop_nulls()))
    }
    places = [None if text is None else known[text] for text in texts]
    return pa.array(list(known), pa.string()), pl.Series(places, dtype=pl.Int32)


def _indices(places: pl.Series) -> pa.Array:
    array = places.rechunk().to_arrow()
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _numbered(table: pa.Table) -> pa.Table:
    columns = [
        table[name].combine_chunks().cast(pa.string()).dictionary_encode()
        if name in REPEATING
        else table[name].cast(_ARROW.field(name).type)
        for name in SCHEMA
    ]
    return pa.Table.from_arrays([_one(column) for column in columns], schema=_ARROW)


def _one(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def read_findings(path: Path, *, columns: tuple[str, ...] | None = None) -> Iterator[pl.DataFrame]:
    """Findings piece by piece, so that memory stays bounded whatever their number."""
    for table in _tables(path, columns=columns):
        frame = pl.from_arrow(table)
        if isinstance(frame, pl.DataFrame):
            yield frame


def _tables(
    path: Path, *, columns: tuple[str, ...] | None = None, numbered: bool = False
) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, read_dictionary=list(REPEATING) if numbered else None) as file:
        # Group by group: asked for all of them at once, the reader would hold on to what it read.
        for group in range(file.num_row_groups):
            for batch in file.iter_batches(ROWS_AT_ONCE, row_groups=[group], columns=columns):
                yield pa.Table.from_batches([batch])


def merge(first: Path, second: Path, *, into: Path) -> None:
    """Join two files of findings, each sorted by row; what has no row stays in front."""
    others = _tables(second, numbered=True)
    waiting = _ARROW.empty_table()
    with open_findings(into) as writer:
        for table in _tables(first, numbered=True):
            last = _last_row(table)
            while waiting.num_rows == 0 or _last_row(waiting) <= last:
                more = next(others, None)
                if more is None:
                    break
                waiting = _joined(waiting, more)
            split = pc.sum(pc.less_equal(_rows(waiting), last)).as_py() or 0
            _write(writer, _joined(table, waiting.slice(0, split)) if split else table)
            waiting = waiting.slice(split)
        for table in (waiting, *others):
            _write(writer, table)


def _rows(table: pa.Table) -> Any:
    return pc.fill_null(table["row"], 0)


def _last_row(table: pa.Table) -> int:
    return int(_rows(table)[-1].as_py())


def _joined(one: pa.Table, other: pa.Table) -> pa.Table:
    """Both together in the order of their rows; of the same row, the first one's come first."""
    whole = pa.concat_tables([_cast(one), _cast(other)]).unify_dictionaries().combine_chunks()
    return whole.take(pc.sort_indices(_rows(whole)))


def _cast(table: pa.Table) -> pa.Table:
    return table.select(list(SCHEMA)).cast(_ARROW)


def _write(writer: pq.ParquetWriter, table: pa.Table) -> None:
    if table.num_rows:
        writer.write_table(_cast(table).combine_chunks(), row_group_size=2 * ROWS_AT_ONCE)
