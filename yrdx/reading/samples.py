"""Rows of a table to look for personal numbers in: all of them, or pieces from end to end."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from yrdx.reading.blocks import TextSource, to_utf8
from yrdx.reading.encoding import Encoding
from yrdx.reading.table import DOUBT, ROW, Table

HEAD = 20_000
"""Rows from the top that are looked at in any case."""
WHOLE = 1 << 20
"""Up to so many rows, a table that need not be parsed for it is looked at whole."""
PIECES = 32
"""Places in which a large file is looked at behind its top."""
PIECE = 1 << 16
_ROWS = 500
_PARSED = frozenset({"xlsx", "xls", "parquet", "json", "ndjson", "dbf", "sheet", "lines"})


def samples(table: Table) -> Iterator[pl.DataFrame]:
    """Frames of text, without what reading added.

    What is pasted in stands in a whole column, or in a block of rows, or behind the rows that
    were there before: so a text file is looked at at its top and in pieces spread over its length.
    """
    names = table.frame.collect_schema().names()
    texts = table.frame.select([name for name in names if name not in (ROW, DOUBT)])
    rows = table.rows_estimate or 0
    if table.pieces is not None:
        top = texts.head(HEAD).collect(engine="streaming")
        yield top
        if top.height == HEAD:
            yield from table.pieces()
    elif table.reading.format in _PARSED and rows <= WHOLE:
        yield texts.collect(engine="streaming")
    else:
        yield texts.head(HEAD).collect(engine="streaming")
        for number in range(1, PIECES + 1):
            offset = HEAD + number * (rows - HEAD) // (PIECES + 1)
            yield texts.slice(offset, _ROWS).collect(engine="streaming")


def pieces_of(source: TextSource) -> Iterator[pl.DataFrame]:
    """Whole lines from places spread evenly behind the first megabytes of a text file.

    A record with a line break inside comes apart at the ends of a piece; only its own cells are
    then seen under other headers. UTF-16 is left out: Excel writes it, so it is small.
    """
    size = source.path.stat().st_size
    if source.encoding not in (Encoding.UTF_8, Encoding.GB18030) or size <= PIECE:
        return
    end = source.dialect.line_end.encode()
    content = bytearray()
    with source.path.open("rb", buffering=0) as file:
        for number in range(1, PIECES + 1):
            file.seek(number * (size - PIECE) // PIECES)
            block = file.read(PIECE)
            content += block[block.find(end) + 1 : block.rfind(end) + 1]
    if content:
        yield _parse(bytes(content), source)


def _parse(content: bytes, source: TextSource) -> pl.DataFrame:
    """Cells of a piece; what does not parse is for the check to find, which reads everything."""
    for quote in dict.fromkeys((source.dialect.quote, None)):
        options = {**source.options, "quote_char": quote, "encoding": "utf8-lossy"}
        try:
            text = to_utf8(content) if source.encoding is Encoding.GB18030 else content
            return pl.read_csv(text, **options).drop(DOUBT, strict=False)
        except (UnicodeDecodeError, pl.exceptions.PolarsError):
            continue
    return pl.DataFrame(schema=source.schema).drop(DOUBT, strict=False)
