"""Tasks that tell people what has changed; no verdict depends on them."""

from __future__ import annotations

import logging
from datetime import datetime

from airflow.sdk.exceptions import AirflowSkipException

from yrdx.orchestration import open_exchange, run_day
from yrdx.settings import TIMEZONE

log = logging.getLogger(__name__)


def tell(code: str, *, daily: bool) -> list[str]:
    """Send what is new to the channels of a province; skipped where it has none."""
    from yrdx import pipeline

    exchange = open_exchange()
    province = exchange.province(code)
    if not pipeline.channels(exchange, province):
        raise AirflowSkipException(f"no channels are set for {code}: nobody is told")
    now = datetime.now(TIMEZONE)
    sent = pipeline.tell(exchange, province, today=run_day(), now=now, daily=daily)
    return [f"{item.channel.name}: {len(item.messages)}" for item in sent]


def tell_about(report_key: str) -> list[str]:
    """Send what is new in the province that a report is about."""
    from yrdx.pipeline import asking

    return tell(asking.report_at(open_exchange(), report_key).delivery.province, daily=False)


def compare() -> dict[str, int]:
    """Compare the newest snapshots of provinces; gives the number of disagreements of each."""
    from yrdx import pipeline

    return {item.province: item.count for item in pipeline.compare(open_exchange())}
