"""Publish: the admitted deliveries of a dataset become its newest snapshot."""

from __future__ import annotations

import logging
from pathlib import Path

from yrdx import catalogue, publication
from yrdx.agreements import Province, load_province
from yrdx.errors import ConfigurationError
from yrdx.pipeline.exchange import Exchange
from yrdx.reference import loaded_lists

log = logging.getLogger(__name__)


def publish(exchange: Exchange, dataset_name: str) -> publication.Manifest | None:
    """Publish what has been admitted; None when nothing is new since the newest snapshot."""
    dataset = catalogue.dataset(dataset_name)
    with exchange.spool() as spool:
        return publication.publish(
            dataset,
            store=exchange.store,
            provinces=_readable(exchange.settings.provinces),
            spool=spool,
            lists=loaded_lists(exchange.list_store, dataset.needed_lists),
        )


def _readable(folder: Path) -> tuple[Province, ...]:
    """The provinces whose file is right; a broken one stops its own exchange and nobody else's."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(load_province(path))
        except ConfigurationError as error:
            log.warning("published without the agreements of %s: %s", path.stem, error)
    return tuple(found)
