"""Reads DBF files of old systems, in blocks of records, every field a column at once.

The libraries that read DBF go record by record and value by value, end at the first half
character, and turn codes into numbers. Here a field of a whole block is decoded in one call, as
text, and only a column that does not decode is looked at cell by cell.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.io.plugins import register_io_source

from yrdx.dataset import Dataset, Kind
from yrdx.model import Finding, Note, Reading, Text
from yrdx.reading.blocks import UnreadableText, to_utf8
from yrdx.reading.dbf_fields import (
    BINARY,
    LONGEST_HEADER,
    MEMOS,
    NAME_BYTES,
    VERSIONS,
    Field,
    Layout,
    layout_of,
    stated_encoding,
)
from yrdx.reading.encoding import Encoding
from yrdx.reading.findings import finding, refuse
from yrdx.reading.header import Cells, Header, How, Match, plain, refuse_without_header, vocabulary
from yrdx.reading.records import table_of_records
from yrdx.reading.table import DOUBT, ROW, Refusal, Table

BLOCK = 50_000
SAMPLE_ROWS = 500
_DELETED = ord("*")
_LINE_END = ord("\n")
_SPACE = ord(" ")
_LAST_ASCII = 0x7F
_UTF8_HAN = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")
_PADDING = b" \0"
_EPOCH = date(1970, 1, 1)
_EPOCH_JULIAN = 2_440_588

Grid = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DbfSource:
    """A DBF file, its encoding, and the fields whose text may not fill its whole width."""

    path: Path
    layout: Layout
    encoding: Encoding
    names: frozenset[int] = frozenset()


def read_dbf(path: Path, dataset: Dataset, *, member: str | None = None) -> Table | Refusal:
    """Read a DBF file as a lazy table of the dataset."""
    size = path.stat().st_size
    with path.open("rb") as file:
        layout = layout_of(file.read(LONGEST_HEADER), size)
    if layout is None:
        return refuse("file_is_damaged", kind="DBF", detail="header")
    there = (size - layout.first) // layout.length
    if there < layout.records:
        return refuse("file_is_damaged", kind="DBF", detail=f"{there} / {layout.records}")
    encoding = _encoding(path, layout)
    if isinstance(encoding, Refusal):
        return encoding
    source = DbfSource(path, layout, encoding)
    reading = Reading(format="dbf", encoding=str(encoding), member=member)
    if layout.records == 0:
        return refuse("file_has_no_rows", reading=reading)
    header = _header(source, dataset)
    if header is None:
        return refuse_without_header(dataset)
    source = DbfSource(path, layout, encoding, _texts_of(header, dataset))
    sample: list[Cells] = [
        list(row) for row in _parse(source, 0, SAMPLE_ROWS).drop(ROW, DOUBT).rows()
    ]
    deleted = _deleted(source)
    return table_of_records(
        scan_dbf(source, header.names),
        header,
        sample,
        dataset=dataset,
        reading=reading,
        rows=layout.records - deleted,
        findings=_memos(source),
        notes=_note(deleted),
    )


@dataclass(frozen=True, slots=True)
class Records:
    """All fields of a DBF file as `_row` and columns of text, and their names."""

    frame: pl.LazyFrame
    headers: tuple[str, ...]
    rows: int


def records_of(path: Path) -> Records | None:
    """The records of a DBF file, whatever they are about; None where the file is none, or cut."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(LONGEST_HEADER)
    layout = layout_of(start, size) if start[:1] and start[0] in VERSIONS else None
    if layout is None or (size - layout.first) // layout.length < layout.records:
        return None
    encoding = _encoding(path, layout)
    source = DbfSource(
        path, layout, Encoding.GB18030 if isinstance(encoding, Refusal) else encoding
    )
    headers = tuple(_name(field, source.encoding) for field in layout.fields)
    names = tuple(f"_{position}" for position in range(1, len(headers) + 1))
    return Records(scan_dbf(source, names).drop(DOUBT), headers, layout.records)


def _encoding(path: Path, layout: Layout) -> Encoding | Refusal:
    """What the file states; where it states nothing, strict UTF-8 before strict GB18030."""
    stated = stated_encoding(path, layout)
    if isinstance(stated, Encoding):
        return stated
    texts = [np.frombuffer(field.name or b" ", np.uint8)[None, :] for field in layout.fields]
    texts += _some_texts(path, layout)
    if not any((cells > _LAST_ASCII).any() for cells in texts):
        return Encoding.UTF_8
    if stated is not None:
        return refuse("encoding_is_not_read", encoding=stated)
    fit = [item for item in (Encoding.UTF_8, Encoding.GB18030) if _decodes(texts, item)]
    if not fit:
        return refuse("text_is_not_utf8_or_gb18030", lines="?")
    # Short words of GB18030 are UTF-8 by chance, but then of other scripts.
    is_han = any(_UTF8_HAN.search(cells.tobytes()) for cells in texts)
    return fit[0] if is_han else fit[-1]


def _some_texts(path: Path, layout: Layout) -> list[Grid]:
    """The text fields of the first records and of some later ones."""
    starts = sorted({number * layout.records // 8 for number in range(8)})
    grids = [_grid(path, layout, start, BLOCK // 8) for start in starts]
    return [
        np.ascontiguousarray(grid[:, field.start : field.start + field.width])
        for grid in grids
        for field in layout.fields
        if field.kind == "C"
    ]


def _decodes(texts: list[Grid], encoding: Encoding) -> bool:
    try:
        for cells in texts:
            _decode(cells, encoding)
    except UnreadableText:
        return False
    return True


def _name(field: Field, encoding: Encoding) -> str:
    """A field's name, in the encoding of the text or in another; half a character is left out."""
    for codec in dict.fromkeys((encoding, Encoding.UTF_8, Encoding.GB18030)):
        try:
            texts, _ = _decode(np.frombuffer(field.name or b" ", np.uint8)[None, :], codec)
        except UnreadableText:
            continue
        return texts[0] or ""
    return field.name.decode("ascii", "replace")


def _header(source: DbfSource, dataset: Dataset) -> Header | None:
    words = vocabulary(dataset)
    matches = []
    for field in source.layout.fields:
        text = _name(field, source.encoding)
        if found := words.find(plain(text)):
            known, how, unit = found
            matches.append(Match(text, known, how, unit))
        elif len(field.name) >= NAME_BYTES - 1 and (meant := _begins(plain(text), words.names)):
            matches.append(Match(text, meant, How.BEGINNING))
        else:
            matches.append(Match(text))
    header = Header(-1, -1, tuple(matches), None)
    needed = 2 if len(dataset.columns) > 1 else 1
    return header if header.score >= needed else None


def _begins(text: str, names: dict[str, tuple[str, How]]) -> str | None:
    """The one field that has a name beginning with a text that was cut."""
    meant = {field for name, (field, _) in names.items() if name.startswith(text)}
    return next(iter(meant)) if len(meant) == 1 and text else None


def _texts_of(header: Header, dataset: Dataset) -> frozenset[int]:
    return frozenset(
        position
        for position, match in enumerate(header.matches)
        if match.field and dataset.columns[match.field].kind is Kind.TEXT
    )


def _memos(source: DbfSource) -> tuple[Finding, ...]:
    fields = [field for field in source.layout.fields if field.kind in MEMOS]
    if not fields:
        return ()
    names = "、".join(_name(field, source.encoding) for field in fields)
    return (finding("memo_is_not_read", columns=names),)


def _note(deleted: int) -> tuple[Note, ...]:
    if not deleted:
        return ()
    text = Text(
        zh="DBF 中已作删除标记的记录没有读取。",
        en="Records that the DBF file marks as deleted were not read.",
    )
    return (Note(column=None, rule="deleted_records_were_skipped", cells=deleted, text=text),)


def _grid(path: Path, layout: Layout, start: int, count: int) -> Grid:
    """Records as rows of bytes."""
    count = min(count, layout.records - start)
    with path.open("rb") as file:
        file.seek(layout.first + start * layout.length)
        content = file.read(count * layout.length)
    return np.frombuffer(content, np.uint8).reshape(-1, layout.length)


def _deleted(source: DbfSource) -> int:
    marks = np.memmap(source.path, np.uint8, "r", source.layout.first)
    whole = marks[: source.layout.records * source.layout.length]
    return int((whole.reshape(-1, source.layout.length)[:, 0] == _DELETED).sum())


def scan_dbf(source: DbfSource, names: tuple[str, ...]) -> pl.LazyFrame:
    """A lazy frame over a DBF file: `_row`, all fields, `_doubt`."""

    def generate(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        left = n_rows
        for start in range(0, source.layout.records, BLOCK):
            frame = _parse(source, start, BLOCK, names)
            part = frame if left is None else frame.head(left)
            left = None if left is None else left - part.height
            wanted = part if predicate is None else part.filter(predicate)
            yield wanted if with_columns is None else wanted.select(with_columns)
            if left is not None and left <= 0:
                return

    schema = {ROW: pl.UInt32(), **dict.fromkeys((*names, DOUBT), pl.String())}
    return register_io_source(generate, schema=schema, is_pure=True)


def _parse(
    source: DbfSource, start: int, count: int, names: tuple[str, ...] | None = None
) -> pl.DataFrame:
    """Records that are not deleted, as text, with what was cut at the end of a field marked."""
    grid = _grid(source.path, source.layout, start, count)
    numbers = np.arange(start + 1, start + 1 + len(grid), dtype=np.uint32)
    kept = grid[:, 0] != _DELETED
    if not kept.all():
        grid, numbers = grid[kept], numbers[kept]
    doubts: list[pl.Series] = []
    columns = [pl.Series(ROW, numbers)]
    fields = source.layout.fields
    for position, field in enumerate(fields):
        name = names[position] if names else f"_{position + 1}"
        cells = np.ascontiguousarray(grid[:, field.start : field.start + field.width])
        texts, halves = _texts(cells, field, source.encoding)
        columns.append(texts.alias(name))
        if halves is not None:
            doubts.append(_marks(halves, f"{name}=text_was_cut_off"))
        if position in source.names:
            full = (cells[:, -1] > _LAST_ASCII) & (~halves if halves is not None else True)
            if full.any():
                doubts.append(_marks(full, f"{name}=text_fills_its_field"))
    frame = pl.DataFrame(columns)
    if not doubts:
        return frame.with_columns(pl.lit(None, pl.String).alias(DOUBT))
    marks = pl.DataFrame([mark.alias(str(i)) for i, mark in enumerate(doubts)])
    joined = pl.concat_str(pl.all(), separator=";", ignore_nulls=True)
    return frame.with_columns(
        marks.select(pl.when(joined != "").then(joined)).to_series().alias(DOUBT)
    )


def _marks(where: npt.NDArray[np.bool_], text: str) -> pl.Series:
    return pl.select(pl.when(pl.Series(where)).then(pl.lit(text))).to_series()


def _texts(
    cells: Grid, field: Field, encoding: Encoding
) -> tuple[pl.Series, npt.NDArray[np.bool_] | None]:
    if field.kind in MEMOS:
        return pl.repeat(None, len(cells), dtype=pl.String, eager=True), None
    if field.kind in BINARY:
        return pl.Series(
            [_binary(field.kind, bytes(cell)) for cell in cells], dtype=pl.String
        ), None
    texts, halves = _decode(cells, encoding)
    if field.kind == "L":
        known = {**dict.fromkeys("TtYy", "1"), **dict.fromkeys("FfNn", "0"), "?": None}
        texts = texts.replace(known)
    return texts, halves


def _decode(cells: Grid, encoding: Encoding) -> tuple[pl.Series, npt.NDArray[np.bool_] | None]:
    """All cells of a field, and which of them end within a character, None where none does."""
    lines = np.empty((len(cells), cells.shape[1] + 1), np.uint8)
    lines[:, :-1] = cells
    # In neither encoding are these bytes ever part of a character.
    lines[:, :-1][(cells < _SPACE)] = _SPACE
    lines[:, -1] = _LINE_END
    content = lines.tobytes()
    try:
        text = (to_utf8(content) if encoding is Encoding.GB18030 else content).decode()
    except UnicodeDecodeError:
        return _decode_each(lines[:, :-1], encoding)
    return _stripped(text.split("\n")[:-1]), None


def _stripped(texts: list[str] | list[str | None]) -> pl.Series:
    bare = pl.Series("text", texts, dtype=pl.String).str.strip_chars(" ")
    return bare.set(bare == "", None)


def _decode_each(cells: Grid, encoding: Encoding) -> tuple[pl.Series, npt.NDArray[np.bool_]]:
    """The same cell by cell: what does not decode may only be the last character's half."""
    codec = str(encoding).lower()
    texts: list[str] = []
    halves = np.zeros(len(cells), np.bool_)
    for number, cell in enumerate(cells):
        content = cell.tobytes().rstrip(_PADDING)
        try:
            texts.append(content.decode(codec))
        except UnicodeDecodeError as error:
            if "incomplete" not in error.reason and "end of data" not in error.reason:
                raise UnreadableText(f"{content!r} is not {encoding}") from error
            halves[number] = True
            texts.append(content[: error.start].decode(codec))
    return _stripped(texts), halves


def _binary(kind: str, content: bytes) -> str | None:
    """Numbers and times of Visual FoxPro, which are not kept as text."""
    match kind:
        case "I" | "+" if len(content) == 4:
            return str(struct.unpack("<i", content)[0])
        case "Y" if len(content) == 8:
            cents = struct.unpack("<q", content)[0]
            return f"{cents // 10_000}.{cents % 10_000:04d}" if cents >= 0 else str(cents / 10_000)
        case "B" | "O" if len(content) == 8:
            return f"{struct.unpack('<d', content)[0]:.15g}"
        case "T" | "@" if len(content) == 8:
            return _moment(*struct.unpack("<ii", content))
        case _:
            return None


def _moment(julian: int, milliseconds: int) -> str | None:
    if julian <= 0:
        return None
    day = _EPOCH + timedelta(days=julian - _EPOCH_JULIAN)
    seconds = milliseconds // 1000
    return f"{day} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


__all__ = ["read_dbf", "scan_dbf"]
