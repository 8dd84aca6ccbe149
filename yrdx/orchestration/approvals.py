"""Tasks that put a question to a person, and take down the answer.

The question waits in Airflow, what waits and what was decided lie in the store: a request that
nobody answers turns red, admits nothing, and loses nothing. It may be cleared to ask again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, AssetAlias, Param, get_current_context
from airflow.sdk.exceptions import AirflowSkipException

from yrdx.orchestration import NAME, drawn_with, open_exchange

log = logging.getLogger(__name__)

WAITING = AssetAlias("waiting")
"""What `admit` announces of a delivery that somebody must approve first."""

APPROVE = "批准 Approve"
REFUSE = "不批准 Refuse"
REASON = "reason"

_AGREED = "同意 Agreed"
_UNEXPLAINED = "未写明理由，请联系审批人 No reason was given: ask who decided"


def waiting_deliveries() -> Asset:
    """Checked deliveries wait for somebody's approval."""
    return Asset(name="waiting_deliveries", uri="yrdx://waiting/deliveries", group="yrdx")


def approved_snapshots() -> frozenset[str]:
    """The datasets of which a person approves each snapshot, by the settings."""
    return frozenset(drawn_with().approve_snapshots)


def ask_a_person(question: Any, *, task_id: str) -> Any:
    """The task that waits for an answer to a question, given as `subject` and `body`.

    It has no default answer and is not retried: a person has to act, not a machine.
    """
    from airflow.providers.standard.operators.hitl import HITLOperator

    return HITLOperator(
        task_id=task_id,
        subject=question["subject"],
        body=question["body"],
        options=[APPROVE, REFUSE],
        params={
            REASON: Param(
                None,  # Airflow validates it before anybody was asked: nothing must be allowed
                type=["null", "string"],
                title="意见 Reason",
                description="会写进回执，请勿涉及个人信息 Goes into the receipt; no personal data.",
            )
        },
        response_timeout=timedelta(hours=drawn_with().approval_hours),
        retries=0,
        map_index_template="{{ task.subject }}",
    )


def waiting() -> list[str]:
    """Keys of the reports to ask about: those that woke this run, or all when run by hand."""
    from yrdx import pipeline
    from yrdx.pipeline import asking

    exchange = open_exchange()
    events = get_current_context()["triggering_asset_events"]
    told = [event.extra["report"] for found in events.values() for event in found if event.extra]
    if not told:
        return [asking.report_key(report) for report in pipeline.waiting(exchange)]
    reports = {key: asking.report_at(exchange, key) for key in dict.fromkeys(told)}
    return [key for key, report in reports.items() if pipeline.is_waiting(exchange, report)]


def ask(report_key: str) -> dict[str, str]:
    """The question about one delivery; skipped when it was decided in the meantime."""
    from yrdx import pipeline
    from yrdx.pipeline import asking

    exchange = open_exchange()
    report = asking.report_at(exchange, report_key)
    _label(f"{report.delivery.dataset} {report.delivery.filename}")
    if not pipeline.is_waiting(exchange, report):
        raise AirflowSkipException(f"{report.delivery.filename} waits no longer")
    question = asking.ask_about(exchange, report)
    return {"subject": question.subject, "body": question.body}


def decide(report_key: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Take down what was answered; gives what `admit` takes.

    Skipped when a later attempt came while the question was open: the answer is void.
    """
    from yrdx import pipeline
    from yrdx.pipeline import asking

    exchange = open_exchange()
    report = asking.report_at(exchange, report_key)
    _label(f"{report.delivery.dataset} {report.delivery.filename}")
    later = pipeline.superseded_by(exchange, report)
    if later is not None and pipeline.decision_on(exchange, report) is None:
        raise AirflowSkipException(
            f"{report.delivery.filename} was superseded by attempt {later.attempt}: "
            "its question is withdrawn, and the answer was not taken down"
        )
    decision = pipeline.decide(exchange, report, **answered(answer))
    log.info("%s: approved=%s by %s", report.delivery.filename, decision.approved, decision.by)
    return {"report": report_key, "receipt": pipeline.receipt_key(exchange, report)}


def ask_about_snapshot(dataset: str) -> dict[str, str]:
    """The question about a dataset's next snapshot; skipped when nothing is to be decided."""
    from yrdx import pipeline
    from yrdx.pipeline import asking

    exchange = open_exchange()
    proposed = pipeline.proposed(exchange, dataset)
    if proposed is None:
        raise AirflowSkipException(f"nothing new for {dataset} since its newest snapshot")
    made_from = proposed.made_from
    if pipeline.decision_on_snapshot(exchange, dataset, made_from=made_from) is not None:
        raise AirflowSkipException(f"this snapshot of {dataset} was decided before")
    question = asking.ask_about_snapshot(exchange, proposed)
    return {"subject": question.subject, "body": question.body, "made_from": made_from}


def decide_about_snapshot(dataset: str, made_from: str, answer: Mapping[str, Any]) -> None:
    """Take down what was answered about a snapshot."""
    from yrdx import pipeline

    exchange = open_exchange()
    decision = pipeline.decide_snapshot(exchange, dataset, made_from=made_from, **answered(answer))
    log.info("%s: approved=%s by %s", dataset, decision.approved, decision.by)


def answered(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Whether somebody approved, who, when and why."""
    at = answer["responded_at"]
    user = answer.get("responded_by_user") or {}
    approved = answer["chosen_options"] == [APPROVE]
    reason = str((answer.get("params_input") or {}).get(REASON) or "").strip()
    return {
        "approved": approved,
        "by": str(user.get("name") or user.get("id") or "Airflow"),
        "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
        "reason": reason or (_AGREED if approved else _UNEXPLAINED),
    }


def _label(name: str) -> None:
    get_current_context()[NAME] = name  # type: ignore[literal-required]
