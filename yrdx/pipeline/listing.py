"""What the store tells about deliveries, their reports and where each agreement stands."""

from __future__ import annotations

from collections.abc import Iterator

from yrdx.model import Delivery, Report
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout


def deliveries(
    exchange: Exchange, *, province: str | None = None, dataset: str | None = None
) -> Iterator[Delivery]:
    """All landed deliveries, in key order; a province and a dataset narrow the listing."""
    prefix = f"{layout.LANDED}{province}/" if province else layout.LANDED
    for item in exchange.store.list(prefix):
        if layout.is_delivery(item.key):
            delivery = Delivery.model_validate_json(exchange.store.get(item.key))
            if dataset in (None, delivery.dataset):
                yield delivery


def reports(exchange: Exchange, delivery: Delivery) -> list[Report]:
    """All reports of a delivery, whatever the rules, oldest first."""
    found = [
        item
        for item in exchange.store.list(layout.checked_all(delivery))
        if item.key.endswith("/report.json")
    ]
    return [
        Report.model_validate_json(exchange.store.get(item.key))
        for item in sorted(found, key=lambda item: (item.modified_at, item.key))
    ]


def newest_report(exchange: Exchange, delivery: Delivery) -> Report | None:
    """The last report that was written for a delivery, None when it was never checked."""
    return next(iter(reversed(reports(exchange, delivery))), None)
