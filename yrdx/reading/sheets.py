"""Loads the sheets of a workbook as text, in this process or, for .xls, in one of its own.

The old binary format has no checksums: a damaged .xls can make its parser ask for more memory
than there is, which ends the process. So it is parsed in a child process with a memory limit.
This file is that child's script too, and imports nothing of yrdx, so that it starts fast.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

MEMORY = 3 << 30
"""Address space of the child: an .xls has at most 65,536 rows of 256 columns a sheet."""
SECONDS = 300
_ERRORS = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!",
    "Ref": "#REF!", "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip
_ERROR = re.compile(r"Error\((\w+)\)")


class UnreadableWorkbook(Exception):
    """The parser gave up on a workbook; the message is its own."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as text: row i of `cells` is Excel row i + 1, column 0 is Excel's `offset`.

    `errors` are cells that hold an Excel error, by (row index, column index). `comments` are texts
    written over cells, each with the row and the letters of its cell.
    """

    name: str
    cells: pl.DataFrame
    offset: int
    errors: tuple[tuple[int, int, str], ...]
    is_visible: bool
    comments: tuple[tuple[int, str, str], ...] = ()

    def head(self, rows: int) -> list[Sequence[str | None]]:
        """The first rows, for finding the header."""
        return [list(row) for row in self.cells.head(rows).rows()]


def load(path: Path) -> list[Sheet]:
    """Load all sheets of a workbook.

    Raises:
        UnreadableWorkbook: the parser failed, or panicked.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(_load, path)
        error = future.exception()
    if error is None:
        return future.result()
    # A panic of the parser is a BaseException of a type that cannot be imported.
    if isinstance(error, fastexcel.FastExcelError) or type(error).__name__ == "PanicException":
        raise UnreadableWorkbook(str(error)) from error
    raise error


def load_apart(path: Path) -> list[Sheet]:
    """Load all sheets of a workbook in a child process.

    Raises:
        UnreadableWorkbook: the child failed, died, or took too long.
    """
    with tempfile.TemporaryDirectory(prefix="yrdx-") as folder:
        try:
            child = subprocess.run(  # noqa: S603 - our own script, no shell
                [sys.executable, "-P", __file__, str(path), folder],
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableWorkbook(f"not read within {SECONDS} s") from error
        if child.returncode:
            told = child.stdout.decode(errors="replace").strip()
            raise UnreadableWorkbook(told or f"the parser ended with {child.returncode}")
        return _taken_over(Path(folder))


def _load(path: Path) -> list[Sheet]:
    # Of bytes the parser asks what they are; of a path it believes the name.
    book = fastexcel.read_excel(path.read_bytes())
    return [_load_sheet(book, name) for name in book.sheet_names]


def _load_sheet(book: fastexcel.ExcelReader, name: str) -> Sheet:
    sheet = book.load_sheet(
        name,
        header_row=None,
        skip_rows=0,
        dtypes="string",
        skip_whitespace_tail_rows=True,
        whitespace_as_null=True,
    )
    columns = sheet.available_columns()
    batch, errors = sheet.to_arrow_with_errors()
    cells = pl.DataFrame(batch) if batch.num_columns else pl.DataFrame()
    found = tuple(
        (*error.offset_position, _ERRORS[match.group(1)])
        for error in (errors.errors if errors else ())
        if (match := _ERROR.search(error.detail)) and match.group(1) in _ERRORS
    )
    offset = columns[0].absolute_index if columns else 0
    return Sheet(name, cells, offset, found, sheet.visible == "visible")


def _hand_over(sheets: list[Sheet], folder: Path) -> None:
    facts = [(s.name, s.offset, s.errors, s.is_visible) for s in sheets]
    for number, sheet in enumerate(sheets):
        sheet.cells.write_ipc(folder / f"{number}.arrow")
    (folder / "sheets.json").write_text(json.dumps(facts), encoding="utf-8")


def _taken_over(folder: Path) -> list[Sheet]:
    facts = json.loads((folder / "sheets.json").read_text(encoding="utf-8"))
    return [
        Sheet(
            name=name,
            cells=pl.read_ipc((folder / f"{number}.arrow").read_bytes()),
            offset=offset,
            errors=tuple((row, column, text) for row, column, text in errors),
            is_visible=is_visible,
        )
        for number, (name, offset, errors, is_visible) in enumerate(facts)
    ]


def _limit_memory() -> None:
    """Bound this process where the system can: Windows has no such limits, macOS refuses some."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(path: str, folder: str) -> int:
    """The child: load, hand over, and say on standard output why not."""
    _limit_memory()
    try:
        _hand_over(load(Path(path)), Path(folder))
    except UnreadableWorkbook as error:
        sys.stdout.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
