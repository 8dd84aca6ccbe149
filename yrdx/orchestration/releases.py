"""Tasks that make a release: they derive what it needs, and ask a person where it is stopped."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import (
    Asset,
    AssetAlias,
    AssetAny,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    get_current_context,
)
from airflow.sdk.exceptions import AirflowSkipException

from yrdx import catalogue
from yrdx.orchestration import open_exchange, published, run_day
from yrdx.orchestration.approvals import answered
from yrdx.settings import TIMEZONE

if TYPE_CHECKING:
    from yrdx.pipeline import Exchange

log = logging.getLogger(__name__)

_DAILY = "30 8 * * *"
"""After the daily exchanges: finds what nobody was woken by, as a wave whose last file is bad."""


RELEASED = AssetAlias("released")
"""What is announced when there is a release: a question to a person is none."""


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


def release() -> dict[str, Any]:
    """Make the release, or put together the question where a person has to be asked.

    Skipped when no snapshot has changed, and when this release was refused.
    """
    from yrdx import pipeline
    from yrdx.errors import ReleaseStopped
    from yrdx.pipeline import asking

    exchange = open_exchange()
    try:
        return _made(exchange)
    except ReleaseStopped as stopped:
        proposal = pipeline.propose_release(exchange, day=run_day())
        if proposal is None or proposal.outdated:
            # Snapshots came after those that were derived from: they wake this DAG again.
            raise AirflowSkipException(str(stopped)) from stopped
        if pipeline.confirmation_of(exchange, proposal) is not None:
            raise AirflowSkipException(str(stopped)) from stopped
        question = asking.ask_about_release(exchange, proposal)
    asked = {"subject": question.subject, "body": question.body, "made_from": proposal.made_from}
    return {"release": None, "question": asked}


def ask(made: Mapping[str, Any]) -> dict[str, str]:
    """The question whether a stopped release may pass; skipped when it is made already."""
    if not made.get("question"):
        raise AirflowSkipException("nothing stopped it")
    return dict(made["question"])


def confirm(made_from: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Take down what was answered about a proposed release, and make it where it may pass.

    Skipped when it was refused, and when other snapshots came while a person thought: a later run
    asks about those.
    """
    from yrdx import pipeline
    from yrdx.errors import ReleaseStopped

    exchange, told = open_exchange(), answered(answer)
    decision = pipeline.decide_release(
        exchange,
        made_from,
        confirmed=told["approved"],
        by=told["by"],
        at=told["at"],
        reason=told["reason"],
    )
    log.info("release %s: confirmed=%s by %s", made_from[:12], decision.confirmed, decision.by)
    try:
        return _made(exchange)
    except ReleaseStopped as stopped:
        raise AirflowSkipException(str(stopped)) from stopped


def _made(exchange: Exchange) -> dict[str, Any]:
    from yrdx import pipeline
    from yrdx.store import layout

    made = pipeline.release(exchange, day=run_day(), created=datetime.now(TIMEZONE))
    if made is None and get_current_context()["ti"].try_number > 1:
        # The try before may have been killed between releasing and telling anybody.
        made = pipeline.newest_release(exchange)
    if made is None:
        raise AirflowSkipException("no snapshot has changed since the release in force")
    log.info("released %s: %d datasets", made.id, len(made.pins))
    told: dict[str, Any] = {"release": made.id, "manifest": layout.release(made.id)}
    get_current_context()["outlet_events"][RELEASED].add(released(), extra=told)
    return {**told, "question": None}
