"""Check: a landed delivery, or a partner's own file, becomes a report with its receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from yrdx import catalogue
from yrdx.agreements import Agreement
from yrdx.checking import check as check_table
from yrdx.checking.findings import write_findings
from yrdx.checking.receipt import write_receipt
from yrdx.checking.report import report_of_check, report_of_refusal
from yrdx.checking.result import Checked, Terms
from yrdx.checking.versions import versions_of
from yrdx.dataset import Dataset, Reference
from yrdx.errors import IntegrityError
from yrdx.lists import LoadedList
from yrdx.model import Delivery, Report, Severity, Verdict, Versions
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import newest_report
from yrdx.publication import newest, read_column
from yrdx.reading import (
    Refusal,
    Table,
    UnreadableText,
    explain_failure,
    find_personal_numbers,
    is_reading_failure,
    read,
)
from yrdx.reference import loaded_lists
from yrdx.settings import TIMEZONE
from yrdx.store import layout
from yrdx.store.port import ObjectStore

Progress = Callable[[int], None]
Answer = TypeVar("Answer")
_NOT_STATED = "00"
"""Province of a file whose sender did not say where it is from."""
_RECEIPT = ("receipt.json", "receipt.html", "errors.xlsx")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a verdict is compared with: keys of other datasets, loaded lists, and their versions."""

    references: dict[Reference, pl.Series]
    lists: dict[str, LoadedList]
    versions: Versions


def terms_of(delivery: Delivery, agreement: Agreement) -> Terms:
    """What the agreement fixes for the check of a delivery that was received."""
    if delivery.received_at is None:
        raise ValueError(f"delivery {delivery.sha256} was never received")
    return Terms(
        province=delivery.province,
        period=delivery.period,
        today=delivery.received_at.astimezone(TIMEZONE).date(),
        tolerance=agreement.tolerance,
        not_supplied=agreement.not_supplied,
        own_rows_only=agreement.own_rows_only,
    )


def check(exchange: Exchange, delivery: Delivery, *, progress: Progress | None = None) -> Report:
    """Judge a landed delivery; report, findings and receipt lie under `checked/` afterwards.

    Checked before under the same versions: the report of then. A report with faults is not kept.
    """
    if delivery.refused:
        return _report_of_refused(exchange, delivery)
    dataset = catalogue.dataset(delivery.dataset)
    ground = _ground_of(exchange, dataset, delivery)
    versions = ground.versions
    key = layout.checked(delivery, rules_digest=versions.digest, name="report.json")
    if exchange.store.head(key) is not None:
        return Report.model_validate_json(exchange.store.get(key))
    with exchange.spool() as spool:
        path = spool / "original"
        exchange.store.fetch(layout.landed_original(delivery), into=path)
        into = spool / "checked"
        into.mkdir()
        report = examine(
            path,
            dataset,
            delivery=delivery,
            terms=terms_of(delivery, exchange.agreement(delivery)),
            ground=ground,
            into=into,
            progress=progress,
        )
        _keep(exchange, report, into)
    return report


def _ground_of(exchange: Exchange, dataset: Dataset, delivery: Delivery) -> Ground:
    return ground_of(dataset, exchange.store, province=delivery.province, lists=exchange.list_store)


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
    versions = _ground_of(exchange, dataset, delivery).versions
    with exchange.spool() as into:
        report = report_of_refusal(
            refusal,
            dataset,
            delivery=delivery,
            terms=terms_of(delivery, exchange.agreement(delivery)),
            versions=versions,
        )
        write_findings(refusal.findings, into=into / "findings.parquet")
        _keep(exchange, _answered(report, dataset, into=into), into)
    return report


def check_file(
    path: Path,
    delivery: Delivery,
    *,
    terms: Terms,
    store: ObjectStore | None,
    lists: ObjectStore | None = None,
    into: Path,
    keep_rows: bool = True,
    progress: Progress | None = None,
) -> Report:
    """A partner's dry run: the same rules and the same receipt, nothing is landed.

    Report, findings and receipt are written into the folder `into`. Without a `store`, references
    to other datasets are listed as not checked; loaded lists are taken from `lists`, else from it.
    Whoever does not look at the good rows spares their writing by `keep_rows`.
    """
    dataset = catalogue.dataset(delivery.dataset)
    ground = ground_of(dataset, store, province=delivery.province, lists=lists or store)
    report = examine(
        path,
        dataset,
        delivery=delivery,
        terms=terms,
        ground=ground,
        into=into,
        keep_rows=keep_rows,
        progress=progress,
    )
    (into / "report.json").write_text(report.model_dump_json(indent=2), encoding="utf-8")
    return report


def ground_of(
    dataset: Dataset, store: ObjectStore | None, *, province: str, lists: ObjectStore | None
) -> Ground:
    """The keys that references are checked against, the loaded lists, and the versions of both.

    A snapshot that the province has no rows in yet cannot say that a key is wrong.
    """
    values: dict[Reference, pl.Series] = {}
    used: dict[str, str] = {}
    for reference in dataset.references:
        manifest = newest(store, reference.dataset) if store is not None else None
        if store is None or manifest is None:
            continue
        published = {file.province for file in manifest.files}
        if province in published | {_NOT_STATED}:
            values[reference] = read_column(store, manifest, reference.target)
            used[reference.dataset] = manifest.version
    loaded = loaded_lists(lists, dataset.needed_lists) if lists is not None else {}
    versions = versions_of(dataset, references=used, lists=loaded)
    return Ground(references=values, lists=loaded, versions=versions)


def look_at(path: Path, dataset: Dataset, *, filename: str) -> Table | Refusal:
    """Read a file, and refuse it when it holds raw personal numbers."""
    table = read(path, filename=filename, dataset=dataset)
    if isinstance(table, Refusal):
        return table
    personal = _unless_unreadable(table, partial(find_personal_numbers, table))
    if isinstance(personal, Refusal):
        return personal
    errors = [item for item in personal if item.severity is Severity.ERROR]
    if errors:
        return Refusal(findings=personal, reading=table.reading)
    return replace(table, findings=(*table.findings, *personal))


def _keep(exchange: Exchange, report: Report, into: Path) -> None:
    """Store what a check wrote; the report comes last and proves that the rest is there."""
    if report.verdict is None:
        return
    digest = report.versions.digest
    names = ["findings.parquet", *_RECEIPT]
    if report.verdict is not Verdict.REJECTED:
        names += ["rows.parquet", "withdrawn.parquet"]
    for name in names:
        if (into / name).exists():
            key = layout.checked(report.delivery, rules_digest=digest, name=name)
            exchange.store.put_if_absent(key, into / name)
    key = layout.checked(report.delivery, rules_digest=digest, name="report.json")
    exchange.store.put_if_absent(key, report.model_dump_json(indent=2).encode())


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
    """Read and check one local file into `into`; every check of every kind passes here."""
    table = look_at(path, dataset, filename=delivery.filename)
    if isinstance(table, Table):
        check_it = partial(
            check_table,
            table,
            dataset,
            terms=terms,
            references=ground.references,
            lists=ground.lists,
            keep_rows=keep_rows,
        )
        checked = _unless_unreadable(table, partial(check_it, into=into, progress=progress))
        if isinstance(checked, Checked):
            return _answered(
                report_of_check(
                    checked,
                    table,
                    dataset,
                    delivery=delivery,
                    terms=terms,
                    versions=ground.versions,
                ),
                dataset,
                into=into,
            )
        table = checked
    write_findings(table.findings, into=into / "findings.parquet")
    report = report_of_refusal(
        table, dataset, delivery=delivery, terms=terms, versions=ground.versions
    )
    return _answered(report, dataset, into=into)


def _answered(report: Report, dataset: Dataset, *, into: Path) -> Report:
    """The report, with its receipt beside it where there is a verdict."""
    if report.verdict is not None:
        write_receipt(report, dataset, findings=into / "findings.parquet", into=into)
    return report


def _unless_unreadable(table: Table, action: Callable[[], Answer]) -> Answer | Refusal:
    """The action's answer, or a refusal when the file turns out to be unreadable on the way."""
    try:
        return action()
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if not is_reading_failure(error):
            raise
        return explain_failure(error, table)
