"""What reading a delivered file gives: a lazy table of text, or a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.model import Finding, Note, Reading

ROW = "_row"
"""Column with the number of the record in its sheet or text file, counted from 1."""

DOUBT = "_doubt"
"""Column, there only where it is needed, in which reading marks a row that it has doubts about."""


@dataclass(frozen=True, slots=True)
class LooseCell:
    """A text that belongs to no column: in the header, above it, or written over a cell."""

    row: int
    letter: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A delivered table, not yet typed.

    `frame` streams: `_row` (UInt32), then every column of the source in its order, all String,
    empty cells null. A column that was recognised has the field's name, any other is named
    `_1`, `_2` … after its position. `letters` maps frame columns to spreadsheet letters (`C`).
    `units` maps fields to the unit that the header states, where it states one. `locate` turns
    values of `_row` into Excel rows or physical lines. `rows_estimate` serves progress displays.
    The frame may end with a column `_doubt`: a row in which it is not null is suspicious whatever
    its rules say, and `normalise` turns it into findings. `explain` says what is wrong with a file
    that turned out to be unreadable only while it streamed. `headers` maps frame columns to the
    header that stands above them, also those that were not recognised. `first_day` is day 0 of
    the workbook's calendar. `pieces` gives rows from all over a text file, cheaply. `pick` gives
    the rows with certain numbers, ascending, without reading the others, or None if it cannot.
    `grouped` are key columns whose value stands only in the first row of its group. `shares` maps
    a column whose unit stands beside it to the codes of what is measured in shares of one though
    the unit says percent. `personal` are the fields of class PI or SPI. `above` are the cells of
    the header and of what stands above it, `comments` the texts written over cells; `others` are
    what else the file holds, as tables of no dataset: in all these only personal numbers are
    looked for.
    """

    frame: pl.LazyFrame
    source_columns: tuple[str, ...]
    letters: dict[str, str]
    units: dict[str, str]
    reading: Reading
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    locate: Callable[[pl.Series], pl.Series]
    rows_estimate: int | None
    explain: Callable[[Exception], Refusal] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    grouped: frozenset[str] = frozenset()
    shares: dict[str, frozenset[str]] = field(default_factory=dict)
    pieces: Callable[[], Iterator[pl.DataFrame]] | None = None
    pick: Callable[[npt.NDArray[np.uint32]], pl.DataFrame | None] | None = None
    first_day: date = date(1899, 12, 30)
    personal: frozenset[str] = frozenset()
    above: tuple[LooseCell, ...] = ()
    comments: tuple[LooseCell, ...] = ()
    others: tuple[Table, ...] = ()

    def picked(self, numbers: npt.NDArray[np.uint32]) -> pl.DataFrame | None:
        """The rows with these numbers (ascending), as `frame` has them.

        None where they cannot be had without parsing all rows: `among` does that.
        """
        return None if self.pick is None else self.pick(numbers)

    def among(self, numbers: npt.NDArray[np.uint32]) -> pl.LazyFrame:
        """The rows with these numbers, found by parsing all."""
        return self.frame.filter(pl.col(ROW).is_in(pl.Series(numbers).implode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A file that cannot be read as a table of the dataset; the findings say why."""

    findings: tuple[Finding, ...]
    reading: Reading | None = None
