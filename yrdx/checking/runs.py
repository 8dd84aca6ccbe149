"""Good rows on their way to Parquet: runs sorted by key, one file, the same bytes every time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Full, Queue
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.io.plugins import register_io_source

from yrdx.kernels import flat_bytes
from yrdx.reading.table import ROW

RUN = 100_000
"""Rows sorted together: more would serve readers a little better and cost memory."""

ROW_GROUP = 25_000
_PATIENCE = 0.5
"""Seconds after which it is asked whether the writer still lives."""


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
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _held: int = 0
    _runs: Queue[list[pl.DataFrame]] = field(default_factory=lambda: Queue(1))
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="rows")
    )
    _written: Future[None] | None = None

    def __enter__(self) -> Self:
        self._written = self._thread.submit(self._write)
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
        if self._written is not None:
            self._hand_over()
            self._thread.shutdown(wait=True)
            written, self._written = self._written, None
            written.result()

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
        """End the run that is filling up."""
        if self._held:
            rest = pl.concat(self._waiting)
            self._waiting, self._held = [], 0
            self._hand_over(rest)

    def _hand_over(self, *run: pl.DataFrame) -> None:
        """Give the writer a run, or nothing where there will be no more."""
        while self._written is not None and not self._written.done():
            try:
                self._runs.put([*run], timeout=_PATIENCE)
            except Full:
                continue
            return

    def _write(self) -> None:
        """Polars encodes and writes what the queue gives; half the price of doing so by pyarrow."""
        source = register_io_source(self._sorted, schema=self.schema)
        source.sink_parquet(
            self.path,
            compression="zstd",
            compression_level=1,
            row_group_size=ROW_GROUP,
            maintain_order=True,
            engine="streaming",
        )

    def _sorted(self, *_asked: object) -> Iterator[pl.DataFrame]:
        # In slices, for the next run is asked for only when this one is nearly encoded; and nothing
        # here may hold on to a run meanwhile: that would be its memory twice.
        while parcel := self._runs.get():
            yield from self._in_order(parcel.pop()).iter_slices(ROW_GROUP)

    def _in_order(self, run: pl.DataFrame) -> pl.DataFrame:
        # Gathering from many chunks is several times dearer than from one.
        whole = run.rechunk()
        return whole[order_by_key(whole, self.key)] if self.key else whole


def order_by_key(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.Series:
    """Positions of the rows in key order, rows of equal keys in the order they came.

    Sorting integers is many times cheaper than sorting text, and the first bytes of a sealed key
    nearly always tell two rows apart: only where they do not, whole keys are compared.
    """
    first = rows[key[0]]
    prefixes = _first_bytes(first) if first.dtype == pl.String else None
    if prefixes is None:
        return _order_of(rows, key)
    # The position of each row stands in the last bits, and is sorted along.
    bits = np.uint64(rows.height.bit_length())
    placed = (prefixes >> bits << bits) | np.arange(rows.height, dtype=np.uint64)
    ordered = pl.Series(placed).sort().to_numpy()
    beginning = ordered >> bits
    order = (ordered - (beginning << bits)).astype(np.uint32)
    same = beginning[1:] == beginning[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False))
    if len(tied):
        # Rows that share a prefix stand together, so sorting just them leaves each in its place.
        among = _order_of(rows[order[tied]], key).to_numpy()
        order[tied] = order[tied][among]
    return pl.Series(order)


def _order_of(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.Series:
    return rows.select(pl.arg_sort_by(*key, ROW, nulls_last=False)).to_series()


def _first_bytes(series: pl.Series) -> npt.NDArray[np.uint64] | None:
    """The first eight bytes of each text as a number, None where the widths differ."""
    offsets, data = flat_bytes(series)
    width = int(offsets[1]) if len(offsets) > 1 else 0
    if width < 8 or series.null_count() or (np.diff(offsets) != width).any():
        return None
    return data.reshape(-1, width)[:, :8].copy().view(">u8").ravel().astype(np.uint64)
