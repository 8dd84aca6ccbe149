"""The XML of a sheet of an .xlsx in pieces, in which regular expressions find what they look for.

Nearly every program spells a cell `<c r="B2" s="1" t="s">`. Where one spells it otherwise (with a
prefix before each name, without its place, with its attributes in another order) the sheet is
written anew in the usual spelling, which takes longer.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import partial
from html import escape
from itertools import chain
from xml.etree import ElementTree as ET

from yrdx.reading.archive import PIECE
from yrdx.reading.header import letter

_PREFIXED = re.compile(rb"<[\w.-]+:worksheet[\s>]")
_UNUSUAL_CELL = re.compile(rb'<c(?! r="[A-Z])(?:\s[^>]*)?/?>')
_BEGINNING = 256 << 10
"""Bytes that tell how a sheet is spelt: a program spells all its cells alike."""


def pieces_of(book: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The XML in pieces that end with a whole row, or a whole element after the rows."""
    rest = b""
    with book.open(member) as xml:
        for block in _spelt_as_usual(iter(partial(xml.read, PIECE), b"")):
            rest += block
            cut = rest.rfind(b"</row>") + len(b"</row>")
            if cut < len(b"</row>"):
                cut = rest.rfind(b">") + 1
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest


def column_index(letters: str) -> int:
    """Position from 0 of a column given by its letters."""
    position = 0
    for character in letters:
        position = position * 26 + ord(character) - 64
    return position - 1


def _spelt_as_usual(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks, or what they say in the usual spelling; the beginning tells for them all."""
    first = next(blocks, b"")
    beginning = first[:_BEGINNING]
    if not (_PREFIXED.search(beginning) or _UNUSUAL_CELL.search(beginning)):
        yield first
        yield from blocks
        return
    spelling = _UsualSpelling()
    parser = ET.XMLParser(target=spelling)  # noqa: S314 - expat limits entity expansion
    for block in chain([first], blocks):
        parser.feed(block)
        yield spelling.taken()
    parser.close()


class _UsualSpelling:
    """What a parser meets, written as Excel writes it: no prefixes, and each cell has its place."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._row = 0
        self._column = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Write the beginning of an element."""
        name = tag.rpartition("}")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            attributes = self._placed(attributes)
        told = (f' {key}="{escape(value)}"' for key, value in attributes.items() if "}" not in key)
        self._written.append(f"<{name}{''.join(told)}>")

    def data(self, text: str) -> None:
        """Write text."""
        self._written.append(escape(text, quote=False))

    def end(self, tag: str) -> None:
        """Write the end of an element."""
        self._written.append(f"</{tag.rpartition('}')[2]}>")

    def taken(self) -> bytes:
        """What was written since this was last asked."""
        written = "".join(self._written).encode()
        self._written.clear()
        return written

    def _placed(self, attributes: dict[str, str]) -> dict[str, str]:
        """Attributes of a cell in the usual order; one without a place follows the one before."""
        place = attributes.get("r") or f"{letter(self._column)}{self._row}"
        self._column = column_index(place.rstrip("0123456789")) + 1
        return {"r": place, **{key: attributes[key] for key in "st" if key in attributes}}
