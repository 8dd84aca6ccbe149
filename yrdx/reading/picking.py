"""A few records of a large text file, found by counting line ends: nothing else is parsed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from io import FileIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.in_order import in_order
from yrdx.reading.blocks import TextSource, to_utf8
from yrdx.reading.encoding import Encoding
from yrdx.reading.table import ROW

WINDOW = 1 << 20
"""Octets in which line ends are looked for at once."""

_AT_ONCE = 2

Places = npt.NDArray[np.int64]


def pick(source: TextSource, rows: npt.NDArray[np.uint32]) -> pl.DataFrame | None:
    """The records with these numbers (ascending), as the source's frame has them.

    None where line ends do not tell records apart: where a quotation mark stands in the file, or
    in an encoding of several octets a sign.
    """
    if source.encoding not in (Encoding.UTF_8, Encoding.GB18030) or not len(rows):
        return None
    end = source.dialect.line_end.encode()
    number = rows.astype(np.int64) - source.first + source.skip
    lines = np.unique(np.concatenate([number, number + 1]))
    quote = source.dialect.quote.encode() if source.dialect.quote else None
    limits = _line_starts(source.path, lines, end=end, quote=quote)
    if limits is None:
        return None
    starts, stops = (limits[np.searchsorted(lines, each)] for each in (number, number + 1))
    with source.path.open("rb", buffering=0) as file:
        text = b"".join(_parts(file, starts, stops))
    if not text.endswith(end):
        text += end
    found = pl.read_csv(
        to_utf8(text) if source.encoding is Encoding.GB18030 else text, **source.options
    )
    if found.height != len(rows):
        return None
    return found.insert_column(0, pl.Series(ROW, rows, dtype=pl.UInt32))


def _parts(file: FileIO, starts: Places, stops: Places) -> Iterator[bytes]:
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        file.seek(start)
        yield file.read(stop - start)


def _line_starts(path: Path, lines: Places, *, end: bytes, quote: bytes | None) -> Places | None:
    """Where lines (counted from 0, ascending) begin; a line behind the last begins at the end.

    None as soon as a quotation mark is met. Lines are counted everywhere, and looked for only where
    some are wanted: that is nearly nowhere.
    """
    size = path.stat().st_size
    found = np.full(len(lines), size, np.int64)
    done = int(np.searchsorted(lines, 0, side="right"))
    found[:done] = 0
    passed = 0
    with path.open("rb", buffering=0) as file:
        starts = range(0, size, WINDOW)
        counting = partial(_count_lines, file.fileno(), end=end, quote=quote)
        for start, count in zip(starts, in_order(counting, starts, at_once=_AT_ONCE), strict=True):
            if count is None:
                return None
            stop = int(np.searchsorted(lines, passed + count, side="right"))
            if stop > done:
                after = _line_ends(file.fileno(), start, end=end)
                found[done:stop] = after[lines[done:stop] - passed - 1]
            done, passed = stop, passed + count
    return found


def _count_lines(file: int, start: int, *, end: bytes, quote: bytes | None) -> int | None:
    """How many lines end in the window at `start`, None where something is quoted.

    Hardly anything here keeps other threads waiting.
    """
    window = os.pread(file, WINDOW, start)
    if quote and quote in window:
        return None
    return int(np.count_nonzero(np.frombuffer(window, np.uint8) == ord(end)))


def _line_ends(file: int, start: int, *, end: bytes) -> Places:
    """The places behind the line ends of the window at `start`."""
    window = np.frombuffer(os.pread(file, WINDOW, start), np.uint8)
    return np.flatnonzero(window == ord(end)) + (start + 1)
