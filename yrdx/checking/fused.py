"""The fused check: one streaming pass over all rows, a second look at the few suspicious ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

import polars as pl

from yrdx import process
from yrdx.checking import common_rules as common
from yrdx.checking.faults import run
from yrdx.checking.findings import FOUND, FindingsFile, Wording, merge, write_findings
from yrdx.checking.keys import Repeats, Rows, explain_repeats, find_repeats
from yrdx.checking.ledger import Ledger
from yrdx.checking.marking import schema_of_rows, typed
from yrdx.checking.plan import Plan, plan_of
from yrdx.checking.repeating import Repeating
from yrdx.checking.result import Checked, Terms
from yrdx.checking.runs import SortedRuns
from yrdx.checking.second_look import Judged, explain, judge_again
from yrdx.checking.totals import ROWS, control_totals
from yrdx.dataset import Dataset, Reference
from yrdx.in_order import in_order
from yrdx.lists import LoadedList
from yrdx.model import ControlTotal, Fault, Finding, Note, RowCounts, Severity, Text
from yrdx.reading import Table, is_reading_failure
from yrdx.reading.cells import Repaired
from yrdx.reading.table import ROW

Progress = Callable[[int], None]
Answer = TypeVar("Answer")

BATCH = 80_000
"""Rows that are judged together."""

_AT_ONCE = 2
"""Batches that are judged at the same time."""

_HEAD = 1_000
"""Rows on which a broken rule is looked for first."""


def check(
    table: Table,
    dataset: Dataset,
    *,
    terms: Terms,
    references: Mapping[Reference, pl.Series],
    lists: Mapping[str, LoadedList] | None = None,
    into: Path,
    keep_rows: bool = True,
    progress: Progress | None = None,
) -> Checked:
    """Check every row of a table; `into` is an empty folder for the rows and the findings.

    Without `keep_rows` only the findings are written: enough for a partner's dry run.

    A rule that breaks is a fault: the check then runs without it, so that everything else is
    still found, and whoever asked gives no verdict. Errors of reading pass through.
    """
    process.prepare()
    plan = plan_of(table, dataset, terms=terms, references=references, lists=lists)
    attempt = partial(_check, table, into=into, keep_rows=keep_rows, progress=progress)
    outcome = _run("check", partial(attempt, plan))
    faults = plan.faults
    if isinstance(outcome, Fault):
        broken = _broken_rules(table, plan)
        faults = (*faults, *(broken.values() or [outcome]))
        plan = plan.without(frozenset(broken))
        outcome = _run("check", partial(attempt, plan)) if broken else outcome
    if isinstance(outcome, Fault):
        faults = faults if outcome in faults else (*faults, outcome)
        outcome = _nothing(plan, into=into)
    return replace(outcome, faults=faults)


def _run(stage: str, action: Callable[[], Answer]) -> Answer | Fault:
    return run(stage, action, is_ours=lambda broken: not is_reading_failure(broken))


def _broken_rules(table: Table, plan: Plan) -> dict[str, Fault]:
    """The rules that break, one by one: on the first rows, and if need be on all of them."""
    for rows in (table.frame.head(_HEAD), table.frame):
        broken: dict[str, Fault] = {}
        for rule in plan.rules:
            judged = typed(rows, plan).select(rule.holds(plan.terms.day_of(rule)).all())
            outcome = _run(f"rule {rule.code}", partial(judged.collect, engine="streaming"))
            if isinstance(outcome, Fault):
                broken[rule.code] = outcome
        if broken:
            return broken
    return {}


@contextmanager
def _work_folder(into: Path) -> Iterator[Path]:
    """A folder for what is needed during the check only, empty at its beginning."""
    folder = into / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _check(
    table: Table, plan: Plan, *, into: Path, keep_rows: bool, progress: Progress | None
) -> Checked:
    """One attempt at the whole check."""
    kept = SortedRuns(into / "rows.parquet", schema_of_rows(plan.dataset), plan.dataset.key)
    with _work_folder(into) as work, kept as runs:
        findings = FindingsFile(work / "findings.parquet", table, plan.dataset)
        findings.add_of_file(table.findings)
        _report_missing(plan, findings)
        ledger = Ledger.inside(
            work,
            plan=plan,
            runs=runs if keep_rows else None,
            findings=findings,
            progress=progress,
        )
        for again in _looked_at_again(table, plan, ledger):
            ledger.take_again(explain(again, plan, findings=ledger.findings))
            del again  # or it would be held until the next one is there
        with ThreadPoolExecutor(1, thread_name_prefix="rest") as beside:
            written = beside.submit(ledger.close_rows)
            return _settle(ledger, written=written, work=work, into=into)


def _settle(ledger: Ledger, *, written: Future[None], work: Path, into: Path) -> Checked:
    """What only the whole delivery tells: keys used twice, totals, and where every row went.

    The last rows are `written` meanwhile.
    """
    plan, findings = ledger.plan, ledger.findings
    rows_path = into / "rows.parquet"
    about_keys = findings.beside(work / "keys.parquet")

    def good_rows(wanted: Rows) -> pl.LazyFrame:
        """Rows as the delivery has them; from among the kept ones only where that is dearer."""
        picked = findings.table.picked(wanted)
        if picked is not None:
            return typed(picked.lazy(), plan)
        if ledger.runs is None:
            return typed(findings.table.among(wanted), plan)
        written.result()
        return pl.scan_parquet(rows_path).filter(pl.col(ROW).is_in(pl.Series(wanted).implode()))

    repeats = find_repeats(ledger.keys, good_rows=good_rows)
    explain_repeats(repeats, ledger.keys, good_rows=good_rows, findings=about_keys)
    about_totals = findings.beside(work / "totals.parquet")
    totals = control_totals(
        ledger.apart, findings.table, data_rows=ledger.data_rows.load(), sums=ledger.sums
    )
    _report_totals(totals, findings=about_totals)
    written.result()
    repeated = len(repeats.repeated)
    return Checked(
        rows_path=rows_path,
        withdrawn_path=_write_withdrawn(repeats, into=into),
        findings_path=_finish([findings, about_keys, about_totals], work=work, into=into),
        counts=ledger.row_counts(repeated=repeated, clashing=len(repeats.clashing_good)),
        findings=findings.counted(),
        notes=(*ledger.all_notes(), *_repeat_note(repeated)),
        control_totals=tuple(total for _, total in totals),
        missing=plan.missing,
        not_checked=plan.not_checked,
        faults=(),
        followers=findings.followed(),
    )


def _looked_at_again(table: Table, plan: Plan, ledger: Ledger) -> Iterator[Judged]:
    """Every suspicious row normalised and judged again, in the order of the rows.

    The stream goes on meanwhile. One slice at a time is enough to keep both cores busy.
    """
    judge = partial(judge_again, table=table, plan=plan, before=Repaired())
    return in_order(judge, _suspicious(table, plan, ledger), at_once=1)


def _suspicious(table: Table, plan: Plan, ledger: Ledger) -> Iterator[pl.DataFrame]:
    """The fused pass: every row is parsed, typed and judged by all rules at once.

    Good rows are written down; the others come out, a slice at a time.

    The file is cut into cells by polars as it streams, in pieces of a few thousand rows; judged
    are bigger batches, two at a time, because every expression has its price for each batch.
    Order is kept, though it costs a little: it makes the file of good rows the same every time.
    """
    batches = iter(
        table.frame.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming")
    )
    first = next(batches, None)
    if first is None:
        return
    repeating = Repeating.of(plan, first)
    for judged in in_order(repeating.judge, chain([first], batches), at_once=_AT_ONCE, beyond=0):
        ledger.take(judged)
        del judged  # or it would be held until the next one is there
        yield from ledger.suspicious.full()
    yield from ledger.suspicious.rest()
    ledger.end_stream()


def _report_missing(plan: Plan, findings: FindingsFile) -> None:
    """One finding for the file for every required field that has no column."""
    message, remedy = common.MISSING_COLUMN
    for name in plan.missing:
        wording = Wording(
            rule="required_column_is_missing",
            severity=Severity.ERROR,
            column=name,
            message=message,
            remedy=remedy,
            source=common.CONTRACT,
        )
        findings.add_of_file(
            [
                Finding(
                    rule=wording.rule,
                    severity=wording.severity,
                    message=message,
                    remedy=remedy,
                    sheet=findings.table.reading.sheet,
                    column=name,
                    header=plan.dataset.columns[name].title.zh,
                )
            ],
            counted_as=wording,
        )


def _report_totals(totals: list[tuple[int, ControlTotal]], *, findings: FindingsFile) -> None:
    """A warning for every figure of a total or band that the rows do not give."""
    message, remedy = common.TOTAL_DISAGREES
    for row, total in totals:
        for name, figure in total.declared.items():
            if total.counted.get(name) == figure:
                continue
            wording = Wording(
                rule="control_total_disagrees",
                severity=Severity.WARNING,
                column=None if name == ROWS else name,
                message=message,
                remedy=remedy,
                source=common.CONTRACT,
            )
            found = {
                ROW: row,
                "number": findings.number(wording),
                "key": total.label,
                "value": f"{figure:.15g}",
                "candidate": f"{total.counted[name]:.15g}",
            }
            findings.add(pl.DataFrame([found], schema=FOUND))


def _finish(files: list[FindingsFile], *, work: Path, into: Path) -> Path:
    """One `findings.parquet` sorted by row, out of parts that each are."""
    for file in files:
        file.close()
    whole = files[0].path
    for number, file in enumerate(files[1:]):
        if file.rows:
            merged = work / f"merged-{number}.parquet"
            merge(whole, file.path, into=merged)
            whole = merged
    return whole.replace(into / "findings.parquet")


def _write_withdrawn(repeats: Repeats, *, into: Path) -> Path | None:
    if not len(repeats.withdrawn):
        return None
    path = into / "withdrawn.parquet"
    rows = pl.DataFrame({ROW: repeats.withdrawn}, schema={ROW: pl.UInt32})
    rows.write_parquet(path, compression="zstd")
    return path


def _repeat_note(repeated: int) -> tuple[Note, ...]:
    if not repeated:
        return ()
    text = Text(
        zh="与前面某行完全相同的行只保留第一行。",
        en="Of rows that are equal in every value, only the first is kept.",
    )
    return (Note(column=None, rule="repeated_rows_are_dropped", cells=repeated, text=text),)


def _nothing(plan: Plan, *, into: Path) -> Checked:
    """A check that could not be made: no rows, no findings, no verdict."""
    schema = schema_of_rows(plan.dataset)
    with SortedRuns(into / "rows.parquet", schema, plan.dataset.key) as runs:
        runs.flush()
    findings = into / "findings.parquet"
    write_findings((), into=findings)
    return Checked(
        rows_path=into / "rows.parquet",
        withdrawn_path=None,
        findings_path=findings,
        counts=RowCounts(),
        findings=(),
        notes=(),
        control_totals=(),
        missing=plan.missing,
        not_checked=plan.not_checked,
        faults=(),
    )
