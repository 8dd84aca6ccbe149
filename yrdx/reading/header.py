"""Finds the header by what it says, not by where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import polars as pl

from yrdx.dataset import Column, Dataset, Kind
from yrdx.model import ColumnMatch, Note, Text
from yrdx.reading.findings import refuse
from yrdx.reading.table import Refusal
from yrdx.reading.units import factor, same_dimension, split_unit, unit_of_lines

Cells = Sequence[str | None]
"""One row as it stands in the file."""

LOOK_AT = 40
"""Rows from the top in which the header must stand."""

SCHOOL_CODES = {"inst_code": 10, "moe5_code": 5, "exam_code": 4}
"""Three codes that all go by the name 学校代码; the length of the values tells them apart."""

TOTAL_WORDS = frozenset({"合计", "总计", "小计", "总数", "计", "total"})

_MARKS = re.compile(
    r"[*＊★※#]|[(\[【]?(?:必填项?|选填|必报|选报|required|optional)[)\]】]?", re.IGNORECASE
)
_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\ufeff\u00a0\u3000]+")
_NUMERIC = re.compile(r"[-+]?[0-9][0-9.,]*%?")


class How(StrEnum):
    """How a column was recognised, best first."""

    TITLE = "title"
    FIELD_NAME = "field name"
    SYNONYM = "synonym"
    CONTENT = "content"
    BEGINNING = "beginning"


@dataclass(frozen=True, slots=True)
class Match:
    """One column of the file: its header, and the field that it supplies, if any."""

    header: str
    field: str | None = None
    how: How | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A header found: rows `first` to `last` (from 0) of the head, one match per column."""

    first: int
    last: int
    matches: tuple[Match, ...]
    unit_line: str | None

    @property
    def score(self) -> int:
        """Number of different fields recognised."""
        return len({match.field for match in self.matches if match.field})

    @property
    def rank(self) -> tuple[int, int]:
        """Order of preference: most fields, then fewest rows."""
        return self.score, self.first - self.last

    @property
    def names(self) -> tuple[str, ...]:
        """Frame column of every column of the file."""
        return tuple(
            match.field or f"_{position}" for position, match in enumerate(self.matches, start=1)
        )

    @property
    def texts(self) -> dict[str, str]:
        """Frame column → header, where there is one."""
        named = zip(self.names, self.matches, strict=True)
        return {name: match.header for name, match in named if match.header}


def plain(text: str) -> str:
    """A header without blanks, marks and variants of width, for comparing."""
    wide = unicodedata.normalize("NFKC", text)
    return _BLANKS.sub("", _MARKS.sub("", wide)).casefold()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names by which the columns of a dataset are known."""

    names: dict[str, tuple[str, How]]
    columns: dict[str, Column]

    def find(self, header: str) -> tuple[str, How, str | None] | None:
        """The field that a plain header means, how it says so, and the unit it states."""
        bare, unit = split_unit(header)
        for text in dict.fromkeys((header, bare, _without_brackets(bare))):
            if text in self.names:
                return (*self.names[text], unit)
        return None


def _without_brackets(text: str) -> str:
    return re.sub(r"[(\[【][^()\[\]【】]*[)\]】]", "", text)


def vocabulary(dataset: Dataset) -> Vocabulary:
    """Titles first, then field names, then synonyms: the first owner of a name keeps it."""
    names: dict[str, tuple[str, How]] = {}
    for how in (How.TITLE, How.FIELD_NAME, How.SYNONYM):
        for field, column in dataset.columns.items():
            for name in _names(field, column, how):
                for text in dict.fromkeys((plain(name), split_unit(plain(name))[0])):
                    if text:
                        names.setdefault(text, (field, how))
    return Vocabulary(names, dataset.columns)


def _names(field: str, column: Column, how: How) -> tuple[str, ...]:
    match how:
        case How.TITLE:
            return (column.title.zh, column.title.en)
        case How.FIELD_NAME:
            return (field, field.replace("_", ""))
        case _:
            return column.synonyms


def find_header(rows: Sequence[Cells], dataset: Dataset) -> Header | None:
    """The block of rows in which most fields are recognised; None where fewer than two are."""
    words = vocabulary(dataset)
    top = rows[:LOOK_AT]
    best: Header | None = None
    for first in range(len(top)):
        for last in range(first, min(first + 4, len(top))):
            if last > first and not _may_be_header(top[last]):
                break
            found = _match(top, first, last, words)
            if found.score and (best is None or found.rank > best.rank):
                best = found
    needed = 2 if len(dataset.columns) > 1 else 1
    return best if best and best.score >= needed else None


def _may_be_header(row: Cells) -> bool:
    """Whether a row can belong to a header of several rows: words, and no numbers among them."""
    filled = [text for cell in row if (text := (cell or "").strip())]
    return bool(filled) and not any(_NUMERIC.fullmatch(text) for text in filled)


def _match(rows: Sequence[Cells], first: int, last: int, words: Vocabulary) -> Header:
    block = [list(row) for row in rows[first : last + 1]]
    width = max(_usual_width(rows[last + 1 :]), *(len(row) for row in block))
    paths = _paths(block, width)
    matches = tuple(_recognise(path, words) for path in paths)
    above = " ".join(cell for row in rows[:first] for cell in row if cell)
    return Header(first, last, matches, unit_of_lines(above))


def _usual_width(rows: Sequence[Cells]) -> int:
    """How many cells most rows have; a single row with more has a cell too many."""
    widths = [len(row) for row in rows if row]
    return max(set(widths), key=widths.count, default=0)


def _paths(block: list[list[str | None]], width: int) -> list[tuple[str, ...]]:
    """For every column its header cells from top to bottom, merged cells spread to the right."""
    grid = [[_clean(row[i]) if i < len(row) else "" for i in range(width)] for row in block]
    for upper, lower in pairwise(range(len(grid))):
        for i in range(1, width):
            below = any(grid[k][i] for k in range(lower, len(grid)))
            if not grid[upper][i] and below and not _stands_alone(grid, i):
                grid[upper][i] = grid[upper][i - 1]
    return [_distinct(row[i] for row in grid) for i in range(width)]


def _stands_alone(grid: list[list[str]], i: int) -> bool:
    """Whether the column to the left has nothing below its top cell: then nothing spreads."""
    return not any(row[i - 1] for row in grid[1:])


def _clean(cell: str | None) -> str:
    return re.sub(r"\s+", " ", cell).strip() if cell else ""


def _distinct(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cell for cell in cells if cell))


def _recognise(path: tuple[str, ...], words: Vocabulary) -> Match:
    header = "/".join(path)
    parts = [plain(part) for part in path]
    tries = ["".join(parts), "/".join(parts), *reversed(parts[1:])]
    if len(parts) == 1 or (parts and parts[-1] in TOTAL_WORDS):
        tries.append(parts[0])
    for text in tries:
        if found := words.find(text):
            field, how, unit = found
            return Match(header, field, how, unit)
    return Match(header)


def settle(
    header: Header, sample: Sequence[Cells], dataset: Dataset
) -> tuple[Header, tuple[Note, ...]] | Refusal:
    """Decide by content which school code a column holds, and which of two claimants counts."""
    header, notes = _tell_school_codes_apart(header, sample, dataset)
    claims: dict[str, list[int]] = {}
    for position, match in enumerate(header.matches):
        if match.field:
            claims.setdefault(match.field, []).append(position)
    matches = list(header.matches)
    for field, positions in claims.items():
        keep = _choose(positions, matches, sample)
        if keep is None:
            title = dataset.columns[field].title
            names = "、".join(
                f"{letter(position)}“{matches[position].header}”" for position in positions
            )
            return refuse(
                "header_is_used_twice",
                title=title, headers=names, column=field,
            )  # fmt: skip
        for position in positions:
            if position != keep:
                matches[position] = replace(matches[position], field=None, how=None)
    return replace(header, matches=tuple(matches)), notes


def _choose(positions: list[int], matches: list[Match], sample: Sequence[Cells]) -> int | None:
    """The only column with data, else the only one best recognised, else none can be chosen."""
    if len(positions) == 1:
        return positions[0]
    filled = [p for p in positions if any(_cell(row, p) for row in sample)]
    if len(filled) <= 1:
        return (filled or positions)[0]
    order = list(How)
    ranks = [order.index(matches[p].how or How.CONTENT) for p in filled]
    if matches[filled[0]].header != matches[filled[1]].header and ranks.count(min(ranks)) == 1:
        return filled[ranks.index(min(ranks))]
    return None


def _cell(row: Cells, position: int) -> str:
    return (row[position] or "").strip() if position < len(row) else ""


def _tell_school_codes_apart(
    header: Header, sample: Sequence[Cells], dataset: Dataset
) -> tuple[Header, tuple[Note, ...]]:
    matches = list(header.matches)
    notes = []
    for position, match in enumerate(matches):
        if match.field not in SCHOOL_CODES or match.how is not How.SYNONYM:
            continue
        meant = _school_code_of(_cell(row, position) for row in sample)
        if meant and meant != match.field and meant in dataset.columns:
            matches[position] = replace(match, field=meant, how=How.CONTENT)
            notes.append(_note_school_code(match.header, meant, dataset.columns[meant]))
    return replace(header, matches=tuple(matches)), tuple(notes)


def _school_code_of(values: Iterable[str]) -> str | None:
    """The school code whose length most values have; four digits may have lost their zeros."""
    lengths = [len(v) for v in values if re.fullmatch(r"[0-9]+", v)]
    if not lengths:
        return None
    usual = max(set(lengths), key=lengths.count)
    if max(lengths) <= SCHOOL_CODES["exam_code"]:
        return "exam_code"
    return next((name for name, length in SCHOOL_CODES.items() if length == usual), None)


def _note_school_code(header: str, field: str, column: Column) -> Note:
    length = SCHOOL_CODES[field]
    return Note(
        column=field,
        rule="school_code_was_told_by_its_length",
        cells=0,
        text=Text(
            zh=f"“{header}”列的值是 {length} 位，按“{column.title.zh}”读取。",
            en=f"The values of “{header}” have {length} digits; "
            f"they were read as “{column.title.en}”.",
        ),
    )


def second_header(cells: pl.DataFrame, header: Header, dataset: Dataset) -> int | None:
    """The number, from 1, of a row below in which other fields' names stand: another table begins.

    The same header again, as on every page of a printed list, is none.
    """
    names = [
        name for column in dataset.columns.values() for name in (column.title.zh, *column.synonyms)
    ]
    first = cells.columns[:3]
    suspects = cells.select(
        row=pl.int_range(pl.len()), suspect=pl.any_horizontal(pl.col(first).is_in(names))
    ).filter((pl.col("row") > header.last) & pl.col("suspect"))["row"]
    words = vocabulary(dataset)
    for row in suspects:
        again = _match([list(cells.row(row))], 0, 0, words)
        fields = [m.field for m in again.matches]
        same = sum(a == b.field for a, b in zip(fields, header.matches, strict=False) if a)
        if again.score >= 3 and same < again.score:
            return int(row) + 1
    return None


def refuse_without_header(dataset: Dataset) -> Refusal:
    """The refusal of a table in which no header was found."""
    examples = "、".join(column.title.zh for column in list(dataset.columns.values())[:4])
    return refuse(
        "header_is_not_found",
        rows=LOOK_AT, title=dataset.title, examples=examples,
    )  # fmt: skip


def stated_units(header: Header, dataset: Dataset) -> dict[str, str]:
    """Field → unit, where the header or a line above it states one.

    One that means the agreed one (m² for ㎡) is given in the words of the contract.
    """
    units = {match.field: match.unit for match in header.matches if match.field and match.unit}
    if header.unit_line:
        for match in header.matches:
            column = dataset.columns.get(match.field or "")
            if _is_measured_in(column, header.unit_line, dataset):
                units.setdefault(match.field or "", header.unit_line)
    agreed = {field: dataset.columns[field].unit or "" for field in units}
    return {
        field: agreed[field] if factor(unit, agreed[field]) == 1 else unit
        for field, unit in units.items()
    }


def _is_measured_in(column: Column | None, unit: str, dataset: Dataset) -> bool:
    if column is None or column.kind not in (Kind.INTEGER, Kind.DECIMAL):
        return False
    if column.unit_beside is not None:
        units = dataset.columns[column.unit_beside.column].codes
        return units is not None and unit in units.values
    if column.unit is None:
        return False
    return same_dimension(unit, column.unit)


def letter(position: int) -> str:
    """Spreadsheet letters of a column counted from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_matches(header: Header, offset: int) -> tuple[ColumnMatch, ...]:
    """The recognised columns, for the report; `offset` is the position of the first column."""
    return tuple(
        ColumnMatch(
            column=match.field,
            header=match.header,
            letter=letter(position + offset),
            how=str(match.how),
        )
        for position, match in enumerate(header.matches)
        if match.field
    )
