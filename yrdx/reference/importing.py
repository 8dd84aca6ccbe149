"""Import: a file becomes the entries of a list, or findings that say why it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from yrdx.checking import Checked, Terms, check
from yrdx.checking.findings import frame_of
from yrdx.lists import ENTRIES, ReferenceList
from yrdx.model import Finding, Note, Severity, Text
from yrdx.reading import Refusal, Table, read
from yrdx.reading.table import ROW
from yrdx.reference.form import form_of

_TWICE = (
    Text(
        zh="同一代码在同一时段出现了不止一次（有效期重叠或重复）。",
        en="The same code stands in the list more than once for the same days.",
    ),
    Text(
        zh="请只保留正确的一行；改过名的代码请分行写明启用、停用日期，前后相接、互不重叠。",
        en="Keep the right row; for a code that was renamed give each name its own days.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a file gave. `entries` is None when an error forbids to load it.

    `findings` has the columns of `findings.parquet`.
    """

    entries: pl.DataFrame | None
    findings: pl.DataFrame
    notes: tuple[Note, ...] = ()


def import_list(
    path: Path, shape: ReferenceList, *, valid_from: date | None, today: date, into: Path
) -> Imported:
    """Read and judge a file; one error forbids all of it, for half a list misjudges deliveries.

    Entries that state no first day take `valid_from`. `into` is an empty folder for scratch files.
    """
    form = form_of(shape)
    table = read(path, filename=path.name, dataset=form)
    if isinstance(table, Refusal):
        return Imported(entries=None, findings=frame_of(table.findings))
    terms = Terms(province="00", period="undated", today=today)
    checked = check(table, form, terms=terms, references={}, into=into)
    rows = pl.read_parquet(checked.rows_path)
    entries = rows.with_columns(pl.coalesce("valid_from", pl.lit(valid_from, pl.Date)))
    findings = pl.concat(
        [pl.read_parquet(checked.findings_path), frame_of(_twice(entries, shape, table))]
    )
    if _forbids(findings, checked):
        return Imported(entries=None, findings=findings, notes=checked.notes)
    return Imported(entries=canonical(entries), findings=findings, notes=checked.notes)


def _forbids(findings: pl.DataFrame, checked: Checked) -> bool:
    errors = findings.filter(pl.col("severity") == Severity.ERROR.value)
    return bool(errors.height or checked.faults or checked.counts.admitted == 0)


def canonical(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries in the order in which they are kept, whatever the order of the file."""
    return (
        entries.select(pl.col(name).cast(dtype) for name, dtype in ENTRIES.items())
        .unique()
        .sort("edition", "code", "level", "valid_from", "name", nulls_last=False)
    )


def _twice(entries: pl.DataFrame, shape: ReferenceList, table: Table) -> list[Finding]:
    """Entries of the same identity whose days overlap; equal rows are no wrong."""
    same = list(shape.identity)
    begins = pl.col("valid_from").fill_null(date.min)
    ends = pl.col("valid_to").fill_null(date.max)
    overlapping = (
        entries.unique(list(ENTRIES), keep="first", maintain_order=True)
        .with_columns(_begins=begins, _ends=ends)
        .sort(*same, "_begins", "_ends", ROW)
        .with_columns(_before=pl.col("_ends").shift(1).over(same))
        .filter(pl.col("_begins") < pl.col("_before"))
        .sort(ROW)
    )
    places = table.locate(overlapping[ROW]).to_list()
    return [
        Finding(
            rule="entry_is_valid_twice",
            severity=Severity.ERROR,
            message=_TWICE[0],
            remedy=_TWICE[1],
            sheet=table.reading.sheet,
            row=place,
            column="code",
            key=" / ".join(str(entry[name]) for name in same),
            value=entry["name"],
        )
        for place, entry in zip(places, overlapping.iter_rows(named=True), strict=True)
    ]
