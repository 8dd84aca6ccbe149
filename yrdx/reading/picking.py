"""A few records of a large text file, found by counting line ends: nothing else is parsed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import FileIO

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.reading.blocks import TextSource, to_utf8
from yrdx.reading.encoding import Encoding
from yrdx.reading.table import ROW

WINDOW = 1 << 17
"""Octets whose line ends are counted together; only where a wanted record begins or ends are
their places looked for."""

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
    with source.path.open("rb", buffering=0) as file:
        limits = _line_starts(file, lines, end=end, quote=source.dialect.quote)
        if limits is None:
            return None
        starts, stops = (limits[np.searchsorted(lines, each)] for each in (number, number + 1))
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


def _line_starts(file: FileIO, lines: Places, *, end: bytes, quote: str | None) -> Places | None:
    """Where lines (counted from 0, ascending) begin; a line behind the last begins at the end.

    None as soon as a quotation mark is met.
    """
    size = os.fstat(file.fileno()).st_size
    found = np.full(len(lines), size, np.int64)
    done = int(np.searchsorted(lines, 0, side="right"))
    found[:done] = 0
    passed = start = 0
    while window := file.read(WINDOW):
        if quote and quote.encode() in window:
            return None
        ends = window.count(end)
        stop = int(np.searchsorted(lines, passed + ends, side="right"))
        if stop > done:
            after = np.flatnonzero(np.frombuffer(window, np.uint8) == ord(end)) + 1
            found[done:stop] = start + after[lines[done:stop] - passed - 1]
            done = stop
        passed += ends
        start += len(window)
    return found
