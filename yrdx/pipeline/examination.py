"""One local file, read and judged: its table, and the report of it, without any answer yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from yrdx import judging
from yrdx.checking import check as check_table
from yrdx.checking.findings import write_findings
from yrdx.checking.in_force import take_shadow_out, within_limits
from yrdx.checking.report import report_of_check, report_of_refusal
from yrdx.checking.result import Checked, Terms
from yrdx.dataset import Dataset
from yrdx.model import Delivery, Finding, Reading, Report, Severity
from yrdx.pipeline.corrected import noted
from yrdx.pipeline.ground import Ground
from yrdx.pipeline.terms import open_to_change
from yrdx.pipeline.whole import checked_as_a_whole
from yrdx.reading import (
    Refusal,
    Table,
    UnreadableText,
    explain_failure,
    find_garbled,
    find_in_unread,
    find_personal_numbers,
    is_reading_failure,
    read,
)
from yrdx.reading.personal import NUMBER_ABOVE
from yrdx.reading.seal_statement import as_agreed

Progress = Callable[[int], None]
Answer = TypeVar("Answer")


def look_at(path: Path, dataset: Dataset, *, filename: str) -> Table | Refusal:
    """Read a file, and refuse it when it holds raw personal numbers, read or not."""
    table = read(path, filename=filename, dataset=dataset)
    if isinstance(table, Refusal):
        return _unless_personal(path, table)
    personal = _unless_unreadable(table, partial(find_personal_numbers, table))
    if isinstance(personal, Refusal):
        return _unless_personal(path, personal)
    if any(item.severity is Severity.ERROR for item in personal):
        return Refusal(findings=personal, reading=_without_numbers(table.reading, personal))
    findings = (*table.findings, *find_garbled(table), *personal)
    return replace(table, findings=findings, above=(), others=())


def _unless_personal(path: Path, refusal: Refusal) -> Refusal:
    """The refusal of a file; personal data goes before any other reason, for the bytes' sake."""
    personal = find_in_unread(path)
    return Refusal(findings=personal) if personal else refusal


def _without_numbers(reading: Reading, personal: tuple[Finding, ...]) -> Reading | None:
    """How a file was read; nothing of it where its header may hold numbers of persons."""
    is_above = any(item.rule == NUMBER_ABOVE for item in personal)
    return None if is_above else reading


def judge_file(
    path: Path,
    into: Path,
    *,
    dataset: Dataset,
    delivery: Delivery,
    terms: Terms,
    ground: Ground,
    keep_rows: bool,
    progress: Progress | None,
) -> tuple[Report, Table | None]:
    """The report of one local file, and its table if it could be read to the end."""
    if isinstance(ground.corrected, Refusal):
        table: Table | Refusal = ground.corrected
    else:
        table = noted(look_at(path, dataset, filename=delivery.filename), ground.corrected)
        table = as_agreed(table, algorithm=terms.sealing, year=terms.sealing_year)
    if isinstance(table, Table):
        check_it = partial(
            _checked_by,
            table,
            dataset,
            delivery=delivery,
            ground=ground,
            into=into,
            keep_rows=keep_rows,
            progress=progress,
        )
        outcome = _unless_unreadable(table, partial(within_limits, check_it, terms, into=into))
        if not isinstance(outcome, Refusal):
            checked, terms = outcome
            checked, shadow = take_shadow_out(
                checked, open_to_change(dataset), in_force=terms.in_force, into=into
            )
            report = report_of_check(
                checked,
                table,
                dataset,
                delivery=delivery,
                terms=terms,
                versions=ground.versions,
                shadow=shadow,
            )
            return report, table
        table = outcome
    write_findings(table.findings, into=into / "findings.parquet")
    report = report_of_refusal(
        table, dataset, delivery=delivery, terms=terms, versions=ground.versions
    )
    return report, None


def _checked_by(
    table: Table,
    dataset: Dataset,
    terms: Terms,
    *,
    delivery: Delivery,
    ground: Ground,
    into: Path,
    keep_rows: bool,
    progress: Progress | None,
) -> Checked:
    """One check of all rows, and then of the whole, by these terms."""
    is_judged = bool(ground.surroundings.rules)
    if is_judged:
        judging.begin_loading()
    checked = check_table(
        table,
        dataset,
        terms=terms,
        references=ground.references,
        lists=ground.lists,
        into=into,
        keep_rows=keep_rows or is_judged,
        progress=progress,
    )
    return checked_as_a_whole(
        checked,
        table,
        dataset,
        delivery=delivery,
        terms=terms,
        surroundings=ground.surroundings,
        into=into,
    )


def _unless_unreadable(table: Table, action: Callable[[], Answer]) -> Answer | Refusal:
    """The action's answer, or a refusal when the file turns out to be unreadable on the way."""
    try:
        return action()
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if not is_reading_failure(error):
            raise
        return explain_failure(error, table)
