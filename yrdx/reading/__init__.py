"""From delivered bytes to a lazy table of text, or to a refusal that says what is wrong."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

from yrdx.dataset import Dataset
from yrdx.reading.archive import find_table, unpack
from yrdx.reading.blocks import UnreadableText
from yrdx.reading.columns import judge_columns
from yrdx.reading.dbf import read_dbf
from yrdx.reading.findings import refuse
from yrdx.reading.formats import Format, detect
from yrdx.reading.garbled import find_garbled
from yrdx.reading.header_unit import unit_from_header
from yrdx.reading.json_file import read_json
from yrdx.reading.lines import is_reading_failure
from yrdx.reading.normalise import Normalised, normalise
from yrdx.reading.parquet import read_parquet
from yrdx.reading.personal import PERSONAL_RULES, find_personal_numbers
from yrdx.reading.rows import RowApart, SetApart, set_apart
from yrdx.reading.shares import find_shares
from yrdx.reading.spreadsheet import read_workbook
from yrdx.reading.table import DOUBT, ROW, Refusal, Table
from yrdx.reading.text import read_text
from yrdx.reading.unread import find_in_unread

__all__ = [
    "DOUBT",
    "PERSONAL_RULES",
    "ROW",
    "Normalised",
    "Refusal",
    "RowApart",
    "SetApart",
    "Table",
    "UnreadableText",
    "explain_failure",
    "find_garbled",
    "find_in_unread",
    "find_personal_numbers",
    "is_reading_failure",
    "normalise",
    "read",
    "set_apart",
]


def read(path: Path, *, filename: str, dataset: Dataset) -> Table | Refusal:
    """Read a delivered file as a table of the dataset.

    The format is what the bytes say; `filename`, the name that the partner gave, serves the
    texts only. Nothing that a file can hold makes this raise: what cannot be read is refused.
    """
    kind = detect(path)
    if isinstance(kind, Refusal):
        return kind
    if kind is Format.ZIP:
        table = _read_archive(path, filename, dataset)
    else:
        table = _read(path, kind, dataset, member=None)
    if isinstance(table, Refusal):
        return table
    table = find_shares(unit_from_header(judge_columns(table, dataset), dataset), dataset)
    masked = (name for name, column in dataset.columns.items() if column.sensitivity.is_masked)
    return replace(table, personal=frozenset(masked))


def explain_failure(error: Exception, table: Table) -> Refusal:
    """What to tell the partner about a file that turned out to be unreadable while it streamed.

    Call it with an error for which `is_reading_failure` is true.
    """
    if table.explain is not None:
        return table.explain(error)
    detail = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return refuse("file_is_damaged", kind=table.reading.format, detail=detail)


def _read(path: Path, kind: Format, dataset: Dataset, *, member: str | None) -> Table | Refusal:
    match kind:
        case Format.TEXT:
            return read_text(path, dataset, member=member)
        case Format.PARQUET:
            return read_parquet(path, dataset, member=member)
        case Format.JSON:
            return read_json(path, dataset, member=member)
        case Format.DBF:
            return read_dbf(path, dataset, member=member)
        case _:
            return read_workbook(path, dataset, kind=str(kind), member=member)


def _read_archive(path: Path, filename: str, dataset: Dataset) -> Table | Refusal:
    try:
        with zipfile.ZipFile(path) as archive:
            member = find_table(archive)
            if isinstance(member, Refusal):
                return member
            unpacked = unpack(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        return refuse("file_is_damaged", kind=f"zip（{filename}）", detail=str(error))
    if isinstance(unpacked, Refusal):
        return unpacked
    kind = detect(unpacked.path)
    if isinstance(kind, Refusal):
        return kind
    if kind is Format.ZIP:
        return refuse("archive_holds_an_archive", member=member.name)
    table = _read(unpacked.path, kind, dataset, member=member.name)
    if isinstance(table, Refusal):
        return table
    locate = table.locate
    # The lambda holds on to the unpacked file: it lives as long as the table does.
    return replace(table, locate=lambda rows, _file=unpacked: locate(rows))  # type: ignore[misc]
