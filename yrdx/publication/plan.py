"""What the next snapshot of a dataset would be made from, and the name that follows from it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from yrdx.agreements import Province
from yrdx.dataset import Dataset
from yrdx.lists import LoadedList
from yrdx.model import Admission, Report, Severity, Text, WaiverState, Withdrawal
from yrdx.publication.codes import codes_of, keep_codes
from yrdx.publication.facts import (
    FIRST,
    FactChange,
    Step,
    after,
    columns_of,
    compare_columns,
    compare_keys,
    greatest,
)
from yrdx.publication.manifest import AgreementState, Lineage, Manifest, State, period_order
from yrdx.publication.parquet import arrow_schema
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_FORMAT = "1"
"""Raise it when files made from the same admissions must be written anew."""

_UNNAMED = layout.version_name((0, 0, 0), digest="0" * 12)


@dataclass(frozen=True, slots=True)
class Partition:
    """One period of one province: its admissions, one a unit, and the digest of all of it."""

    period: str
    province: str
    admissions: tuple[Admission, ...]
    rows_from: str
    made_from: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The next manifest, complete but for what its rows decide: files, row changes, changelog.

    `facts` are the changes of columns, keys, codes and of who has delivered for which period.
    `beside` maps keys within the version's folder to the small files that are known already.
    """

    manifest: Manifest
    partitions: tuple[Partition, ...]
    facts: tuple[FactChange, ...]
    beside: Mapping[str, bytes]

    @property
    def step(self) -> Step:
        """The step that the facts alone ask for: NONE where it is for the rows to tell."""
        return greatest(item.step for item in self.facts)


def draft(
    dataset: Dataset,
    parent: Manifest | None,
    *,
    store: ObjectStore,
    provinces: Sequence[Province],
    lists: Mapping[str, LoadedList],
    attempt: int,
) -> Draft | None:
    """What the next version would be; None when nothing is new.

    Its name has a digest of everything else in the manifest, and what is not in there yet follows
    from it: no attempt with other content can ever write under the same keys.
    """
    admissions, withdrawn = admitted(store, dataset.name)
    described = hashlib.sha256(arrow_schema(dataset).serialize().to_pybytes()).hexdigest()
    shape = _digest([_FORMAT, described])
    partitions = _partitions(shape, admissions.values(), store)
    codes = codes_of(dataset, lists)
    own_codes = [[item.name, item.digest] for item in codes if not item.is_loaded]
    made_from = _digest([[item.made_from for item in partitions], own_codes])
    is_empty = not partitions and not (parent and parent.files)
    if is_empty or (parent and parent.made_from == made_from):
        return None
    lineage = tuple(_lineage(store, key, item) for key, item in admissions.items())
    code_lists, beside, of_codes = keep_codes(codes, parent, store=store)
    facts = (*_facts(dataset, parent, lineage, shape=shape), *of_codes) if parent else ()
    unnamed = _unnamed(dataset, lineage, withdrawn, provinces).model_copy(
        update={
            "parent": parent.version if parent else None,
            "made_from": made_from,
            "attempt": attempt,
            "shape": shape,
            "code_lists": code_lists,
        }
    )
    step = greatest((Step.PATCH, *(item.step for item in facts)))
    version = layout.version_name(
        after(parent.numbers, step) if parent else FIRST,
        digest=_digest(unnamed.model_dump(mode="json")),
    )
    manifest = unnamed.model_copy(update={"version": version})
    return Draft(manifest, partitions, facts, beside)


def _unnamed(
    dataset: Dataset,
    lineage: tuple[Lineage, ...],
    withdrawn: tuple[Withdrawal, ...],
    provinces: Sequence[Province],
) -> Manifest:
    """What a manifest says of the dataset and its deliveries, whatever there was before."""
    received = [item.received_at for item in lineage if item.received_at]
    return Manifest(
        dataset=dataset.name,
        version=_UNNAMED,
        parent=None,
        contract=dataset.version,
        created=max([*received, *(item.withdrawn_at for item in withdrawn)], default=None),
        rows=sum(item.rows for item in lineage),
        files=(),
        lineage=lineage,
        states=tuple(_states(dataset.name, lineage, provinces)),
        findings=_total_findings(lineage),
        as_null=_as_null(lineage),
        made_from="0" * 64,
        writer=f"format {_FORMAT}, pyarrow {pa.__version__}",
        attempt=0,
        key=dataset.key,
        alternative_key=dataset.alternative_key,
        columns=columns_of(dataset),
        withdrawn=withdrawn,
    )


def _facts(
    dataset: Dataset, parent: Manifest, lineage: Sequence[Lineage], *, shape: str
) -> tuple[FactChange, ...]:
    """The changes of columns, keys and coverage; describing texts where nothing else tells.

    What an old manifest does not say of its columns cannot be compared.
    """
    found: list[FactChange] = []
    if parent.columns:
        keys = (parent.key, parent.alternative_key), (dataset.key, dataset.alternative_key)
        found = [*compare_keys(*keys), *compare_columns(parent.columns, columns_of(dataset))]
    if parent.shape != shape:
        words = Text(
            zh=f"数据标准 {parent.contract} → {dataset.version}（字段说明、代码表或版本号）",
            en=f"contract {parent.contract} → {dataset.version} (descriptions, codes or version)",
        )
        found.append(FactChange(step=Step.PATCH, place="contract", text=words))
    return (*found, *_compare_coverage(parent.lineage, lineage))


def _compare_coverage(before: Sequence[Lineage], now: Sequence[Lineage]) -> Iterator[FactChange]:
    """Who has delivered for a period that was not there, and what is no more."""
    old, new = ({(one.period, one.province, one.unit) for one in side} for side in (before, now))
    for places, zh, en in ((new - old, "新到报送", "delivered"), (old - new, "不再有", "no more")):
        for period, province, unit in sorted(places):
            place = f"{period}/{province}/{unit}"
            words = Text(zh=f"{zh}：{place}", en=f"{en}: {place}")
            yield FactChange(step=Step.MINOR, place=place, text=words)


def admitted(store: ObjectStore, name: str) -> tuple[dict[str, Admission], tuple[Withdrawal, ...]]:
    """What counts of the admissions of a dataset, and which deliveries were taken back.

    Key → admission, in key order: the newest of each (province, unit, period) that was not taken
    back. It replaces earlier ones wholly: a partner sends the whole list again, not a difference.
    """
    keys = [item.key for item in store.list(layout.admitted_prefix(name))]
    withdrawals = [key for key in keys if key.endswith("/withdrawal.json")]
    newest: dict[tuple[str, str, str], tuple[str, Admission]] = {}
    for key in layout.in_force(keys):
        admission = Admission.model_validate_json(store.get(key))
        delivery = admission.delivery
        place = (delivery.period, delivery.province, delivery.unit)
        known = newest.get(place)
        if known is None or _age(admission) > _age(known[1]):
            newest[place] = (key, admission)
    return (
        dict(newest[place] for place in sorted(newest)),
        tuple(Withdrawal.model_validate_json(store.get(key)) for key in withdrawals),
    )


def _age(admission: Admission) -> tuple[int, datetime, int, str]:
    delivery = admission.delivery
    received = delivery.received_at or datetime.min.replace(tzinfo=UTC)
    return delivery.attempt or 0, received, admission.revision, delivery.sha256


def _partitions(
    shape: str, admissions: Iterable[Admission], store: ObjectStore
) -> tuple[Partition, ...]:
    together: defaultdict[tuple[str, str], list[Admission]] = defaultdict(list)
    for admission in admissions:
        together[admission.delivery.period, admission.delivery.province].append(admission)
    found = []
    for (period, province), items in sorted(together.items()):
        contents = [_content(store, item) for item in items]
        found.append(
            Partition(
                period=period,
                province=province,
                admissions=tuple(items),
                rows_from=_digest(contents),
                made_from=_digest([shape, contents]),
            )
        )
    return tuple(found)


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
        receipt_key=_receipt_key(admission, report),
        waivers=tuple(use for use in report.waivers if use.state is WaiverState.HOLDS),
        sources=admission.sources,
    )


def _receipt_key(admission: Admission, report: Report) -> str:
    """The receipt that counts: the one with the approval, where there is one.

    Of derived rows: the record of what they are derived from, for nobody delivered them.
    """
    if admission.derived_key:
        return admission.derived_key
    where = layout.decided if admission.decision_key else layout.checked
    return where(admission.delivery, rules_digest=report.versions.digest, name="receipt.json")


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
