"""Land: fetch an offer's bytes and keep them for good, unless they hold raw personal numbers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import ModuleType

from yrdx import catalogue
from yrdx.agreements import Province
from yrdx.errors import SourceUnavailable
from yrdx.model import Delivery, Frozen, Offer
from yrdx.pipeline.arrivals import Arrival, period_of, source_of
from yrdx.pipeline.attempts import landed_for
from yrdx.pipeline.corrected import base_of
from yrdx.pipeline.examination import look_at
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.judgement import refuse
from yrdx.reading import PERSONAL_RULES, Refusal
from yrdx.store import layout
from yrdx.store.content import both_digests

UNDATED = "undated"
"""Period of a delivery whose path and agreement name none."""


def land(
    exchange: Exchange, province: Province, arrival: Arrival, *, received_at: datetime
) -> Delivery:
    """Turn an arrival into a delivery; landing the same bytes again changes nothing.

    A file that was replaced since it was discovered is landed as it is now. One that holds raw
    personal numbers is not kept: its delivery is recorded as refused, with a receipt that names
    the columns.
    """
    agreement = province.agreement(unit=arrival.unit, dataset=arrival.dataset)
    module, config = source_of(exchange, agreement, province=province)
    with exchange.spool() as spool:
        path = spool / "original"
        offer = _fetch(module, config, arrival.offer, into=path)
        arrival = arrival.model_copy(update={"offer": offer})
        delivery = identify(
            path,
            filename=Path(arrival.offer.path).name,
            province=province.code,
            unit=agreement.unit,
            dataset=agreement.dataset,
            period=period_of(arrival.offer.path) or agreement.period or UNDATED,
        )
        landed = _known(exchange, delivery) or _keep(
            exchange, delivery, path=path, received_at=received_at
        )
    exchange.store.put_if_absent(arrival.key, landed.model_dump_json().encode())
    return landed


def _fetch(module: ModuleType, config: Frozen, offer: Offer, *, into: Path) -> Offer:
    """Fetch an offer, or what is offered in its place since; gives what was fetched."""
    try:
        module.fetch(config, offer, into=into)
    except SourceUnavailable:
        now = next((one for one in module.offers(config) if one.path == offer.path), offer)
        if now.version == offer.version:
            raise
        module.fetch(config, now, into=into)
        return now
    return offer


def identify(path: Path, *, filename: str, **identity: str) -> Delivery:
    """The delivery that a file's bytes make, before anyone received it."""
    sha256, sm3 = both_digests(path)
    return Delivery.model_validate(
        {
            **identity,
            "sha256": sha256,
            "sm3": sm3,
            "size": path.stat().st_size,
            "filename": filename,
        }
    )


def _known(exchange: Exchange, delivery: Delivery) -> Delivery | None:
    key = layout.landed_delivery(delivery)
    if exchange.store.head(key) is None:
        return None
    return Delivery.model_validate_json(exchange.store.get(key))


def _keep(exchange: Exchange, delivery: Delivery, *, path: Path, received_at: datetime) -> Delivery:
    """Store the bytes first, then the delivery that proves they are there."""
    earlier = landed_for(exchange, delivery)
    landed = delivery.model_copy(update={"received_at": received_at, "attempt": len(earlier) + 1})
    base = base_of(exchange, landed, earlier=earlier, spool=path.parent)
    landed = landed.model_copy(update={"base": base})
    seen = look_at(path, catalogue.dataset(delivery.dataset), filename=delivery.filename)
    if isinstance(seen, Refusal) and any(item.rule in PERSONAL_RULES for item in seen.findings):
        landed = landed.model_copy(update={"refused": True})
        refuse(exchange, landed, seen)
    else:
        exchange.store.put_if_absent(layout.landed_original(landed), path)
    exchange.store.put_if_absent(layout.landed_delivery(landed), landed.model_dump_json().encode())
    return landed
