"""What comes before a release: whether more is on its way, and the derived datasets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from yrdx import catalogue, publication
from yrdx.errors import ConfigurationError
from yrdx.pipeline.approval import proposed
from yrdx.pipeline.deriving import derive
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import deliveries
from yrdx.pipeline.publishing import publish
from yrdx.store import layout

_IN_HAND = timedelta(hours=6)
"""How long a landed delivery is waited for; after that it has run into trouble."""


def on_their_way(exchange: Exchange, *, now: datetime) -> tuple[str, ...]:
    """The datasets of which something is being checked, or is admitted and not published yet.

    What waits for a person is not waited for: neither a delivery nor a snapshot.
    """
    since = now - _IN_HAND
    checking = {
        item.dataset
        for item in deliveries(exchange)
        if not item.refused
        and _is_fresh(item.received_at, since)
        and not _is_checked(exchange, layout.checked_all(item))
    }
    waiting = {
        name
        for name in catalogue.dataset_names()
        if name not in exchange.settings.approve_snapshots
        and any(_is_fresh(received, since) for received in _unpublished(exchange, name))
    }
    return tuple(sorted(checking | waiting))


def _is_fresh(received_at: datetime | None, since: datetime) -> bool:
    return received_at is not None and received_at > since


def _unpublished(exchange: Exchange, name: str) -> list[datetime | None]:
    """When the deliveries were received that the next snapshot has and the newest has not.

    One that repeats what is published makes no snapshot, and stays among them.
    """
    coming = proposed(exchange, name)
    newest = publication.newest(exchange.store, name)
    known = {item.sha256 for item in newest.lineage} if newest else set()
    lineage = coming.lineage if coming else ()
    return [item.received_at for item in lineage if item.sha256 not in known]


def _is_checked(exchange: Exchange, prefix: str) -> bool:
    return any(item.key.endswith("/report.json") for item in exchange.store.list(prefix))


def held_back_apart(exchange: Exchange, names: Iterable[str]) -> list[str]:
    """The datasets of a release: without those that the settings hold back, and what follows."""
    without = set(exchange.settings.release_without)
    known = set(catalogue.published_names())
    if unknown := sorted(without - known):
        raise ConfigurationError(
            f"YRDX_RELEASE_WITHOUT names {', '.join(unknown)}, which is no dataset; known: "
            f"{', '.join(sorted(known))}"
        )
    kept, derived = [], set(catalogue.derived_names())
    for name in names:
        needs = set(catalogue.derivation(name).needs) if name in derived and without else set()
        if name in without or needs & without:
            without.add(name)
        else:
            kept.append(name)
    return kept


def derive_all(exchange: Exchange) -> dict[str, str]:
    """Derive every derived dataset from the newest snapshots and publish it; name → version.

    Those that releases are to be without, and what follows from them, are left as they are.
    """
    found = {}
    for name in held_back_apart(exchange, catalogue.derived_in_order()):
        derive(exchange, name)
        publish(exchange, name)
        manifest = publication.newest(exchange.store, name)
        if manifest is not None:
            found[name] = manifest.version
    return found
