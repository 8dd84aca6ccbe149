"""What a file holds beside its table: a title, other sheets; and tables that no dataset knows.

Only personal numbers are looked for in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count

import polars as pl

from yrdx.model import Reading
from yrdx.reading.header import LOOK_AT, Cells, letter, plain
from yrdx.reading.personal import named_for
from yrdx.reading.sheets import Sheet
from yrdx.reading.table import ROW, LooseCell, Refusal, Table

_LONGEST_NAME = 15
"""Characters of a header; a sentence that speaks of personal data is none."""
_NUMBER = r"^[-+]?[0-9][0-9.,]*[Xx%]?$"


def loose_cells(
    rows: Sequence[Cells], numbers: Iterable[int] | None = None, *, offset: int = 0
) -> tuple[LooseCell, ...]:
    """The filled cells of some rows, numbered from 1 or as told, from a column on."""
    numbered = zip(numbers or count(1), rows, strict=False)
    return tuple(
        LooseCell(number, letter(position + offset), text)
        for number, row in numbered
        for position, text in enumerate(row)
        if text
    )


def with_other_sheets(
    table: Table | Refusal, sheet: Sheet, sheets: Iterable[Sheet]
) -> Table | Refusal:
    """The table of one sheet, with what stands above it, over it, and on the sheets not read."""
    if isinstance(table, Refusal):
        return table
    above = loose_cells(sheet.head(table.reading.header_row or 0), offset=sheet.offset)
    others = tuple(table_of_sheet(other) for other in sheets if other is not sheet)
    return replace(table, above=above, comments=_comments(sheet), others=others)


def table_of_sheet(sheet: Sheet, *, member: str | None = None) -> Table:
    """A sheet as a table of no dataset."""
    reading = Reading(format="sheet", sheet=sheet.name, member=member)
    table = table_of_cells(sheet.cells, reading=reading, offset=sheet.offset)
    return replace(table, comments=_comments(sheet))


def _comments(sheet: Sheet) -> tuple[LooseCell, ...]:
    return tuple(LooseCell(*comment) for comment in sheet.comments)


def table_of_cells(
    cells: pl.DataFrame,
    *,
    reading: Reading,
    offset: int = 0,
    locate: Callable[[pl.Series], pl.Series] = lambda rows: rows,
) -> Table:
    """Cells as a table of no dataset; its header is told by the personal data that it names."""
    head = cells.head(LOOK_AT).rows()
    at = _header_of(head)
    below = 0 if at is None else at + 1
    names = _names(cells.width)
    frame = cells.rename(dict(zip(cells.columns, names, strict=True)))
    numbered = frame.with_row_index(ROW, offset=1).slice(below)
    header = head[below - 1] if below else ()
    # In a form that is no table, a name may stand beside the word 姓名: it must not be told.
    texts = [text if named_for(text := (cell or "").strip()) else "" for cell in header]
    return table_of_frame(
        numbered.lazy(),
        headers=texts,
        reading=reading,
        rows=numbered.height,
        offset=offset,
        above=loose_cells(head[:below], offset=offset),
        locate=locate,
    )


def table_of_frame(
    frame: pl.LazyFrame,
    *,
    headers: Sequence[str],
    reading: Reading,
    rows: int,
    offset: int = 0,
    above: tuple[LooseCell, ...] = (),
    locate: Callable[[pl.Series], pl.Series] = lambda rows: rows,
) -> Table:
    """`_row` and columns of text as a table of no dataset; lines are no column of anything."""
    names = [name for name in frame.collect_schema().names() if name != ROW]
    places = {name: letter(position + offset) for position, name in enumerate(names)}
    if reading.format == "lines" and len(names) == 1:
        places = {}
    return Table(
        frame=frame,
        source_columns=(),
        letters=places,
        units={},
        headers={name: text for name, text in zip(names, headers, strict=False) if text},
        reading=reading,
        findings=(),
        notes=(),
        locate=locate,
        rows_estimate=rows,
        above=above,
    )


def _names(width: int) -> list[str]:
    return [f"_{position}" for position in range(1, width + 1)]


def _header_of(rows: Sequence[Cells]) -> int | None:
    """The row that names columns of personal data; None where no row looks like it.

    That is the first row of several cells; or any that names both numbers and people, which the
    rows of a list of field names do not.
    """
    several = [i for i, row in enumerate(rows) if len(_filled(row)) >= min(2, len(row))]
    for i in several:
        filled = _filled(rows[i])
        named = {named_for(text) for text in filled if len(plain(text)) <= _LONGEST_NAME} - {None}
        is_wordy = not pl.Series(filled, dtype=pl.String).str.contains(_NUMBER).any()
        if is_wordy and len(named) >= (1 if i == several[0] else 2):
            return i
    return None


def _filled(row: Cells) -> list[str]:
    return [text for cell in row if (text := (cell or "").strip())]
