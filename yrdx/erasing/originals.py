"""Landed text without some of its rows: their lines stay empty, so that every other row keeps its.

Only where that is certain. A workbook, an archive, a text in two-byte characters, or a row that
goes over several lines cannot be edited without risk: the whole file is removed then, and the
admitted rows are all that stays of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import polars as pl

from yrdx.dataset import Dataset
from yrdx.erasing.target import Target
from yrdx.reading import ROW, Refusal, Table, read
from yrdx.reading.table import DOUBT
from yrdx.store.content import whole_file

_ONE_BYTE = frozenset({"utf-8", "utf-8-sig", "gbk", "gb18030", "ascii", "big5", "big5hkscs"})
"""Encodings in which the bytes of ASCII stand for nothing else where a quote or an end of line is
looked for."""


def rows_in(path: Path, dataset: Dataset, keys: Collection[str], *, filename: str) -> set[int]:
    """Rows of a delivered file that hold a key, as findings count them; none if unreadable."""
    table = read(path, filename=filename, dataset=dataset)
    if isinstance(table, Refusal):
        return set()
    wanted = pl.any_horizontal(
        pl.col(name).str.contains_any(sorted(keys), ascii_case_insensitive=True)
        for name in _cells(table)
    )
    try:
        found = table.frame.filter(wanted.fill_null(value=False)).select(ROW).collect()
    except pl.exceptions.PolarsError:  # unreadable only further down
        return set()
    return set(table.locate(found.to_series()).to_list())


def blank_lines(path: Path, target: Target, dataset: Dataset, *, filename: str, into: Path) -> bool:
    """Write a delivered text with the lines of a person left empty; False where that is unsafe."""
    table = read(path, filename=filename, dataset=dataset)
    if isinstance(table, Refusal) or not _is_plain_text(table):
        return False
    keys = [re.escape(key.encode()) for key in target.keys]
    wanted = re.compile(b"|".join(keys), re.IGNORECASE)
    with path.open("rb") as file, whole_file(into) as out:
        for line in file:
            if wanted.search(line) is None:
                out.write(line)
            elif line.count(b'"') % 2:
                return False
            else:
                out.write(line[len(line.rstrip(b"\r\n")) :])
    return _reads_as_before(path, into, dataset, filename=filename)


def _is_plain_text(table: Table) -> bool:
    reading = table.reading
    encoding = (reading.encoding or "").lower().replace("_", "-")
    return reading.member is None and reading.sheet is None and encoding in _ONE_BYTE


def _reads_as_before(path: Path, into: Path, dataset: Dataset, *, filename: str) -> bool:
    """Whether the rows that stay are all read again, with the same numbers and values."""
    before = read(path, filename=filename, dataset=dataset)
    after = read(into, filename=filename, dataset=dataset)
    if isinstance(before, Refusal) or isinstance(after, Refusal):
        return False
    kept = after.frame.filter(_has_values(after)).with_columns(_place(after))
    same = before.frame.with_columns(_place(before)).join(kept, on="_place", how="semi")
    names = ["_place", *_cells(before)]
    try:
        left = same.select(names).collect(engine="streaming")
        return left.equals(kept.select(names).collect(engine="streaming"))
    except pl.exceptions.PolarsError:
        return False


def _has_values(table: Table) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in _cells(table))


def _cells(table: Table) -> list[str]:
    return [name for name in table.frame.collect_schema().names() if name not in (ROW, DOUBT)]


def _place(table: Table) -> pl.Expr:
    return pl.col(ROW).map_batches(table.locate, return_dtype=pl.UInt32).alias("_place")
