"""What a published Parquet file looks like: its columns, what it says of them, how it is cut."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.dataset import Column, Dataset
from yrdx.model import Sensitivity, Text

ROW_GROUP = 65_536
PART = 61 * ROW_GROUP
"""Rows of one file (about 4 million); a partition with more has several parts."""

_PAGE_BYTES = 128 * 1024
_LONGEST_LIST = 200
"""Code lists with more entries are named in a file, not spelled out in each."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A column that says where a published row comes from."""

    title: Text
    dtype: pl.DataType
    description: Text


ENVELOPE = {
    "src_province": Envelope(
        Text(zh="来源省份", en="Source province"),
        pl.String(),
        Text(zh="报送省份的两位代码", en="Two-digit code of the province that delivered the row"),
    ),
    "src_unit": Envelope(
        Text(zh="来源单位", en="Source unit"),
        pl.String(),
        Text(zh="报送单位的标识", en="Id of the supplying unit that delivered the row"),
    ),
    "src_period": Envelope(
        Text(zh="报送期", en="Delivery period"),
        pl.String(),
        Text(zh="报送所属的时期", en="Period of the delivery"),
    ),
    "src_row_no": Envelope(
        Text(zh="原文件行号", en="Row in the source file"),
        pl.UInt32(),
        Text(
            zh="原报送文件中的行号（Excel 行号或文本文件物理行号，从 1 起）",
            en="Excel row, or physical line of a text file, counted from 1",
        ),
    ),
    "file_sha256": Envelope(
        Text(zh="原文件摘要", en="Digest of the source file"),
        pl.String(),
        Text(zh="原报送文件的 SHA-256", en="SHA-256 of the delivered file"),
    ),
}
"""The last columns of every published file. Their names differ from the folders' `period=` and
`province=`, which readers turn into columns of their own guessing."""


def arrow_schema(dataset: Dataset) -> pa.Schema:
    """The columns in the contract's order, then the envelope, each described in zh and en."""
    fields = [
        pa.field(name, arrow_type(column.dtype), metadata=_encoded(_described(column)))
        for name, column in dataset.columns.items()
    ]
    fields += [
        pa.field(name, arrow_type(item.dtype), metadata=_encoded(_envelope_described(item)))
        for name, item in ENVELOPE.items()
    ]
    return pa.schema(fields, metadata=_encoded(_file_metadata(dataset)))


def arrow_type(dtype: pl.DataType) -> pa.DataType:
    """The Arrow type that every reader knows: no large and no view strings."""
    match dtype:
        case pl.String():
            return pa.string()
        case pl.List():
            return pa.list_(pa.string())
        case pl.Decimal():
            return pa.decimal128(dtype.precision or 38, dtype.scale)
        case pl.Date():
            return pa.date32()
        case _:
            return pl.Series([], dtype=dtype).to_arrow().type


def _described(column: Column) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "title_zh": column.title.zh,
        "title_en": column.title.en,
        "sensitivity": column.sensitivity.value,
        "kind": column.kind.value,
        "requirement": column.requirement.value,
    }
    if column.description:
        facts |= {"description_zh": column.description.zh, "description_en": column.description.en}
    if column.unit:
        facts["unit"] = column.unit
    if column.codes:
        facts |= {
            "code_list": column.codes.name,
            "code_list_version": column.codes.version,
            "code_list_source": column.codes.source,
        }
        if len(column.codes.values) <= _LONGEST_LIST:
            facts["codes"] = {code.value: code.label.model_dump() for code in column.codes.codes}
    return facts


def _envelope_described(item: Envelope) -> dict[str, Any]:
    return {
        "title_zh": item.title.zh,
        "title_en": item.title.en,
        "description_zh": item.description.zh,
        "description_en": item.description.en,
        "sensitivity": Sensitivity.PUBLIC.value,
    }


def _file_metadata(dataset: Dataset) -> dict[str, Any]:
    columns = {name: _described(column) for name, column in dataset.columns.items()}
    columns |= {name: _envelope_described(item) for name, item in ENVELOPE.items()}
    return {
        "yrdx.dataset": dataset.name,
        "yrdx.contract": dataset.version,
        "yrdx.title_zh": dataset.title.zh,
        "yrdx.title_en": dataset.title.en,
        "yrdx.key": list(dataset.key),
        "yrdx.columns": columns,
    }


def _encoded(facts: dict[str, Any]) -> dict[str, str]:
    """Text as it is, everything else as JSON: Arrow metadata is text to text."""
    return {
        name: value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for name, value in facts.items()
    }


@dataclass(frozen=True, slots=True)
class Written:
    """One finished local file of a partition, its smallest and its largest key."""

    path: Path
    rows: int
    key_min: tuple[str, ...]
    key_max: tuple[str, ...]


def write_parts(
    frames: Iterable[pl.DataFrame], dataset: Dataset, *, into: Path
) -> Iterator[Written]:
    """Write sorted frames as `part-0000.parquet` … into a folder, each given when it is finished.

    The bytes depend on the rows alone: however the frames are cut, row groups are `ROW_GROUP`
    rows and parts `PART` rows long.
    """
    schema = arrow_schema(dataset)
    groups = ahead(_row_groups(frames))
    group = next(groups, None)
    number = 0
    while group is not None:
        path, rows = into / f"part-{number:04d}.parquet", 0
        key_min = key_max = group.select(dataset.key).row(0)
        with _writer(path, schema, dataset, first=group) as writer:
            while group is not None and rows + len(group) <= PART:
                table = pa.table(group.to_arrow()).cast(schema)
                writer.write_table(table, row_group_size=ROW_GROUP)
                rows += len(group)
                key_max = group.select(dataset.key).row(-1)
                group = next(groups, None)
        yield Written(path, rows, tuple(map(str, key_min)), tuple(map(str, key_max)))
        number += 1


def ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames, the next one being made while the caller encodes the last."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        coming = thread.submit(next, frames, None)
        while (frame := coming.result()) is not None:
            coming = thread.submit(next, frames, None)
            yield frame


def _row_groups(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in frames of exactly `ROW_GROUP` rows, each one contiguous chunk."""
    waiting: list[pl.DataFrame] = []
    rows = 0
    for frame in frames:
        waiting.append(frame)
        rows += len(frame)
        if rows >= ROW_GROUP:
            whole = pl.concat(waiting)
            cut = rows - rows % ROW_GROUP
            for at in range(0, cut, ROW_GROUP):
                yield whole.slice(at, ROW_GROUP).rechunk()
            waiting, rows = [whole.slice(cut)], rows - cut
    if rows:
        yield pl.concat(waiting).rechunk()


def _writer(
    path: Path, schema: pa.Schema, dataset: Dataset, *, first: pl.DataFrame
) -> pq.ParquetWriter:
    """A writer whose dictionaries are those columns that repeat in the first row group."""
    ascending = [(name, "ascending") for name in dataset.key]
    repeating = [
        name
        for name, dtype in first.schema.items()
        if not isinstance(dtype, pl.List | pl.Boolean) and first[name].n_unique() * 2 <= len(first)
    ]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=3,
        use_dictionary=repeating,
        data_page_size=_PAGE_BYTES,
        write_statistics=True,
        sorting_columns=pq.SortingColumn.from_ordering(
            schema, ascending, null_placement="at_start"
        ),
    )
