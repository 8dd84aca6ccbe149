"""Edits a sheet's XML while it streams by: only rows that have something to say are taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import IO

from yrdx.copies.package import MAIN, UnusualWorkbook
from yrdx.copies.places import LAST_COLUMN, Place, letters_of, name_of, number_of, range_of
from yrdx.copies.styles import GENERAL_FORMAT, TEXT_FORMAT, Ink, Styles
from yrdx.excel import xml_text

_PIECE = 4 << 20
_LONGEST = 64 << 20
"""A row, or what stands before or after the rows, is not longer."""

_END, _ROW_END = b"</sheetData>", b"</row>"
_ROW = re.compile(rb"<row\b([^>]*?)(/?)>")
_NUMBER = re.compile(rb'\sr="([0-9]{1,7})"')
_PLAIN_CELL = b'<c r="'
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})[0-9]+"')
_STYLE = re.compile(rb'\ss="([0-9]+)"')
_SPANS = re.compile(rb'\sspans="[^"]*"')
_MERGE = re.compile(rb'<mergeCell\b[^>]*?\bref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_COL = re.compile(rb"<col\b[^>]*?/>")
_UNEXPECTED = (b"<!--", b"<![CDATA[", b"<!DOCTYPE")
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")


@dataclass(slots=True)
class RowEdit:
    """What is done to one row: marks and new values by column, and the text of the problem column.

    A new value is (text, whether it is a number); None empties the cell.
    """

    inks: dict[int, Ink] = field(default_factory=dict)
    values: dict[int, tuple[str, bool] | None] = field(default_factory=dict)
    problem: str | None = None
    problem_ink: Ink = Ink.PROBLEM


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a sheet before it is edited; `taken` are filled columns right of the table.

    `styles` maps columns to the look of their empty cells.
    """

    head: bytes
    tail: bytes
    last_row: int
    taken: frozenset[int]
    merged: tuple[tuple[Place, Place], ...]
    styles: dict[int, int]


def survey(stream: IO[bytes], *, width: int, look_right: int = 24) -> Survey:
    """Read through a sheet once; `width` is the number of columns up to the table's last one.

    Raises:
        UnusualWorkbook: it is not written in the way that nearly all programs write it.
    """
    head = tail = b""
    last = 0
    taken: set[int] = set()
    letters = [letters_of(width + place).encode() for place in range(1, look_right + 1)]
    right = re.compile(rb'<c\s[^>]*?\br="(' + b"|".join(letters) + rb')[0-9]+"[^>]*(?<!/)>')
    for kind, piece in pieces(stream):
        if kind == "head":
            head = piece
        elif kind == "tail":
            tail = piece
        else:
            last = _numbers(piece, last)
            taken |= {number_of(found.decode()) for found in right.findall(piece)}
    if not last:
        raise UnusualWorkbook("the sheet has no rows")
    merged = tuple(range_of(found.decode()) for found in _MERGE.findall(tail))
    return Survey(head, tail, last, frozenset(taken), merged, _styles_of_columns(head))


def _numbers(piece: bytes, last: int) -> int:
    """Check that rows are numbered and ascend; gives the last number."""
    for tag in _ROW.finditer(piece):
        found = _NUMBER.search(tag[1])
        if found is None or int(found[1]) <= last:
            raise UnusualWorkbook("its rows are not numbered in their order")
        last = int(found[1])
    return last


def _styles_of_columns(head: bytes) -> dict[int, int]:
    styles: dict[int, int] = {}
    for tag in _COL.findall(head):
        facts = dict(re.findall(rb'\b(min|max|style)="([0-9]+)"', tag))
        if b"style" in facts and len(facts) == 3:
            last = min(int(facts[b"max"]), int(facts[b"min"]) + 500, LAST_COLUMN)
            for column in range(int(facts[b"min"]), last + 1):
                styles[column] = int(facts[b"style"])
    return styles


def pieces(stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """A sheet as its head, whole rows in pieces, and its tail."""
    rest = b""
    in_rows = False
    while block := stream.read(_PIECE):
        rest += block
        _refuse_unexpected(rest)
        if not in_rows:
            start = re.search(rb"<sheetData\s*>", rest)
            if start is None:
                _limit(rest)
                continue
            _check_head(rest[: start.end()])
            yield "head", rest[: start.end()]
            rest, in_rows = rest[start.end() :], True
        end = rest.find(_END)
        if end >= 0:
            yield "rows", rest[:end]
            tail = rest[end:] + stream.read(_LONGEST)
            _refuse_unexpected(tail)
            _limit(tail)
            yield "tail", tail
            return
        cut = rest.rfind(_ROW_END) + len(_ROW_END)
        if cut >= len(_ROW_END):
            yield "rows", rest[:cut]
            rest = rest[cut:]
        _limit(rest)
    raise UnusualWorkbook("the sheet does not end")


def _check_head(head: bytes) -> None:
    if b"<worksheet" not in head or b'"' + MAIN + b'"' not in head:
        raise UnusualWorkbook("the sheet speaks another dialect")


def _refuse_unexpected(piece: bytes) -> None:
    if any(sign in piece for sign in _UNEXPECTED):
        raise UnusualWorkbook("the sheet holds more than elements")


def _limit(piece: bytes) -> None:
    if len(piece) >= _LONGEST:
        raise UnusualWorkbook("a part of the sheet is very long")


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What an earlier copy left in a sheet, to be taken away: a column, and looks of cells."""

    column: int | None = None
    looks: dict[int, int] = field(default_factory=dict)

    def taken_from(self, rows: bytes, header_row: int) -> bytes:
        """Rows without what was left."""
        if self.looks:
            numbers = "|".join(map(str, self.looks)).encode()
            marked = re.compile(rb'(<c\b[^>]*?\ss=")(' + numbers + rb')(")')
            rows = marked.sub(
                lambda cell: cell[1] + str(self.looks[int(cell[2])]).encode() + cell[3], rows
            )
        if self.column is None:
            return rows
        letters = letters_of(self.column).encode()
        old = re.compile(
            rb'<c\b(?=[^>]*?\sr="' + letters + rb'([0-9]+)")[^>]*?(?:/>|>.*?</c>)', re.DOTALL
        )
        return old.sub(lambda cell: b"" if int(cell[1]) >= header_row else cell[0], rows)


@dataclass(slots=True)
class SheetEdit:
    """One pass over the rows of a sheet; `left` are cells whose formula was not replaced."""

    survey: Survey
    styles: Styles
    problem_column: int | None
    edits: Iterator[tuple[int, RowEdit]]
    left: list[Place] = field(default_factory=list)
    _next: tuple[int, RowEdit] | None = None
    _started: bool = False

    def stream(self, piece: bytes) -> Iterator[bytes]:
        """The rows of a piece, edited where there is something to edit."""
        if not self._started:
            self._started = True
            self._advance()
        if self._next is None:
            yield piece
            return
        tags = list(_ROW.finditer(piece))
        done = 0
        for place, tag in enumerate(tags):
            if self._next is None:
                break
            row = int(_NUMBER.search(tag[1])[1])  # type: ignore[index]
            if row < self._next[0]:
                continue
            yield piece[done : tag.start()]
            yield from self.missing(before=row)
            end = tags[place + 1].start() if place + 1 < len(tags) else len(piece)
            done = tag.start()
            if self._next is not None and self._next[0] == row:
                yield self._edited(piece[tag.start() : end], row, self._next[1])
                done = end
                self._advance()
        yield piece[done:]

    def missing(self, *, before: int) -> Iterator[bytes]:
        """Rows that the sheet has no element for, because all their cells are empty."""
        while self._next is not None and self._next[0] < before:
            row, edit = self._next
            yield self._edited(f'<row r="{row}"></row>'.encode(), row, edit)
            self._advance()

    def _advance(self) -> None:
        before = self._next[0] if self._next else 0
        self._next = next(self.edits, None)
        if self._next is not None and self._next[0] <= before:
            raise ValueError(f"row {self._next[0]} is to be edited after row {before}")

    def _edited(self, xml: bytes, row: int, edit: RowEdit) -> bytes:
        tag = _ROW.match(xml)
        if tag is None:
            raise UnusualWorkbook(f"row {row} is not written as usual")
        inner = b"" if tag[2] else xml[tag.end() : xml.rfind(_ROW_END)]
        cells = _cells(inner, row)
        for column in {*edit.inks, *edit.values}:
            cells[column] = self._cell(cells.get(column), (row, column), edit, tag[1])
        if edit.problem is not None and self.problem_column is not None:
            style = self.styles.marked(0, edit.problem_ink, form=TEXT_FORMAT)
            place = (row, self.problem_column)
            cells[self.problem_column] = _text_cell(place, style, edit.problem)
        opening = b"<row" + _SPANS.sub(b"", tag[1]).rstrip() + b">"
        return opening + b"".join(cells[column] for column in sorted(cells)) + _ROW_END

    def _cell(self, xml: bytes | None, place: Place, edit: RowEdit, row: bytes, /) -> bytes:
        """One cell with its mark and its new value."""
        column = place[1]
        found = _CELL.match(xml) if xml is not None else None
        own = _STYLE.search(found[1]) if found else None
        style = (
            int(own[1]) if own else self._style_of_empty(column, row, is_there=found is not None)
        )
        ink = edit.inks.get(column)
        if column in edit.values:
            if found and b"<f" in (found[2] or b""):
                self.left.append(place)
                return found[0]
            return self._changed(place, edit.values[column], style, ink)
        marked = self.styles.marked(style, ink) if ink else style
        if xml is None or found is None:
            return f'<c r="{name_of(place)}" s="{marked}"/>'.encode()
        facts = _STYLE.sub(b"", found[1])
        return b"<c" + facts + f' s="{marked}"'.encode() + xml[2 + len(found[1]) :]

    def _style_of_empty(self, column: int, row: bytes, *, is_there: bool) -> int:
        if is_there:
            return 0
        own = _STYLE.search(row) if b'customFormat="1"' in row else None
        return int(own[1]) if own else self.survey.styles.get(column, 0)

    def _changed(
        self, place: Place, value: tuple[str, bool] | None, style: int, ink: Ink | None
    ) -> bytes:
        is_number = value is not None and value[1] and bool(_PLAIN_NUMBER.fullmatch(value[0]))
        form = GENERAL_FORMAT if is_number else TEXT_FORMAT
        number = self.styles.marked(style, ink or Ink.CHANGED, form=form)
        if value is None:
            return f'<c r="{name_of(place)}" s="{number}"/>'.encode()
        if is_number:
            return f'<c r="{name_of(place)}" s="{number}"><v>{value[0]}</v></c>'.encode()
        return _text_cell(place, number, value[0])


def _cells(inner: bytes, row: int) -> dict[int, bytes]:
    """The cells of a row by column."""
    parts = inner.split(_PLAIN_CELL)
    if len(parts) == inner.count(b"<c") + 1 and not parts[0].strip():
        return {
            _column_of(part[: part.find(b'"')].rstrip(b"0123456789")): _PLAIN_CELL + part
            for part in parts[1:]
        }
    return _odd_cells(inner, row)


@cache
def _column_of(letters: bytes) -> int:
    return number_of(letters.decode())


def _odd_cells(inner: bytes, row: int) -> dict[int, bytes]:
    """The same, of cells whose place is not the first thing that is said of them."""
    cells: dict[int, bytes] = {}
    end = 0
    for found in _CELL.finditer(inner):
        place = _PLACE.search(found[1])
        if place is None or inner[end : found.start()].strip():
            raise UnusualWorkbook(f"row {row} is not written as usual")
        cells[number_of(place[1].decode())] = found[0]
        end = found.end()
    if inner[end:].strip():
        raise UnusualWorkbook(f"row {row} is not written as usual")
    return cells


def _text_cell(place: Place, style: int, text: str) -> bytes:
    return (
        f'<c r="{name_of(place)}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{xml_text(text)}</t></is></c>'
    ).encode()
