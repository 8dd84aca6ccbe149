"""DBF files as old systems write them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence


def dbf(
    fields: Sequence[tuple[str, str, int]],
    rows: Iterable[Sequence[str]],
    *,
    encoding: str = "gbk",
    language: int = 0,
    deleted: Iterable[int] = (),
    version: int = 0x03,
) -> bytes:
    """A dBASE III file; each field has a name, a type and a width in bytes, and cuts what is wider.

    A name is cut at ten bytes too, as those systems do; `deleted` are positions of records.
    """
    rows = list(rows)
    gone = set(deleted)
    length = 1 + sum(width for _, _, width in fields)
    head = struct.pack(
        "<BBBBIHH17xB2x", version, 124, 9, 1, len(rows), 33 + 32 * len(fields), length, language
    )
    for name, kind, width in fields:
        cut = name.encode(encoding)[:10].ljust(11, b"\0")
        head += cut + kind.encode() + bytes(4) + bytes([width % 256, width // 256]) + bytes(14)
    body = b"".join(
        (b"*" if number in gone else b" ")
        + b"".join(
            _cell(text.encode(encoding), kind, width)
            for text, (_, kind, width) in zip(row, fields, strict=True)
        )
        for number, row in enumerate(rows)
    )
    return head + b"\r" + body + b"\x1a"


def _cell(content: bytes, kind: str, width: int) -> bytes:
    cut = content[:width]
    return cut.rjust(width) if kind in "NF" else cut.ljust(width)
