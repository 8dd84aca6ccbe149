"""The workbook that a table was read from, taken out of its archive where it lies in one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from yrdx.reading.archive import find_table, unpack
from yrdx.reading.table import Refusal, Table


@contextmanager
def table_file(path: Path, table: Table) -> Iterator[Path | None]:
    """The file that holds the table itself; None when it cannot be taken out again."""
    if table.reading.member is None:
        yield path
        return
    with zipfile.ZipFile(path) as archive:
        member = find_table(archive)
        unpacked = member if isinstance(member, Refusal) else unpack(archive, member)
    yield None if isinstance(unpacked, Refusal) else unpacked.path


@contextmanager
def workbook_of(path: Path, table: Table) -> Iterator[Path | None]:
    """The .xlsx that the table was read from; None where it was read from something else."""
    if table.reading.format != "xlsx" or table.reading.sheet is None:
        yield None
        return
    with table_file(path, table) as file:
        yield file
