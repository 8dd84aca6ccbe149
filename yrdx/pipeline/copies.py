"""The copies that go back with a receipt; a corrected one only after it was checked itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from yrdx.checking.result import Terms
from yrdx.checking.returned import CorrectedCopy, Returned
from yrdx.copies import Correction, annotate, correct, masked_columns, propose
from yrdx.dataset import Dataset
from yrdx.model import Report, Severity
from yrdx.pipeline.ground import Ground
from yrdx.reading import ROW, Table

CheckAgain = Callable[[Path, Path], tuple[Report, Table | None]]
"""Checks a file, working in an empty folder, and gives its report and its table."""


def return_copies(
    path: Path,
    table: Table,
    dataset: Dataset,
    report: Report,
    *,
    terms: Terms,
    ground: Ground,
    into: Path,
    check_again: CheckAgain,
) -> Returned:
    """Write the annotated and the corrected copy of a checked file into the folder `into`.

    A clean file without anything to repair costs nothing here. Findings and notes decide.
    """
    if ground.copy_rows is None or report.verdict is None:
        return Returned()
    annotated = annotate(
        path,
        table,
        dataset,
        report,
        findings=into / "findings.parquet",
        into=into,
        most_rows=ground.copy_rows,
    )
    corrected = None
    if _may_be_corrected(table, dataset, report, ground):
        with tempfile.TemporaryDirectory(dir=into) as folder:
            corrected = _corrected(
                path,
                table,
                dataset,
                report,
                proposed=lambda of: propose(of, dataset, terms=terms, lists=ground.lists),
                folder=Path(folder),
                into=into,
                check_again=check_again,
            )
    return Returned(annotated=annotated, corrected=corrected)


def _may_be_corrected(table: Table, dataset: Dataset, report: Report, ground: Ground) -> bool:
    """Whether a corrected copy is worth trying, and may lie where the receipt does.

    It cannot hide personal values and be of use at the same time: where there are any, it is made
    on the partner's own computer only. A whole made from corrections is no file of the partner's.
    """
    if report.rows.read > (ground.copy_rows or 0) or ground.corrected is not None:
        return False
    if not any(note.column for note in report.notes):
        return False
    is_trial = report.delivery.received_at is None
    return is_trial or not masked_columns(table, dataset)


def _corrected(
    path: Path,
    table: Table,
    dataset: Dataset,
    report: Report,
    *,
    proposed: Callable[[Table], pl.DataFrame],
    folder: Path,
    into: Path,
    check_again: CheckAgain,
) -> CorrectedCopy | None:
    changes = proposed(table)
    correction = correct(path, table, dataset, changes, into=folder) if changes.height else None
    if correction is None or not correction.made.height:
        return None
    work = folder / "again"
    work.mkdir()
    again, corrected = check_again(correction.path, work)
    if corrected is None or not _is_no_worse(again, report):
        return None
    if _beside(proposed(corrected), correction).height:
        return None
    for name in {correction.path.name, correction.changes_name}:
        (folder / name).replace(into / name)
    return CorrectedCopy(
        name=correction.path.name,
        changes=correction.changes_name,
        cells=correction.made.height,
        rows=correction.made[ROW].n_unique(),
        errors=again.count(Severity.ERROR),
        warnings=again.count(Severity.WARNING),
    )


def _beside(still: pl.DataFrame, correction: Correction) -> pl.DataFrame:
    """What could be repaired still, apart from the formulas that were left alone."""
    return still.join(correction.left, on=["row", "column"], how="anti")


def _is_no_worse(again: Report, before: Report) -> bool:
    """Whether a second check found no error that the first had not, and as many good rows."""
    if again.verdict is None or again.rows.admitted < before.rows.admitted:
        return False
    known = {(item.rule, item.column): item.count for item in before.findings}
    return again.rows.rejected <= before.rows.rejected and all(
        item.count <= known.get((item.rule, item.column), 0)
        for item in again.findings
        if item.severity is Severity.ERROR
    )
