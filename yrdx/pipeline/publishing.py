"""Publish: the admitted deliveries of a dataset become its newest snapshot."""

from __future__ import annotations

from yrdx import catalogue, publication
from yrdx.agreements import load_provinces
from yrdx.pipeline.exchange import Exchange


def publish(exchange: Exchange, dataset_name: str) -> publication.Manifest | None:
    """Publish what has been admitted; None when nothing is new since the newest snapshot."""
    with exchange.spool() as spool:
        return publication.publish(
            catalogue.dataset(dataset_name),
            store=exchange.store,
            provinces=tuple(load_provinces(exchange.settings.provinces)),
            spool=spool,
        )
