"""Withdraw: a delivery that was admitted by mistake is taken back; its history stays."""

from __future__ import annotations

from datetime import datetime

from yrdx.errors import ConfigurationError
from yrdx.model import Delivery, Withdrawal
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout


def withdraw(
    exchange: Exchange, delivery: Delivery, *, reason: str, withdrawn_at: datetime
) -> Withdrawal:
    """Take a delivery back: the next snapshot is made without it.

    What the unit delivered before it for the same period counts again. Nothing is removed: bytes,
    reports and admissions stay, and older snapshots keep its rows. Withdrawn once, it stays so,
    with the first reason. Raises `ConfigurationError` when nothing of it was ever admitted.
    """
    key, store = layout.withdrawal(delivery), exchange.store
    if store.head(key) is not None:
        return Withdrawal.model_validate_json(store.get(key))
    admissions = store.list(layout.admitted_delivery(delivery))
    if not any(item.key.endswith("/admission.json") for item in admissions):
        raise ConfigurationError(
            f"{delivery.filename} 没有入库，无需撤回 was never admitted: nothing to withdraw"
        )
    if not reason.strip():
        raise ConfigurationError("请写明撤回理由 state why the delivery is withdrawn")
    withdrawal = Withdrawal(
        province=delivery.province,
        unit=delivery.unit,
        dataset=delivery.dataset,
        period=delivery.period,
        sha256=delivery.sha256,
        filename=delivery.filename,
        reason=reason.strip(),
        withdrawn_at=withdrawn_at,
    )
    store.put_if_absent(key, withdrawal.model_dump_json(indent=2).encode())
    return withdrawal
