"""Rows put aside, in memory or on disk, while the rest streams on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

_RECORDS = 4096
"""Rows of one record batch: small ones keep what is read again small, whatever was written."""


@dataclass(slots=True)
class Aside:
    """Rows that wait in memory until a slice of them is full.

    Where a slice ends depends on the rows alone, never on how they happened to arrive.
    """

    size: int
    _held: list[pl.DataFrame] = field(default_factory=list)
    _rows: int = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows aside."""
        if frame.height:
            self._held.append(_copied(frame))
            self._rows += frame.height

    def full(self) -> Iterator[pl.DataFrame]:
        """The slices that are full; what remains goes on waiting."""
        while self._rows >= self.size:
            whole = pl.concat(self._held)
            self._held = [whole.slice(self.size)]
            self._rows -= self.size
            yield whole.head(self.size)

    def rest(self) -> Iterator[pl.DataFrame]:
        """The last slice, however small, unless it is empty."""
        if self._rows:
            yield pl.concat(self._held)
            self._held, self._rows = [], 0


def _copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the old Arrow layout, which copies their bytes.

    A view of a few rows would hold on to the whole buffers they were parsed from.
    """
    return _frame(frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches())


@dataclass(slots=True)
class Spill:
    """Frames of one schema in an Arrow file.

    They are read again in slices.
    """

    path: Path
    rows: int = 0
    _writer: pa.RecordBatchFileWriter | None = field(default=None)

    def add(self, frame: pl.DataFrame) -> None:
        """Put rows aside."""
        if not frame.height:
            return
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pa.ipc.new_file(self.path, table.schema)
        self._writer.write_table(table, max_chunksize=_RECORDS)
        self.rows += frame.height

    def close(self) -> None:
        """End writing; the rows can be read from now on."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def slices(self, rows: int) -> Iterator[pl.DataFrame]:
        """The rows in the order they came, about `rows` at a time."""
        if not self.rows:
            return
        with pa.OSFile(str(self.path)) as file, pa.ipc.open_file(file) as reader:
            held: list[pa.RecordBatch] = []
            for place in range(reader.num_record_batches):
                held.append(reader.get_batch(place))
                if sum(batch.num_rows for batch in held) >= rows:
                    yield _frame(held)
                    held = []
            if held:
                yield _frame(held)


def _frame(batches: list[pa.RecordBatch]) -> pl.DataFrame:
    frame = pl.from_arrow(pa.Table.from_batches(batches))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a table became a series")
    return frame


@dataclass(slots=True)
class Numbers:
    """A growing file of numbers of one width: four or eight bytes a row, not a list of objects."""

    path: Path
    dtype: npt.DTypeLike
    count: int = 0

    def add(self, numbers: pl.Series) -> None:
        """Append numbers."""
        values = numbers.to_numpy().astype(self.dtype, copy=False)
        with self.path.open("ab") as file:
            values.tofile(file)
        self.count += len(values)

    def load(self) -> npt.NDArray[Any]:
        """All of them, in the order they came."""
        if not self.count:
            return np.zeros(0, self.dtype)
        return np.fromfile(self.path, self.dtype)

    def pieces(self, size: int = 1 << 20) -> Iterator[npt.NDArray[Any]]:
        """All of them, `size` at a time."""
        for start in range(0, self.count, size):
            yield np.fromfile(
                self.path, self.dtype, count=size, offset=start * np.dtype(self.dtype).itemsize
            )
