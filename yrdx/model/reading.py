"""How a file was understood."""

from __future__ import annotations

from yrdx.model.words import Frozen, Text


class ColumnMatch(Frozen):
    """Which column of the file supplies which field, and how it was recognised."""

    column: str
    header: str
    letter: str
    how: str


class NotChecked(Frozen):
    """A rule that could not run, and why."""

    rule: str
    column: str | None
    reason: Text


class SealedWith(Frozen):
    """How personal numbers were sealed, as a sealed file says itself; `key_id` tells keys apart."""

    algorithm: str
    year: int | None = None
    key_id: str | None = None


class Reading(Frozen):
    """How the file was understood. `header_row` is the last row of the header, from 1."""

    format: str
    encoding: str | None = None
    sheet: str | None = None
    member: str | None = None
    header_row: int | None = None
    columns: tuple[ColumnMatch, ...] = ()
    ignored_headers: tuple[str, ...] = ()
    sealed: SealedWith | None = None


class RowCounts(Frozen):
    """Where every row of the file went; `read` is the sum of all others but `normalised`."""

    read: int = 0
    admitted: int = 0
    rejected: int = 0
    repeated: int = 0
    set_aside: int = 0
    normalised: int = 0
