"""What stands around the rows of a sheet: widths of columns, filter, comments, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yrdx.copies.package import RELATIONS, WORKBOOK, Package, UnusualWorkbook
from yrdx.copies.places import letters_of, range_of, spell_range
from yrdx.excel import xml_text

PROBLEM_WIDTH = 64
_TAG = re.compile(rb"<(/?)([\w:.-]+)(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(/?)>")
_BEFORE_FILTER = (
    b"sheetData",
    b"sheetCalcPr",
    b"sheetProtection",
    b"protectedRanges",
    b"scenarios",
)
_AFTER_COMMENTS = frozenset(
    b"legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst "
    b"mc:AlternateContent".split()
)
_COL = re.compile(rb"<col\b[^>]*?/>")
_FILTER = re.compile(rb'(<autoFilter\b[^>]*?\bref=")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class Grid:
    """The table within its sheet: rows and columns from 1; `problem` is the column added."""

    header_row: int
    first_column: int
    last_row: int
    problem: int

    @property
    def range(self) -> str:
        """The table with the added column."""
        return spell_range((self.header_row, self.first_column), (self.last_row, self.problem))


def with_column(head: bytes, column: int) -> bytes:
    """The head of a sheet with a wide column; its dimension goes, programs count it anew."""
    head = re.sub(rb"<dimension\b[^>]*?(?:/>|>\s*</dimension>)", b"", head)
    new = f'<col min="{column}" max="{column}" width="{PROBLEM_WIDTH}" customWidth="1"/>'.encode()
    cols = re.search(rb"<cols\s*>(.*?)</cols>", head, re.DOTALL)
    if cols is None:
        place = head.rindex(b"<sheetData")
        return head[:place] + b"<cols>" + new + b"</cols>" + head[place:]
    tags: list[tuple[int, bytes]] = [(column, new)]
    for tag in _COL.findall(cols[1]):
        tags += _apart(tag, column)
    inner = b"".join(tag for _, tag in sorted(tags))
    return head[: cols.start(1)] + inner + head[cols.end(1) :]


def _apart(tag: bytes, column: int) -> list[tuple[int, bytes]]:
    """A run of columns without the given one: itself, or what is left and right of it."""
    span = dict(re.findall(rb'\b(min|max)="([0-9]+)"', tag))
    if len(span) != 2:
        raise UnusualWorkbook("its columns are not written as usual")
    first, last = int(span[b"min"]), int(span[b"max"])
    if not first <= column <= last:
        return [(first, tag)]
    parts = [(first, column - 1), (column + 1, last)]
    return [(start, _spanning(tag, start, end)) for start, end in parts if start <= end]


def _spanning(tag: bytes, first: int, last: int) -> bytes:
    tag = re.sub(rb'\bmin="[0-9]+"', f'min="{first}"'.encode(), tag)
    return re.sub(rb'\bmax="[0-9]+"', f'max="{last}"'.encode(), tag)


def elements(tail: bytes) -> list[tuple[bytes, int, int]]:
    """Name, start and end of the elements after the rows, the closing of the rows first."""
    found: list[tuple[bytes, int, int]] = []
    depth, start = 0, 0
    for tag in _TAG.finditer(tail):
        closing, name, empty = tag[1], tag[2], tag[3]
        if not found:
            found.append((name, 0, tag.end()))
        elif closing:
            depth -= 1
            if depth == 0:
                found.append((name, start, tag.end()))
            elif depth < 0:
                break
        elif depth == 0 and empty:
            found.append((name, tag.start(), tag.end()))
        elif not empty:
            start = tag.start() if depth == 0 else start
            depth += 1
    return found


def with_comments(tail: bytes, link: str) -> bytes:
    """The tail of a sheet that names the drawing of its comments."""
    place = next(
        (start for name, start, _ in elements(tail) if name in _AFTER_COMMENTS),
        tail.rindex(b"</worksheet>"),
    )
    element = f'<legacyDrawing xmlns:r="{RELATIONS}" r:id="{link}"/>'.encode()
    return tail[:place] + element + tail[place:]


def with_filter(tail: bytes, grid: Grid) -> tuple[bytes, str | None]:
    """The tail of a sheet whose filter reaches the added column, and the filter's range.

    A filter of the partner's over another part of the sheet stays as it is: None.
    """
    known = _FILTER.search(tail)
    if known is None:
        end = 0
        for name, _, stop in elements(tail):
            if name not in _BEFORE_FILTER:
                break
            end = stop
        return tail[:end] + f'<autoFilter ref="{grid.range}"/>'.encode() + tail[end:], grid.range
    (top, left), (bottom, _) = range_of(known[2].decode())
    if top != grid.header_row:
        return tail, None
    wide = spell_range((top, left), (bottom, grid.problem))
    return tail[: known.start(2)] + wide.encode() + tail[known.end(2) :], wide


def name_filter(package: Package, sheet: str, wide: str) -> None:
    """Set the hidden name by which programs find a sheet's filter."""
    text = package.text(WORKBOOK)
    sheets = re.findall(r'<sheet\b[^>]*?\bname="([^"]*)"', text)
    spelt = xml_text(sheet)
    position = next((n for n, name in enumerate(sheets) if name in (spelt, sheet)), None)
    if position is None:
        raise UnusualWorkbook("its sheets are not listed as usual")
    (top, left), (bottom, right) = range_of(wide)
    quoted = xml_text("'" + sheet.replace("'", "''") + "'")
    range_ = f"${letters_of(left)}${top}:${letters_of(right)}${bottom}"
    name = (
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{position}" hidden="1">'
        f"{quoted}!{range_}</definedName>"
    )
    its_own = rf'(?=[^>]*_FilterDatabase)(?=[^>]*localSheetId="{position}")'
    old = rf"<definedName\b{its_own}[^>]*>[^<]*</definedName>"
    if re.search(old, text):
        text = re.sub(old, lambda _: name, text)
    elif re.search(r"<definedNames\s*>", text):
        text = re.sub(r"<definedNames\s*>", lambda opening: opening[0] + name, text, count=1)
    else:
        end = _behind_sheets(text)
        text = f"{text[:end]}<definedNames>{name}</definedNames>{text[end:]}"
    package.put(WORKBOOK, text)


def _behind_sheets(text: str) -> int:
    """Where names may stand: behind the sheets, and what tells of functions and other workbooks."""
    end = re.search(
        r"</sheets>(?:\s*<functionGroups\b.*?(?:/>|</functionGroups>))?"
        r"(?:\s*<externalReferences\b.*?</externalReferences>)?",
        text,
        re.DOTALL,
    )
    if end is None:
        raise UnusualWorkbook("its sheets are not listed as usual")
    return end.end()


class OddTable(Exception):
    """An Excel table covers a part of the header, so that no filter can be put there."""


def widen_table(package: Package, sheet: str, grid: Grid, *, title: str) -> bool:
    """Let an Excel table that ends where the new column begins reach it; False: there is none.

    Raises:
        OddTable: there is one that cannot be widened.
    """
    found = False
    for kind, part in package.links(sheet).values():
        if kind != "table":
            continue
        text = package.text(part)
        stated = re.search(r'<table\b[^>]*?\bref="([^"]*)"', text)
        if stated is None:
            raise OddTable(part)
        (top, left), (bottom, right) = range_of(stated[1])
        if bottom < grid.header_row or right < grid.first_column or top > grid.last_row:
            continue
        if right == grid.problem and title in re.findall(r'\bname="([^"]*)"', text):
            found = True  # an earlier copy was sent
            continue
        usual = right == grid.problem - 1 and top == grid.header_row and "tableType=" not in text
        if not usual or found:
            raise OddTable(part)
        wide = spell_range((top, left), (bottom, grid.problem))
        package.put(part, _widened(text, wide, title=title))
        found = True
    return found


def _widened(text: str, new: str, *, title: str) -> str:
    """The XML of a table one column wider."""
    text = re.sub(r'(<table\b[^>]*?\bref=")[^"]*', lambda m: m[1] + new, text, count=1)
    filtered = re.search(r'<autoFilter\b[^>]*?\bref="([^"]*)"', text)
    if filtered:
        (top, left), (bottom, _) = range_of(filtered[1])
        wide = spell_range((top, left), (bottom, range_of(new)[1][1]))
        text = text[: filtered.start(1)] + wide + text[filtered.end(1) :]
    numbers = [int(n) for n in re.findall(r'<tableColumn\b[^>]*?\bid="([0-9]+)"', text)]
    names = re.findall(r'<tableColumn\b[^>]*?\bname="([^"]*)"', text)
    if not numbers or title in names or "</tableColumns>" not in text:
        raise OddTable(title)
    column = f'<tableColumn id="{max(numbers) + 1}" name="{xml_text(title)}"/>'
    text = re.sub(
        r'(<tableColumns\b[^>]*?\bcount=")[0-9]+',
        lambda m: f"{m[1]}{len(numbers) + 1}",
        text,
        count=1,
    )
    return text.replace("</tableColumns>", column + "</tableColumns>")
