"""Many sorted runs become one sorted stream, in bounded memory.

The rows of an admission are runs sorted by key, one after the other. Runs are found by looking at
the keys alone, never taken on trust: rows that turn out to be in no order are first sorted piece
by piece into runs of our own. Memory is bounded whatever the size: the runs that are open at a time
have row groups of at most `DECODED_ROWS` rows together (a reader unpacks about one row group), and
the batches read from them hold about twice `OPEN_ROWS` rows. More runs than that are merged in
several passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

DECODED_ROWS = 800_000
OPEN_ROWS = 98_304
PIECE = 250_000
"""Rows of a run of our own."""

LONG_ENOUGH = 50_000
"""Rows that runs must have on average to be used as they are: shorter ones are sorted anew."""

KEYS_AT_ONCE = 65_536


@dataclass(frozen=True)
class Rows:
    """A Parquet file of rows: they lose the `withdrawn` ones and become what is `select`ed.

    `select` maps a column to its expression over the file's columns; empty takes all as they are.
    """

    path: Path
    select: Mapping[str, pl.Expr] = field(default_factory=dict)
    withdrawn: np.ndarray[Any, np.dtype[np.uint32]] = field(
        default_factory=lambda: np.empty(0, dtype=np.uint32)
    )

    @cached_property
    def metadata(self) -> pq.FileMetaData:
        """The file's footer, parsed once: it is big, and every run of the file needs it."""
        return pq.read_metadata(self.path)

    @cached_property
    def group_ends(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many rows the file has up to the end of each row group."""
        groups = range(self.metadata.num_row_groups)
        return np.cumsum([self.metadata.row_group(at).num_rows for at in groups], dtype=np.int64)

    @cached_property
    def largest_group(self) -> int:
        """Rows of the largest row group."""
        return int(np.diff(self.group_ends, prepend=0).max(initial=1))


@dataclass(frozen=True, slots=True)
class Run:
    """The rows `start` to `stop` of a file, sorted by key."""

    rows: Rows
    start: int
    stop: int


def is_before(left: Sequence[pl.Expr], right: Sequence[pl.Expr]) -> pl.Expr:
    """Whether the row of `left` sorts strictly before that of `right`; nulls come first."""
    result: pl.Expr = pl.lit(value=False)
    for a, b in reversed(list(zip(left, right, strict=True))):
        less = (a < b).fill_null(a.is_null() & b.is_not_null())
        result = less | (a.eq_missing(b) & result)
    return result


def _prepared(frame: pl.DataFrame, rows: Rows) -> pl.DataFrame:
    if len(rows.withdrawn):
        numbers = frame["_row"].to_numpy()
        at = np.searchsorted(rows.withdrawn, numbers).clip(max=len(rows.withdrawn) - 1)
        frame = frame.filter(rows.withdrawn[at] != numbers)
    return frame.select(**rows.select) if rows.select else frame


def _group_by_group(
    file: pq.ParquetFile, groups: Iterable[int], *, size: int, columns: list[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Batches of some row groups: asked for all at once, pyarrow keeps ever more of the file."""
    for group in groups:
        yield from file.iter_batches(batch_size=size, row_groups=[group], columns=columns)


def find_runs(rows: Rows, key: Sequence[str]) -> list[Run]:
    """Where the rows of a file stop ascending by `key`: the runs, in file order."""
    keys = {name: rows.select.get(name, pl.col(name)) for name in key}
    needed = sorted({name for item in keys.values() for name in item.meta.root_names()})
    before = is_before([pl.col(name) for name in key], [pl.col(name).shift(1) for name in key])
    cuts, seen = [0], 0
    last = pl.DataFrame()
    with pq.ParquetFile(rows.path, metadata=rows.metadata) as file:
        groups = range(file.num_row_groups)
        for batch in _group_by_group(file, groups, size=KEYS_AT_ONCE, columns=needed):
            found = pl.DataFrame(pl.from_arrow(batch)).select(**keys)
            frame = pl.concat([last, found]) if seen else found
            breaks = frame.select(before.arg_true()).to_series()
            cuts += [seen - len(last) + at for at in breaks if at > 0]
            seen += len(found)
            last = found.tail(1)
    return [Run(rows, a, b) for a, b in pairwise([*cuts, seen]) if b > a]


def _batches(run: Run, *, size: int) -> Iterator[pl.DataFrame]:
    """The rows of a run, `size` at a time, reading only the row groups that it touches."""
    ends = run.rows.group_ends
    first = int(np.searchsorted(ends, run.start, side="right"))
    final = int(np.searchsorted(ends, run.stop, side="left"))
    at = int(ends[first - 1]) if first else 0
    with pq.ParquetFile(run.rows.path, metadata=run.rows.metadata) as file:
        for batch in _group_by_group(file, range(first, final + 1), size=size):
            begin, end = max(run.start - at, 0), min(run.stop - at, len(batch))
            at += len(batch)
            if begin < end:
                frame = pl.DataFrame(pl.from_arrow(batch.slice(begin, end - begin)))
                prepared = _prepared(frame, run.rows)
                if len(prepared):
                    yield prepared


@dataclass(slots=True)
class _Feed:
    """The unread batches of one run, and the rows that are read but not yet merged."""

    unread: Iterator[pl.DataFrame]
    rows: pl.DataFrame
    ended: bool = False

    def top_up(self, size: int) -> None:
        """Have at least `size` rows ready, unless the run ends: short rests make short steps."""
        while len(self.rows) < size and not self.ended:
            batch = next(self.unread, None)
            if batch is None:
                self.ended = True
            else:
                self.rows = pl.concat([self.rows, batch]) if len(self.rows) else batch

    def take(self, until: pl.Expr | None) -> pl.DataFrame:
        """The rows for which `until` is true, which are the first ones; None takes all."""
        size = len(self.rows) if until is None else int(self.rows.select(until.sum()).item())
        taken, self.rows = self.rows.head(size), self.rows.slice(size)
        return taken


def _merge(runs: Sequence[Run], order: Sequence[str]) -> Iterator[pl.DataFrame]:
    """One sorted stream: each step gives all rows up to the first end of what is read of a run."""
    size = OPEN_ROWS // max(len(runs), 1)
    feeds = [_Feed(_batches(run, size=size), pl.DataFrame()) for run in runs]
    columns = [pl.col(name) for name in order]
    while True:
        for feed in feeds:
            feed.top_up(size)
        feeds = [feed for feed in feeds if len(feed.rows)]
        if not feeds:
            return
        ends = [feed.rows.tail(1).select(order) for feed in feeds if not feed.ended]
        until = None
        if ends:
            first = pl.concat(ends).sort(order).head(1)
            literals = [pl.lit(item) for item in first]
            until = ~is_before(literals, columns)
        taken = [feed.take(until) for feed in feeds]
        yield pl.concat(taken).sort(order, maintain_order=True)


def _sort_pieces(rows: Rows, order: Sequence[str], into: Path) -> list[Run]:
    """Runs of our own from rows that are in no order: sorted pieces, one file each."""
    into.mkdir()
    runs = []
    total = rows.metadata.num_rows
    for number, start in enumerate(range(0, total, PIECE)):
        piece = list(_batches(Run(rows, start, min(start + PIECE, total)), size=OPEN_ROWS))
        if piece:
            path = into / f"piece-{number}.parquet"
            runs.append(_write_run([pl.concat(piece).sort(order, maintain_order=True)], path))
    return runs


def _write_run(frames: Iterable[pl.DataFrame], path: Path) -> Run:
    """Write sorted frames into a file of our own; there is at least one."""
    feed = iter(frames)
    first = next(feed)
    total = 0
    schema = first.to_arrow().schema
    with (
        path.open("xb") as file,
        pq.ParquetWriter(
            file, schema, compression="lz4", use_dictionary=False, write_statistics=False
        ) as writer,
    ):
        for frame in chain([first], feed):
            writer.write_table(frame.to_arrow(), row_group_size=OPEN_ROWS // 4)
            total += len(frame)
    return Run(Rows(path), 0, total)


def _fan_in(runs: Sequence[Run]) -> int:
    """How many runs may be open together."""
    largest = max((run.rows.largest_group for run in runs), default=1)
    return max(DECODED_ROWS // largest, 4)


def merge(
    files: Iterable[Rows], *, key: Sequence[str], order: Sequence[str], spool: Path
) -> Iterator[pl.DataFrame]:
    """All rows of the files as frames in ascending `order`, which begins with the `key`.

    `order` tells every row apart, so that the result does not depend on how the rows were cut
    into runs.
    """
    runs: list[Run] = []
    for number, rows in enumerate(files):
        found = find_runs(rows, key)
        long_enough = not found or found[-1].stop // len(found) >= LONG_ENOUGH
        runs += (
            found
            if long_enough or len(found) <= 2
            else _sort_pieces(rows, order, spool / f"file-{number}")
        )
    for number in count():
        together = _fan_in(runs)
        if len(runs) <= together:
            break
        some = min(together, len(runs) - together + 1)  # no more than must be: it costs a pass
        merged = _write_run(_merge(runs[:some], order), spool / f"merged-{number}.parquet")
        runs = [*runs[some:], merged]
    yield from _merge(runs, order)
