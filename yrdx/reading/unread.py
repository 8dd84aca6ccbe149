"""Searches a file that was refused for personal numbers: its bytes would be kept otherwise.

The reason of a refusal says nothing of what the file holds, and a raw roster sent by mistake has no
header of the dataset. So every sheet, every member of an archive and every text is searched, in
bounded memory and time; what is encrypted, scanned or broken beyond reading cannot be.
"""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import olefile
import polars as pl

from yrdx.model import Finding, Reading, Severity
from yrdx.reading.archive import BROKEN, PIECE, judge_workbook, name_in_archive
from yrdx.reading.blocks import UnreadableText
from yrdx.reading.dbf import records_of
from yrdx.reading.lines import is_reading_failure
from yrdx.reading.loose import table_of_cells, table_of_frame, table_of_sheet
from yrdx.reading.parquet import as_text
from yrdx.reading.personal import find_personal_numbers
from yrdx.reading.sheet_comments import with_comments
from yrdx.reading.sheet_extent import judge_sheets
from yrdx.reading.sheet_xml import sheet_members
from yrdx.reading.sheets import UnreadableWorkbook, load_apart
from yrdx.reading.table import ROW, Table
from yrdx.reading.text import HEAD, parse_head

WHOLE = 16 << 20
"""Text up to this size is searched whole; of a larger one the first half of it, and pieces."""
PIECES = 64
TEXT_PIECE = 1 << 17
LARGEST = 256 << 20
"""Octets of an archive that are inflated for the search."""
MEMBERS = 200
WIDEST = 500
"""Columns; a line with more separators holds running text."""

_BROKEN = (
    *BROKEN, RuntimeError, UnreadableWorkbook, UnreadableText, pl.exceptions.PolarsError,
)  # fmt: skip
"""What a broken file makes the libraries raise; an encrypted archive a RuntimeError."""
_MARKS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\0"))


def find_in_unread(path: Path) -> tuple[Finding, ...]:
    """What a refused file holds of personal numbers and names, as far as it can be searched."""
    found: list[Finding] = []
    for table in _tables(path, member=None, depth=0):
        try:
            found += find_personal_numbers(table)
        except (UnreadableText, pl.exceptions.ComputeError) as error:
            if not is_reading_failure(error):
                raise
    return tuple(item for item in found if item.severity is Severity.ERROR)


def _tables(path: Path, *, member: str | None, depth: int) -> Iterator[Table]:
    """All that can be searched of a file, as tables of no dataset."""
    with path.open("rb") as file:
        start = file.read(TEXT_PIECE)
    try:
        if start.startswith(b"PK"):
            yield from _of_zip(path, member=member, depth=depth)
        elif start.startswith(olefile.MAGIC):
            yield from (table_of_sheet(sheet, member=member) for sheet in load_apart(path))
        elif start.startswith(b"PAR1"):
            yield _of_parquet(path, member)
        elif (dbf := records_of(path)) is not None:
            reading = Reading(format="dbf", member=member)
            yield table_of_frame(dbf.frame, headers=dbf.headers, reading=reading, rows=dbf.rows)
        elif _is_text(start):
            yield from _of_text(path, member)
    except _BROKEN:
        return


def _of_zip(path: Path, *, member: str | None, depth: int) -> Iterator[Table]:
    """The sheets of a workbook; the members of any other archive, each searched like a file.

    A workbook that does not load is an archive of XML. It is loaded by a process of its own: it may
    have been refused because nobody can load it.
    """
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" in archive.namelist() and not judge_workbook(archive):
            try:
                _inflate(archive)
                members = sheet_members(archive)
                if judge_sheets(archive, members) is None:
                    sheets = with_comments(load_apart(path), archive, members)
                    yield from [table_of_sheet(sheet, member=member) for sheet in sheets]
                    return
            except _BROKEN:
                pass
        if depth < 3:
            yield from _of_members(archive, depth=depth)


def _inflate(archive: zipfile.ZipFile) -> None:
    """Read to the end, which proves that no more comes out than is declared."""
    for info in archive.infolist():
        with archive.open(info) as stream:
            while stream.read(PIECE):
                pass


def _of_members(archive: zipfile.ZipFile, *, depth: int) -> Iterator[Table]:
    left = LARGEST
    with tempfile.TemporaryDirectory(prefix="yrdx-") as folder:
        unpacked = Path(folder) / "member"
        for info in archive.infolist()[:MEMBERS]:
            if info.is_dir() or left <= 0:
                continue
            try:
                left -= _unpack(archive, info, unpacked, most=left)
            except _BROKEN:
                continue
            yield from _tables(unpacked, member=name_in_archive(info), depth=depth + 1)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, into: Path, *, most: int) -> int:
    """Inflate a member as far as it may go; gives the octets written."""
    written = 0
    with archive.open(info) as source, into.open("wb") as target:
        while written < most and (piece := source.read(min(PIECE, most - written))):
            written += target.write(piece)
    return written


def _of_parquet(path: Path, member: str | None) -> Table:
    source = pl.scan_parquet(path)
    schema = dict(source.collect_schema())
    texts = [
        as_text(name, kind).alias(f"_{position}")
        for position, (name, kind) in enumerate(schema.items(), start=1)
    ]
    return table_of_frame(
        source.with_row_index(ROW, offset=1).select(ROW, *texts),
        headers=tuple(schema),
        reading=Reading(format="parquet", member=member),
        rows=int(source.select(pl.len()).collect().item()),
    )


def _is_text(start: bytes) -> bool:
    """Whether octets are text in any encoding: one in ten of compressed ones is a control."""
    if start.startswith(_MARKS_OF_UTF16):
        return True
    plain = start.replace(b"\0", b"")
    controls = len(plain) - len(plain.translate(None, _CONTROL))
    return len(plain) * 3 >= len(start) and controls * 20 <= len(plain)


def _of_text(path: Path, member: str | None) -> Iterator[Table]:
    """The cells of a text, and of pieces of a large one, whose line numbers nobody knows."""
    size = path.stat().st_size
    with path.open("rb", buffering=0) as file:
        content = file.read(WHOLE if size <= WHOLE else WHOLE // 2)
        rest = bytearray()
        for number in range(PIECES if size > WHOLE else 0):
            file.seek(WHOLE // 2 + number * (size - WHOLE // 2 - TEXT_PIECE) // (PIECES - 1))
            rest += file.read(TEXT_PIECE) + b"\n"
    reading = Reading(format="lines", member=member)
    text = _decoded(content)
    yield table_of_cells(_cells(text), reading=reading)
    if rest:
        bom = content[:2] if content.startswith(_MARKS_OF_UTF16) else b""
        lines = pl.DataFrame({"_1": _decoded(bom + bytes(rest)).split("\n")})
        yield table_of_cells(lines, reading=reading, locate=lambda rows: rows.clear(len(rows)))


def _decoded(content: bytes) -> str:
    """Text with plain line ends; what does not decode as a whole is decoded line by line."""
    if content.startswith(_MARKS_OF_UTF16):
        text = content.decode("utf-16", "replace")
    else:
        # UTF-16 that does not say so still holds its digits, with a zero beside each.
        content = content.replace(b"\0", b"")
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = "\n".join(_line(line) for line in content.split(b"\n"))
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def _cells(text: str) -> pl.DataFrame:
    """The text in cells, one line a row; in lines where that cannot be."""
    lines = text.removesuffix("\n").split("\n")
    try:
        dialect = parse_head(text[:HEAD]).dialect
    except csv.Error:
        return pl.DataFrame({"_1": lines})
    width = max(line.count(dialect.separator) for line in lines[:WIDEST]) + 1
    for quote in dict.fromkeys((dialect.quote, None)) if 1 < width <= WIDEST else ():
        try:
            cells = pl.read_csv(
                text.encode(),
                has_header=False,
                separator=dialect.separator,
                quote_char=quote,
                schema={f"_{position}": pl.String for position in range(1, width + 1)},
                truncate_ragged_lines=True,
            )
        except pl.exceptions.PolarsError:
            continue
        if cells.height == len(lines):
            return cells.with_columns(pl.all().str.strip_chars('"'))
    return pl.DataFrame({"_1": lines})
