"""Derived rows, made and then checked like anybody else's; a wrong one is a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yrdx.checking import check
from yrdx.checking.report import report_of_check
from yrdx.checking.result import Checked, Terms
from yrdx.dataset import Dataset, Reference
from yrdx.derivation import Derivation, Given
from yrdx.errors import DerivedRowsAreWrong
from yrdx.lists import LoadedList
from yrdx.model import Delivery, Report, Severity, Versions
from yrdx.reading import Refusal, Table, read
from yrdx.settings import TIMEZONE
from yrdx.store.content import digest_and_size

_PERIOD, _PROVINCE = "_period", "_province"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The rows of one period and province, as a file of their own in `path`."""

    period: str
    province: str
    path: Path


def make_rows(
    dataset: Dataset, derivation: Derivation, given: Given, *, into: Path
) -> Iterator[Made]:
    """Derive the rows, and write those of each period and province into a file, sorted by key.

    Raises `DerivedRowsAreWrong` where the rows are not the contract's, or belong nowhere.
    """
    period = derivation.period
    if period is None:
        if dataset.period_column is None:
            raise DerivedRowsAreWrong(
                f"schemas/derived/{dataset.name}.py: rows tell no period; give the contract a "
                f"period_column, or the derivation period="
            )
        period = pl.col(dataset.period_column)
    rows = _of_the_contract(derivation.make(given), dataset)
    places = {_PERIOD: period.cast(pl.String), _PROVINCE: dataset.province}
    placed = rows.with_columns(**places).sort(dataset.key)
    for (when, where), own in sorted(placed.group_by(_PERIOD, _PROVINCE, maintain_order=True)):
        if when is None or where is None:
            lost = own.select(dataset.key).row(0)
            raise DerivedRowsAreWrong(
                f"{dataset.name}: {len(own)} derived rows belong to period {when} of province "
                f"{where}, the first with the key {lost}; every row needs both"
            )
        path = into / f"{when}-{where}.parquet"
        own.drop(_PERIOD, _PROVINCE).write_parquet(path)
        yield Made(period=str(when), province=str(where), path=path)


def _of_the_contract(found: pl.LazyFrame, dataset: Dataset) -> pl.DataFrame:
    """The columns of the contract in its types; no column more or less, no value lost."""
    rows = found.collect(engine="streaming")
    more, less = set(rows.columns) - set(dataset.schema), set(dataset.schema) - set(rows.columns)
    if more or less:
        raise DerivedRowsAreWrong(
            f"{dataset.name}: its derivation gives other columns than the contract has; "
            f"too many: {sorted(more)}, missing: {sorted(less)}"
        )
    try:
        return rows.select(pl.col(name).cast(dtype) for name, dtype in dataset.schema.items())
    except pl.exceptions.PolarsError as error:
        raise DerivedRowsAreWrong(
            f"{dataset.name}: derived values do not fit the types of the contract: {error}"
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Derived rows that keep their contract."""

    made: Made
    checked: Checked
    report: Report
    rows_sha256: str


def judge_rows(
    made: Made,
    dataset: Dataset,
    *,
    delivery: Delivery,
    versions: Versions,
    references: Mapping[Reference, pl.Series],
    lists: Mapping[str, LoadedList],
    into: Path,
) -> Judged:
    """Check derived rows against the contract, with the engine that checks everybody's.

    Raises `DerivedRowsAreWrong` naming the rules that a row breaks: nothing of it is admitted.
    """
    if delivery.received_at is None:
        raise ValueError("derived rows are dated by their sources")
    day = delivery.received_at.astimezone(TIMEZONE).date()
    terms = Terms(province=made.province, period=made.period, today=day, tolerance=0)
    table = read(made.path, filename=delivery.filename, dataset=dataset)
    if isinstance(table, Refusal):
        wrongs = "; ".join(f"{item.rule}: {item.message.en}" for item in table.findings)
        raise DerivedRowsAreWrong(f"{_named(delivery)}: its rows cannot be read back: {wrongs}")
    checked = check(table, dataset, terms=terms, references=references, lists=lists, into=into)
    report = report_of_check(
        checked, table, dataset, delivery=delivery, terms=terms, versions=versions
    )
    _refuse_wrong(report, table, findings=checked.findings_path)
    sha256, _ = digest_and_size(checked.rows_path)
    return Judged(made=made, checked=checked, report=report, rows_sha256=sha256)


def _refuse_wrong(report: Report, table: Table, *, findings: Path) -> None:
    """Raise for rows that are not good, all of them."""
    named = _named(report.delivery)
    if report.faults:
        broken = report.faults[0].message
        raise DerivedRowsAreWrong(f"{named}: the check of derived rows broke: {broken}")
    if report.notes:
        changed = "; ".join(f"{item.rule} ({item.column})" for item in report.notes)
        raise DerivedRowsAreWrong(
            f"{named}: derived values are not as the contract writes them: {changed}"
        )
    wrongs = [item for item in report.findings if item.severity is Severity.ERROR]
    if wrongs or report.rows.admitted != table.rows_estimate:
        found = pl.read_parquet(findings).filter(pl.col("severity") == Severity.ERROR.value)
        first = found.select("rule", "column", "key", "value").head(3).rows()
        told = "; ".join(f"{item.rule} ({item.column}): {item.count}" for item in wrongs)
        raise DerivedRowsAreWrong(
            f"{named}: {report.rows.admitted} of {table.rows_estimate} derived rows keep their "
            f"contract: {told}; first: {first}; mend schemas/derived/{report.delivery.dataset}.py"
        )


def _named(delivery: Delivery) -> str:
    return f"{delivery.dataset} {delivery.period} {delivery.province}"
