"""Publishes typed rows of any delivered dataset, as if provinces had delivered them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from yrdx import catalogue, pipeline
from yrdx.dataset import Dataset
from yrdx.judging.situation import rows_of
from yrdx.model import Admission, Delivery, Report, RowCounts, Verdict, Versions
from yrdx.pipeline.exchange import Exchange
from yrdx.publication import Manifest
from yrdx.store import layout

VERSIONS = Versions(contract="1.0.0", rules="0" * 64, code="test")
FIRST_DAY = datetime(2025, 3, 1, 8, tzinfo=UTC)

Place = tuple[str, str]
"""Period and province."""


def publish_rows(
    exchange: Exchange,
    name: str,
    rows: Mapping[Place, pl.DataFrame | Sequence[Mapping[str, Any]]],
    *,
    unit: str = "edu",
    attempt: int = 1,
) -> Manifest:
    """Admit rows (typed, or as changes to the dataset's good row) and publish them."""
    dataset = catalogue.dataset(name)
    for (period, province), own in rows.items():
        frame = own if isinstance(own, pl.DataFrame) else rows_of(dataset, own)
        _admit(exchange, dataset, frame, period=period, province=province, unit=unit, at=attempt)
    manifest = pipeline.publish(exchange, name)
    assert manifest is not None, f"{name} was published before from the same rows"
    return manifest


def _admit(
    exchange: Exchange,
    dataset: Dataset,
    frame: pl.DataFrame,
    *,
    period: str,
    province: str,
    unit: str,
    at: int,
) -> None:
    numbered = frame.sort(dataset.key).with_row_index("_row", offset=2)
    body = io.BytesIO()
    numbered.select("_row", *dataset.schema).cast(dict(dataset.schema)).write_parquet(body)
    sha256 = hashlib.sha256(body.getvalue() + f"{province}{unit}{period}{at}".encode()).hexdigest()
    delivery = Delivery(
        province=province,
        unit=unit,
        dataset=dataset.name,
        period=period,
        sha256=sha256,
        sm3="0" * 64,
        size=body.tell(),
        filename=f"{province}_{dataset.name}_{period}.csv",
        received_at=FIRST_DAY + timedelta(days=at),
        attempt=at,
    )
    names = {
        "report": layout.checked(delivery, rules_digest=VERSIONS.digest, name="report.json"),
        "rows": layout.admitted(delivery, rules_digest=VERSIONS.digest, name="rows.parquet"),
        "proof": layout.admitted(delivery, rules_digest=VERSIONS.digest, name="admission.json"),
    }
    admission = Admission(
        delivery=delivery,
        verdict=Verdict.ADMITTED,
        report_key=names["report"],
        rows_key=names["rows"],
        rows_sha256=hashlib.sha256(body.getvalue()).hexdigest(),
        rows=len(frame),
        contract=dataset.version,
        not_supplied=(),
    )
    store = exchange.store
    store.put_if_absent(names["report"], _report(delivery, len(frame)).model_dump_json().encode())
    store.put_if_absent(names["rows"], body.getvalue())
    store.put_if_absent(names["proof"], admission.model_dump_json().encode())


def _report(delivery: Delivery, rows: int) -> Report:
    return Report(
        delivery=delivery,
        versions=VERSIONS,
        verdict=Verdict.ADMITTED,
        tolerance=0.05,
        rows=RowCounts(read=rows, admitted=rows),
        reading=None,
        findings=(),
        notes=(),
        control_totals=(),
        not_supplied=(),
        missing=(),
        not_checked=(),
    )
