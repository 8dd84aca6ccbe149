"""Write what a reader chose into a file: Parquet, CSV, or an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from yrdx.dataset import BETWEEN_CODES
from yrdx.errors import ConfigurationError
from yrdx.excel import ROWS_A_SHEET
from yrdx.reader.snapshot import Snapshot
from yrdx.store.content import whole_file

SUFFIXES = (".csv", ".parquet", ".xlsx")


def write(snapshot: Snapshot, into: Path, *, limit: int | None = None) -> int:
    """Write the chosen rows, or the first of them, as the name's suffix says; how many there were.

    The file appears when it is whole. Parquet keeps types and descriptions. In CSV and workbooks,
    true and false are 1 and 0 and several codes in one cell are joined, as in deliveries.
    """
    writers = {".csv": _write_csv, ".parquet": _write_parquet, ".xlsx": _write_workbook}
    suffix = into.suffix.lower()
    if suffix not in writers:
        raise ConfigurationError(
            f"无法写成这种文件 cannot write {into.name}；扩展名须为 its name must end in one of: "
            f"{', '.join(SUFFIXES)}"
        )
    if not into.parent.is_dir():
        raise ConfigurationError(f"没有这个文件夹 there is no folder {into.parent}")
    with whole_file(into) as file:
        return writers[suffix](snapshot, file, limit)


def _write_parquet(snapshot: Snapshot, file: BinaryIO, limit: int | None) -> int:
    rows = 0
    with pq.ParquetWriter(file, snapshot.schema, compression="zstd") as writer:
        for batch in snapshot.batches(limit=limit):
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _write_csv(snapshot: Snapshot, file: BinaryIO, limit: int | None) -> int:
    """With a byte order mark, without which Excel garbles Chinese."""
    pl.DataFrame(snapshot.schema.empty_table()).with_columns(_as_text()).write_csv(
        file, include_bom=True
    )
    rows = 0
    for frame in _frames(snapshot, limit):
        frame.with_columns(_as_text()).write_csv(file, include_header=False)
        rows += len(frame)
    return rows


def _as_text() -> list[pl.Expr]:
    types = pl.selectors
    return [types.list().list.join(BETWEEN_CODES), types.boolean().cast(pl.Int8)]


def _write_workbook(snapshot: Snapshot, file: BinaryIO, limit: int | None) -> int:
    """Text stays text, so that codes keep their zeros and nothing is taken for a formula."""
    expected = sum(item.rows for item in snapshot.files)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(snapshot.dataset[:31])
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        bold = book.add_format({"bold": True, "num_format": "@"})
        for at, name in enumerate(snapshot.columns):
            sheet.write_string(0, at, name, bold)
        sheet.freeze_panes(1, 0)
        row = 0
        for frame in _frames(snapshot, limit):
            if row + len(frame) > ROWS_A_SHEET:
                raise _too_long(snapshot, expected)
            for values in frame.iter_rows():
                row += 1
                for at, value in enumerate(values):
                    _write_cell(sheet, row, at, value, formats=(text, day))
    return row


def _write_cell(sheet: Any, row: int, at: int, value: object, *, formats: tuple[Any, Any]) -> None:
    text, day = formats
    match value:
        case None:
            pass
        case bool():
            sheet.write_number(row, at, int(value))
        case str():
            sheet.write_string(row, at, value, text)
        case list():
            sheet.write_string(row, at, BETWEEN_CODES.join(map(str, value)), text)
        case date():
            sheet.write_datetime(row, at, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day
        case _:
            sheet.write_number(row, at, value)


def _too_long(snapshot: Snapshot, expected: int) -> ConfigurationError:
    return ConfigurationError(
        f"{snapshot.dataset} 所选约 {expected:,} 行，超过 Excel 一张表的上限 are more rows than "
        f"a sheet holds ({ROWS_A_SHEET:,})；请写成 .csv 或 .parquet，或用 --where 缩小范围 "
        "write .csv or .parquet, or choose fewer rows with --where"
    )


def _frames(snapshot: Snapshot, limit: int | None) -> Iterator[pl.DataFrame]:
    for batch in snapshot.batches(limit=limit):
        yield pl.DataFrame(pa.Table.from_batches([batch]))
