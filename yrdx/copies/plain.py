"""A plain workbook made from a delivered table: text cells as delivered, and where each row stood.

xlsxwriter draws the empty workbook with its looks; the rows are made as text by polars and
streamed into its sheets, so that memory stays bounded whatever the table's length.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import polars as pl
import xlsxwriter

from yrdx.checking.findings import MASKED
from yrdx.copies.marking import Layout
from yrdx.copies.package import packed
from yrdx.copies.places import letters_of
from yrdx.excel import ROWS_A_SHEET, xml_texts
from yrdx.reading.table import ROW, Table

NUMBER = "行号"
"""Header of the first column: the row or line in the delivered file."""

_BATCH = 8_000
_LONGEST = 32_000
_MANY_CELLS = 5_000_000
_STYLE = re.compile(r'<c r="[A-Z]+2" s="([0-9]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a plain workbook shows: which columns, which of them masked, and which rows.

    `rows` are places in the delivered file, None for all of them. `is_numbered` puts them in front
    of each row.
    """

    title: str
    about: tuple[tuple[str, str], ...]
    masked: frozenset[str]
    rows: npt.NDArray[np.uint32] | None = None
    is_numbered: bool = True
    rows_a_sheet: int = ROWS_A_SHEET

    @property
    def first_column(self) -> int:
        """The column in which the delivered ones begin, from 1."""
        return 2 if self.is_numbered else 1


@dataclass(frozen=True, slots=True)
class _RowsOfSheet:
    """The delivered rows that a sheet holds, ascending."""

    rows: npt.NDArray[np.uint32]

    def __call__(self, delivered: int) -> int | None:
        # Of the same type: for another one numpy would convert all rows at each call.
        place = int(np.searchsorted(self.rows, np.uint32(delivered)))
        is_here = place < len(self.rows) and self.rows[place] == delivered
        return place + 2 if is_here else None


def make_plain(table: Table, outline: Outline, *, into: Path) -> list[Layout]:
    """Write the workbook, byte for byte the same for the same table; gives where its rows stand."""
    rows = _places(table)
    if outline.rows is not None:
        rows = np.intersect1d(rows, outline.rows)
    starts = range(0, max(len(rows), 1), outline.rows_a_sheet)
    parts = [rows[start : start + outline.rows_a_sheet] for start in starts]
    names = ["数据"] if len(parts) == 1 else [f"数据{n}" for n in range(1, len(parts) + 1)]
    with tempfile.TemporaryDirectory(dir=into.parent) as folder:
        drawn = Path(folder) / "drawn.xlsx"
        _draw(table, outline, names, into=drawn)
        _fill(drawn, table, outline, parts, into=into)
    first = outline.first_column
    columns = {name: n for n, name in enumerate(table.source_columns, start=first)}
    if outline.is_numbered:
        columns[NUMBER] = 1
    return [
        Layout(name, 1, columns, row_of=_RowsOfSheet(part))
        for name, part in zip(names, parts, strict=True)
    ]


def _places(table: Table) -> npt.NDArray[np.uint32]:
    """Where every row stood in the delivered file."""
    numbers = table.frame.select(pl.col(ROW).cast(pl.UInt32)).collect(engine="streaming")[ROW]
    return table.locate(numbers).cast(pl.UInt32).to_numpy()


def draw_about(outline: Outline, *, into: Path) -> None:
    """A workbook with nothing but the sheet that says what it is."""
    with xlsxwriter.Workbook(str(into), {"strings_to_formulas": False}) as book:
        _draw_about(book, outline)


def _draw(table: Table, outline: Outline, names: list[str], *, into: Path) -> None:
    """The workbook with its looks; one sample row on each sheet shows the styles."""
    with xlsxwriter.Workbook(str(into), {"strings_to_formulas": False}) as book:
        _draw_about(book, outline)
        base = {"font_name": "微软雅黑", "font_size": 10}
        head = {"bold": True, "bg_color": "#E9EEF5", "border": 1, "border_color": "#D0D5DD"}
        text = base | {"border": 1, "border_color": "#E1E5EB", "num_format": "@"}
        looks = {
            "head": book.add_format(base | head),
            "text": book.add_format(text),
            "number": book.add_format(text | {"num_format": "0", "font_color": "#5B6675"}),
        }
        for name in names:
            _draw_sheet(book.add_worksheet(name), table, looks, first=outline.first_column - 1)
        book.worksheets()[1].activate()


def _draw_about(book: Any, outline: Outline) -> None:
    created = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed stamp, not a time
    book.set_properties({"title": outline.title, "created": created})
    base = {"font_name": "微软雅黑", "font_size": 10}
    label = book.add_format(base | {"bold": True, "valign": "top"})
    plain = book.add_format(base | {"text_wrap": True})
    about = book.add_worksheet("说明")
    about.set_column(0, 0, 14)
    about.set_column(1, 1, 96)
    about.write_string(0, 0, outline.title, book.add_format(base | {"font_size": 16, "bold": True}))
    for row, (name, text) in enumerate(outline.about, start=2):
        about.write_string(row, 0, name, label)
        about.write_string(row, 1, text, plain)
    _print_wide(about)


def _draw_sheet(sheet: Any, table: Table, looks: dict[str, Any], *, first: int) -> None:
    if first:
        sheet.set_column(0, 0, 7)
        sheet.write_string(0, 0, NUMBER, looks["head"])
        sheet.write_blank(1, 0, None, looks["number"])
    sheet.set_column(first, first + len(table.source_columns) - 1, 16)
    for column, name in enumerate(table.source_columns, start=first):
        sheet.write_string(0, column, table.headers.get(name, ""), looks["head"])
        sheet.write_blank(1, column, None, looks["text"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    _print_wide(sheet)


def _print_wide(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _fill(
    drawn: Path,
    table: Table,
    outline: Outline,
    parts: list[npt.NDArray[np.uint32]],
    *,
    into: Path,
) -> None:
    """Copy the drawn workbook part by part, streaming the rows into its sheets."""
    batches = _batches(table, outline)
    rest: list[pl.DataFrame] = []
    width = len(table.source_columns) + 1
    with zipfile.ZipFile(drawn) as source, into.open("wb") as file, packed(file) as target:
        sheets = {f"xl/worksheets/sheet{n}.xml": part for n, part in enumerate(parts, start=2)}
        for name in source.namelist():
            if name not in sheets:
                with target.open(name, "w") as stream:
                    stream.write(source.read(name))
        for name, part in sheets.items():
            xml = source.read(name).decode()
            styles = _STYLE.findall(xml)
            head, _, tail = xml.partition('<row r="2"')
            head = re.sub(r"<dimension [^>]*/>", "", head)
            is_wide = len(part) * width > _MANY_CELLS
            with target.open(name, "w", force_zip64=is_wide) as stream:
                stream.write(head.encode())
                _stream(stream, styles, batches, rest, length=len(part))
                stream.write(tail[tail.index("</sheetData>") :].encode())


def _batches(table: Table, outline: Outline) -> Iterator[pl.DataFrame]:
    """The rows that are shown, as columns A, B, C … of text."""
    columns = enumerate(table.source_columns, start=outline.first_column)
    names = {letters_of(number): name for number, name in columns}
    wanted = None if outline.rows is None else pl.Series(outline.rows)
    left = None if wanted is None else len(wanted)
    frame = table.frame.select(ROW, *table.source_columns)
    for batch in frame.collect_batches(chunk_size=_BATCH, maintain_order=True, engine="streaming"):
        place = table.locate(batch[ROW].cast(pl.UInt32)).cast(pl.UInt32)
        shown = batch.select(
            *([place.alias("A")] if outline.is_numbered else []),
            *(
                pl.when(pl.col(name).is_not_null()).then(pl.lit(MASKED)).alias(letters)
                if name in outline.masked
                else pl.col(name).str.slice(0, _LONGEST).alias(letters)
                for letters, name in names.items()
            ),
        )
        if wanted is not None and left is not None:
            shown = shown.filter(place.is_in(wanted.implode()))
            left -= shown.height
        yield shown
        if left == 0:
            return


def _stream(
    stream: IO[bytes],
    styles: list[str],
    batches: Iterator[pl.DataFrame],
    rest: list[pl.DataFrame],
    *,
    length: int,
) -> None:
    """Write the next `length` rows; what the last piece has too much is left in `rest`."""
    row = 2
    while row < length + 2:
        piece = rest.pop() if rest else next(batches, None)
        if piece is None:
            break
        room = length + 2 - row
        if piece.height > room:
            rest.append(piece.slice(room))
            piece = piece.head(room)
        if piece.height:
            stream.write(rows_as_xml(piece, styles, first=row).encode())
            row += piece.height


def rows_as_xml(rows: pl.DataFrame, styles: list[str], *, first: int) -> str:
    """Rows of a sheet as XML: numbers and texts, by columns A, B, C …, each with its style."""
    row = pl.int_range(first, first + pl.len(), dtype=pl.UInt32).cast(pl.String)
    cells = [
        _cell(letters, style, row, is_number=rows.schema[letters].is_integer())
        for letters, style in zip(rows.columns, styles, strict=True)
    ]
    line = pl.concat_str(pl.lit('<row r="'), row, pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(rows.select(line.alias("xml"))["xml"].to_list())


def _cell(letters: str, style: str, row: pl.Expr, *, is_number: bool) -> pl.Expr:
    """A number, a text that Excel never takes for a formula, or an empty cell."""
    start = f'<c r="{letters}'
    value = pl.col(letters).cast(pl.String)
    if is_number:
        opening, closing = f'" s="{style}"><v>', "</v></c>"
    else:
        opening = f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
        closing = "</t></is></c>"
        value = xml_texts(value)
    full = pl.concat_str(pl.lit(start), row, pl.lit(opening), value, pl.lit(closing))
    return full.fill_null(pl.concat_str(pl.lit(start), row, pl.lit(f'" s="{style}"/>')))
