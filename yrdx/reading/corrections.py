"""Corrected rows alone: put by key over the rows of the delivery that they correct.

The result is a plain CSV in canonical text, which is then read and checked like any other file.
It follows from the bytes of both files alone. What only one file could tell, such as the unit of
its header, is worked into the text; titles, totals and notes stay out, because they spoke of the
rows as they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import Finding, Text
from yrdx.reading.findings import refuse
from yrdx.reading.normalise import normalise
from yrdx.reading.rows import set_apart
from yrdx.reading.table import Refusal, Table

WHOLE = "whole.csv"
"""Name of the whole that corrections and the rows below them make."""

_MARK = re.compile(
    r"(?:[_\-. ]delta|[（(](?:更正|补正)[）)]|(?:更正|补正))(?:[_\-. ]?v?[0-9]{1,3})?$",
    re.IGNORECASE,
)
_BATCH = 50_000
_KEY = "_key"
_AGAIN = "_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What merging did: rows replaced, rows that are new, rows left as they were."""

    replaced: int
    added: int
    kept: int
    findings: tuple[Finding, ...]

    @property
    def text(self) -> Text:
        """What the receipt says about it."""
        return Text(
            zh=f"只报了更正的行：更正 {self.replaced:,} 行，新增 {self.added:,} 行，其余 "
            f"{self.kept:,} 行沿用上次报送；已合成完整的表（{WHOLE}）重新校验，行号指这张表。",
            en=f"Only corrected rows were sent: {self.replaced:,} rows replaced, {self.added:,} "
            f"added, {self.kept:,} taken from the attempt before. The whole ({WHOLE}) was checked; "
            "row numbers are those of that file.",
        )


def holds_corrections(filename: str) -> bool:
    """Whether a file's name says that it holds corrected rows only: `…_delta`, `…更正`."""
    return _MARK.search(PurePosixPath(filename).stem) is not None


def merge_corrections(
    base: Table, corrections: Table, dataset: Dataset, *, into: Path
) -> Corrected | Refusal:
    """Write the whole `into`: the rows of `base`, those of `corrections` over them by key.

    A correction replaces the columns that its file has; others keep their values. A key that the
    base does not have is a new row, at the end. Raises what streaming an unreadable file raises.
    """
    told = _fields(corrections, dataset)
    lacking = [name for name in dataset.key if name not in told and not _has_default(dataset, name)]
    if lacking and not _has_other_key(dataset, told):
        titles = "、".join(dataset.columns[name].title.zh for name in lacking)
        return refuse("correction_lacks_its_key", columns=titles, reading=corrections.reading)
    columns = [name for name in dataset.columns if name in {*_fields(base, dataset), *told}]
    nothing = pl.DataFrame(schema=dict.fromkeys(told, pl.String))
    by_key = pl.concat([nothing, *_rows_of(corrections, dataset)]).with_columns(
        _key_of(dataset, told)
    )
    if not by_key.height:
        return refuse("correction_has_no_rows", reading=corrections.reading)
    is_first = pl.col(_KEY).is_not_null() & pl.col(_KEY).is_first_distinct()
    over = by_key.filter(is_first)
    used = pl.Series(_KEY, [], dtype=pl.String)
    replaced = kept = 0
    with into.open("wb") as file:
        _write(pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), dataset, file, header=True)
        for rows in _rows_of(base, dataset):
            keyed = rows.with_columns(_key_of(dataset, _fields(base, dataset)))
            merged = _put_over(keyed, over, columns)
            used = pl.concat([used, merged.filter(_AGAIN)[_KEY]]).unique()
            replaced += int(merged[_AGAIN].sum())
            kept += int((~merged[_AGAIN]).sum())
            _write(merged.select(columns), dataset, file)
        is_used = pl.col(_KEY).is_in(used.implode()) & is_first
        new = by_key.filter(~is_used.fill_null(value=False))
        missing = [pl.lit(None, pl.String).alias(name) for name in columns if name not in new]
        _write(new.with_columns(missing).select(columns), dataset, file)
    return Corrected(
        replaced=replaced,
        added=new.height,
        kept=kept,
        findings=tuple(item for item in corrections.findings if item.row is None),
    )


def _fields(table: Table, dataset: Dataset) -> list[str]:
    return [name for name in dataset.columns if name in table.source_columns]


def _has_default(dataset: Dataset, name: str) -> bool:
    return dataset.columns[name].default is not None


def _has_other_key(dataset: Dataset, fields: list[str]) -> bool:
    """Whether rows can be told apart by the alternative key."""
    return bool(dataset.alternative_key) and set(dataset.alternative_key) <= set(fields)


def _rows_of(table: Table, dataset: Dataset) -> Iterator[pl.DataFrame]:
    """The data rows of a table in canonical text, piece by piece."""
    fields = _fields(table, dataset)
    for batch in table.frame.collect_batches(
        chunk_size=_BATCH, maintain_order=True, engine="streaming"
    ):
        data = set_apart(batch, table).data
        if data.height:
            yield normalise(data, table, dataset).rows.select(fields)


def _key_of(dataset: Dataset, fields: list[str]) -> pl.Expr:
    """What rows are matched by, null where a row has no key."""
    key = _joined(dataset, dataset.key, fields)
    if _has_other_key(dataset, fields):
        other = _joined(dataset, dataset.alternative_key, fields)
        key = pl.coalesce(key, pl.concat_str([pl.lit("\x1d"), other]))
    return key.alias(_KEY)


def _joined(dataset: Dataset, names: tuple[str, ...], fields: list[str]) -> pl.Expr:
    """The values of a key in one text; null when one of them is."""
    defaults = {name: pl.lit(dataset.columns[name].default, pl.String) for name in names}
    parts = [
        pl.coalesce(pl.col(name), defaults[name]) if name in fields else defaults[name]
        for name in names
    ]
    return pl.concat_str(parts, separator="\x1f")


def _put_over(rows: pl.DataFrame, over: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rows with the columns of the corrections in place of theirs, where the key is the same."""
    told = [name for name in over.columns if name != _KEY]
    found = over.select(_KEY, pl.lit(value=True).alias(_AGAIN), pl.col(told).name.prefix("_new_"))
    joined = rows.join(found, on=_KEY, how="left", maintain_order="left")
    joined = joined.with_columns(pl.col(_AGAIN).fill_null(value=False))
    merged = [
        pl.when(_AGAIN)
        .then(f"_new_{name}")
        .otherwise(pl.col(name) if name in rows.columns else pl.lit(None, pl.String))
        .alias(name)
        if name in told
        else pl.col(name)
        for name in columns
    ]
    return joined.select(*merged, _AGAIN, _KEY)


def _write(rows: pl.DataFrame, dataset: Dataset, file: IO[bytes], *, header: bool = False) -> None:
    titles = {name: dataset.columns[name].title.zh for name in rows.columns}
    rows.rename(titles).write_csv(
        file,
        include_header=header,
        include_bom=header,
        line_terminator="\r\n",
    )
