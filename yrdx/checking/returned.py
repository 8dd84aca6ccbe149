"""What a receipt says of the copies of the delivered file that go back with it."""

from __future__ import annotations

from collections.abc import Iterator

from yrdx.model import Frozen, Text

COPIES = ("annotated.xlsx", "corrected.xlsx", "corrected.csv", "changes.xlsx")
"""Names that copies may have; which of them there are depends on the delivered file."""


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

    def told(self) -> Iterator[tuple[str, Text]]:
        """The files that there are, and what each is, in a few words."""
        if self.annotated is not None:
            text = Text(
                zh=f"标出 {self.annotated.cells:,} 个有问题的单元格，可按“问题”列筛选",
                en=f"your table with {self.annotated.cells:,} wrong cells marked",
            )
            yield self.annotated.name, text
        if self.corrected is None:
            return
        left = Text(zh="重新检查没有错误", en="checked again: no errors")
        if self.corrected.errors:
            left = Text(
                zh=f"重新检查还有 {self.corrected.errors:,} 处错误",
                en=f"checked again: {self.corrected.errors:,} errors left",
            )
        text = Text(
            zh=f"替您改好 {self.corrected.cells:,} 个单元格的写法，{left.zh}",
            en=f"{self.corrected.cells:,} cells set right for you, {left.en}",
        )
        yield self.corrected.name, text
        if self.corrected.changes != self.corrected.name:
            yield self.corrected.changes, Text(zh="改了哪些", en="the changes, one by one")
