"""Derive: the exchange delivers to itself, from published snapshots, and publishes it as usual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from yrdx import catalogue, deriving
from yrdx.checking.versions import versions_of
from yrdx.dataset import Dataset, Reference
from yrdx.derivation import UNIT, Derivation
from yrdx.deriving import Derived, Judged, Made, Opened, Place
from yrdx.errors import DerivedRowsAreWrong
from yrdx.lists import LoadedList
from yrdx.model import Admission, Delivery, Versions, Withdrawal
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.landing import identify
from yrdx.publication import newest, read_column, read_manifest
from yrdx.reference import loaded_lists
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_ATTEMPT = "yrdx.attempt"
_GONE = (
    "所依据的快照中不再有这一期数据 the snapshots that it follows from have no such rows any more"
)


def derive(exchange: Exchange, name: str, *, versions: Mapping[str, str] | None = None) -> Derived:
    """Derive a dataset's rows, check them and admit them; `publish` then makes the snapshot.

    They follow from the newest snapshots, or from those that `versions` names (dataset → version).
    Derived before from the same, nothing is done again. Raises `DerivedRowsAreWrong` when rows
    break their contract: nothing is admitted then.
    """
    dataset, derivation = catalogue.dataset(name), catalogue.derivation(name)
    opened = deriving.open_sources(exchange.store, derivation, name=name, versions=versions)
    lists = loaded_lists(exchange.list_store, {*derivation.lists, *dataset.needed_lists})
    rests_on = _rests_on(exchange, derivation, dataset)
    stated = versions_of(dataset, references=opened.versions, lists=lists)
    stated = stated.model_copy(update={"reference_data": stated.reference_data | rests_on})
    known = deriving.record_of(exchange.store, name, stated.digest)
    if known is not None and known.is_of(_in_force(exchange.store, name)):
        return known
    with exchange.spool() as spool:
        given = opened.given(
            exchange.store, settings=exchange.settings, lists=lists, cache=spool / "sources"
        )
        made = tuple(deriving.make_rows(dataset, derivation, given, into=_new(spool / "rows")))
        judged = tuple(
            _judged(exchange, item, dataset, opened=opened, lists=lists, stated=stated, spool=spool)
            for item in made
        )
        derived = _record(judged, dataset, opened=opened, stated=stated, rests_on=rests_on)
        _admit_all(exchange.store, judged, dataset, derived=derived)
    _take_back(exchange.store, dataset.name, derived=derived, at=opened.created)
    key = layout.derived(name, digest=derived.digest)
    exchange.store.put_if_absent(key, derived.model_dump_json(indent=2).encode())
    return derived


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _rests_on(exchange: Exchange, derivation: Derivation, dataset: Dataset) -> dict[str, str]:
    """What the derivation says, and the digest of all content that it may draw on."""
    stated = derivation.rests_on(exchange.settings)
    own = {"derivation": catalogue.content_digest(dataset.name)}
    return dict(sorted((own | dict(stated)).items()))


def _in_force(store: ObjectStore, name: str) -> dict[tuple[str, str], str]:
    return {
        place: item.rows_sha256 for place, item in deriving.contents_in_force(store, name).items()
    }


def _judged(
    exchange: Exchange,
    made: Made,
    dataset: Dataset,
    *,
    opened: Opened,
    lists: Mapping[str, LoadedList],
    stated: Versions,
    spool: Path,
) -> Judged:
    if opened.created is None:
        raise DerivedRowsAreWrong(f"{dataset.name}: rows were derived though nothing is published")
    return deriving.judge_rows(
        made,
        dataset,
        delivery=_delivery(exchange.store, made, dataset, at=opened.created),
        versions=stated,
        references=dict(_references(exchange.store, dataset, opened)),
        lists=lists,
        into=_new(spool / "checked" / f"{made.period}-{made.province}"),
    )


def _delivery(store: ObjectStore, made: Made, dataset: Dataset, *, at: datetime) -> Delivery:
    """The delivery that derived rows are; its number is in the bytes, and so in their name.

    Rows that are again what they were before last are thereby newer than the last ones.
    """
    place = layout.admitted_of(
        dataset=dataset.name, period=made.period, province=made.province, unit=UNIT
    )
    proofs = [item.key for item in store.list(place) if item.key.endswith("/admission.json")]
    attempt = 1 + len({key.rsplit("/", 2)[0] for key in proofs})
    pl.read_parquet(made.path).write_parquet(made.path, metadata={_ATTEMPT: str(attempt)})
    delivery = identify(
        made.path,
        filename=f"{dataset.name}_{made.period}_{made.province}.parquet",
        province=made.province,
        unit=UNIT,
        dataset=dataset.name,
        period=made.period,
    )
    return delivery.model_copy(update={"received_at": at, "attempt": attempt})


def _references(
    store: ObjectStore, dataset: Dataset, opened: Opened
) -> Iterator[tuple[Reference, pl.Series]]:
    """The values that references may have, of those snapshots that the rows were derived from."""
    for reference in dataset.references:
        manifest = opened.manifests.get(reference.dataset)
        if manifest is not None:
            yield reference, read_column(store, manifest, reference.target)


def _record(
    judged: tuple[Judged, ...],
    dataset: Dataset,
    *,
    opened: Opened,
    stated: Versions,
    rests_on: dict[str, str],
) -> Derived:
    return Derived(
        dataset=dataset.name,
        contract=dataset.version,
        digest=stated.digest,
        sources=opened.versions,
        rests_on=rests_on,
        rows=sum(item.report.rows.admitted for item in judged),
        places=tuple(
            Place(
                period=item.made.period,
                province=item.made.province,
                rows=item.report.rows.admitted,
                rows_sha256=item.rows_sha256,
            )
            for item in judged
        ),
    )


def _admit_all(
    store: ObjectStore, judged: tuple[Judged, ...], dataset: Dataset, *, derived: Derived
) -> None:
    """Admit what is other than what is in force."""
    known = deriving.contents_in_force(store, dataset.name)
    for item in judged:
        there = known.get((item.made.period, item.made.province))
        same = there and (there.rows_sha256, there.contract) == (item.rows_sha256, dataset.version)
        if not same:
            _admit(store, item, derived=derived)


def _admit(store: ObjectStore, judged: Judged, *, derived: Derived) -> None:
    """Store report, rows and admission of derived rows; the last one proves the rest."""
    report, delivery = judged.report, judged.report.delivery
    digest = report.versions.digest
    if report.verdict is None:
        raise ValueError("rows with faults were refused before")
    admission = Admission(
        delivery=delivery,
        verdict=report.verdict,
        report_key=layout.checked(delivery, rules_digest=digest, name="report.json"),
        rows_key=layout.admitted(delivery, rules_digest=digest, name="rows.parquet"),
        rows_sha256=judged.rows_sha256,
        rows=report.rows.admitted,
        contract=derived.contract,
        not_supplied=(),
        sources=derived.sources,
        derived_key=layout.derived(derived.dataset, digest=derived.digest),
    )
    findings = layout.checked(delivery, rules_digest=digest, name="findings.parquet")
    store.put_if_absent(findings, judged.checked.findings_path)
    store.put_if_absent(admission.report_key, report.model_dump_json(indent=2).encode())
    store.put_if_absent(admission.rows_key, judged.checked.rows_path)
    proof = layout.admitted(delivery, rules_digest=digest, name="admission.json")
    store.put_if_absent(proof, admission.model_dump_json(indent=2).encode())


def _take_back(store: ObjectStore, name: str, *, derived: Derived, at: datetime | None) -> None:
    """Withdraw all that was derived for places of which there are no rows any more.

    Where no snapshot is left at all, nobody says since when: everything stays.
    """
    if at is None:
        return
    places = {(item.period, item.province) for item in derived.places}
    while gone := [
        item
        for place, item in deriving.contents_in_force(store, name).items()
        if place not in places
    ]:
        for admission in gone:
            delivery = admission.delivery
            withdrawn = Withdrawal(
                province=delivery.province,
                unit=delivery.unit,
                dataset=delivery.dataset,
                period=delivery.period,
                sha256=delivery.sha256,
                filename=delivery.filename,
                reason=_GONE,
                withdrawn_at=at,
            )
            key = layout.withdrawal(delivery)
            store.put_if_absent(key, withdrawn.model_dump_json(indent=2).encode())


def sources_of(exchange: Exchange, name: str, version: str | None = None) -> tuple[Derived, ...]:
    """All sets of snapshots that a derived snapshot follows from; its newest version by default.

    More than one where other sources gave the same rows.
    """
    store = exchange.store
    manifest = read_manifest(store, name, version) if version else newest(store, name)
    return tuple(deriving.records(store, manifest)) if manifest else ()
