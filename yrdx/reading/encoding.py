"""Decides the encoding of a text file strictly: what does not decode is never replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from yrdx.reading.findings import refuse, refuse_to_split, spell_lines
from yrdx.reading.table import Refusal

WHOLE = 16 << 20
"""Files up to this size are inspected whole; of larger ones `SAMPLES` pieces are."""
SAMPLES = 64
PIECE = 1 << 18

_UTF8_HAN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2}")
_ROLES = bytes(
    ord("h") if 0xE4 <= byte <= 0xE9 else ord("t") if 0x80 <= byte <= 0xBF else byte & 0x0F
    for byte in range(256)
)
_TWO_HAN = b"htthtt"
"""`_UTF8_HAN` in the roles of its bytes, head and tail: far sooner found than by it."""
_GARBLED = ("\ufffd".encode(), "锟斤拷".encode(), "锟斤拷".encode("gb18030"), "鎴愪".encode())


class Encoding(StrEnum):
    """Encodings that are read."""

    UTF_8 = "UTF-8"
    GB18030 = "GB18030"
    UTF_16_LE = "UTF-16LE"
    UTF_16_BE = "UTF-16BE"


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file. `line` is the number of the first, known in a whole inspection."""

    line: int | None
    content: bytes


@dataclass(slots=True)
class Tally:
    """What the inspected lines turned out to be."""

    utf8: int = 0
    other: int = 0
    utf8_lines: list[int] = field(default_factory=list)
    other_lines: list[int] = field(default_factory=list)
    broken: int = 0
    broken_lines: list[int] = field(default_factory=list)


def decide_encoding(path: Path) -> Encoding | Refusal:
    """BOM, then strict UTF-8, then strict GB18030; two at once or neither is refused."""
    with path.open("rb") as file:
        start = file.read(4)
    # UTF-32 first: its mark in little endian begins with that of UTF-16.
    if start in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return refuse("encoding_is_not_read", encoding="UTF-32")
    if start.startswith(b"\xff\xfe"):
        return Encoding.UTF_16_LE
    if start.startswith(b"\xfe\xff"):
        return Encoding.UTF_16_BE
    if all(_decodes(piece.content, "utf-8") for piece in _pieces(path)):
        return Encoding.UTF_8
    tally = Tally()
    for piece in _pieces(path):
        _tally(piece, tally)
    if path.stat().st_size > WHOLE and (tally.broken or tally.utf8):
        return explain_encoding(path, Encoding.GB18030)
    return _judge(tally, Encoding.GB18030) or Encoding.GB18030


def explain_encoding(path: Path, taken_for: Encoding) -> Refusal:
    """Inspect every line of a file that does not decode, and say which lines are wrong."""
    tally = Tally()
    for piece in _whole(path):
        _tally(piece, tally)
    return _judge(tally, taken_for) or refuse_to_split([])


def _judge(tally: Tally, taken_for: Encoding) -> Refusal | None:
    if tally.utf8 and (tally.other or tally.broken):
        minority_is_utf8 = tally.utf8 < tally.other + tally.broken
        main = Encoding.GB18030 if minority_is_utf8 else Encoding.UTF_8
        wrong = tally.utf8_lines if minority_is_utf8 else tally.other_lines + tally.broken_lines
        total = tally.utf8 if minority_is_utf8 else tally.other + tally.broken
        return refuse(
            "file_has_two_encodings", encoding=main, lines=spell_lines(sorted(wrong), total)
        )
    if tally.broken or (taken_for is Encoding.UTF_8 and tally.other):
        lines = tally.broken_lines or tally.other_lines
        return refuse(
            "text_is_not_utf8_or_gb18030",
            lines=spell_lines(lines, tally.broken or tally.other),
        )
    return None


def _pieces(path: Path) -> Iterator[Piece]:
    return _whole(path) if path.stat().st_size <= WHOLE else _spaced(path)


def _whole(path: Path) -> Iterator[Piece]:
    line = 1
    rest = b""
    with path.open("rb", buffering=0) as file:
        while block := file.read(PIECE):
            cut = block.rfind(b"\n") + 1
            if not cut:
                rest += block
                continue
            content = rest + block[:cut]
            rest = block[cut:]
            yield Piece(line, content)
            line += content.count(b"\n")
    if rest:
        yield Piece(line, rest)


def _spaced(path: Path) -> Iterator[Piece]:
    """Evenly spaced pieces, each from the start of a line to the end of one."""
    size = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        for number in range(SAMPLES):
            offset = number * (size - PIECE) // (SAMPLES - 1)
            file.seek(offset)
            block = file.read(PIECE)
            start = 0 if offset == 0 else block.find(b"\n") + 1
            content = block[start : block.rfind(b"\n") + 1]
            if content:
                yield Piece(None, content)


def _tally(piece: Piece, tally: Tally) -> None:
    """Sort the lines of a piece that are not ASCII by the encoding in which they decode.

    A short GB18030 line can be valid UTF-8 by chance; two Han characters in a row of valid
    UTF-8 cannot, so only lines with two count as UTF-8 beyond doubt.
    """
    if _decodes(piece.content, "gb18030") and not any(_clear_utf8_lines(piece.content)):
        tally.other += 1
        return
    for offset, line in enumerate(piece.content.split(b"\n")):
        if line.isascii():
            continue
        number = (piece.line or 0) + offset
        if _decodes(line, "utf-8"):
            if _UTF8_HAN.search(line):
                tally.utf8 += 1
                _keep(tally.utf8_lines, number)
        elif _decodes(line, "gb18030"):
            tally.other += 1
            _keep(tally.other_lines, number)
        else:
            tally.broken += 1
            _keep(tally.broken_lines, number)


def _clear_utf8_lines(content: bytes) -> Iterator[bool]:
    """True for every line of a piece that is UTF-8 beyond doubt."""
    roles = content.translate(_ROLES)
    found = roles.find(_TWO_HAN)
    while found >= 0:
        start = content.rfind(b"\n", 0, found) + 1
        end = content.find(b"\n", found)
        end = len(content) if end < 0 else end
        yield _decodes(content[start:end], "utf-8")
        found = roles.find(_TWO_HAN, end)


def _keep(lines: list[int], number: int) -> None:
    if len(lines) < 1000:
        lines.append(number)


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def garbled_lines(content: bytes) -> list[int]:
    """Lines of a piece that hold what a wrong conversion leaves behind."""
    if not any(mark in content for mark in _GARBLED):
        return []
    lines = content.split(b"\n")
    return [
        number
        for number, line in enumerate(lines, start=1)
        if any(mark in line for mark in _GARBLED)
    ]
