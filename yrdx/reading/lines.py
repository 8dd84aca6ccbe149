"""Physical lines of a text file: where a record stands, and which lines are broken."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl

from yrdx.reading.blocks import TextSource, UnreadableText, raw_blocks
from yrdx.reading.encoding import Encoding, explain_encoding
from yrdx.reading.findings import refuse, spell_lines
from yrdx.reading.picking import Windows
from yrdx.reading.table import Refusal

_READING_FAILURES = (
    "invalid utf-8",
    "invalid utf8",
    "could not parse",
    "CSV malformed",
    "found more fields",
    "chars within quoted field",
    "parquet",
    "out-of-spec",
    "decompress",
)


def is_reading_failure(error: BaseException) -> bool:
    """Whether an error of a collecting plan means that the file itself cannot be read."""
    if isinstance(error, UnreadableText):
        return True
    return isinstance(error, pl.exceptions.ComputeError) and any(
        sign in str(error) for sign in _READING_FAILURES
    )


def locator(
    source: TextSource, windows: Callable[[], Windows | None]
) -> Callable[[pl.Series], pl.Series]:
    """A function from record numbers to physical lines.

    The file is searched for line breaks inside cells on the first call only, and only where
    quotes exist at all.
    """

    @cache
    def breaks() -> np.ndarray:
        if not source.dialect.quote or windows() is not None:
            return np.empty(0, np.int64)
        return _broken_records(source)

    offset = source.skip + 1 - source.first

    def locate(rows: pl.Series) -> pl.Series:
        numbers = rows.cast(pl.Int64).to_numpy()
        before = np.searchsorted(breaks(), numbers, side="left")
        return pl.Series(rows.name, numbers + offset + before).cast(pl.UInt32)

    return locate


def _broken_records(source: TextSource) -> np.ndarray:
    """For every line break inside a cell the number of the record it is in, ascending."""
    quote, end = ord(source.dialect.quote or '"'), ord(source.dialect.line_end)
    found: list[np.ndarray] = []
    record = source.first
    for block in raw_blocks(source):
        bytes_ = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(bytes_ == end)
        if chr(quote).encode() in block:
            quotes = np.flatnonzero(bytes_ == quote)
            inside = np.searchsorted(quotes, ends) % 2 == 1
            closed = np.cumsum(~inside)
            # A break inside a cell belongs to the record that the next closing line end ends.
            found.append(record + closed[inside])
            record += int(closed[-1]) if len(closed) else 0
        else:
            record += len(ends)
    return np.concatenate(found) if found else np.empty(0, np.int64)


def explain_failure(source: TextSource, error: Exception) -> Refusal:
    """Say which lines made the reading of a text file fail."""
    if _is_about_encoding(error):
        return explain_encoding(source.path, source.encoding)
    if source.dialect.quote and (lines := _lines_with_broken_quotes(source)):
        return refuse("quotes_are_broken", lines=spell_lines(lines, len(lines)))
    return refuse("text_cannot_be_split_into_cells", detail=str(error).splitlines()[0][:200])


def _is_about_encoding(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(cause, UnicodeError) or "invalid utf" in str(error)


def _lines_with_broken_quotes(source: TextSource) -> list[int]:
    """The first lines with a quote that neither opens nor closes a cell, or is never closed."""
    encoding = "utf-8" if source.encoding is not Encoding.GB18030 else "gb18030"
    broken: list[int] = []
    with source.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=_codec(source, encoding), newline="")
        for _ in range(source.skip):
            text.readline()
        reader = csv.reader(
            text, delimiter=source.dialect.separator, quotechar=source.dialect.quote, strict=True
        )
        start = source.skip
        while len(broken) < 10:
            try:
                next(reader)
            except StopIteration:
                break
            except csv.Error:
                broken.append(start + 1)
                break
            if reader.line_num + source.skip - start > 1000:
                broken.append(start + 1)
            start = reader.line_num + source.skip
    return broken


def _codec(source: TextSource, usual: str) -> str:
    if source.encoding in (Encoding.UTF_16_LE, Encoding.UTF_16_BE):
        return "utf-16"
    return "utf-8-sig" if source.encoding is Encoding.UTF_8 else usual
