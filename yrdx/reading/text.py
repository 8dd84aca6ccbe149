"""Reads delimited text: encoding, dialect and header are decided, then polars streams it."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import Reading
from yrdx.reading import lines
from yrdx.reading.blocks import Dialect, TextSource, UnreadableText, scan_blocks
from yrdx.reading.characters import OF_HEADERS
from yrdx.reading.encoding import Encoding, decide_encoding, garbled_lines
from yrdx.reading.findings import refuse, spell_lines
from yrdx.reading.header import (
    LOOK_AT,
    Cells,
    Header,
    column_matches,
    find_header,
    letter,
    refuse_without_header,
    settle,
    stated_units,
)
from yrdx.reading.loose import loose_cells
from yrdx.reading.picking import LineCounts, pick
from yrdx.reading.samples import pieces_of
from yrdx.reading.seal_statement import sealed_with
from yrdx.reading.table import DOUBT, ROW, Refusal, Table

HEAD = 1 << 20
"""Bytes from the top in which dialect and header are looked for."""
SAMPLE_ROWS = 500
LONGEST_CELL = 131_072
"""Characters; a longer cell of several lines is none: a quote has swallowed the rows below it."""
SEPARATORS = (",", "\t", ";", "|")
_STANDARD = str.maketrans(OF_HEADERS)
_SEP_LINE = re.compile(r'^"?sep=(.)"?$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """The first records of a text file; `ends[i]` is the number of lines up to record i's end.

    `open_quote` is the line from which on a quote swallows all rows, where one does.
    """

    rows: list[list[str | None]]
    ends: list[int]
    dialect: Dialect
    open_quote: int | None = None


def read_text(path: Path, dataset: Dataset, *, member: str | None = None) -> Table | Refusal:
    """Read a delimited text file as a lazy table of the dataset."""
    encoding = decide_encoding(path)
    if isinstance(encoding, Refusal):
        return encoding
    try:
        text = decode_head(path, encoding)
        head = parse_head(text)
    except UnicodeDecodeError as error:
        wrong = error.object[: error.start].count(b"\n") + 1
        return refuse("text_is_not_utf8_or_gb18030", lines=wrong)
    if head.open_quote:
        return refuse("quotes_are_broken", lines=head.open_quote)
    reading = Reading(format="csv", encoding=str(encoding), member=member)
    header = find_header(head.rows, dataset)
    if header is None:
        in_big5 = _refuse_big5(text, dataset) if encoding is Encoding.GB18030 else None
        return in_big5 or refuse_without_header(dataset)
    return _table(path, encoding, head, header, dataset, reading, text)


def _refuse_big5(text: str, dataset: Dataset) -> Refusal | None:
    """The refusal of a text in Big5: it decodes as GB18030, but only in Big5 has it a header."""
    top = "\n".join(text.split("\n")[:LOOK_AT])
    meant = top.encode("gb18030").decode("cp950", errors="replace")
    header = find_header(parse_head(meant.translate(_STANDARD)).rows, dataset)
    if header is None:
        return None
    matches = column_matches(header, 0)
    examples = "、".join(match.header for match in matches[:4])
    return refuse("text_looks_like_big5", count=len(matches), examples=examples)


def decode_head(path: Path, encoding: Encoding) -> str:
    """The text of the first megabyte, up to its last whole line; decoded strictly."""
    with path.open("rb") as file:
        raw = file.read(HEAD)
        complete = len(raw) < HEAD
    codec = "utf-8" if encoding is Encoding.UTF_8 else str(encoding).lower()
    text = codecs.getincrementaldecoder(codec)().decode(raw, final=complete)
    text = text.removeprefix("\ufeff")
    end = "\n" if "\n" in text else "\r"
    cut = text.rfind(end) + 1
    return text if complete or not cut else text[:cut]


def parse_head(text: str) -> Head:
    """The dialect of a text and its first records."""
    lines.allow_long_cells()
    line_end = "\n" if "\n" in text or "\r" not in text else "\r"
    first = text.split(line_end, 1)[0].strip("\r")
    stated = _SEP_LINE.match(first)
    lines_ = text.split(line_end)[: SAMPLE_ROWS + 50]
    quote = '"' if _opens_cells(lines_) else None
    separator = stated.group(1) if stated else _separator(lines_)
    dialect = Dialect(separator=separator, quote=quote, line_end=line_end)
    head = _records(text, dialect)
    if stated:
        head.rows[0] = []
    return head


def _opens_cells(lines_: list[str]) -> bool:
    """Whether quotes enclose cells; an inch mark inside a cell does not."""
    opening = re.compile(r'(?:^|[,;\t|])\s*"')
    return any(opening.search(line) for line in lines_) or not any('"' in line for line in lines_)


def _separator(lines_: list[str]) -> str:
    """The separator that most lines hold equally often."""
    best = (0, 0, ",")
    for separator in SEPARATORS:
        counts = Counter(
            len(next(csv.reader([line], delimiter=separator), []))
            for line in lines.as_csv_has_them(lines_[:200])
            if line.strip()
        )
        width, agreeing = max(counts.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]),
                              default=(1, 0))  # fmt: skip
        if width > 1 and (agreeing, width) > best[:2]:
            best = (agreeing, width, separator)
    return best[2]


def _records(text: str, dialect: Dialect) -> Head:
    kept = text.split(dialect.line_end)
    if not kept[-1]:
        kept.pop()
    given = lines.as_csv_has_them(kept)
    if dialect.quote:
        reader = csv.reader(given, delimiter=dialect.separator, quotechar=dialect.quote)
    else:
        reader = csv.reader(given, delimiter=dialect.separator, quoting=csv.QUOTE_NONE)
    rows: list[list[str | None]] = []
    ends: list[int] = []
    for row in islice(reader, SAMPLE_ROWS):
        if any(len(cell) > LONGEST_CELL and "\n" in cell for cell in row):
            return Head(rows, ends, dialect, open_quote=(ends[-1] if ends else 0) + 1)
        rows.append([cell or None for cell in row])
        ends.append(reader.line_num)
    return Head(rows, ends, dialect)


def _table(
    path: Path,
    encoding: Encoding,
    head: Head,
    header: Header,
    dataset: Dataset,
    reading: Reading,
    text: str,
    /,
) -> Table | Refusal:
    sample: list[Cells] = [row for row in head.rows[header.last + 1 :] if any(row)]
    settled = settle(header, sample, dataset)
    if isinstance(settled, Refusal):
        return settled
    header, notes = settled
    reading = reading.model_copy(
        update={
            "header_row": head.ends[header.last],
            "columns": column_matches(header, 0),
            "ignored_headers": tuple(m.header for m in header.matches if m.header and not m.field),
            "sealed": sealed_with(head.rows[: header.first]),
        }
    )
    if not sample and path.stat().st_size < HEAD:
        return refuse("file_has_no_rows", reading=reading)
    if garbled := garbled_lines(text.encode()):
        found = spell_lines(garbled, len(garbled))
        return refuse("text_was_damaged_before_sending", reading=reading, lines=found)
    source = TextSource(
        path=path,
        encoding=encoding,
        dialect=head.dialect,
        skip=head.ends[header.last],
        first=header.last + 2,
        columns=(*header.names, DOUBT),
    )
    counts = cache(partial(LineCounts.of, source))
    return Table(
        frame=scan(source),
        source_columns=header.names,
        letters={name: letter(position) for position, name in enumerate(header.names)},
        units=stated_units(header, dataset),
        headers=header.texts,
        reading=reading,
        findings=(),
        notes=notes,
        locate=lines.locator(source, counts),
        rows_estimate=_estimate(path, text, source),
        explain=partial(lines.explain_failure, source),
        pieces=partial(pieces_of, source),
        pick=partial(pick, source, counts),
        above=loose_cells(head.rows[: header.last + 1], head.ends),
    )


_READ_AT_ONCE = ("POLARS_CSV_CHUNK_SIZE", str(2 << 20))
"""Octets of text that polars cuts into cells at once; its own choice takes twice the memory."""


def scan(source: TextSource) -> pl.LazyFrame:
    """The lazy frame of a text source: polars' own reader for UTF-8, blocks for the rest."""
    if source.encoding is not Encoding.UTF_8:
        return scan_blocks(source)
    os.environ.setdefault(*_READ_AT_ONCE)
    return pl.scan_csv(
        source.path,
        skip_lines=source.skip,
        row_index_name=ROW,
        row_index_offset=source.first,
        **source.options,
    )


def _estimate(path: Path, text: str, source: TextSource) -> int:
    """Rows of the file, by the length of those at its top."""
    codec = "utf-16-le" if source.encoding.startswith("UTF-16") else str(source.encoding)
    count = max(text.count(source.dialect.line_end), 1)
    mean = max(len(text.encode(codec)) / count, 1)
    return max(round(path.stat().st_size / mean) - source.skip, 0)


__all__ = ["UnreadableText", "decode_head", "parse_head", "read_text", "scan"]
