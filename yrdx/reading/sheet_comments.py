"""What people wrote over the cells of an .xlsx workbook: comments and text boxes.

Nobody reads them as data. Personal numbers are looked for in them.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from xml.etree import ElementTree as ET

from yrdx.reading.archive import BROKEN
from yrdx.reading.header import letter
from yrdx.reading.sheet_xml import sheet_members, stored_members
from yrdx.reading.table import LooseCell

_COMMENTS = frozenset({"comment", "threadedComment"})
_BOXES = frozenset({"twoCellAnchor", "oneCellAnchor"})
_LARGEST = 16 << 20
"""Octets of a part that is searched: tens of thousands of comments."""
_PARTS = ("/comments", "/threadedComment", "/drawing")
"""How the type of a relationship ends that leads from a sheet to such texts."""


def comments_of(book: zipfile.ZipFile) -> dict[str, tuple[LooseCell, ...]]:
    """Sheet name → the texts over it, each with the cell that it hangs on.

    A part that is broken holds nothing that anybody could see, and keeps no sheet from being read.
    """
    stored = stored_members(book)
    found = {}
    for name, member in sheet_members(book).items():
        texts: list[LooseCell] = []
        with suppress(*BROKEN):
            for part in _parts_of(book, member, stored):
                with suppress(*BROKEN):
                    texts += _texts_of(book, part)
        if texts:
            found[name] = tuple(texts)
    return found


def _parts_of(book: zipfile.ZipFile, sheet: str, stored: dict[str, str]) -> Iterator[str]:
    """The members of the archive in which texts over a sheet stand."""
    folder, name = posixpath.split(sheet.replace("\\", "/"))
    links = stored.get(f"{folder}/_rels/{name}.rels".casefold())
    if links is None or book.getinfo(links).file_size > _LARGEST:
        return
    with book.open(links) as xml:
        for _, link in ET.iterparse(xml):  # noqa: S314 - expat limits entity expansion
            target = link.get("Target", "")
            if link.get("Type", "").endswith(_PARTS):
                path = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
                member = stored.get(posixpath.normpath(path).casefold())
                if member is not None:
                    yield member


def _texts_of(book: zipfile.ZipFile, part: str) -> Iterator[LooseCell]:
    """The texts of a part; a text may be cut into runs, so that one number stands in several."""
    if book.getinfo(part).file_size > _LARGEST:
        return
    with book.open(part) as xml:
        for _, item in ET.iterparse(xml):  # noqa: S314 - expat limits entity expansion
            kind = _name(item)
            if kind in _COMMENTS:
                place, text = item.get("ref", ""), "".join(item.itertext())
            elif kind in _BOXES:
                place, text = _place_of(item), "".join(_text_of(item))
            else:
                continue
            if text.strip():
                letters = place.rstrip("0123456789")
                row = place[len(letters) :]
                yield LooseCell(int(row) if row else 1, letters, text)
            item.clear()


def _text_of(box: ET.Element) -> Iterator[str]:
    """The runs of a text box, and a line break behind each of its paragraphs."""
    for item in box.iter():
        if _name(item) == "p":
            yield from (run.text or "" for run in item.iter() if _name(run) == "t")
            yield "\n"


def _place_of(box: ET.Element) -> str:
    """The cell over which the upper left corner of a text box lies; both are counted from 0."""
    corner = {_name(at): at.text or "0" for item in box if _name(item) == "from" for at in item}
    return f"{letter(int(corner.get('col', 0)))}{int(corner.get('row', 0)) + 1}"


def _name(item: ET.Element) -> str:
    return item.tag.rpartition("}")[2]
