"""Reads workbooks: one pass of fastexcel, then everything else vectorised."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from yrdx.dataset import Dataset, Kind
from yrdx.model import Finding, Note, Reading, Text
from yrdx.reading.archive import BROKEN, PIECE, judge_workbook
from yrdx.reading.findings import finding, refuse
from yrdx.reading.header import (
    Header,
    column_matches,
    letter,
    second_header,
    settle,
    stated_units,
)
from yrdx.reading.loose import with_other_sheets
from yrdx.reading.seal_statement import sealed_with
from yrdx.reading.sheet_choice import choose
from yrdx.reading.sheet_comments import with_comments
from yrdx.reading.sheet_extent import judge_sheets
from yrdx.reading.sheet_pieces import column_index
from yrdx.reading.sheet_xml import (
    SheetFacts,
    first_day_of,
    look_at_sheet,
    percent_styles,
    sheet_members,
    stored_members,
)
from yrdx.reading.sheets import Sheet, UnreadableWorkbook, load, load_apart
from yrdx.reading.table import DOUBT, ROW, Refusal, Table
from yrdx.reading.xls_records import look_at_xls_sheet

SAMPLE_ROWS = 500
_MIDNIGHT = " 00:00:00"
Answer = TypeVar("Answer")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def read_workbook(
    path: Path, dataset: Dataset, *, kind: str, member: str | None = None
) -> Table | Refusal:
    """Read the one sheet of a workbook that holds the dataset."""
    book = _unless_broken(kind, partial(_open_xlsx if kind == "xlsx" else _open_xls, path))
    if isinstance(book, Refusal):
        return book
    choice = choose(book.sheets, dataset)
    if isinstance(choice, Refusal):
        return choice
    facts = _unless_broken(kind, partial(book.facts_of, choice.sheet.name))
    if isinstance(facts, Refusal):
        return facts
    reading = Reading(format=kind, sheet=choice.sheet.name, member=member)
    table = _table(choice.sheet, choice.header, facts, dataset, reading)
    told = replace(table, findings=(*table.findings, *choice.unread))
    return with_other_sheets(told, choice.sheet, book.sheets)


def _unless_broken(kind: str, read: Callable[[], Answer | Refusal]) -> Answer | Refusal:
    """What reading gives, or the refusal of a workbook that breaks under the libraries' hands."""
    try:
        return read()
    except UnreadableWorkbook as error:
        return _refuse_error(error, kind)
    except BROKEN as error:
        return refuse("file_is_damaged", kind=kind, detail=_first_line(error))


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a workbook, and a function that finds out more about one of them."""

    sheets: list[Sheet]
    facts_of: Callable[[str], SheetFacts]


def _open_xlsx(path: Path) -> Book | Refusal:
    """Judge the sizes, inflate every sheet once to check it, and only then parse.

    While fastexcel parses, a second thread searches the XML for what fastexcel does not tell.
    """
    with zipfile.ZipFile(path) as book:
        if refusal := judge_workbook(book):
            return refusal
        members = sheet_members(book)
        if refusal := judge_sheets(book, members):
            return refusal
        if strings := stored_members(book).get("xl/sharedstrings.xml"):
            _inflate(book, strings)
        with ThreadPoolExecutor(1) as beside:
            facts = beside.submit(_look_at_sheets, book, members)
            sheets = load(path)
            return Book(with_comments(sheets, book, members), facts.result().__getitem__)


def _inflate(book: zipfile.ZipFile, member: str) -> None:
    """Read to the end, which proves that no more comes out than is declared."""
    with book.open(member) as stream:
        while stream.read(PIECE):
            pass


def _look_at_sheets(book: zipfile.ZipFile, members: dict[str, str]) -> dict[str, SheetFacts]:
    percent, first_day = percent_styles(book), first_day_of(book)
    facts = {name: look_at_sheet(book, member, percent) for name, member in members.items()}
    for found in facts.values():
        found.first_day = first_day
    return facts


def _open_xls(path: Path) -> Book:
    return Book(load_apart(path), lambda name: look_at_xls_sheet(path, name))


def _table(
    sheet: Sheet, header: Header, facts: SheetFacts, dataset: Dataset, reading: Reading, /
) -> Table | Refusal:
    sample = sheet.head(header.last + 1 + SAMPLE_ROWS)[header.last + 1 :]
    settled = settle(header, sample, dataset)
    if isinstance(settled, Refusal):
        return settled
    header, notes = settled
    reading = reading.model_copy(
        update={
            "header_row": header.last + 1,
            "columns": column_matches(header, sheet.offset),
            "ignored_headers": tuple(m.header for m in header.matches if m.header and not m.field),
            "sealed": sealed_with(sheet.head(header.first)),
        }
    )
    if sheet.cells.height <= header.last + 1:
        return refuse("file_has_no_rows", reading=reading)
    if row := second_header(sheet.cells, header, dataset):
        return refuse("sheet_holds_several_tables", reading=reading, sheet=sheet.name, row=row)
    repaired, merge_notes = _fill_merged(sheet, header, facts)
    frame = _frame(repaired, header, facts, dataset)
    return Table(
        frame=frame.lazy(),
        source_columns=header.names,
        letters={name: letter(i + sheet.offset) for i, name in enumerate(header.names)},
        units=stated_units(header, dataset),
        headers=header.texts,
        reading=reading,
        findings=_warnings(sheet, facts),
        notes=(*notes, *merge_notes),
        locate=lambda rows: rows,
        rows_estimate=frame.height,
        first_day=facts.first_day,
    )


def _frame(sheet: Sheet, header: Header, facts: SheetFacts, dataset: Dataset) -> pl.DataFrame:
    """The data rows below the header, with doubtful cells marked.

    A cell that is a date is a day where the contract asks for one: its midnight is the parser's.
    """
    cells = sheet.cells.rename(dict(zip(sheet.cells.columns, header.names, strict=True)))
    days = [name for name in header.names if _is_day(name, dataset)]
    cells = cells.with_columns(pl.col(days).str.strip_suffix(_MIDNIGHT))
    doubts: dict[int, list[str]] = {}
    for row, column, text in sheet.errors:
        if row > header.last:
            name = header.names[column]
            cells[row, name] = text
            doubts.setdefault(row, []).append(f"{name}=cell_holds_an_error")
    _spell_percent(cells, sheet, header, facts)
    for place in facts.without_value:
        _doubt(doubts, place, "formula_has_no_value", sheet, header)
    for place in facts.long_numbers:
        _doubt(doubts, place, "number_lost_digits", sheet, header)
    numbers = pl.int_range(1, cells.height + 1, dtype=pl.UInt32, eager=True).alias(ROW)
    cells.insert_column(0, numbers)
    if doubts:
        marks = np.full(cells.height, None, dtype=object)
        for row, texts in doubts.items():
            marks[row] = ";".join(texts)
        cells = cells.with_columns(pl.Series(DOUBT, marks.tolist(), dtype=pl.String))
    return cells.slice(header.last + 1)


def _is_day(name: str, dataset: Dataset) -> bool:
    return name in dataset.columns and dataset.columns[name].kind is Kind.DATE


def _spell_percent(cells: pl.DataFrame, sheet: Sheet, header: Header, facts: SheetFacts) -> None:
    """Write numbers that the workbook shows in percent as they are shown."""
    for letters, number in facts.percent:
        position, row = column_index(letters) - sheet.offset, number - 1
        if header.last < row < cells.height and 0 <= position < len(header.names):
            name = header.names[position]
            text = cells[row, name]
            if text is not None and NUMBER.fullmatch(text):
                cells[row, name] = f"{float(text) * 100:.12g}%"


def _doubt(
    doubts: dict[int, list[str]],
    place: tuple[str, int],
    rule: str,
    sheet: Sheet,
    header: Header,
    /,
) -> None:
    position = column_index(place[0]) - sheet.offset
    row = place[1] - 1
    if header.last < row < sheet.cells.height and 0 <= position < len(header.names):
        doubts.setdefault(row, []).append(f"{header.names[position]}={rule}")


def _fill_merged(sheet: Sheet, header: Header, facts: SheetFacts) -> tuple[Sheet, tuple[Note, ...]]:
    """Repeat the value of cells merged downwards in every row that they cover."""
    height, width = sheet.cells.shape
    sources: dict[int, np.ndarray] = {}
    filled: dict[int, int] = {}
    for letters, top, bottom in facts.merged:
        position = column_index(letters) - sheet.offset
        if top <= header.last + 1 or not 0 <= position < width:
            continue
        rows = sources.setdefault(position, np.arange(height))
        last = min(bottom, height)
        rows[top - 1 : last] = top - 1
        filled[position] = filled.get(position, 0) + last - top
    if not sources:
        return sheet, ()
    names = sheet.cells.columns
    cells = sheet.cells.with_columns(
        sheet.cells[names[position]].gather(rows) for position, rows in sources.items()
    )
    notes = tuple(_note_merged(header.names[position], count) for position, count in filled.items())
    return replace(sheet, cells=cells), notes


def _note_merged(column: str, count: int) -> Note:
    return Note(
        column=column,
        rule="merged_cells_were_filled_down",
        cells=count,
        text=Text(
            zh="纵向合并的单元格，按首格的值补到所覆盖的每一行。",
            en="Cells merged downwards were filled with the value of their first cell.",
        ),
    )


def _warnings(sheet: Sheet, facts: SheetFacts) -> tuple[Finding, ...]:
    found = []
    if not sheet.is_visible:
        found.append(finding("sheet_is_hidden", sheet=sheet.name))
    shown = range(sheet.offset, sheet.offset + sheet.cells.width)
    hidden = sorted(
        {p for first, last in facts.hidden_columns for p in shown if first <= p <= last}
    )
    if hidden:
        letters = "、".join(letter(position) for position in hidden[:20])
        found.append(
            finding("columns_are_hidden", sheet=sheet.name, count=len(hidden), letters=letters)
        )
    if facts.hidden_rows:
        found.append(finding("rows_are_hidden", sheet=sheet.name, count=facts.hidden_rows))
    return tuple(found)


def _refuse_error(error: Exception, kind: str) -> Refusal:
    text = str(error).lower()
    if "password" in text or "encrypt" in text:
        return refuse("file_is_password_protected")
    return refuse("file_is_damaged", kind=kind, detail=_first_line(error))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
