"""Delivered files as people make them: title rows, merged headers, totals, odd encodings."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl
import xlsxwriter
import xlwt

from demo.rows import Row

_STAMP = datetime(2025, 10, 8, 9, 0, tzinfo=UTC)
_ZIP_STAMP = (2025, 10, 8, 9, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table before it becomes bytes.

    `above` are rows over the header (title, notes), `groups` a first header row that spans
    columns (field → its group), `bands` rows put before a data row (index → cells), `below` totals
    and notes.
    """

    rows: Sequence[Row]
    titles: Mapping[str, str]
    above: Sequence[Sequence[str]] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    bands: Mapping[int, Sequence[str]] = field(default_factory=dict)
    below: Sequence[Sequence[str]] = ()

    def grid(self) -> tuple[list[list[str]], list[int]]:
        """All lines as text, and for each data row its line, from 1."""
        lines = [list(line) for line in self.above]
        if self.groups:
            lines.append([self.groups.get(name, title) for name, title in self.titles.items()])
        lines.append(list(self.titles.values()))
        places = []
        for index, row in enumerate(self.rows):
            if index in self.bands:
                lines.append(list(self.bands[index]))
            lines.append([row.get(name, "") for name in self.titles])
            places.append(len(lines))
        lines.extend(list(line) for line in self.below)
        return lines, places


def xlsx(sheet: Sheet) -> bytes:
    """A workbook with the data on its second sheet, as templates have it."""
    lines, _ = sheet.grid()
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"in_memory": True, "constant_memory": False})
    book.set_properties({"created": _STAMP.replace(tzinfo=None), "title": "演示数据 generated"})
    notes = book.add_worksheet("填报说明")
    notes.write_string(0, 0, "本文件为演示数据，由程序生成 / generated for demonstration")
    table = book.add_worksheet("数据")
    bold = book.add_format({"bold": True, "align": "center"})
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            if text:
                table.write_string(number, column, text)
    _merge_header(sheet, table, bold)
    book.close()
    return memory.getvalue()


def _merge_header(sheet: Sheet, table: xlsxwriter.worksheet.Worksheet, bold: object) -> None:
    top = len(sheet.above)
    width = len(sheet.titles)
    for number, line in enumerate(sheet.above):
        if len(line) == 1:
            table.merge_range(number, 0, number, width - 1, line[0], bold)
    if not sheet.groups:
        return
    names = list(sheet.titles)
    start = 0
    while start < width:
        group = sheet.groups.get(names[start])
        end = start
        while group and end + 1 < width and sheet.groups.get(names[end + 1]) == group:
            end += 1
        if group and end > start:
            table.merge_range(top, start, top, end, group, bold)
        elif not group:
            table.merge_range(top, start, top + 1, start, sheet.titles[names[start]], bold)
        start = end + 1


def xls(sheet: Sheet) -> bytes:
    """An old workbook; codes of up to fifteen digits are numbers in it, as Excel makes them."""
    lines, places = sheet.grid()
    data = set(places)
    book = xlwt.Workbook(encoding="utf-8")
    table = book.add_sheet("Sheet1")
    for number, line in enumerate(lines):
        for column, text in enumerate(line):
            number_like = text.isascii() and text.isdigit() and len(text) <= 10
            if number + 1 in data and number_like:
                table.write(number, column, int(text))
            elif text:
                table.write(number, column, text)
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def csv_text(sheet: Sheet) -> str:
    """The lines as CSV text."""
    lines, _ = sheet.grid()
    memory = io.StringIO()
    csv.writer(memory, lineterminator="\r\n").writerows(lines)
    return memory.getvalue()


def parquet(sheet: Sheet) -> bytes:
    """A Parquet file of text columns."""
    columns = {
        title: [row.get(name, "") or None for row in sheet.rows]
        for name, title in sheet.titles.items()
    }
    memory = io.BytesIO()
    pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).write_parquet(memory)
    return memory.getvalue()


def zipped(name: str, body: bytes) -> bytes:
    """A zip with one member."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name, date_time=_ZIP_STAMP), body)
    return memory.getvalue()
