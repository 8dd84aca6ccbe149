"""The layout of a DBF file: what its header says of its fields, and of the encoding of its text."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from yrdx.reading.encoding import Encoding

VERSIONS = frozenset(
    {0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0x8E, 0xCB, 0xF5, 0xFB}
)
"""First bytes of dBASE, FoxBASE, FoxPro and Visual FoxPro files."""
MEMOS = frozenset("MGPW")
"""Types of fields whose content lies in another file."""
BINARY = frozenset("IBYT@+O")
NAME_BYTES = 10
"""A field's name has at most so many bytes; longer ones were cut."""

LONGEST_HEADER = 1 << 16

_TYPES = frozenset("CNFDLV0Q") | MEMOS | BINARY
_END = 0x0D
_SIMPLIFIED = frozenset({0x4D, 0x7A})
_OTHER = frozenset({0x4E, 0x4F, 0x50, 0x78, 0x79, 0x7B, 0x7C, 0xC8, 0xC9, 0xCA, 0xCB, 0xCC})
"""Language bytes of Big5, Japanese, Korean, Thai and others that are never simplified Chinese."""
_CODE_PAGES = {
    "65001": Encoding.UTF_8,
    "UTF8": Encoding.UTF_8,
    "936": Encoding.GB18030,
    "54936": Encoding.GB18030,
    "GBK": Encoding.GB18030,
    "GB2312": Encoding.GB18030,
    "GB18030": Encoding.GB18030,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record: `start` counts from the deletion mark at byte 0."""

    name: bytes
    kind: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the records of a DBF file lie, and what its language byte says."""

    fields: tuple[Field, ...]
    first: int
    length: int
    records: int
    language: int


def layout_of(start: bytes, size: int) -> Layout | None:
    """The layout that a file's first bytes describe, None where they are no DBF header."""
    if len(start) < 33 or start[0] not in VERSIONS:
        return None
    records, first, length = struct.unpack_from("<IHH", start, 4)
    month, day = start[2], start[3]
    if month > 12 or day > 31 or first < 33 or length < 2 or first > size:
        return None
    fields = _fields(start[:first])
    if not fields or fields[-1].start + fields[-1].width > length:
        return None
    return Layout(fields, first, length, records, start[29])


def _fields(header: bytes) -> tuple[Field, ...]:
    """Thirty-two bytes a field, up to the end mark."""
    fields: list[Field] = []
    place, at = 1, 32
    while at + 32 <= len(header) and header[at] != _END:
        kind = chr(header[at + 11])
        width = header[at + 16]
        if kind == "C":
            # Clipper and FoxPro keep the high byte of a long text's width in the decimals.
            width += header[at + 17] << 8
        if kind not in _TYPES or not width:
            return ()
        name = header[at : at + 11].split(b"\0")[0].strip()
        fields.append(Field(name, kind, place, width))
        place += width
        at += 32
    return tuple(fields) if at < len(header) and header[at] == _END else ()


def stated_encoding(path: Path, layout: Layout) -> Encoding | str | None:
    """What the .cpg file beside it says, else the language byte; None where neither says a thing.

    An encoding that is not read is given by its own name.
    """
    for beside in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if beside.is_file():
            with beside.open("rb") as file:
                text = file.read(64).decode("ascii", "replace")
            return _code_page(text)
    if layout.language in _SIMPLIFIED:
        return Encoding.GB18030
    return f"0x{layout.language:02X}" if layout.language in _OTHER else None


def _code_page(text: str) -> Encoding | str:
    plain = text.strip().strip("\ufeff\0").upper().replace("-", "").replace("_", "")
    for noise in ("ANSI", "OEM", "CP", "MS", "WINDOWS", " "):
        plain = plain.replace(noise, "")
    return _CODE_PAGES.get(plain, text.strip() or "?")
