"""Publish: the admitted deliveries of a dataset become its newest snapshot."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from yrdx import catalogue, publication
from yrdx.agreements import Province, load_each, province_files
from yrdx.contract.version_files import version_files
from yrdx.model import SnapshotDecision
from yrdx.pipeline.cataloguing import refresh_catalog
from yrdx.pipeline.exchange import Exchange
from yrdx.reference import loaded_lists
from yrdx.store import layout

log = logging.getLogger(__name__)


def publish(exchange: Exchange, dataset_name: str) -> publication.Manifest | None:
    """Publish what has been admitted; None when nothing is new since the newest snapshot.

    A dataset that the settings name in `approve_snapshots` is published only as a person has
    approved it; None while it waits, and where it was refused. Raises `ConfigurationError` where
    they name one that does not exist: the one that is meant would be published unseen.
    """
    dataset = catalogue.dataset(dataset_name)
    asks = dataset.name in _approved_first(exchange)
    with exchange.spool() as spool:
        published = publication.publish(
            dataset,
            store=exchange.store,
            provinces=readable_provinces(exchange.settings.provinces),
            spool=spool,
            lists=loaded_lists(exchange.list_store, dataset.needed_lists),
            may_publish=partial(_is_approved, exchange) if asks else None,
            describe=partial(version_files, dataset),
        )
    # Whoever was killed between the two leaves the catalog to the next call.
    refresh_catalog(exchange.store, only=dataset.name)
    return published


def _approved_first(exchange: Exchange) -> tuple[str, ...]:
    for name in exchange.settings.approve_snapshots:
        catalogue.refuse_unpublished(name, named_by="YRDX_APPROVE_SNAPSHOTS")
    return exchange.settings.approve_snapshots


def _is_approved(exchange: Exchange, proposed: publication.Manifest) -> bool:
    key = layout.decided_snapshot(proposed.dataset, made_from=proposed.made_from)
    if exchange.store.head(key) is None:
        return False
    return SnapshotDecision.model_validate_json(exchange.store.get(key)).approved


def readable_provinces(folder: Path) -> tuple[Province, ...]:
    """The provinces whose file is right; a broken one stops its own exchange and nobody else's."""
    found = []
    for path, province in load_each(province_files(folder)):
        if isinstance(province, Province):
            found.append(province)
        else:
            log.warning("published without the agreements of %s: %s", path.stem, province)
    return tuple(found)
