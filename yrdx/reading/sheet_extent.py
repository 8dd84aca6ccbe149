"""How far a sheet of an .xlsx reaches: parsing takes room for every cell up to the last one.

A single stray cell in the last row and column would ask for more memory than there is, which ends
the process. So it is known before the sheet is parsed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from yrdx.reading.findings import refuse
from yrdx.reading.sheet_pieces import column_index, pieces_of
from yrdx.reading.table import Refusal

LARGEST = 64 << 20
"""No sheet may take room for more cells: a sheet filled to the last row has 64 columns then."""
SPARSE_FROM = 8 << 20
"""From here on a sheet has to be filled."""
SPARSE = 20
"""Cells that a large sheet may take room for, for each that is filled."""

_WIDE = 64
_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"')
_BEYOND_Z = re.compile(rb'<c r="([A-Z]{2,3})')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"[^>]*(?<!/)>(?!</c>)')


@dataclass(slots=True)
class Extent:
    """How many cells of a sheet are filled, and the lowest and rightmost: letters and row."""

    filled: int = 0
    lowest: tuple[str, int] = ("A", 1)
    rightmost: tuple[str, int] = ("A", 1)

    @property
    def cells(self) -> int:
        """Cells from the first to the lowest and rightmost."""
        return self.lowest[1] * (column_index(self.rightmost[0]) + 1)


def judge_sheets(book: zipfile.ZipFile, members: Mapping[str, str]) -> Refusal | None:
    """Refuse a workbook in which a sheet reaches too far; `members` hold the sheets by name."""
    for name, member in members.items():
        if refusal := judge_extent(book, name, member):
            return refusal
    return None


def judge_extent(book: zipfile.ZipFile, name: str, member: str) -> Refusal | None:
    """Refuse a sheet that reaches far beyond what is filled in it.

    It is read to its end, which also proves that no more comes out than is declared. Only where
    something may be wrong is it read again, more closely.
    """
    rows, columns = 0, 26
    for piece in pieces_of(book, member):
        rows = max(rows, _last_row(piece))
        if _BEYOND_Z.search(piece):
            letters = (found.decode() for found in set(_BEYOND_Z.findall(piece)))
            columns = max(columns, *(column_index(found) + 1 for found in letters))
    # Cells may stand in any order, and in so wide a sheet a single one is too much.
    if columns <= _WIDE and _is_in_bounds(rows * columns, filled=0):
        return None
    filled = sum(piece.count(b"</c>") for piece in pieces_of(book, member))
    if columns <= _WIDE and _is_in_bounds(rows * columns, filled=filled):
        return None
    extent = measure(book, member)
    if _is_in_bounds(extent.cells, filled=extent.filled):
        return None
    return _refuse(name, extent)


def measure(book: zipfile.ZipFile, member: str) -> Extent:
    """Look at every cell; those that are only formatted take no room."""
    extent = Extent()
    for piece in pieces_of(book, member):
        places = _FILLED.findall(piece)
        extent.filled += len(places)
        lowest = max({row for _, row in places}, key=int, default=b"0")
        rightmost = max({letters for letters, _ in places}, key=_by_length, default=b"A")
        if int(lowest) > extent.lowest[1]:
            extent.lowest = _first(places, lowest)
        if _by_length(rightmost) > _by_length(extent.rightmost[0].encode()):
            extent.rightmost = _first(places, rightmost)
    return extent


def _by_length(letters: bytes) -> tuple[int, bytes]:
    """Letters in the order of columns: Z, AA, AB."""
    return len(letters), letters


def _first(places: list[tuple[bytes, bytes]], wanted: bytes) -> tuple[str, int]:
    """The first place in a column, given by its letters, or in a row."""
    letters, row = next(place for place in places if wanted in place)
    return letters.decode(), int(row)


def _is_in_bounds(cells: int, *, filled: int) -> bool:
    return cells <= SPARSE_FROM or cells <= min(SPARSE * filled, LARGEST)


def _last_row(piece: bytes) -> int:
    last = _CELL.match(piece, piece.rfind(b'<c r="'))
    return int(last.group(2)) if last else 0


def _refuse(name: str, extent: Extent) -> Refusal:
    lowest, rightmost = (f"{letters}{row}" for letters, row in (extent.lowest, extent.rightmost))
    return refuse(
        "sheet_reaches_too_far",
        sheet=name,
        count=extent.filled,
        last_row=extent.lowest[1],
        last_column=extent.rightmost[0],
        lowest=lowest,
        rightmost=rightmost,
        places="、".join(dict.fromkeys((lowest, rightmost))),
    )
