"""What only the XML of an .xlsx sheet tells: formulas without a value, hidden rows, merged cells.

The XML is inflated in pieces and searched as bytes; regular expressions run only over pieces in
which a plain search found something to look at.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from xml.etree import ElementTree as ET

from yrdx.reading.sheet_pieces import pieces_of

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]+)"([^>]*)(?<!/)>(.*?)</c>', re.DOTALL)
"""A cell with content: one that is only formatted closes itself, and the next is another cell."""
_HAS_VALUE = re.compile(rb"<v>[^<]|<is>")
_HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]+):([A-Z]{1,3})([0-9]+)"')
_MAY_BE_LONG = re.compile(rb"<v>-?[0-9](?:[0-9]{15}|(?:\.[0-9]+)?[eE])")
_LONG_NUMBER = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]+)"(?![^>]* t="(?!n"))[^>]*(?<!/)>(?:<f[^<]*(?:</f>)?)?'
    rb"<v>-?(?:[0-9]{16,}(?:\.[0-9]+)?"
    rb"|[0-9](?:\.[0-9]+)?[eE]\+?0*(?:1[5-9]|[2-9][0-9]|[1-9][0-9]{2}))</v>"
)
"""Excel writes 1.2E+17, Java 1.2E17, Python 1.2e+17, LibreOffice 1.2E+017."""
_COLUMN = re.compile(rb"<col [^>]*>")
_SPAN = re.compile(rb'\b(min|max)="([0-9]+)"')
FIRST_DAY, FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)
_BUILT_IN_PERCENT = frozenset({"9", "10"})
_MAX_XML = 4 << 20


@dataclass(slots=True)
class SheetFacts:
    """Places are (letters, row): `without_value` formulas, `long_numbers` of over 15 digits.

    `merged` holds (letters, first row, last row) of cells merged downwards, `hidden_columns` the
    first and last position from 0 of columns that are hidden, `percent` cells that are shown in
    percent. `first_day` is day 0 of the workbook's calendar.
    """

    without_value: list[tuple[str, int]] = field(default_factory=list)
    long_numbers: list[tuple[str, int]] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    percent: list[tuple[str, int]] = field(default_factory=list)
    first_day: date = FIRST_DAY
    merged: list[tuple[str, int, int]] = field(default_factory=list)


def sheet_members(book: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → member of the archive that holds its XML, for all sheets that are there."""
    stored = stored_members(book)
    links = {link.get("Id"): link for link in _parse(book, "xl/_rels/workbook.xml.rels")}
    members = {}
    for item in _parse(book, "xl/workbook.xml").iter():
        if local_name(item.tag) != "sheet":
            continue
        link = links.get(next((v for k, v in item.attrib.items() if local_name(k) == "id"), None))
        member = None if link is None else linked_member(stored, link, folder="xl")
        if member is not None:
            members[item.get("name", "")] = member
    return members


def linked_member(stored: Mapping[str, str], link: ET.Element, *, folder: str) -> str | None:
    """The member to which a relationship of a part in `folder` leads, None where it is not there.

    `stored` is what `stored_members` gives.
    """
    # A target that begins with a slash leads from the root of the archive, and any other from here.
    path = posixpath.normpath(posixpath.join("/", folder, link.get("Target", "")))
    return stored.get(path.lstrip("/").casefold())


def local_name(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def stored_members(book: zipfile.ZipFile) -> dict[str, str]:
    """The members of an archive by name; as for the parser, case and kind of slash do not count."""
    return {item.replace("\\", "/").casefold(): item for item in book.namelist()}


def _parse(book: zipfile.ZipFile, member: str) -> ET.Element:
    if book.getinfo(member).file_size > _MAX_XML:
        raise zipfile.BadZipFile(f"{member} is too large")
    return ET.fromstring(book.read(member))  # noqa: S314 - expat limits entity expansion


def first_day_of(book: zipfile.ZipFile) -> date:
    """Day 0 of a workbook's calendar: old workbooks of the Mac count from 1904."""
    for item in _parse(book, "xl/workbook.xml").iter():
        if local_name(item.tag) == "workbookPr":
            return FIRST_DAY_1904 if item.get("date1904") in ("1", "true", "on") else FIRST_DAY
    return FIRST_DAY


def percent_styles(book: zipfile.ZipFile) -> tuple[str, ...]:
    """Numbers of the cell styles that show a number in percent."""
    if "xl/styles.xml" not in book.namelist():
        return ()
    formats = set(_BUILT_IN_PERCENT)
    styles: list[str] = []
    for item in _parse(book, "xl/styles.xml").iter():
        name = local_name(item.tag)
        if name == "numFmt" and "%" in item.get("formatCode", ""):
            formats.add(item.get("numFmtId", ""))
        elif name == "cellXfs":
            styles = [style.get("numFmtId", "") for style in item]
    return tuple(str(number) for number, style in enumerate(styles) if style in formats)


def look_at_sheet(book: zipfile.ZipFile, member: str, percent: tuple[str, ...] = ()) -> SheetFacts:
    """Search one sheet's XML in one pass; `percent` are the styles that show percent."""
    facts = SheetFacts()
    shown = re.compile(
        rb'<c r="([A-Z]{1,3})([0-9]+)"(?: t="n")? s="(?:%s)"(?: t="n")?>'
        % "|".join(percent).encode()
    )
    for piece in pieces_of(book, member):
        if b"<f" in piece:
            facts.without_value.extend(_formulas_without_value(piece))
        if b'hidden="' in piece:
            facts.hidden_rows += len(_HIDDEN_ROW.findall(piece))
        if percent:
            facts.percent.extend(
                (m.group(1).decode(), int(m.group(2))) for m in shown.finditer(piece)
            )
        if _MAY_BE_LONG.search(piece):
            facts.long_numbers.extend(
                (m.group(1).decode(), int(m.group(2))) for m in _LONG_NUMBER.finditer(piece)
            )
        if not (piece.startswith(b"<row") and piece.endswith(b"</row>")):
            # Of columns the XML speaks before the first row, of merged cells after the last.
            facts.hidden_columns.extend(_hidden_columns(piece))
            facts.merged.extend(_merged_downwards(piece))
    return facts


def _hidden_columns(piece: bytes) -> Iterator[tuple[int, int]]:
    for column in _COLUMN.findall(piece):
        if re.search(rb'\bhidden="(?:1|true)"', column):
            span = {name: int(number) for name, number in _SPAN.findall(column)}
            yield span.get(b"min", 1) - 1, span.get(b"max", 1) - 1


def _formulas_without_value(piece: bytes) -> Iterator[tuple[str, int]]:
    for cell in _CELL.finditer(piece):
        letters, row, attributes, content = cell.groups()
        if b"<f" in content and b't="str"' not in attributes and not _HAS_VALUE.search(content):
            yield letters.decode(), int(row)


def _merged_downwards(piece: bytes) -> Iterator[tuple[str, int, int]]:
    for merge in _MERGE.finditer(piece):
        left, top, _right, bottom = (part.decode() for part in merge.groups())
        if int(bottom) > int(top):
            yield left, int(top), int(bottom)
