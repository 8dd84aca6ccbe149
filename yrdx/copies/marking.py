"""Marks a workbook: grounds, comments, the 问题 column and its filter; everything else stays."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from yrdx.copies import frame, notes
from yrdx.copies.marks import PROBLEM, Mark, problem_of, worst
from yrdx.copies.package import STYLES, Package, Stream, packed
from yrdx.copies.places import Place, anchors
from yrdx.copies.sheet import Leftovers, RowEdit, SheetEdit, Survey, pieces, survey
from yrdx.copies.styles import Ink, Styles

MOST_COMMENTED = 5_000
"""Cells that get a comment: spreadsheet programs stand still over many more."""

_BEHIND_ALL = 1 << 31

_LEGEND = (
    "“问题”列由校验回执添加，可按它筛选；报送时删去或留着都可以。\n"
    "红底粗框=错误（必须改），黄底粗虚线框=警告（请核实），蓝底点线框=提示。"
    "单元格批注里写着怎么改。"
)
_CUT = "\n有问题的单元格较多，只给前 {count:,} 个加了批注；其余请看“问题”列和 errors.xlsx。"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a delivered table stands in a workbook.

    `columns` maps the table's columns to their position from 1; `problem` is the column 问题 that
    an earlier copy has left there. `row_of` gives the row in the sheet of a delivered row, None
    where the row is not in this sheet.
    """

    sheet: str
    header_row: int
    columns: dict[str, int]
    problem: int | None = None
    row_of: Callable[[int], int | None] = field(default=lambda row: row)


Marks = Callable[[], Iterator[tuple[int, tuple[Mark, ...]]]]
"""Gives the findings of each row from the beginning, in the order of the rows."""


@dataclass(slots=True)
class Marked:
    """What was marked in a workbook."""

    cells: int = 0
    rows: int = 0
    commented: int = 0


def mark(source: Path, layouts: list[Layout], marks: Marks, *, about: str, into: Path) -> Marked:
    """Write a marked copy of a workbook.

    Raises:
        UnusualWorkbook: it is not written as usual; nothing useful was written.
    """
    marked = Marked()
    with zipfile.ZipFile(source) as book, into.open("wb") as file, packed(file) as target:
        package = Package(book)
        styles = Styles(package.text(STYLES))
        sheets = [
            _Sheet.prepare(package, layout, styles=styles, marks=marks, marked=marked)
            for layout in layouts
        ]

        def finish() -> None:
            for sheet in sheets:
                sheet.comment(about)
            package.put(STYLES, styles.written())

        package.write(target, {sheet.part: sheet.stream for sheet in sheets}, then=finish, added={})
    return marked


@dataclass(slots=True)
class _Sheet:
    """One sheet on its way: its grid, and what its rows and its comments are to say."""

    package: Package
    part: str
    layout: Layout
    survey: Survey
    grid: frame.Grid
    styles: Styles
    marks: Marks
    marked: Marked
    commented: notes.Commented | None
    is_filtered: bool
    merged: dict[Place, Place]
    leftovers: Leftovers
    comments: dict[Place, str] = field(default_factory=dict)

    @classmethod
    def prepare(
        cls, package: Package, layout: Layout, *, styles: Styles, marks: Marks, marked: Marked
    ) -> _Sheet:
        """Look through a sheet, find room for the new column, and link what it needs."""
        part = package.sheet(layout.sheet)
        width = max(layout.columns.values())
        with package.book.open(part) as stream:
            seen = survey(stream, width=width)
        grid = frame.Grid(
            header_row=layout.header_row,
            first_column=min(layout.columns.values()),
            last_row=max(seen.last_row, layout.header_row),
            problem=layout.problem or _room(seen, layout, width),
        )
        try:
            is_filtered = not frame.widen_table(package, part, grid, title=PROBLEM)
        except frame.OddTable:
            is_filtered = False
        return cls(
            package=package,
            part=part,
            layout=layout,
            survey=seen,
            grid=grid,
            styles=styles,
            marks=marks,
            marked=marked,
            commented=notes.prepare(package, part),
            is_filtered=is_filtered,
            merged=anchors(list(seen.merged), below=layout.header_row, columns=width),
            leftovers=Leftovers(layout.problem, styles.unmarked()),
        )

    @property
    def stream(self) -> Stream:
        """Copies the sheet and edits it on the way."""
        return self._stream

    def _stream(self, source: IO[bytes], into: IO[bytes]) -> None:
        edit = SheetEdit(self.survey, self.styles, self.grid.problem, self._edits())
        for kind, piece in pieces(source):
            if kind == "head":
                into.write(frame.with_column(piece, self.grid.problem))
            elif kind == "rows":
                rows = self.leftovers.taken_from(piece, self.layout.header_row)
                into.write(b"".join(edit.stream(rows)))
            else:
                into.writelines(edit.missing(before=_BEHIND_ALL))
                into.write(self._tail(piece))

    def _tail(self, tail: bytes) -> bytes:
        if self.is_filtered:
            tail, wide = frame.with_filter(tail, self.grid)
            if wide is not None:
                frame.name_filter(self.package, self.layout.sheet, wide)
        if self.commented is not None and self.commented.is_new_drawing:
            tail = frame.with_comments(tail, self.commented.drawing_link)
        return tail

    def _edits(self) -> Iterator[tuple[int, RowEdit]]:
        """What is to be done to each row, the heads of merged cells among them."""
        moved = self._moved()
        heads = iter(sorted(moved))
        head = next(heads, None)
        for row, inks, problem in self._told():
            while head is not None and head < row:
                yield head, self._edit(moved[head], problem=None)
                head = next(heads, None)
            if head == row:
                for column, others in moved[row].items():
                    inks.setdefault(column, []).extend(others)
                head = next(heads, None)
            ink = Ink.HEADING if row == self.layout.header_row else Ink.PROBLEM
            yield row, self._edit(inks, problem=problem, ink=ink)
        while head is not None:
            yield head, self._edit(moved[head], problem=None)
            head = next(heads, None)

    def _edit(
        self, inks: dict[int, list[Ink]], *, problem: str | None, ink: Ink = Ink.PROBLEM
    ) -> RowEdit:
        self.marked.cells += len(inks)
        worst_inks = {column: worst(each) for column, each in inks.items()}
        return RowEdit(inks=worst_inks, problem=problem, problem_ink=ink)

    def _told(self) -> Iterator[tuple[int, dict[int, list[Ink]], str]]:
        """The header, then each row with findings: its marks, and the words about it."""
        yield self.layout.header_row, {}, PROBLEM
        for row, found in self._found():
            inks: dict[int, list[Ink]] = {}
            for item in found:
                column = self.layout.columns.get(item.field or "")
                if column is not None and (row, column) not in self.merged:
                    inks.setdefault(column, []).append(item.ink)
                    self._note((row, column), item)
            self.marked.rows += 1
            yield row, inks, problem_of(found)

    def _found(self) -> Iterator[tuple[int, tuple[Mark, ...]]]:
        for delivered, found in self.marks():
            row = self.layout.row_of(delivered)
            if row is not None and row > self.layout.header_row:
                yield row, found

    def _moved(self) -> dict[int, dict[int, list[Ink]]]:
        """Marks that belong to the first of merged cells, because the others are not seen."""
        moved: dict[int, dict[int, list[Ink]]] = {}
        for row, found in self._found() if self.merged else ():
            for item in found:
                column = self.layout.columns.get(item.field or "")
                if column is None or (row, column) not in self.merged:
                    continue
                top, left = self.merged[row, column]
                inks = moved.setdefault(top, {}).setdefault(left, [])
                if item.ink not in inks:
                    inks.append(item.ink)
                    self._note((top, left), item)
        return moved

    def _note(self, place: Place, item: Mark) -> None:
        known = self.comments.get(place)
        if known is None:
            if self.marked.commented >= MOST_COMMENTED:
                return
            self.marked.commented += 1
            self.comments[place] = item.comment
        elif item.comment not in known and len(known) < 4_000:
            self.comments[place] = f"{known}\n\n{item.comment}"

    def comment(self, about: str) -> None:
        """Write the comments, now that the rows have been gone through."""
        if self.commented is None:
            return
        cut = _CUT.format(count=MOST_COMMENTED)
        legend = _LEGEND + (cut if self.marked.commented >= MOST_COMMENTED else "")
        place = (self.grid.header_row, self.grid.problem)
        said = f"{legend}\n\n{about}" if about else legend
        notes.write(self.package, self.commented, {**self.comments, place: said})


def _room(seen: Survey, layout: Layout, width: int) -> int:
    """The first free column right of the table."""
    reached = [
        right
        for (_, left), (bottom, right) in seen.merged
        if bottom >= layout.header_row and left <= width + 1
    ]
    column = max([width, *reached]) + 1
    while column in seen.taken:
        column += 1
    return column
