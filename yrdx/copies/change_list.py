"""The sheet 更改说明: every change that was made, old → new."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import IO

import polars as pl

from yrdx.checking.findings import MASKED
from yrdx.copies.package import (
    MAIN,
    RELATIONS,
    WORKBOOK,
    Package,
    UnusualWorkbook,
    Write,
)
from yrdx.copies.plain import rows_as_xml
from yrdx.copies.styles import TEXT_FORMAT, Ink, Styles
from yrdx.excel import ROWS_A_SHEET

TITLE = "更改说明"
_COLUMNS = (
    ("序号", 7),
    ("行号", 9),
    ("列名", 24),
    ("单元格", 10),
    ("原值", 34),
    ("新值", 34),
    ("说明", 60),
)
_PIECE = 20_000


def add_change_list(
    package: Package,
    changes: Callable[[], pl.DataFrame],
    *,
    most: int,
    styles: Styles,
    letters: dict[str, str],
    masked: frozenset[str],
    rows_a_sheet: int = ROWS_A_SHEET,
) -> dict[str, Write]:
    """Add the sheet to a workbook, several where there are more changes than a sheet takes.

    Gives what writes each new part. `changes` is asked when all else is written, for no more than
    `most`. Personal values are masked.
    """
    starts = range(0, max(most, 1), rows_a_sheet)
    head = styles.marked(0, Ink.HEADING, form=TEXT_FORMAT)
    body = [str(styles.marked(0, Ink.PLAIN, form=TEXT_FORMAT))] * len(_COLUMNS)
    written: dict[str, Write] = {}

    def lines(start: int) -> pl.DataFrame:
        listed = _lines(changes(), letters=letters, masked=masked)
        return listed.slice(start, rows_a_sheet)

    for start in starts:
        name = _add_sheet(package)
        written[name] = partial(_write, lines, start=start, head=head, styles=body)
    return written


def _lines(
    changes: pl.DataFrame, *, letters: dict[str, str], masked: frozenset[str]
) -> pl.DataFrame:
    is_masked = pl.col("column").is_in(sorted(masked))
    letter = pl.col("column").replace_strict(letters, default="", return_dtype=pl.String)

    def shown(name: str) -> pl.Expr:
        text = pl.when(is_masked).then(pl.lit(MASKED)).otherwise(pl.col(name))
        return pl.when(pl.col(name).is_null()).then(pl.lit("（空）")).otherwise(text)

    return changes.select(
        A=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32),
        B=pl.col("row"),
        C=pl.col("header"),
        D=pl.when(letter != "").then(pl.concat_str([letter, pl.col("row").cast(pl.String)])),
        E=shown("old"),
        F=shown("new"),
        G=pl.col("why"),
    )


def _write(
    lines: Callable[[int], pl.DataFrame],
    into: IO[bytes],
    *,
    start: int,
    head: int,
    styles: list[str],
) -> None:
    cols = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, (_, width) in enumerate(_COLUMNS, start=1)
    )
    heading = "".join(
        f'<c r="{letter}1" s="{head}" t="inlineStr"><is><t>{title}</t></is></c>'
        for letter, (title, _) in zip("ABCDEFG", _COLUMNS, strict=True)
    )
    into.write(
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN.decode()}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f'</sheetViews><cols>{cols}</cols><sheetData><row r="1">{heading}</row>'.encode()
    )
    row = 2
    for piece in lines(start).iter_slices(_PIECE):
        into.write(rows_as_xml(piece, styles, first=row).encode())
        row += piece.height
    into.write(f'</sheetData><autoFilter ref="A1:G{row - 1}"/></worksheet>'.encode())


def _add_sheet(package: Package) -> str:
    """List a new sheet at the end of the workbook; gives the name of its part."""
    text = package.text(WORKBOOK)
    known = set(re.findall(r'<sheet\b[^>]*?\bname="([^"]*)"', text))
    titles = [TITLE, *(f"{TITLE}{number}" for number in range(2, len(known) + 3))]
    title = next(name for name in titles if name not in known)
    part = package.free_name("xl/worksheets/yrdxSheet{}.xml")
    package.reserve(part)
    package.declare(part, "worksheet")
    link = package.link(WORKBOOK, kind="worksheet", target=part)
    number = max([int(n) for n in re.findall(r'\bsheetId="([0-9]+)"', text)], default=0) + 1
    line = f'<sheet xmlns:r="{RELATIONS}" name="{title}" sheetId="{number}" r:id="{link}"/>'
    if "</sheets>" not in text:
        raise UnusualWorkbook("its sheets are not listed as usual")
    package.put(WORKBOOK, text.replace("</sheets>", f"{line}</sheets>", 1))
    return part
