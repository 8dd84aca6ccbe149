"""The corrected copy: the delivered table with every certain repair made, in the delivered layout.

A workbook is edited where it stands, and its formulas stay formulas. A text file is written anew in
UTF-8, with the lines above its header. From any other format a workbook of text cells is made.
"""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import polars as pl

from yrdx.copies.annotated import layout_of, masked_columns
from yrdx.copies.change_list import add_change_list
from yrdx.copies.marking import Layout
from yrdx.copies.package import NOT_EDITED, STYLES, Package, packed
from yrdx.copies.places import Place, anchors, letters_of
from yrdx.copies.plain import Outline, draw_about, make_plain
from yrdx.copies.sheet import RowEdit, SheetEdit, pieces, survey
from yrdx.copies.source import table_file
from yrdx.copies.styles import Ink, Styles
from yrdx.dataset import Dataset
from yrdx.reading import UnreadableText
from yrdx.reading.table import ROW, Table
from yrdx.reading.text_form import form_of

WORKBOOK_NAME, TEXT_NAME, LIST_NAME = "corrected.xlsx", "corrected.csv", "changes.xlsx"

_BEHIND_ALL = 1 << 31
_ABOUT = (
    (
        "这是什么",
        "在您报送的文件上做了有把握的规范（全角、日期写法、补回丢失的 0、名称换代码等）。",
    ),
    ("怎么用", "请逐条核对“更改说明”。确认无误后，可直接用改好的文件报送；仍有错误的，请接着改。"),
)


class CannotCorrect(Exception):
    """A file whose cells cannot be rewritten in place without guessing."""


_UNSAFE = (*NOT_EDITED, CannotCorrect, UnreadableText, UnicodeError, csv.Error)
"""What says that a file is left as it is."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected copy; `left` are changes not made because the cell holds a formula."""

    path: Path
    changes_name: str
    made: pl.DataFrame
    left: pl.DataFrame


def correct(
    path: Path, table: Table, dataset: Dataset, changes: pl.DataFrame, *, into: Path
) -> Correction | None:
    """Write the corrected copy into the folder `into`; None where that cannot be done safely."""
    masked = masked_columns(table, dataset)
    try:
        with table_file(path, table) as file:
            if file is None:
                return None
            match table.reading.format:
                case "csv":
                    return _correct_text(file, table, changes, masked=masked, into=into)
                case "xlsx":
                    return _correct_workbook(file, [layout_of(table)], changes, masked, into=into)
                case _ if _speaks_in_other_units(table, dataset):
                    return None  # the line that states the unit would be lost
                case _:
                    return _correct_anew(table, dataset, changes, masked, into=into)
    except _UNSAFE:
        for name in (WORKBOOK_NAME, TEXT_NAME, LIST_NAME):
            (into / name).unlink(missing_ok=True)
        return None


def _speaks_in_other_units(table: Table, dataset: Dataset) -> bool:
    return any(
        name in dataset.columns and unit != dataset.columns[name].unit
        for name, unit in table.units.items()
    )


def _correct_anew(
    table: Table, dataset: Dataset, changes: pl.DataFrame, masked: frozenset[str], /, *, into: Path
) -> Correction:
    title = f"改好的文件：{dataset.title.zh}"
    outline = Outline(title=title, about=_ABOUT, masked=frozenset(), is_numbered=False)
    with tempfile.TemporaryDirectory(dir=into) as folder:
        plain = Path(folder) / "plain.xlsx"
        layouts = make_plain(table, outline, into=plain)
        if len(layouts) > 1:
            raise CannotCorrect("it takes several sheets")
        return _correct_workbook(plain, layouts, changes, masked, into=into)


def _correct_workbook(
    source: Path,
    layouts: list[Layout],
    changes: pl.DataFrame,
    masked: frozenset[str],
    /,
    *,
    into: Path,
) -> Correction:
    """Edit the cells of a workbook and add the list of changes to it."""
    (layout,) = layouts
    target = into / WORKBOOK_NAME
    with zipfile.ZipFile(source) as book, target.open("wb") as file, packed(file) as pack:
        package = Package(book)
        styles = Styles(package.text(STYLES))
        part = package.sheet(layout.sheet)
        with book.open(part) as stream:
            seen = survey(stream, width=max(layout.columns.values()))
        merged = anchors(
            list(seen.merged), below=layout.header_row, columns=max(layout.columns.values())
        )
        made = _seen_cells(changes, layout, merged)
        edit = SheetEdit(seen, styles, None, _edits(made, layout))

        def copy(source: IO[bytes], into: IO[bytes]) -> None:
            for kind, piece in pieces(source):
                if kind == "rows":
                    into.write(b"".join(edit.stream(piece)))
                    continue
                if kind == "tail":
                    into.writelines(edit.missing(before=_BEHIND_ALL))
                into.write(piece)

        letters = {name: letters_of(number) for name, number in layout.columns.items()}
        added = add_change_list(
            package,
            lambda: _without(made, edit.left, layout),
            most=made.height,
            styles=styles,
            letters=letters,
            masked=masked,
        )
        package.write(
            pack, {part: copy}, then=lambda: package.put(STYLES, styles.written()), added=added
        )
    done = _without(made, edit.left, layout)
    left = made.join(done, on=[ROW, "column"], how="anti")
    return Correction(target, WORKBOOK_NAME, done, left)


def _seen_cells(changes: pl.DataFrame, layout: Layout, merged: dict[Place, Place]) -> pl.DataFrame:
    """The changes without those of cells that are merged into another one, which has its own."""
    if not merged:
        return changes
    is_seen = [
        (layout.row_of(row), layout.columns[column]) not in merged
        for row, column in changes.select("row", "column").iter_rows()
    ]
    return changes.filter(pl.Series(is_seen, dtype=pl.Boolean))


def _edits(changes: pl.DataFrame, layout: Layout) -> Iterator[tuple[int, RowEdit]]:
    current: tuple[int, RowEdit] | None = None
    lines = changes.select("row", "column", "new", "is_number").iter_rows()
    for delivered, column, new, is_number in lines:
        row = layout.row_of(delivered)
        if row is None:
            raise CannotCorrect(f"row {delivered} is not there")
        if current is None or current[0] != row:
            if current is not None:
                yield current
            current = (row, RowEdit())
        place = layout.columns[column]
        current[1].inks[place] = Ink.CHANGED
        current[1].values[place] = None if new is None else (new, is_number)
    if current is not None:
        yield current


def _without(changes: pl.DataFrame, left: list[Place], layout: Layout) -> pl.DataFrame:
    if not left:
        return changes
    places = set(left)
    is_made = [
        (layout.row_of(row), layout.columns[column]) not in places
        for row, column in changes.select("row", "column").iter_rows()
    ]
    return changes.filter(pl.Series(is_made, dtype=pl.Boolean))


def _correct_text(
    path: Path, table: Table, changes: pl.DataFrame, *, masked: frozenset[str], into: Path
) -> Correction:
    """Write a text file anew, record by record, and a workbook that lists the changes."""
    encoding, dialect = form_of(path)
    separator, quote = dialect.separator, dialect.quote
    reading: dict[str, Any] = {"delimiter": separator, "lineterminator": dialect.line_end}
    reading |= {"quotechar": quote} if quote else {"quoting": csv.QUOTE_NONE}
    places = {name: place for place, name in enumerate(table.source_columns)}
    waiting = changes.select(ROW, "column", "old", "new").iter_rows()
    change = next(waiting, None)
    target = into / TEXT_NAME
    with (
        path.open(encoding=encoding, newline="") as source,
        target.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
        for number, record in enumerate(csv.reader(source, **reading), start=1):
            while change is not None and change[0] == number:
                _replace(record, places[change[1]], old=change[2], new=change[3])
                change = next(waiting, None)
            writer.writerow(record)
    if change is not None:
        raise CannotCorrect(f"record {change[0]} is not there")
    _list_changes(changes, masked=masked, into=into / LIST_NAME)
    return Correction(target, LIST_NAME, changes, changes.clear())


def _replace(record: list[str], place: int, *, old: str | None, new: str | None) -> None:
    """Put a new value into a record, but only where the old one stands."""
    record += [""] * (place + 1 - len(record))
    if record[place].strip("\r") != (old or "") and old is not None:
        raise CannotCorrect("the records of the file are not where they were read")
    if old is None and record[place]:
        raise CannotCorrect("a cell that was read as empty is not")
    record[place] = new or ""


def _list_changes(changes: pl.DataFrame, *, masked: frozenset[str], into: Path) -> None:
    """A workbook with the list of changes alone, for files that cannot hold it themselves."""
    with tempfile.TemporaryDirectory(dir=into.parent) as folder:
        drawn = Path(folder) / "drawn.xlsx"
        outline = Outline(title="更改说明", about=_ABOUT, masked=frozenset())
        draw_about(outline, into=drawn)
        with zipfile.ZipFile(drawn) as book, into.open("wb") as file, packed(file) as pack:
            package = Package(book)
            styles = Styles(package.text(STYLES))
            added = add_change_list(
                package,
                lambda: changes,
                most=changes.height,
                styles=styles,
                letters={},
                masked=masked,
            )
            package.put(STYLES, styles.written())
            package.write(pack, {}, then=lambda: None, added=added)
