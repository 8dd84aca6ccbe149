"""Columns of Chinese that an export read in the wrong encoding: 浙江 became 娴欐睙.

Nothing in such a file is undecodable, so it must be asked whether the text makes sense the other
way round. The octets of ordinary Chinese in GB18030 are practically never those of Chinese in
UTF-8, and of garbled Chinese they always are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from yrdx.model import Finding
from yrdx.reading.blocks import UnreadableText
from yrdx.reading.findings import finding
from yrdx.reading.lines import is_reading_failure
from yrdx.reading.table import Table

_SHARE = 0.5
"""Share of the Chinese cells of a column that must be garbled."""

_FEWEST = 3
_ROWS = 2_000
"""Rows that are looked at."""

_HAN = re.compile("[\u3400-\u9fff]")


def find_garbled(table: Table) -> tuple[Finding, ...]:
    """Recognised columns most of whose Chinese is garbled, with what it should have been.

    Of a file that turns out to be unreadable on the way nothing is said: its check will.
    """
    counts: dict[str, list[int]] = {}
    place = {"sheet": table.reading.sheet} if table.reading.sheet else {}
    example: dict[str, tuple[str, str]] = {}
    columns = {match.column: match for match in table.reading.columns}
    # An export that reads wrongly does so from its first row on.
    try:
        top = table.frame.select(columns.keys()).head(_ROWS).collect(engine="streaming")
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if is_reading_failure(error):
            return ()
        raise
    for name in columns:
        for text in _chinese(top[name]):
            known = counts.setdefault(name, [0, 0])
            known[0] += 1
            meant = ungarbled(text)
            if meant is not None:
                known[1] += 1
                example.setdefault(name, (text, meant))
    return tuple(
        finding(
            "column_is_garbled",
            column=name,
            header=match.header,
            found=example[name][0][:12],
            meant=example[name][1][:12],
            **place,
        )
        for name, match in columns.items()
        for chinese, garbled in [counts.get(name, [0, 0])]
        if garbled >= _FEWEST and garbled >= _SHARE * chinese
    )


def _chinese(texts: pl.Series) -> Iterator[str]:
    other = texts.drop_nulls()
    other = other.filter(other.str.len_bytes() != other.str.len_chars())
    yield from other


def ungarbled(text: str) -> str | None:
    """What a garbled text was meant to be, None where it is not garbled."""
    content = text.encode("gb18030", errors="ignore")
    meant = content.decode("utf-8", errors="ignore")
    letters = len(_HAN.findall(meant))
    return meant if letters >= 2 and 3 * letters >= 0.6 * len(content) else None
