"""Propose: what a release of the newest snapshots would be, judged and held against the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from yrdx import catalogue, comparing, deriving
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset
from yrdx.deriving import Derived
from yrdx.model import Text
from yrdx.pipeline.coming import held_back_apart
from yrdx.pipeline.coverage import why_withheld
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.publishing import readable_provinces
from yrdx.pipeline.release_report import province_names
from yrdx.pipeline.terms import calendar_of
from yrdx.publication import Manifest
from yrdx.publication.pointer import ancestors, read_manifest
from yrdx.releasing import chain
from yrdx.releasing.changes import CHANGES, compare_snapshots
from yrdx.releasing.choosing import Chosen, Wanted, choose
from yrdx.releasing.coverage import coverage_of
from yrdx.releasing.figures import Partitions
from yrdx.releasing.gate import Watched, stops_of
from yrdx.releasing.limits import Limits, limits_of
from yrdx.releasing.manifest import Accepted, DatasetChange, Release, Source, Stop
from yrdx.releasing.proposal import Proposal, digest_of, repeated_stop, rule_stops
from yrdx.releasing.rules import Together, judge_together, looks_at_others
from yrdx.store import layout


def propose_release(exchange: Exchange, *, day: date) -> Proposal | None:
    """What a release of the newest snapshots would be; None where the last one has the same.

    `day` is the day by which deliveries are late. Nothing is written.
    """
    store = exchange.store
    pointer, expected = chain.read_pointer(store)
    base = chain.newest_release(store)
    chosen = choose(store, _wanted(exchange), followed=partial(_followed, exchange))
    if not chosen.pins or (base and not chosen.outdated and _versions(base) == chosen.versions):
        return None
    last = chain.read_release(store, pointer.last) if pointer else None
    with exchange.spool() as spool:
        cache = spool / "snapshots"
        rules = judge_together(_together(exchange, chosen, day=day, cache=cache))
        partitions = Partitions(store, cache)
        changes, institutions = _changes(exchange, base, chosen, partitions, spool=spool)
        stops = (
            *_falls(exchange, base, chosen, partitions),
            *rule_stops(
                rules,
                {pin.dataset: pin.title for pin in chosen.pins},
                accepted=base.accepted if base else Accepted(),
            ),
            *repeated_stop(chosen.versions, _withdrawn(exchange)),
        )
    return Proposal(
        day=day,
        chosen=chosen,
        base=base,
        parent=last.id if last else None,
        number=last.number + 1 if last else 1,
        pointer=expected,
        coverage=coverage_of(
            readable_provinces(exchange.settings.provinces),
            chosen.manifests,
            periodicities={item.name: item.periodicity for item in catalogue.datasets()},
            day=day,
            why_not=partial(_why_not, exchange),
        ),
        rules=rules,
        stops=stops,
        changes=changes,
        institutions=institutions,
        rules_digest=_rules_digest(exchange, chosen),
        asks=exchange.settings.approve_releases,
    )


def _wanted(exchange: Exchange) -> list[Wanted]:
    """All delivered datasets, then the derived ones, each after those that it needs."""
    titles = {item.name: item.title for item in catalogue.datasets()}
    derived = {name: catalogue.dataset(name).title for name in catalogue.derived_in_order()}
    return [
        Wanted(name=name, title=titles[name])
        if name in titles
        else Wanted(
            name=name,
            title=derived[name],
            source=Source.DERIVED,
            needs=catalogue.derivation(name).needs,
        )
        for name in held_back_apart(exchange, (*titles, *derived))
    ]


def _followed(
    exchange: Exchange, name: str, manifest: Manifest | None
) -> Iterator[Mapping[str, str]]:
    """The sources of all records whose rows these are; without a snapshot, of those without any."""
    if manifest is not None:
        yield from (item.sources for item in deriving.records(exchange.store, manifest))
        return
    for info in exchange.store.list(layout.derived_prefix(name)):
        record = Derived.model_validate_json(exchange.store.get(info.key))
        if record.is_of({}):
            yield record.sources


def _versions(of: Release) -> dict[str, str]:
    return {pin.dataset: pin.version for pin in of.pins}


def _withdrawn(exchange: Exchange) -> list[Release]:
    """The releases that were taken back since the last one that stands, and so may come again."""
    found = []
    for item in chain.releases(exchange.store):
        if chain.withdrawal_of(exchange.store, item.id) is None:
            break
        found.append(item)
    return found


def _why_not(
    exchange: Exchange, province: str, unit: str, dataset: str, period: str
) -> Text | None:
    return why_withheld(exchange, province=province, unit=unit, dataset=dataset, period=period)


def _together(exchange: Exchange, chosen: Chosen, *, day: date, cache: Path) -> Together:
    delivered = {item.name: item for item in catalogue.datasets()}
    others = (name for name in chosen.manifests if name not in delivered)
    datasets = delivered | {name: catalogue.dataset(name) for name in others}
    return Together(
        store=exchange.store,
        manifests=chosen.manifests,
        datasets=datasets,
        names=province_names(exchange),
        comparisons=catalogue.comparisons(),
        table_rules={
            name: found
            for name in delivered.keys() & chosen.manifests.keys()
            if (found := looks_at_others(catalogue.table_rules(name)))
        },
        terms=dict(_terms(exchange, delivered, chosen, day=day)),
        tolerance=exchange.settings.release_tolerance,
        day=day,
        cache=cache,
    )


def _terms(
    exchange: Exchange, delivered: Mapping[str, Dataset], chosen: Chosen, *, day: date
) -> Iterator[tuple[tuple[str, str, str, str], Terms]]:
    """The stages of rules on the day of the release, for what each unit has delivered."""
    folder = exchange.settings.calendar or catalogue.calendar_folder()
    for name in delivered.keys() & chosen.manifests.keys():
        calendar = calendar_of(delivered[name], folder=folder)
        for item in chosen.manifests[name].lineage:
            in_force = calendar.on(day, dataset=name, province=item.province)
            terms = Terms(province=item.province, period=item.period, today=day, in_force=in_force)
            yield (name, item.province, item.unit, item.period), terms


def _changes(
    exchange: Exchange,
    base: Release | None,
    chosen: Chosen,
    partitions: Partitions,
    *,
    spool: Path,
) -> tuple[tuple[DatasetChange, ...], pl.DataFrame]:
    before = _versions(base) if base else {}
    found = []
    for name in sorted(before.keys() | chosen.manifests.keys()):
        old = read_manifest(exchange.store, name, before[name]) if name in before else None
        new = chosen.manifests.get(name)
        compared = compare_snapshots(
            old, new, store=exchange.store, partitions=partitions, spool=spool
        )
        if compared is not None:
            found.append(compared)
    rows = [pl.DataFrame(schema=CHANGES), *(item.rows for item in found)]
    return tuple(item.change for item in found), pl.concat(rows)


def _falls(
    exchange: Exchange, base: Release | None, chosen: Chosen, partitions: Partitions
) -> Iterable[Stop]:
    names = province_names(exchange)
    for pin in chosen.pins:
        limits = _limits(exchange, pin.dataset)
        now = chosen.manifests[pin.dataset]
        watched = Watched(
            title=pin.title,
            now=now,
            earlier=tuple(_earlier(exchange, base, now, most=limits[None].versions)),
            limits=limits,
            names=names,
        )
        yield from stops_of(watched, partitions)


def _earlier(
    exchange: Exchange, base: Release | None, now: Manifest, *, most: int
) -> Iterator[Manifest]:
    """The versions to hold one against: the last ones before it, and that of the last release.

    None that is older than one whose fall was confirmed.
    """
    released = base.pin(now.dataset) if base else None
    accepted = base.accepted.versions.get(now.dataset) if base else None
    for at, manifest in enumerate(ancestors(exchange.store, now)):
        if 0 < at <= most or (released and at > 0 and manifest.version == released.version):
            yield manifest
        oldest = layout.version_numbers(released.version) if released else manifest.numbers
        is_done = at >= most and manifest.numbers <= oldest
        if manifest.version == accepted or is_done:
            return


def _limits(exchange: Exchange, dataset: str) -> Mapping[str | None, Limits]:
    """The limits that the settings state, with what the dataset states instead."""
    settings = exchange.settings
    limits = Limits(
        rows=settings.collapse_rows,
        next_period=settings.collapse_next_period,
        keys=settings.collapse_keys,
        values=settings.collapse_values,
        codes=settings.collapse_codes,
        vanished=settings.collapse_vanished,
        least=settings.collapse_least,
        versions=settings.collapse_versions,
    )
    return limits_of(dataset, limits, folder=catalogue.collapse_folder())


def _rules_digest(exchange: Exchange, chosen: Chosen) -> str:
    """Digest of the rules, of the contracts that refer to others, and of the limits."""
    modules = comparing.rules_digest(catalogue.comparison_sources())
    references = [
        [dataset.name, item.column, item.dataset, item.target, item.severity.value]
        for dataset in catalogue.datasets()
        if dataset.name in chosen.manifests
        for item in dataset.references
    ]
    limits = {
        pin.dataset: {
            column or "": item.model_dump()
            for column, item in _limits(exchange, pin.dataset).items()
        }
        for pin in chosen.pins
    }
    return digest_of([modules, references, limits, exchange.settings.release_tolerance])
