"""Physical lines of a text file: where a record stands, and which lines are broken."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice

import numpy as np
import polars as pl

from yrdx.reading.blocks import TextSource, UnreadableText, raw_blocks
from yrdx.reading.encoding import Encoding, explain_encoding
from yrdx.reading.findings import refuse, refuse_to_split, spell_lines
from yrdx.reading.picking import LineCounts
from yrdx.reading.table import Refusal

_LONGEST_CELL = 1 << 20
"""Characters of a cell that the csv module must be ready for."""
_MANY_LINES = 1000
"""A record of more lines is none: a quotation mark was left open."""
_SHOWN = 10
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


def allow_long_cells() -> None:
    """Let the csv module split cells of a megabyte: how long one may be is for the rules to say.

    The limit is one for the whole process, so it is only ever raised.
    """
    if csv.field_size_limit() < _LONGEST_CELL:
        csv.field_size_limit(_LONGEST_CELL)


def as_csv_has_them(lines: Iterable[str]) -> Iterator[str]:
    """Lines as the csv module splits them like polars: a carriage return within ends none."""
    for line in lines:
        yield line.rstrip("\r\n").replace("\r", " ") + "\n"


def locator(
    source: TextSource, counts: Callable[[], LineCounts | None]
) -> Callable[[pl.Series], pl.Series]:
    """A function from record numbers to physical lines.

    The file is searched for line breaks inside cells on the first call only, and only where
    quotes exist at all.
    """

    @cache
    def breaks() -> np.ndarray:
        if not source.dialect.quote or counts() is not None:
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
    if not source.dialect.quote:
        return refuse_to_split([])
    broken, odd = _lines_with_wrong_quotes(source)
    if broken:
        return refuse("quotes_are_broken", lines=spell_lines(broken, len(broken)))
    return refuse_to_split(odd)


def _is_about_encoding(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(cause, UnicodeError) or "invalid utf" in str(error)


def _lines_with_wrong_quotes(source: TextSource) -> tuple[list[int], list[int]]:
    """The first lines whose quotes open or close no cell, and those with an odd number of them."""
    broken: list[int] = []
    odd: list[int] = []
    following = source.skip + 1
    try:
        for lines, quotes in _quoted_records(source):
            if lines > _MANY_LINES:
                broken.append(following)
            elif quotes % 2:
                odd.append(following)
            following += lines
            if len(broken) == _SHOWN or len(odd) == _SHOWN:
                break
    except csv.Error:
        broken.append(following)
    return broken, odd


def _quoted_records(source: TextSource) -> Iterator[tuple[int, int]]:
    """How many lines and quotes each record has; a quote out of place raises `csv.Error`."""
    allow_long_cells()
    quote = source.dialect.quote or '"'
    quotes = 0

    def counted(lines: Iterable[str]) -> Iterator[str]:
        nonlocal quotes
        for line in lines:
            quotes += line.count(quote)
            yield line

    with source.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=_codec(source), newline=source.dialect.line_end)
        below = as_csv_has_them(counted(islice(text, source.skip, None)))
        separator = source.dialect.separator
        reader = csv.reader(below, delimiter=separator, quotechar=quote, strict=True)
        before = 0
        for _ in reader:
            yield reader.line_num - before, quotes
            before, quotes = reader.line_num, 0


def _codec(source: TextSource) -> str:
    if source.encoding in (Encoding.UTF_16_LE, Encoding.UTF_16_BE):
        return "utf-16"
    return "utf-8-sig" if source.encoding is Encoding.UTF_8 else "gb18030"
