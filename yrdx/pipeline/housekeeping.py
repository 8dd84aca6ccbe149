"""Housekeeping: what has outlived its retention, what a killed verb left, who is overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yrdx import catalogue, publication
from yrdx.agreements import Province
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout

SETTLED = timedelta(days=2)
"""No verb runs that long: what is still unproven after it was left by one that was killed."""


def sweep_expired(exchange: Exchange, *, today: date) -> tuple[publication.Swept, ...]:
    """Remove landed bytes and published versions that have outlived their retention."""
    return publication.sweep(
        exchange.store,
        keep_versions=exchange.settings.keep_versions,
        keep_landed_days=exchange.settings.keep_landed_days,
        today=today,
        dry_run=False,
    )


def sweep_orphans(exchange: Exchange, *, now: datetime) -> tuple[str, ...]:
    """Remove what a verb wrote that was killed before its last, proving write; gives the keys.

    Half-written versions of snapshots are left to `sweep_expired`: a publisher may finish them.
    """
    removed = []
    for prefix in (layout.LANDED, layout.CHECKED, layout.ADMITTED):
        found = list(exchange.store.list(prefix))
        keys = {item.key for item in found}
        for item in found:
            proof = layout.proof(item.key)
            if proof is None or proof in keys or now - item.modified_at < SETTLED:
                continue
            if exchange.store.head(proof) is None:  # not written since we listed
                exchange.store.delete(item.key)
                removed.append(item.key)
    return tuple(removed)


def overdue(
    exchange: Exchange, province: Province, *, today: date
) -> tuple[publication.Overdue, ...]:
    """The agreements of a province whose due day has passed with nothing admitted."""
    names = {agreement.dataset for agreement in province.agreements}
    periodicities = {name: catalogue.dataset(name).periodicity for name in sorted(names)}
    late = publication.overdue(
        exchange.store, (province,), periodicities=periodicities, today=today
    )
    return tuple(late)
