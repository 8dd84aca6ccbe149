"""What only the records of an .xls workbook tell: long numbers, hidden rows, merged cells.

BIFF8 is a sequence of records, each two bytes of type and two of length. Only the records named
here are looked into; the cells themselves are fastexcel's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from yrdx.reading.header import letter
from yrdx.reading.sheet_xml import FIRST_DAY_1904, SheetFacts

_SHEET, _EOF = 0x0085, 0x000A
_NUMBER = 0x0203
_ROW, _MERGED = 0x0208, 0x00E5
_COLUMN, _CALENDAR = 0x007D, 0x0022
_HIDDEN = 0x20
_EXACT = 1e15
"""Numbers from here on have more digits than Excel keeps."""


def look_at_xls_sheet(path: Path, name: str) -> SheetFacts:
    """Search one sheet's records in one pass; RK numbers are too small to be of interest."""
    facts = SheetFacts()
    with olefile.OleFileIO(str(path)) as container:
        stream = "Workbook" if container.exists("Workbook") else "Book"
        content = container.openstream(stream).read()
    if any(kind == _CALENDAR and content[at] for kind, at, _ in _records(content, 0)):
        facts.first_day = FIRST_DAY_1904
    start = _start_of(content, name)
    if start is not None:
        _look_at(content, start, facts)
    return facts


def _look_at(content: bytes, start: int, facts: SheetFacts) -> None:
    for kind, at, length in _records(content, start):
        if kind == _NUMBER and length >= 14:
            row, column, _style, value = struct.unpack_from("<HHHd", content, at)
            if abs(value) >= _EXACT:
                facts.long_numbers.append((letter(column), row + 1))
        elif kind == _ROW and length >= 16:
            facts.hidden_rows += bool(content[at + 12] & _HIDDEN)
        elif kind == _COLUMN and length >= 10:
            first, last, _width, _style, options = struct.unpack_from("<5H", content, at)
            if options & 1:
                facts.hidden_columns.append((first, last))
        elif kind == _MERGED:
            facts.merged.extend(_merged(content, at))


def _records(content: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Type, place and length of the records of one substream, up to its end."""
    at = start
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == _EOF:
            return
        if at + 4 + length > len(content):
            return
        yield kind, at + 4, length
        at += 4 + length


def _start_of(content: bytes, name: str) -> int | None:
    for kind, at, length in _records(content, 0):
        if kind == _SHEET and length >= 8:
            place, _state, _type, count, flags = struct.unpack_from("<IBBBB", content, at)
            text = content[at + 8 : at + 8 + (count * 2 if flags & 1 else count)]
            if text.decode("utf-16-le" if flags & 1 else "latin-1", "replace") == name:
                return int(place)
    return None


def _merged(content: bytes, at: int) -> Iterator[tuple[str, int, int]]:
    (count,) = struct.unpack_from("<H", content, at)
    for number in range(count):
        top, bottom, left, _right = struct.unpack_from("<HHHH", content, at + 2 + 8 * number)
        if bottom > top:
            yield letter(left), top + 1, bottom + 1
