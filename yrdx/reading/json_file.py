"""Reads JSON and NDJSON as a table, also where a sheet was dumped with its title rows.

A document is read whole, so its size is limited; NDJSON goes through in pieces, whatever its size.
Both become columns of text once, so that every later pass over the rows is cheap.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import Reading
from yrdx.reading.encoding import Encoding, decide_encoding
from yrdx.reading.findings import refuse
from yrdx.reading.header import Cells, Header, find_header, refuse_without_header
from yrdx.reading.json_values import Records, RepeatedKey, find_records, flat, keys_of, parse
from yrdx.reading.loose import loose_cells
from yrdx.reading.records import Spool, table_of_records
from yrdx.reading.table import ROW, Refusal, Table

LARGEST_DOCUMENT = 256 << 20
PIECE = 50_000
"""Lines of NDJSON that are turned into columns at once."""
SAMPLE_ROWS = 500

Line = tuple[int, dict[str, str | None]]
"""Number of a record and its texts."""


class BrokenJson(ValueError):
    """A line that is not JSON, or not a record."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line


def read_json(path: Path, dataset: Dataset, *, member: str | None = None) -> Table | Refusal:
    """Read a JSON or NDJSON file as a lazy table of the dataset."""
    encoding = decide_encoding(path)
    if isinstance(encoding, Refusal):
        return encoding
    reading = Reading(format="json", encoding=str(encoding), member=member)
    try:
        with _opened(path, encoding) as file:
            if _is_by_lines(file):
                return _read_lines(file, dataset, reading.model_copy(update={"format": "ndjson"}))
            if path.stat().st_size > LARGEST_DOCUMENT:
                return refuse("json_is_too_large", size=LARGEST_DOCUMENT >> 20)
            return _read_document(file.read(), dataset, reading)
    except RepeatedKey as error:
        return refuse("json_key_is_used_twice", key=str(error))
    except json.JSONDecodeError as error:
        return refuse("json_is_broken", line=error.lineno, detail=error.msg)
    except BrokenJson as error:
        return refuse("json_is_broken", line=error.line, detail=str(error))
    except RecursionError:
        return refuse("json_is_broken", line=1, detail="nested too deeply")
    except UnicodeDecodeError:
        return refuse("text_is_not_utf8_or_gb18030", lines="?")


def _opened(path: Path, encoding: Encoding) -> io.TextIOWrapper:
    codec = {"UTF-8": "utf-8-sig", "GB18030": "gb18030"}.get(str(encoding), "utf-16")
    return path.open(encoding=codec, newline="\n")


def _is_by_lines(file: io.TextIOWrapper) -> bool:
    """Whether the first two lines that are not blank are each a value of their own."""
    lines = list(islice((line for line in file if line.strip()), 2))
    file.seek(0)
    if len(lines) < 2:
        return False
    return all(_is_whole(line) for line in lines)


def _is_whole(line: str) -> bool:
    if not line.lstrip("\ufeff \t").startswith(("{", "[")):
        return False
    try:
        parse(line.removeprefix("\ufeff"))
    except RepeatedKey:
        return True
    except (json.JSONDecodeError, RecursionError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A table of a document whose header was found."""

    records: Records
    rows: list[dict[str, str | None]]
    keys: tuple[str, ...]
    header: Header


def _read_document(text: str, dataset: Dataset, reading: Reading) -> Table | Refusal:
    candidates = []
    for records in find_records(parse(text)):
        rows = [flat(item) for item in records.items]
        keys = keys_of(rows)
        if header := _header(rows, keys, dataset):
            candidates.append(_Candidate(records, rows, keys, header))
    if not candidates:
        return refuse_without_header(dataset)
    best = max(item.header.score for item in candidates)
    equal = [item for item in candidates if item.header.score == best]
    if len(equal) > 1:
        places = "、".join(f"“{item.records.place}”" for item in equal)
        return refuse("sheet_is_ambiguous", count=len(equal), sheets=places, title=dataset.title)
    chosen = equal[0]
    if chosen.records.place != "$":
        reading = reading.model_copy(update={"sheet": chosen.records.place})
    frame = _frame(enumerate(chosen.rows, start=1), chosen.keys)
    return _table(frame.lazy(), chosen.rows, chosen.keys, chosen.header, dataset, reading)


def _read_lines(file: io.TextIOWrapper, dataset: Dataset, reading: Reading) -> Table | Refusal:
    """Every piece of the lines becomes an Arrow file of its own; a later one may have more keys."""
    spool = Spool()
    lines = _lines(file)
    first = list(islice(lines, SAMPLE_ROWS))
    pieces: list[pl.LazyFrame] = []
    keys: dict[str, None] = {}
    rest = chain(first, lines)
    while piece := list(islice(rest, PIECE)):
        own = keys_of(record for _, record in piece)
        keys.update(dict.fromkeys(own))
        path = spool.folder / f"{len(pieces)}.arrow"
        _frame(piece, own).write_ipc(path, compression="lz4")
        pieces.append(pl.scan_ipc(path))
    names = tuple(keys)
    rows = [record for _, record in first]
    header = _header(rows, names, dataset)
    if header is None:
        return refuse_without_header(dataset)
    whole = pl.concat(pieces, how="diagonal").select(ROW, *(_column(key) for key in names))
    table = _table(whole, rows, names, header, dataset, reading)
    if isinstance(table, Refusal):
        return table
    # The lambda holds on to the folder: it lives as long as the table does.
    return replace(table, locate=lambda numbers, _folder=spool: numbers)  # type: ignore[misc]


def _lines(file: io.TextIOWrapper) -> Iterator[Line]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            item = parse(line)
        except json.JSONDecodeError as error:
            raise BrokenJson(number, error.msg) from error
        if not isinstance(item, dict | list):
            raise BrokenJson(number, "neither an object nor an array")
        yield number, flat(item)


def _column(key: str) -> str:
    """Name of a key's column in the frame, which no name of ours can clash with."""
    return f"key {key}"


def _frame(numbered: Iterator[Line] | enumerate[dict[str, str | None]] | list[Line],
           keys: tuple[str, ...]) -> pl.DataFrame:  # fmt: skip
    lines = list(numbered)
    numbers = pl.Series(ROW, [number for number, _ in lines], dtype=pl.UInt32)
    texts = [
        pl.Series(_column(key), [record.get(key) for _, record in lines], dtype=pl.String)
        for key in keys
    ]
    return pl.DataFrame([numbers, *texts])


def _header(
    rows: list[dict[str, str | None]], keys: tuple[str, ...], dataset: Dataset
) -> Header | None:
    return find_header(_grid(rows, keys), dataset)


def _grid(rows: list[dict[str, str | None]], keys: tuple[str, ...]) -> list[Cells]:
    """The keys as the first row, then the first records: a header may stand in either."""
    last = [key.rpartition("/")[2] for key in keys]
    names = [
        short if last.count(short) == 1 else key for key, short in zip(keys, last, strict=True)
    ]
    return [names, *([row.get(key) for key in keys] for row in rows[:SAMPLE_ROWS])]


def _table(
    frame: pl.LazyFrame,
    rows: list[dict[str, str | None]],
    keys: tuple[str, ...],
    header: Header,
    dataset: Dataset,
    reading: Reading,
    /,
) -> Table | Refusal:
    """Rows above the header and the header itself are records that are no data."""
    above = header.last
    sample = _grid(rows, keys)[above + 1 :]
    if above:
        frame = frame.slice(above)
        reading = reading.model_copy(update={"header_row": above})
    count = frame.select(pl.len()).collect().item()
    table = table_of_records(
        frame, header, sample, dataset=dataset, reading=reading, rows=int(count)
    )
    if isinstance(table, Refusal):
        return table
    return replace(table, above=loose_cells(_grid(rows, keys)[1 : above + 1]))
