"""Housekeeping: what has outlived its retention, what a killed verb left, who is overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yrdx import catalogue, publication
from yrdx.agreements import Province
from yrdx.pipeline.arrivals import refuse_unknown_dataset
from yrdx.pipeline.cataloguing import refresh_catalog
from yrdx.pipeline.exchange import Exchange
from yrdx.releasing.manifest import Release
from yrdx.settings import Settings
from yrdx.store import layout, places
from yrdx.store.port import ObjectInfo, ObjectStore

SETTLED = timedelta(days=2)
"""No verb runs that long: what is still unproven after it was left by one that was killed."""

_PROVEN = (
    layout.LANDED,
    layout.CHECKED,
    layout.ADMITTED,
    layout.NOTICES,
    layout.REFERENCE,
    layout.RELEASES,
)
"""Where the last write of a verb proves the others."""


def expired(exchange: Exchange, *, today: date) -> tuple[publication.Swept, ...]:
    """What has outlived its retention: looked for only, nothing is removed."""
    store, keep = exchange.store, keep_of(exchange.settings)
    people = datasets_about_people()
    swept = publication.sweep(store, keep=keep, today=today, people=people, pinned=_pinned(store))
    return (*swept, *publication.outlived(store, keep=keep, today=today, people=people))


def sweep_expired(exchange: Exchange, *, today: date) -> tuple[publication.Swept, ...]:
    """Remove what has outlived its retention; gives what that was."""
    found = expired(exchange, today=today)
    publication.remove(exchange.store, found)
    refresh_catalog(exchange.store)
    return found


def keep_of(settings: Settings) -> publication.Keep:
    """How long each class is kept, as the settings say."""
    return publication.Keep(
        versions=settings.keep_versions,
        people_versions=settings.keep_people_versions,
        people_versions_days=settings.keep_people_versions_days,
        landed_days=settings.keep_landed_days,
        people_landed_days=settings.keep_people_landed_days,
        checked_days=settings.keep_checked_days,
        people_checked_days=settings.keep_people_checked_days,
        admitted_days=settings.keep_admitted_days,
        people_admitted_days=settings.keep_people_admitted_days,
        messages_days=settings.keep_messages_days,
    )


def datasets_about_people() -> frozenset[str]:
    """Names of the datasets that have a personal field."""
    return frozenset(
        name
        for name in catalogue.dataset_names()
        if any(item.sensitivity.is_masked for item in catalogue.dataset(name).columns.values())
    )


def _pinned(store: ObjectStore) -> frozenset[str]:
    """Keys of the manifests that releases pin, withdrawn ones too: history stays whole.

    It is where they lie now: those of a dataset that was restricted since have moved.
    """
    found = (item.key for item in store.list(layout.RELEASES))
    manifests = [key for key in found if key.endswith("/manifest.json")]
    releases = (Release.model_validate_json(store.get(key)) for key in manifests)
    return frozenset(
        layout.manifest(pin.dataset, pin.version) for release in releases for pin in release.pins
    )


def orphans(exchange: Exchange, *, now: datetime) -> tuple[ObjectInfo, ...]:
    """What a verb wrote that was killed before its last, proving write; nothing is removed.

    Half-written versions of snapshots are left to `expired`: a publisher may finish them.
    """
    found = []
    for prefix in _PROVEN:
        items = list(exchange.store.list(prefix))
        keys = {item.key for item in items}
        for item in items:
            proof = places.proof(item.key)
            if proof is not None and proof not in keys and now - item.modified_at >= SETTLED:
                found.append(item)
    return tuple(found)


def sweep_orphans(exchange: Exchange, *, now: datetime) -> tuple[str, ...]:
    """Remove the orphans; gives the keys."""
    removed = []
    for item in orphans(exchange, now=now):
        proof = places.proof(item.key)
        if proof and exchange.store.head(proof) is None:  # not written since we listed
            exchange.store.delete(item.key)
            removed.append(item.key)
    return tuple(removed)


def overdue(
    exchange: Exchange, province: Province, *, today: date
) -> tuple[publication.Overdue, ...]:
    """The agreements of a province whose due day has passed with nothing admitted."""
    for agreement in province.agreements:
        refuse_unknown_dataset(agreement, province=province)
    names = {agreement.dataset for agreement in province.agreements}
    periodicities = {name: catalogue.dataset(name).periodicity for name in sorted(names)}
    late = publication.overdue(
        exchange.store, (province,), periodicities=periodicities, today=today
    )
    return tuple(late)
