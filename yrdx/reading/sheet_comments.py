"""What people wrote over the cells of an .xlsx workbook: comments and text boxes.

Nobody reads them as data. Personal numbers are looked for in them.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from xml.etree import ElementTree as ET

from yrdx.reading.archive import BROKEN
from yrdx.reading.header import letter
from yrdx.reading.sheet_xml import linked_member, local_name, stored_members
from yrdx.reading.sheets import Sheet

_COMMENTS = frozenset({"comment", "threadedComment"})
_BOXES = frozenset({"twoCellAnchor", "oneCellAnchor"})
_LARGEST = 16 << 20
"""Octets of a part that is searched: tens of thousands of comments."""
_PARTS = ("/comments", "/threadedComment", "/drawing")
"""How the type of a relationship ends that leads from a sheet to such texts."""

Comment = tuple[int, str, str]
"""Row and letters of the cell over which a text stands, and the text."""


def with_comments(
    sheets: Iterable[Sheet], book: zipfile.ZipFile, members: Mapping[str, str]
) -> list[Sheet]:
    """The sheets with their comments; `members` are what `sheet_members` gives.

    A part that is broken holds nothing that anybody could see, and keeps no sheet from being read.
    """
    stored = stored_members(book)
    return [
        replace(sheet, comments=tuple(_comments_of(book, members[sheet.name], stored)))
        if sheet.name in members
        else sheet
        for sheet in sheets
    ]


def _comments_of(book: zipfile.ZipFile, sheet: str, stored: dict[str, str]) -> Iterator[Comment]:
    folder, name = posixpath.split(sheet.replace("\\", "/"))
    links = stored.get(f"{folder}/_rels/{name}.rels".casefold())
    for link in _elements(book, links):
        if link.get("Type", "").endswith(_PARTS):
            yield from _texts_of(book, linked_member(stored, link, folder=folder))


def _texts_of(book: zipfile.ZipFile, part: str | None) -> Iterator[Comment]:
    """The texts of a part; a text may be cut into runs, so that one number stands in several."""
    for item in _elements(book, part):
        kind = local_name(item.tag)
        if kind in _COMMENTS:
            place = item.get("ref", "")
            letters = place.rstrip("0123456789")
            yield int(place.removeprefix(letters) or 1), letters, "".join(item.itertext())
        elif kind in _BOXES:
            yield *_corner_of(item), "".join(_text_of(item))
        else:
            continue
        item.clear()


def _elements(book: zipfile.ZipFile, part: str | None) -> Iterator[ET.Element]:
    """The elements of a part, each when it ends, as far as they can be read."""
    if part is None or book.getinfo(part).file_size > _LARGEST:
        return
    with suppress(*BROKEN), book.open(part) as xml:
        for _, item in ET.iterparse(xml):  # noqa: S314 - expat limits entity expansion
            yield item


def _text_of(box: ET.Element) -> Iterator[str]:
    """The runs of a text box, and a line break behind each of its paragraphs."""
    for item in box.iter():
        if local_name(item.tag) == "p":
            yield from (run.text or "" for run in item.iter() if local_name(run.tag) == "t")
            yield "\n"


def _corner_of(box: ET.Element) -> tuple[int, str]:
    """Row and letters of the cell under the upper left corner of a box, which counts from 0."""
    corner = (at for item in box if local_name(item.tag) == "from" for at in item)
    at = {local_name(item.tag): item.text or "" for item in corner}
    row, column = (at.get(name, "") for name in ("row", "col"))
    return _number(row) + 1, letter(_number(column))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
