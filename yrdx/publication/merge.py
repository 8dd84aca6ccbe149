"""Many sorted runs become one sorted stream, in bounded memory.

The rows of an admission are runs sorted by key, one after the other. Runs are found by looking at
the keys alone, never taken on trust: rows that turn out to be in no order are first sorted piece
by piece into runs of our own. At most `FAN_IN` runs are open at a time, each with one batch of
`BATCH` rows, so that memory is bounded by `FAN_IN` x `BATCH` rows whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

FAN_IN = 24
BATCH = 16_384
PIECE = 250_000
"""Rows of a run of our own."""

LONG_ENOUGH = 50_000
"""Rows that runs must have on average to be used as they are: shorter ones are sorted anew."""

KEYS_AT_ONCE = 500_000


@dataclass(frozen=True, slots=True)
class Rows:
    """A Parquet file of rows: they lose the `withdrawn` ones and become what is `select`ed.

    `select` maps a column to its expression over the file's columns; empty takes all as they are.
    """

    path: Path
    select: Mapping[str, pl.Expr] = field(default_factory=dict)
    withdrawn: np.ndarray[Any, np.dtype[np.uint32]] = field(
        default_factory=lambda: np.empty(0, dtype=np.uint32)
    )


@dataclass(frozen=True, slots=True)
class Run:
    """The rows `start` to `stop` of a file, sorted by key."""

    rows: Rows
    start: int
    stop: int


def _is_before(left: Sequence[pl.Expr], right: Sequence[pl.Expr]) -> pl.Expr:
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


def find_runs(rows: Rows, key: Sequence[str]) -> list[Run]:
    """Where the rows of a file stop ascending by `key`: the runs, in file order."""
    keys = {name: rows.select.get(name, pl.col(name)) for name in key}
    needed = sorted({name for item in keys.values() for name in item.meta.root_names()})
    before = _is_before([pl.col(name) for name in key], [pl.col(name).shift(1) for name in key])
    cuts, seen = [0], 0
    last = pl.DataFrame()
    with pq.ParquetFile(rows.path) as file:
        for batch in file.iter_batches(batch_size=KEYS_AT_ONCE, columns=needed):
            found = pl.DataFrame(pl.from_arrow(batch)).select(**keys)
            frame = pl.concat([last, found]) if seen else found
            breaks = frame.select(before.arg_true()).to_series()
            cuts += [seen - len(last) + at for at in breaks if at > 0]
            seen += len(found)
            last = found.tail(1)
    return [Run(rows, a, b) for a, b in pairwise([*cuts, seen]) if b > a]


def _batches(run: Run) -> Iterator[pl.DataFrame]:
    """The rows of a run, `BATCH` at a time, reading only the row groups that it touches."""
    with pq.ParquetFile(run.rows.path) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        ends = np.cumsum(sizes)
        first = int(np.searchsorted(ends, run.start, side="right"))
        final = int(np.searchsorted(ends, run.stop, side="left"))
        at = int(ends[first]) - sizes[first]
        for batch in file.iter_batches(batch_size=BATCH, row_groups=range(first, final + 1)):
            begin, end = max(run.start - at, 0), min(run.stop - at, len(batch))
            at += len(batch)
            if begin < end:
                frame = pl.DataFrame(pl.from_arrow(batch.slice(begin, end - begin)))
                prepared = _prepared(frame, run.rows)
                if len(prepared):
                    yield prepared


def _merge(runs: Iterable[Run], order: Sequence[str]) -> Iterator[pl.DataFrame]:
    """One sorted stream: each step gives all rows up to the smallest last row of the batches."""
    columns = [pl.col(name) for name in order]
    feeds = [_batches(run) for run in runs]
    open_batches = {
        i: batch for i, feed in enumerate(feeds) if (batch := next(feed, None)) is not None
    }
    while open_batches:
        tails = pl.concat([batch.tail(1).select(order) for batch in open_batches.values()])
        bound = tails.sort(order).row(0)
        literals = [pl.lit(v, dtype=t) for v, t in zip(bound, tails.dtypes, strict=True)]
        taken = []
        for i, batch in list(open_batches.items()):
            count = int(batch.select((~_is_before(literals, columns)).sum()).item())
            taken.append(batch.head(count))
            rest = batch.slice(count)
            following = rest if len(rest) else next(feeds[i], None)
            if following is None:
                del open_batches[i]
            else:
                open_batches[i] = following
        yield pl.concat(taken).sort(order, maintain_order=True)


def _sort_pieces(rows: Rows, order: Sequence[str], spool: Path) -> list[Run]:
    """Runs of our own from rows that are in no order: sorted pieces, one file each."""
    runs = []
    total = pq.read_metadata(rows.path).num_rows
    for number, start in enumerate(range(0, total, PIECE)):
        piece = list(_batches(Run(rows, start, min(start + PIECE, total))))
        if piece:
            path = spool / f"{rows.path.stem}-piece-{number}.parquet"
            runs.append(_write_run([pl.concat(piece).sort(order, maintain_order=True)], path))
    return runs


def _write_run(frames: Iterable[pl.DataFrame], path: Path) -> Run:
    """Write sorted frames into a file of our own; there is at least one."""
    feed = iter(frames)
    first = next(feed)
    total = 0
    with pq.ParquetWriter(path, first.to_arrow().schema, compression="lz4") as writer:
        for frame in chain([first], feed):
            writer.write_table(frame.to_arrow(), row_group_size=2 * BATCH)
            total += len(frame)
    return Run(Rows(path), 0, total)


def merge(
    files: Iterable[Rows], *, key: Sequence[str], order: Sequence[str], spool: Path
) -> Iterator[pl.DataFrame]:
    """All rows of the files as frames in ascending `order`, which begins with the `key`.

    `order` tells every row apart, so that the result does not depend on how the rows were cut
    into runs.
    """
    runs: list[Run] = []
    for rows in files:
        found = find_runs(rows, key)
        long_enough = not found or found[-1].stop // len(found) >= LONG_ENOUGH
        runs += found if long_enough or len(found) <= 2 else _sort_pieces(rows, order, spool)
    level = 0
    while len(runs) > FAN_IN:
        groups = [runs[i : i + FAN_IN] for i in range(0, len(runs), FAN_IN)]
        runs = [
            _write_run(_merge(group, order), spool / f"merged-{level}-{number}.parquet")
            for number, group in enumerate(groups)
        ]
        level += 1
    yield from _merge(runs, order)
