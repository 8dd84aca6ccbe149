"""What the next snapshot of a dataset would be made from, and the name that follows from it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from yrdx.agreements import Province
from yrdx.dataset import Dataset
from yrdx.model import Admission, Report, Severity
from yrdx.publication.manifest import AgreementState, Lineage, Manifest, State, period_order
from yrdx.publication.parquet import arrow_schema
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_FORMAT = "1"
"""Raise it when files made from the same admissions must be written anew."""

_UNNAMED = layout.version_name(number=0, digest="0" * 12)


@dataclass(frozen=True, slots=True)
class Partition:
    """One period of one province: its admissions, one a unit, and the digest of all of it."""

    period: str
    province: str
    admissions: tuple[Admission, ...]
    made_from: str


def draft(
    dataset: Dataset,
    parent: Manifest | None,
    *,
    store: ObjectStore,
    provinces: Sequence[Province],
    attempt: int,
) -> tuple[Manifest, tuple[Partition, ...]] | None:
    """The next manifest, complete but for its files; None when nothing is new.

    Its version is named by a digest of everything else in it, so no attempt with other content
    can ever write under the same keys.
    """
    admissions = newest_admissions(store, dataset.name)
    partitions = _partitions(dataset, admissions.values(), store)
    made_from = _digest([item.made_from for item in partitions])
    if not partitions or (parent and parent.made_from == made_from):
        return None
    lineage = tuple(_lineage(store, key, item) for key, item in admissions.items())
    unnamed = Manifest(
        dataset=dataset.name,
        version=_UNNAMED,
        parent=parent.version if parent else None,
        contract=dataset.version,
        created=max((item.received_at for item in lineage if item.received_at), default=None),
        rows=sum(item.rows for item in lineage),
        files=(),
        lineage=lineage,
        states=tuple(_states(dataset.name, lineage, provinces)),
        findings=_total_findings(lineage),
        as_null=_as_null(lineage),
        made_from=made_from,
        writer=f"format {_FORMAT}, pyarrow {pa.__version__}",
        attempt=attempt,
    )
    version = layout.version_name(
        number=parent.number + 1 if parent else 1,
        digest=_digest(unnamed.model_dump(mode="json")),
    )
    return unnamed.model_copy(update={"version": version}), partitions


def newest_admissions(store: ObjectStore, name: str) -> dict[str, Admission]:
    """Key → admission, in key order: the newest of each (province, unit, period).

    It replaces earlier ones wholly: a partner sends the whole list again, not a difference.
    """
    newest: dict[tuple[str, str, str], tuple[str, Admission]] = {}
    for item in store.list(layout.admitted_prefix(name)):
        if item.key.endswith("/admission.json"):
            admission = Admission.model_validate_json(store.get(item.key))
            delivery = admission.delivery
            place = (delivery.period, delivery.province, delivery.unit)
            known = newest.get(place)
            if known is None or _age(admission) > _age(known[1]):
                newest[place] = (item.key, admission)
    return dict(newest[place] for place in sorted(newest))


def _age(admission: Admission) -> tuple[int, datetime, int, str]:
    delivery = admission.delivery
    received = delivery.received_at or datetime.min.replace(tzinfo=UTC)
    return delivery.attempt or 0, received, admission.revision, delivery.sha256


def _partitions(
    dataset: Dataset, admissions: Iterable[Admission], store: ObjectStore
) -> tuple[Partition, ...]:
    schema = arrow_schema(dataset)
    shape = hashlib.sha256(schema.serialize().to_pybytes()).hexdigest()
    together: defaultdict[tuple[str, str], list[Admission]] = defaultdict(list)
    for admission in admissions:
        together[admission.delivery.period, admission.delivery.province].append(admission)
    return tuple(
        Partition(
            period=period,
            province=province,
            admissions=tuple(items),
            made_from=_digest([_FORMAT, shape, [_content(store, item) for item in items]]),
        )
        for (period, province), items in sorted(together.items())
    )


def _content(store: ObjectStore, admission: Admission) -> list[str | None]:
    """What the published rows of an admission depend on."""
    delivery, withdrawn = admission.delivery, admission.withdrawn_key
    info = store.head(withdrawn) if withdrawn else None
    return [
        delivery.province,
        delivery.unit,
        delivery.period,
        delivery.sha256,
        admission.rows_sha256,
        (info and info.sha256) or withdrawn,
    ]


def _digest(content: Any) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _lineage(store: ObjectStore, key: str, admission: Admission) -> Lineage:
    report = Report.model_validate_json(store.get(admission.report_key))
    delivery = admission.delivery
    return Lineage(
        province=delivery.province,
        unit=delivery.unit,
        period=delivery.period,
        sha256=delivery.sha256,
        filename=delivery.filename,
        received_at=delivery.received_at,
        attempt=delivery.attempt,
        revision=admission.revision,
        verdict=admission.verdict,
        contract=admission.contract,
        rows=admission.rows,
        rows_read=report.rows.read,
        rows_rejected=report.rows.rejected,
        findings={severity: report.count(severity) for severity in Severity},
        not_supplied=admission.not_supplied,
        admission_key=key,
        report_key=admission.report_key,
        receipt_key=layout.checked(
            delivery, rules_digest=report.versions.digest, name="receipt.json"
        ),
    )


def _states(
    name: str, lineage: Sequence[Lineage], provinces: Sequence[Province]
) -> Iterable[AgreementState]:
    """One state for each agreement and each period that the snapshot has."""
    periods = sorted({item.period for item in lineage}, key=period_order)
    arrived: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in lineage:
        arrived[item.province, item.unit].append(item.period)
    agreed = {
        (province.code, agreement.unit)
        for province in provinces
        for agreement in province.agreements
        if agreement.dataset == name
    }
    for province, unit in sorted(agreed):
        for period in periods:
            newest = max(
                (p for p in arrived[province, unit] if period_order(p) <= period_order(period)),
                key=period_order,
                default=None,
            )
            yield AgreementState(
                province=province,
                unit=unit,
                period=period,
                state=_state(newest, period),
                newest=newest,
            )


def _state(newest: str | None, period: str) -> State:
    if newest is None:
        return State.MISSING
    return State.ARRIVED if newest == period else State.CARRIED_FORWARD


def _total_findings(lineage: Sequence[Lineage]) -> dict[Severity, int]:
    return {severity: sum(item.findings[severity] for item in lineage) for severity in Severity}


def _as_null(lineage: Sequence[Lineage]) -> Mapping[str, tuple[str, ...]]:
    columns: defaultdict[str, set[str]] = defaultdict(set)
    for item in lineage:
        if item.not_supplied:
            columns[item.province].update(item.not_supplied)
    return {province: tuple(sorted(columns[province])) for province in sorted(columns)}
