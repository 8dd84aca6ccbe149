"""Check: a landed delivery becomes a report with its receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from yrdx import catalogue
from yrdx.checking.attempts import compare_attempts
from yrdx.checking.causes import find_causes
from yrdx.checking.findings import write_findings
from yrdx.checking.proof import REPORT, is_kept, sign_in
from yrdx.checking.receipt import write_receipt
from yrdx.checking.report import report_of_refusal
from yrdx.checking.result import Terms
from yrdx.checking.returned import Returned
from yrdx.checking.versions import digests_of
from yrdx.dataset import Dataset
from yrdx.errors import IntegrityError
from yrdx.model import Delivery, Report
from yrdx.pipeline.attempts import (
    Line,
    attempts_before,
    line_to,
    name_of,
    past_of,
    receipt_before,
)
from yrdx.pipeline.copies import return_copies
from yrdx.pipeline.corrected import fetch_whole
from yrdx.pipeline.examination import judge_file
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.ground import Ground, ground_of, naming
from yrdx.pipeline.listing import newest_report
from yrdx.pipeline.terms import terms_in_force
from yrdx.reading import Refusal
from yrdx.reading.corrections import WHOLE, Corrected
from yrdx.store import layout
from yrdx.store.tombstones import current_key

Progress = Callable[[int], None]
CHECKED = "checked"
"""Folder of the spool that a check writes into."""


def check(exchange: Exchange, delivery: Delivery, *, progress: Progress | None = None) -> Report:
    """Judge a landed delivery; report, findings and receipt lie under `checked/` afterwards.

    Checked before under the same versions: the report of then. A report with faults is not kept.
    """
    if delivery.refused:
        return _report_of_refused(exchange, delivery)
    dataset = catalogue.dataset(delivery.dataset)
    terms = terms_in_force(exchange, delivery)
    line = _line_before(exchange, delivery)
    ground = _ground_of(exchange, dataset, delivery, terms=terms, line=line)
    versions = ground.versions
    key = layout.checked(delivery, rules_digest=versions.digest, name="report.json")
    if exchange.store.head(key) is not None:
        return Report.model_validate_json(exchange.store.get(key))
    with exchange.spool() as spool:
        ground = replace(ground, past=past_of(exchange, line, into=spool))
        report = examine_landed(
            exchange,
            delivery,
            dataset,
            terms=terms,
            ground=ground,
            spool=spool,
            progress=progress,
        )
        _keep(exchange, report, spool / CHECKED)
    return report


def examine_landed(
    exchange: Exchange,
    delivery: Delivery,
    dataset: Dataset,
    *,
    terms: Terms,
    ground: Ground,
    spool: Path,
    progress: Progress | None,
) -> Report:
    """Check what was landed into the folder `CHECKED` of the spool, and keep nothing yet."""
    path, corrected = fetch_whole(exchange, delivery, dataset, into=spool / "landed")
    into = spool / CHECKED
    into.mkdir()
    if isinstance(corrected, Corrected):
        path = path.rename(into / WHOLE)
    return examine(
        path,
        dataset,
        delivery=delivery,
        terms=terms,
        ground=replace(ground, corrected=corrected),
        into=into,
        progress=progress,
    )


def _ground_of(
    exchange: Exchange, dataset: Dataset, delivery: Delivery, *, terms: Terms, line: Line
) -> Ground:
    ground = ground_of(dataset, delivery, store=exchange.store, lists=exchange.list_store)
    ground = naming(ground, terms, copy_rows=exchange.settings.copy_rows)
    return replace(ground, versions=line.within(ground.versions))


def _line_before(exchange: Exchange, delivery: Delivery) -> Line:
    """The attempts before a delivery; one that was not checked yet is checked first.

    So it makes no difference whether attempts are checked one after the other or all at once.
    """
    for earlier in reversed(attempts_before(exchange, delivery)):
        report = newest_report(exchange, earlier)
        if report is None and current_key(exchange.store, layout.landed_original(earlier)):
            report = check(exchange, earlier)
        if report is not None and report.verdict is not None:
            return line_to(exchange, delivery, name_of(report))
    return Line()


def _report_of_refused(exchange: Exchange, delivery: Delivery) -> Report:
    report = newest_report(exchange, delivery)
    if report is None:
        raise IntegrityError(
            f"{delivery.filename} was refused and not kept, but its report is gone from "
            f"{layout.checked_all(delivery)}; ask the province to deliver the file again"
        )
    return report


def refuse(exchange: Exchange, delivery: Delivery, refusal: Refusal) -> Report:
    """Write report and receipt of a file whose bytes are not kept."""
    dataset = catalogue.dataset(delivery.dataset)
    terms = terms_in_force(exchange, delivery)
    line = _line_before(exchange, delivery)
    ground = _ground_of(exchange, dataset, delivery, terms=terms, line=line)
    with exchange.spool() as spool:
        into = spool / CHECKED
        into.mkdir()
        ground = replace(ground, past=past_of(exchange, line, into=spool))
        report = report_of_refusal(
            refusal,
            dataset,
            delivery=delivery,
            terms=terms,
            versions=ground.versions,
        )
        write_findings(refusal.findings, into=into / "findings.parquet")
        report = _answered(report, dataset, ground=ground, into=into)
        _keep(exchange, report, into)
    return report


def _keep(exchange: Exchange, report: Report, into: Path) -> None:
    """Store what a check wrote; the report comes last and proves that the rest is there."""
    if report.verdict is None:
        return
    sign_in(into, key_file=exchange.settings.signing_key_file)
    written = sorted(path.name for path in into.iterdir() if path.is_file())
    names = [name for name in written if is_kept(name, report.verdict) and name != REPORT]
    for name in (*names, REPORT):
        key = layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)
        exchange.store.put_if_absent(key, into / name)


def examine(
    path: Path,
    dataset: Dataset,
    *,
    delivery: Delivery,
    terms: Terms,
    ground: Ground,
    into: Path,
    progress: Progress | None,
    keep_rows: bool = True,
) -> Report:
    """Read and check one local file into `into`, and answer; every check passes here."""
    judge = partial(
        judge_file,
        dataset=dataset,
        delivery=delivery,
        terms=terms,
        ground=ground,
        progress=progress,
    )
    report, table = judge(path, into, keep_rows=keep_rows)
    returned = Returned()
    if table is not None:
        returned = return_copies(
            path,
            table,
            dataset,
            report,
            terms=terms,
            ground=ground,
            into=into,
            check_again=partial(judge, keep_rows=False),
        )
    return _answered(report, dataset, ground=ground, into=into, returned=returned)


def _answered(
    report: Report,
    dataset: Dataset,
    *,
    ground: Ground,
    into: Path,
    returned: Returned | None = None,
) -> Report:
    """The report, with its receipt beside it where there is a verdict.

    The receipt comes last: it holds the digests of all other files in the folder.
    """
    if report.verdict is None:
        return report
    if ground.past is not None:
        report = compare_attempts(report, ground.past, into=into)
    causes = find_causes(report, dataset, findings=into / "findings.parquet")
    report = report.model_copy(update={"causes": causes})
    (into / REPORT).write_bytes(report.model_dump_json(indent=2).encode())
    write_receipt(
        report,
        dataset,
        findings=into / "findings.parquet",
        into=into,
        rests_on=digests_of(dataset, lists=ground.lists),
        previous=receipt_before(ground.past),
        returned=returned,
    )
    return report
