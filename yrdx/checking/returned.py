"""What a receipt says of the copies of the delivered file that go back with it."""

from __future__ import annotations

from yrdx.model import Frozen


class AnnotatedCopy(Frozen):
    """The delivered table with its wrongs marked.

    `cells` have a coloured ground, `rows` a text in the column 问题. `rows_shown` are all rows of
    the table, or only those with findings where `is_whole` is false. `is_own_workbook` tells that
    it is the delivered workbook itself, and not one made from the file.
    """

    name: str
    cells: int
    rows: int
    rows_shown: int
    is_whole: bool
    is_own_workbook: bool


class CorrectedCopy(Frozen):
    """The delivered table with all repairs made that are certain, checked again before.

    `changes` names the workbook that lists every change. `errors` and `warnings` are what the
    second check still found, for the partner to settle.
    """

    name: str
    changes: str
    cells: int
    rows: int
    errors: int
    warnings: int


class Returned(Frozen):
    """The copies that go back with a receipt; None where there is none."""

    annotated: AnnotatedCopy | None = None
    corrected: CorrectedCopy | None = None
