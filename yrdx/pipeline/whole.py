"""After its rows, a delivery is judged as a whole; what is found joins the findings of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from yrdx import judging
from yrdx.checking.findings import write_findings
from yrdx.checking.findings_parquet import merge
from yrdx.checking.in_force import as_in_force
from yrdx.checking.report import judge
from yrdx.checking.result import Checked, Terms
from yrdx.dataset import Dataset
from yrdx.model import Delivery, NotChecked, Severity, Verdict
from yrdx.pipeline.surroundings import BY_ROWS, Surroundings, open_rows
from yrdx.reading import Table
from yrdx.reading.table import ROW
from yrdx.table_rule import CONTROL_TOTALS, About, Need, TableRule

QUALITY = ("quality.json", "quality.html")
"""What the judge measured, for engineers; beside the report."""


def checked_as_a_whole(
    checked: Checked,
    table: Table,
    dataset: Dataset,
    *,
    delivery: Delivery,
    terms: Terms,
    surroundings: Surroundings,
    into: Path,
) -> Checked:
    """The check with what the rules about the whole found, or why they did not run.

    Rows that are rejected already leave too little to judge the whole by.
    """
    in_force = tuple(as_in_force(surroundings.rules, terms))
    rules = _with_something_to_judge(in_force, checked)
    if not rules or checked.faults or _is_rejected(checked, table, terms):
        left = tuple(_not_run(rule) for rule in rules) if not checked.faults else ()
        unchecked = (*checked.not_checked, *surroundings.not_checked, *left)
        return replace(checked, not_checked=unchecked)
    with TemporaryDirectory(dir=into) as cache:
        given = open_rows(surroundings, cache=Path(cache))
        about = _about(
            checked,
            dataset,
            delivery=delivery,
            terms=terms,
            previous_period=surroundings.previous_period,
            given=given,
        )
        headers = {item.column: item.header for item in table.reading.columns}
        judged = judging.judge_whole(rules, about, headers=headers)
    if not judged.faults:
        judging.write_quality(
            judged,
            about,
            delivery=delivery,
            compared_with=surroundings.pins,
            not_checked=surroundings.not_checked,
            judge=surroundings.judge or "",
            into=into,
        )
    return _joined(checked, judged, dataset, not_checked=surroundings.not_checked)


def _with_something_to_judge(
    rules: tuple[TableRule, ...], checked: Checked
) -> tuple[TableRule, ...]:
    """The rules without those about totals, where the file states none."""
    stated = bool(checked.control_totals)
    return tuple(rule for rule in rules if stated or CONTROL_TOTALS not in rule.needs)


def _is_rejected(checked: Checked, table: Table, terms: Terms) -> bool:
    of_file = any(item.row is None and item.severity is Severity.ERROR for item in table.findings)
    return of_file or judge(checked, tolerance=terms.tolerance) is Verdict.REJECTED


def _not_run(rule: TableRule) -> NotChecked:
    return NotChecked(rule=rule.code, column=rule.column, reason=BY_ROWS)


def _about(
    checked: Checked,
    dataset: Dataset,
    *,
    delivery: Delivery,
    terms: Terms,
    previous_period: str | None,
    given: Mapping[Need, pl.LazyFrame],
) -> About:
    return About(
        dataset=dataset,
        province=terms.province,
        unit=delivery.unit,
        period=terms.period,
        today=terms.today,
        spoken_of=terms.spoken_of,
        rows=_good_rows(checked, dataset),
        counts=checked.counts,
        control_totals=checked.control_totals,
        not_supplied=terms.not_supplied,
        previous_period=previous_period,
        given=given,
    )


def _good_rows(checked: Checked, dataset: Dataset) -> pl.LazyFrame:
    """The good rows without those withdrawn; fields that the file lacks are null."""
    rows = pl.scan_parquet(checked.rows_path)
    if checked.withdrawn_path is not None:
        withdrawn = pl.scan_parquet(checked.withdrawn_path).select(pl.col(ROW).cast(pl.UInt32))
        rows = rows.join(withdrawn, on=ROW, how="anti")
    present = set(rows.collect_schema().names())
    return rows.select(
        pl.col(name) if name in present else pl.lit(None, dtype).alias(name)
        for name, dtype in dataset.schema.items()
    )


def _joined(
    checked: Checked,
    judged: judging.Judged,
    dataset: Dataset,
    *,
    not_checked: tuple[NotChecked, ...],
) -> Checked:
    """One check of both; findings without a row stand before those of rows."""
    if judged.findings:
        own = checked.findings_path.with_name("findings-of-the-whole.parquet")
        both = checked.findings_path.with_name("findings-of-both.parquet")
        write_findings(judged.findings, into=own)
        merge(checked.findings_path, own, into=both)
        own.unlink()
        both.replace(checked.findings_path)
    return replace(
        checked,
        findings=(*checked.findings, *judged.counted(dataset)),
        not_checked=(*checked.not_checked, *not_checked),
        followers=(*checked.followers, *judged.followers),
        faults=judged.faults,
        judged=tuple(item.rule.code for item in judged.rules),
        blocked_by=judged.blocked_by,
    )
