"""Puts together the table of a format whose cells are not typed by a person into a grid."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import Finding, Note, Reading
from yrdx.reading.findings import refuse
from yrdx.reading.header import Cells, Header, column_matches, letter, settle, stated_units
from yrdx.reading.table import DOUBT, ROW, Refusal, Table


class Spool:
    """A folder for pieces of a file in another form; it goes when nobody refers to it any more."""

    __slots__ = ("__weakref__", "folder")

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="yrdx-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)


def table_of_records(
    frame: pl.LazyFrame,
    header: Header,
    sample: Sequence[Cells],
    *,
    dataset: Dataset,
    reading: Reading,
    rows: int,
    findings: tuple[Finding, ...] = (),
    notes: tuple[Note, ...] = (),
) -> Table | Refusal:
    """The table of `frame`: `_row`, one column of text per column of the header, maybe `_doubt`."""
    settled = settle(header, sample, dataset)
    if isinstance(settled, Refusal):
        return settled
    header, told = settled
    reading = reading.model_copy(
        update={
            "columns": column_matches(header, 0),
            "ignored_headers": tuple(m.header for m in header.matches if m.header and not m.field),
        }
    )
    if rows == 0:
        return refuse("file_has_no_rows", reading=reading)
    texts = [name for name in frame.collect_schema().names() if name not in (ROW, DOUBT)]
    return Table(
        frame=frame.rename(dict(zip(texts, header.names, strict=True))),
        source_columns=header.names,
        letters={name: letter(position) for position, name in enumerate(header.names)},
        units=stated_units(header, dataset),
        headers=header.texts,
        reading=reading,
        findings=findings,
        notes=(*told, *notes),
        locate=lambda numbers: numbers,
        rows_estimate=rows,
    )
