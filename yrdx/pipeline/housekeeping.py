"""Housekeeping: what has outlived its retention, what a killed verb left, who is overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from yrdx.agreements import Province
from yrdx.model import Frozen, Text
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import deliveries
from yrdx.settings import TIMEZONE
from yrdx.store import layout

SETTLED = timedelta(days=2)
"""No verb runs that long: what is still unproven after it was left by one that was killed."""


class Overdue(Frozen):
    """An agreement whose due day has passed without a delivery since the due day before."""

    province: str
    unit: str
    unit_name: Text
    dataset: str
    due: date
    days: int


def sweep_landed(exchange: Exchange, *, today: date) -> tuple[str, ...]:
    """Delete the bytes of deliveries older than the retention; the record of them stays."""
    oldest = today - timedelta(days=exchange.settings.keep_landed_days)
    deleted = []
    for delivery in deliveries(exchange):
        received_at = delivery.received_at
        if received_at is None or received_at.astimezone(TIMEZONE).date() >= oldest:
            continue
        key = layout.landed_original(delivery)
        if exchange.store.head(key) is not None:
            exchange.store.delete(key)
            deleted.append(key)
    return tuple(deleted)


def sweep_orphans(exchange: Exchange, *, now: datetime) -> tuple[str, ...]:
    """Delete what a verb wrote that was killed before its last, proving write."""
    deleted = []
    for prefix in (layout.LANDED, layout.CHECKED, layout.ADMITTED, layout.PUBLISHED):
        found = list(exchange.store.list(prefix))
        keys = {item.key for item in found}
        for item in found:
            proof = layout.proof(item.key)
            if proof is None or proof in keys or now - item.modified_at < SETTLED:
                continue
            if exchange.store.head(proof) is None:  # not written since we listed
                exchange.store.delete(item.key)
                deleted.append(item.key)
    return tuple(deleted)


def overdue(exchange: Exchange, province: Province, *, today: date) -> tuple[Overdue, ...]:
    """The agreements of a province that nothing arrived for since their last but one due day."""
    late = []
    for agreement in province.agreements:
        if agreement.due is None:
            continue
        due = _last(agreement.due, today)
        since = _last(agreement.due, due - timedelta(days=1))
        received = [
            delivery.received_at.astimezone(TIMEZONE).date()
            for delivery in deliveries(exchange, province=province.code, dataset=agreement.dataset)
            if delivery.unit == agreement.unit and delivery.received_at and not delivery.refused
        ]
        if not any(day > since for day in received):
            late.append(
                Overdue(
                    province=province.code,
                    unit=agreement.unit,
                    unit_name=agreement.unit_name,
                    dataset=agreement.dataset,
                    due=due,
                    days=(today - due).days,
                )
            )
    return tuple(late)


def _last(due: str, today: date) -> date:
    """The last day `MM-DD` that lies before `today`; February 29 is due on March 1."""
    month, day = map(int, due.split("-"))
    this_year, last_year = (
        date(year, month, 1) + timedelta(days=day - 1) for year in (today.year, today.year - 1)
    )
    return this_year if this_year < today else last_year
