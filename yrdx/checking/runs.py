"""Good rows on their way to Parquet: runs sorted by key, one file, the same bytes every time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from yrdx.kernels import flat_bytes
from yrdx.reading.table import ROW

RUN = 100_000
"""Rows sorted together: more would serve readers a little better and cost memory."""

ROW_GROUP = 25_000
_SAMPLE = 20_000


@dataclass(slots=True)
class SortedRuns:
    """A growing `rows.parquet`: rows come in any number, and leave in runs of exactly `RUN`.

    Where a run ends depends on the rows alone, never on how they happened to arrive, so that the
    same delivery gives the same file. Sorting and encoding run on a thread of their own, one run
    at a time: the next run fills up meanwhile.
    """

    path: Path
    schema: dict[str, pl.DataType]
    key: tuple[str, ...]
    rows: int = 0
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _held: int = 0
    _writer: pq.ParquetWriter | None = None
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="rows")
    )
    _encoding: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        broken: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the file."""
        self._thread.shutdown(wait=True)
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows with the columns of the schema, in its order."""
        self._waiting.append(frame)
        self._held += frame.height
        while self._held >= RUN:
            whole = pl.concat(self._waiting, rechunk=False)
            self._waiting = [whole.slice(RUN)]
            self._held -= RUN
            self._hand_over(whole.head(RUN))

    def flush(self) -> None:
        """End the run that is filling up, and wait until all is written."""
        if self._held or (self._writer is None and self._encoding is None):
            rest = pl.concat([pl.DataFrame(schema=self.schema), *self._waiting])
            self._waiting, self._held = [], 0
            self._hand_over(rest)
        self._wait()

    def _hand_over(self, run: pl.DataFrame) -> None:
        self._wait()
        self.rows += run.height
        self._encoding = self._thread.submit(self._encode, run)

    def _wait(self) -> None:
        if self._encoding is not None:
            self._encoding.result()
            self._encoding = None

    def _encode(self, run: pl.DataFrame) -> None:
        # Gathering from many chunks is several times dearer than from one.
        run = run.rechunk()
        run = run[order_by_key(run, self.key)] if self.key and run.height else run
        if self._writer is None:
            self._writer = self._open(run)
        table = run.to_arrow(compat_level=pl.CompatLevel.oldest())
        self._writer.write_table(table, row_group_size=ROW_GROUP)

    def _open(self, run: pl.DataFrame) -> pq.ParquetWriter:
        sample = run.head(_SAMPLE)
        repeating = [
            name
            for name, dtype in self.schema.items()
            if not dtype.is_nested() and sample[name].n_unique() * 2 <= max(sample.height, 1)
        ]
        return pq.ParquetWriter(
            self.path,
            run.to_arrow(compat_level=pl.CompatLevel.oldest()).schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=repeating or False,
            store_schema=False,
        )


def order_by_key(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.Series:
    """Positions of the rows in key order, rows of equal keys in the order they came.

    Sorting integers is five times cheaper than sorting text, and the first eight bytes of a
    sealed key nearly always tell two rows apart: only where they do not, whole keys are compared.
    """
    first = rows[key[0]]
    prefixes = _first_bytes(first) if first.dtype == pl.String else None
    if prefixes is None:
        return _order_of(rows, key)
    order = np.argsort(prefixes, kind="stable")
    ordered = prefixes[order]
    same = ordered[1:] == ordered[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    if len(tied):
        # Rows that share a prefix stand together, so sorting just them leaves each in its place.
        among = _order_of(rows[order[tied]], key).to_numpy()
        order[tied] = order[tied][among]
    return pl.Series(order.astype(np.uint32))


def _order_of(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.Series:
    return rows.select(pl.arg_sort_by(*key, ROW, nulls_last=False)).to_series()


def _first_bytes(series: pl.Series) -> npt.NDArray[np.uint64] | None:
    """The first eight bytes of each text as a number, None where the widths differ."""
    offsets, data = flat_bytes(series)
    width = int(offsets[1]) if len(offsets) > 1 else 0
    if width < 8 or series.null_count() or (np.diff(offsets) != width).any():
        return None
    return data.reshape(-1, width)[:, :8].copy().view(">u8").ravel().astype(np.uint64)
