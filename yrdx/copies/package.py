"""A workbook as a package of parts: which part is what, and how a part is linked to another."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import IO

from yrdx.reading.sheet_xml import sheet_members

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK, STYLES, TYPES = "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_LINK = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r"""([A-Za-z:]+)\s*=\s*["']([^"']*)["']""")
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_LARGEST = 64 << 20
_WIDE = 1 << 30
"""Zip64 only where it may be needed: Excel offers to "repair" a workbook that has it."""

Stream = Callable[[IO[bytes], IO[bytes]], None]
"""Copies a part piece by piece and changes it on the way."""

Write = Callable[[IO[bytes]], None]
"""Writes a new part."""


class UnusualWorkbook(Exception):
    """A workbook that is not written as usual: rather made anew than edited on a guess."""


NOT_EDITED = (
    UnusualWorkbook, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError,
)  # fmt: skip
"""What an unusual or damaged workbook makes editing raise; `zipfile` says several things of it."""


@dataclass(slots=True)
class Package:
    """The parts of one workbook, read on demand; `changed` takes the place of what was there."""

    book: zipfile.ZipFile
    changed: dict[str, bytes] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        names = self.book.namelist()
        if len(names) != len(set(names)):
            raise UnusualWorkbook("two parts have one name")
        if any(name.endswith("vbaProject.bin") for name in names):
            raise UnusualWorkbook("macros are not given back")

    @property
    def names(self) -> list[str]:
        """The names of all parts, new ones last."""
        known = self.book.namelist()
        return [*known, *(name for name in self.changed if name not in known)]

    def text(self, name: str) -> str:
        """A part as text."""
        if name in self.changed:
            return self.changed[name].decode()
        try:
            if self.book.getinfo(name).file_size > _LARGEST:
                raise UnusualWorkbook(f"{name} is very large")
            return self.book.read(name).decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError) as error:
            raise UnusualWorkbook(f"{name} is missing, or no UTF-8") from error

    def put(self, name: str, text: str) -> None:
        """Set the text of a part."""
        self.changed[name] = text.encode()

    def sheet(self, name: str) -> str:
        """The part that holds a sheet."""
        part = sheet_members(self.book).get(name)
        if part is None:
            raise UnusualWorkbook(f"sheet {name!r} has no part")
        return part

    def links(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part is linked to: id → (kind, target part)."""
        name = _links_of(part)
        if name not in self.names:
            return {}
        found = {}
        for tag in _LINK.findall(self.text(name)):
            facts = dict(_ATTRIBUTE.findall(tag))
            target = unescape(facts.get("Target", ""))
            path = target.lstrip("/") if target.startswith("/") else _beside(part, target)
            found[facts.get("Id", "")] = (facts.get("Type", "").rpartition("/")[2], path)
        return found

    def link(self, part: str, *, kind: str, target: str) -> str:
        """Link a part to another one; gives the id of the link."""
        name = _links_of(part)
        known = self.links(part)
        number = next(n for n in range(1, len(known) + 2) if f"yrdx{n}" not in known)
        line = f'<Relationship Id="yrdx{number}" Type="{RELATIONS}/{kind}" Target="/{target}"/>'
        text = f'<Relationships xmlns="{_LINKS}"></Relationships>'
        if name in self.names:
            text = self.text(name)
        if "</Relationships>" not in text:
            raise UnusualWorkbook(f"{name} is not written as usual")
        self.put(name, text.replace("</Relationships>", line + "</Relationships>"))
        return f"yrdx{number}"

    def declare(self, part: str, kind: str) -> None:
        """Declare the content type of a new part."""
        line = f'<Override PartName="/{part}" ContentType="{_TYPE}{kind}+xml"/>'
        self._declare(line)

    def declare_drawings(self) -> None:
        """Declare that parts named .vml are drawings."""
        if not re.search(r'<Default\b[^>]*Extension="vml"', self.text(TYPES), re.IGNORECASE):
            kind = "application/vnd.openxmlformats-officedocument.vmlDrawing"
            self._declare(f'<Default Extension="vml" ContentType="{kind}"/>')

    def _declare(self, line: str) -> None:
        text = self.text(TYPES)
        if "</Types>" not in text:
            raise UnusualWorkbook(f"{TYPES} is not written as usual")
        self.put(TYPES, text.replace("</Types>", line + "</Types>"))

    def free_name(self, pattern: str) -> str:
        """A name for a new part; `{}` in the pattern stands for a number."""
        taken = {name.lower() for name in (*self.names, *self.reserved)}
        return next(
            name
            for n in range(1, len(taken) + 2)
            if (name := pattern.format(n)).lower() not in taken
        )

    def reserve(self, part: str) -> None:
        """Keep a name for a part that is written as a stream."""
        self.reserved.add(part)

    def write(
        self,
        target: zipfile.ZipFile,
        streams: dict[str, Stream],
        *,
        then: Callable[[], None],
        added: Mapping[str, Write],
    ) -> None:
        """Write all parts: those with a stream first, `then` settles what the others say.

        `added` writes new parts, and comes last.
        """
        # What a file is, programs look for at its beginning.
        self._copy(TYPES, target)
        for name, stream in streams.items():
            wide = self.book.getinfo(name).file_size > _WIDE
            with self.book.open(name) as source, target.open(name, "w", force_zip64=wide) as into:
                stream(source, into)
        then()
        for name in self.names:
            if name not in streams and name != TYPES:
                self._copy(name, target)
        for name, write in added.items():
            with target.open(name, "w", force_zip64=False) as into:
                write(into)

    def _copy(self, name: str, target: zipfile.ZipFile) -> None:
        with target.open(name, "w") as into:
            if name in self.changed:
                into.write(self.changed[name])
                return
            with self.book.open(name) as source:
                while piece := source.read(1 << 20):
                    into.write(piece)


def packed(into: IO[bytes]) -> zipfile.ZipFile:
    """A package to be written: the same parts give the same bytes."""
    return zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=1)


def _links_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _beside(part: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
