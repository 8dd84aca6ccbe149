"""Places in a sheet: letters and numbers of cells, ranges, and cells that are merged."""

from __future__ import annotations

import re

from yrdx.copies.package import UnusualWorkbook

Place = tuple[int, int]
"""Row and column, both counted from 1."""

LAST_COLUMN = 16_384
MOST_MERGED = 2_000_000
"""Merged cells that are kept in mind; a sheet with more is not edited."""

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?")


def number_of(letters: str) -> int:
    """Position of a column by its letters, counted from 1."""
    position = 0
    for character in letters:
        position = position * 26 + ord(character) - 64
    return position


def letters_of(column: int) -> str:
    """Letters of a column."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def name_of(place: Place) -> str:
    """A place as people write it: C17."""
    return f"{letters_of(place[1])}{place[0]}"


def range_of(text: str) -> tuple[Place, Place]:
    """First and last place of a range such as `A3:K200`, or of one cell."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise UnusualWorkbook(f"{text!r} is no range")
    first = (int(found[2]), number_of(found[1]))
    last = (int(found[4]), number_of(found[3])) if found[3] else first
    return first, last


def spell_range(first: Place, last: Place) -> str:
    """A range as people write it."""
    return f"{name_of(first)}:{name_of(last)}"


def anchors(ranges: list[tuple[Place, Place]], *, below: int, columns: int) -> dict[Place, Place]:
    """Merged cells below a row → the first cell of their range, which alone is shown."""
    found: dict[Place, Place] = {}
    for (top, left), (bottom, right) in ranges:
        if bottom <= below:
            continue
        cells = (bottom - top + 1) * (min(right, columns) - left + 1)
        if len(found) + cells > MOST_MERGED:
            raise UnusualWorkbook("very many cells are merged")
        for row in range(top, bottom + 1):
            for column in range(left, min(right, columns) + 1):
                if (row, column) != (top, left):
                    found[row, column] = (top, left)
    return found
