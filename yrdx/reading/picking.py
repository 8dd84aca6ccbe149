"""A few records of a large text file, found by counting line ends: nothing else is parsed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

WINDOW = 1 << 15
"""Octets whose lines are counted by themselves."""

_READ_AT_ONCE = 32 * WINDOW
_AT_ONCE = 2

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LineCounts:
    """How many lines end in each `WINDOW` of a text file in which nothing is quoted.

    `before` has one number more than there are windows: the lines that end before each, and all.
    """

    before: Places

    @classmethod
    def of(cls, source: TextSource) -> LineCounts | None:
        """Count the lines of a file; None as soon as a quotation mark is met."""
        end = source.dialect.line_end.encode()
        quote = source.dialect.quote.encode() if source.dialect.quote else None
        counts = [np.zeros(1, np.int64)]
        count = partial(_count_lines, source.path, end=end, quote=quote)
        starts = range(0, source.path.stat().st_size, _READ_AT_ONCE)
        for lines in in_order(count, starts, at_once=_AT_ONCE):
            if lines is None:
                return None
            counts.append(lines)
        return cls(np.cumsum(np.concatenate(counts)))

    def line_starts(self, path: Path, lines: Places, *, end: bytes) -> Places:
        """Where lines (counted from 0, ascending) begin; one behind the last, at the end."""
        found = np.full(len(lines), path.stat().st_size, np.int64)
        found[lines == 0] = 0
        # Line n begins behind the n-th line end.
        window = np.searchsorted(self.before, lines, side="left") - 1
        for number in np.unique(window[(lines > 0) & (lines <= self.before[-1])]):
            here = slice(*np.searchsorted(window, [number, number + 1]))
            after = _line_ends(path, int(number) * WINDOW, end=end)
            found[here] = after[lines[here] - self.before[number] - 1]
        return found


def pick(
    source: TextSource, counts: Callable[[], LineCounts | None], rows: npt.NDArray[np.uint32]
) -> pl.DataFrame | None:
    """The records with these numbers (ascending), as the source's frame has them.

    None where line ends do not tell records apart: where a quotation mark stands in the file, or
    in an encoding of several octets a sign.
    """
    if source.encoding not in (Encoding.UTF_8, Encoding.GB18030) or not len(rows):
        return None
    counted = counts()
    if counted is None:
        return None
    end = source.dialect.line_end.encode()
    number = rows.astype(np.int64) - source.first + source.skip
    lines = np.unique(np.concatenate([number, number + 1]))
    limits = counted.line_starts(source.path, lines, end=end)
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


def _read(path: Path, start: int, size: int) -> bytes:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        return file.read(size)


def _count_lines(path: Path, start: int, *, end: bytes, quote: bytes | None) -> Places | None:
    """How many lines end in each of the windows at `start`, None where something is quoted.

    Hardly anything here keeps other threads waiting.
    """
    text = _read(path, start, _READ_AT_ONCE)
    if quote and quote in text:
        return None
    ends = np.frombuffer(text, np.uint8) == ord(end)
    windows = range(0, len(ends), WINDOW)
    return np.array([np.count_nonzero(ends[at : at + WINDOW]) for at in windows], np.int64)


def _line_ends(path: Path, start: int, *, end: bytes) -> Places:
    """The places behind the line ends of the window at `start`."""
    window = np.frombuffer(_read(path, start, WINDOW), np.uint8)
    return np.flatnonzero(window == ord(end)) + (start + 1)
