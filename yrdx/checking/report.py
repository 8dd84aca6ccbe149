"""From what was read and checked to a report with a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from yrdx.checking.in_force import Shadow, told, waiver_uses
from yrdx.checking.result import Checked, Terms
from yrdx.dataset import Dataset
from yrdx.model import (
    Delivery,
    Finding,
    FindingCount,
    Report,
    RowCounts,
    Severity,
    Text,
    Verdict,
    Versions,
)
from yrdx.reading import Refusal, Table

_NO_SHADOW = Shadow()

READING = "reading"
"""Source of findings that are about the file, not about a rule of the dataset."""


def judge(checked: Checked, *, tolerance: float) -> Verdict | None:
    """The verdict by the agreement's tolerance; None when something of ours broke.

    A delivery without a mandatory column, or without a single row, is rejected; so is one that a
    blocking rule about the whole finds wrong.
    """
    if checked.faults:
        return None
    judged = checked.counts.admitted + checked.counts.rejected
    if checked.missing or judged == 0 or checked.blocked_by:
        return Verdict.REJECTED
    if checked.counts.rejected == 0:
        return Verdict.ADMITTED
    within = checked.counts.rejected <= tolerance * judged
    return Verdict.ADMITTED_IN_PART if within else Verdict.REJECTED


def _counted(findings: Iterable[Finding], dataset: Dataset) -> tuple[FindingCount, ...]:
    counts = Counter((item.rule, item.column) for item in findings)
    first = {(item.rule, item.column): item for item in reversed(list(findings))}
    return tuple(
        FindingCount(
            rule=rule,
            severity=first[rule, column].severity,
            column=column,
            title=title_of(dataset, column),
            message=first[rule, column].message,
            remedy=first[rule, column].remedy,
            source=READING,
            count=count,
        )
        for (rule, column), count in counts.items()
    )


def title_of(dataset: Dataset, column: str | None) -> Text | None:
    """Title of a field, None for what is no field of the dataset."""
    known = dataset.columns.get(column or "")
    return known.title if known else None


def report_of_refusal(
    refusal: Refusal, dataset: Dataset, *, delivery: Delivery, terms: Terms, versions: Versions
) -> Report:
    """A rejected delivery: the file could not be read, or was not kept."""
    return Report(
        delivery=delivery,
        versions=versions,
        verdict=Verdict.REJECTED,
        tolerance=terms.tolerance,
        rows=RowCounts(),
        reading=refusal.reading,
        findings=_counted(refusal.findings, dataset),
        notes=(),
        control_totals=(),
        not_supplied=terms.not_supplied,
        missing=(),
        not_checked=(),
    )


def report_of_check(
    checked: Checked,
    table: Table,
    dataset: Dataset,
    *,
    delivery: Delivery,
    terms: Terms,
    versions: Versions,
    shadow: Shadow = _NO_SHADOW,
) -> Report:
    """The report of a table that was read and checked.

    An error-level finding about the file itself rejects the delivery whatever its rows are like.
    What rules in the `shadow` found was taken out of `checked` before.
    """
    of_file = _counted(table.findings, dataset)
    verdict = judge(checked, tolerance=terms.tolerance)
    about_the_file = [item for item in table.findings if item.row is None]
    if verdict and any(item.severity is Severity.ERROR for item in about_the_file):
        verdict = Verdict.REJECTED
    return Report(
        delivery=delivery,
        versions=versions,
        verdict=verdict,
        tolerance=terms.tolerance,
        rows=checked.counts,
        reading=table.reading,
        findings=(*of_file, *checked.findings),
        notes=(*table.notes, *checked.notes),
        control_totals=checked.control_totals,
        not_supplied=terms.not_supplied,
        missing=checked.missing,
        not_checked=told(checked.not_checked, terms),
        faults=checked.faults,
        shadow=shadow.findings,
        shadow_faults=shadow.faults,
        waivers=waiver_uses(checked, table, checked.findings, terms),
        judged=checked.judged,
        blocked_by=checked.blocked_by,
        followers=checked.followers,
    )
