"""Tasks that make a release: they derive what it needs, and ask a person where it is stopped."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow.sdk import Asset, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable
from airflow.sdk.exceptions import AirflowSkipException

from yrdx import catalogue
from yrdx.orchestration import open_exchange, published, run_day
from yrdx.orchestration.approvals import answered
from yrdx.settings import TIMEZONE

log = logging.getLogger(__name__)

_DAILY = "30 8 * * *"
"""After the daily exchanges: finds what nobody was woken by, as a wave whose last file is bad."""


def woken_by() -> AssetOrTimeSchedule:
    """Any new snapshot of a delivered dataset, and once a day."""
    return AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(_DAILY, timezone=TIMEZONE.key),
        assets=AssetAny(*(published(name) for name in catalogue.dataset_names())),
    )


def released() -> Asset:
    """There is a new release."""
    return Asset(name="released", uri="yrdx://released", group="yrdx")


def is_settled() -> bool:
    """Whether nothing that is on its way will be published soon, and wake the DAG again."""
    from yrdx import pipeline

    coming = pipeline.on_their_way(open_exchange(), now=datetime.now(TIMEZONE))
    if coming:
        log.info("on their way: %s; whatever is published last wakes this DAG", ", ".join(coming))
    return not coming


def derive() -> dict[str, str]:
    """Derive all derived datasets and publish them; gives their versions."""
    from yrdx import pipeline

    return pipeline.derive_all(open_exchange())


def ask() -> dict[str, str]:
    """The question whether a stopped release may pass; skipped when nobody has to be asked."""
    from yrdx import pipeline
    from yrdx.pipeline import asking

    exchange = open_exchange()
    proposal = pipeline.propose_release(exchange, day=run_day())
    if proposal is None or not proposal.needs_a_person:
        raise AirflowSkipException("nothing stops it")
    if pipeline.confirmation_of(exchange, proposal) is not None:
        raise AirflowSkipException("this release was decided before")
    question = asking.ask_about_release(exchange, proposal)
    return {
        "subject": question.subject,
        "body": question.body,
        "made_from": proposal.made_from,
    }


def decide(made_from: str, answer: Mapping[str, Any]) -> None:
    """Take down what was answered about a proposed release."""
    from yrdx import pipeline

    told = answered(answer)
    decision = pipeline.decide_release(
        open_exchange(),
        made_from,
        confirmed=told["approved"],
        by=told["by"],
        at=told["at"],
        reason=told["reason"],
    )
    log.info("release %s: confirmed=%s by %s", made_from[:12], decision.confirmed, decision.by)


def release() -> dict[str, Any]:
    """Make the release; skipped when nothing is new, when it was refused, or waits for a person."""
    from yrdx import pipeline
    from yrdx.errors import ReleaseStopped
    from yrdx.store import layout

    exchange = open_exchange()
    try:
        made = pipeline.release(exchange, day=run_day(), created=datetime.now(TIMEZONE))
    except ReleaseStopped as stopped:
        # Refused, or other snapshots came while a person thought: a later run asks about those.
        raise AirflowSkipException(str(stopped)) from stopped
    if made is None:
        raise AirflowSkipException("no snapshot has changed since the release in force")
    return {"release": made.id, "manifest": layout.release(made.id), "datasets": len(made.pins)}
