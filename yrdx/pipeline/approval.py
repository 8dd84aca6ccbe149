"""Approve: a person decides about a checked delivery, or a snapshot, where that is asked for.

What was decided lies in the store, and the first decision stays: `admit` and `publish` read it,
whoever took it down, and never wait themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from yrdx import catalogue, publication
from yrdx.checking.proof import RECEIPT, sign_in
from yrdx.checking.receipt import DECISION, issue_again
from yrdx.errors import ConfigurationError, IntegrityError, PublishConflict
from yrdx.model import Decision, Delivery, Report, SnapshotDecision, Verdict
from yrdx.pipeline.attempts import attempts_after
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.listing import deliveries, newest_report
from yrdx.pipeline.publishing import readable_provinces
from yrdx.reference import loaded_lists
from yrdx.store import layout


def decision_on(exchange: Exchange, report: Report) -> Decision | None:
    """What was decided about a report, None while it waits or where nobody asks."""
    key = _key(report, DECISION)
    if exchange.store.head(key) is None:
        return None
    return Decision.model_validate_json(exchange.store.get(key))


def is_waiting(exchange: Exchange, report: Report) -> bool:
    """Whether the good rows of a report wait for somebody's approval."""
    is_asked = report.needs_approval and decision_on(exchange, report) is None
    return is_asked and superseded_by(exchange, report) is None


def superseded_by(exchange: Exchange, report: Report) -> Delivery | None:
    """The later attempt whose good rows replace those of a report, whatever is decided about it.

    One that was rejected replaces nothing: what was good before still is.
    """
    for later in reversed(attempts_after(exchange, report.delivery)):
        checked = newest_report(exchange, later)
        if checked is not None and checked.verdict not in (None, Verdict.REJECTED):
            return later
    return None


def waiting(exchange: Exchange, *, province: str | None = None) -> Iterator[Report]:
    """The reports that wait for approval: the newest one of each delivery."""
    for delivery in deliveries(exchange, province=province):
        report = newest_report(exchange, delivery)
        if report is not None and is_waiting(exchange, report):
            yield report


def decide(
    exchange: Exchange, report: Report, *, approved: bool, by: str, at: datetime, reason: str
) -> Decision:
    """Take down what a person decided, and issue the receipt again with it.

    Decided before, the first decision stays and is what comes back. Raises `ConfigurationError`
    where nobody asked for a decision, where a later attempt has taken the place of this one, or
    where the decision has neither name nor reason.
    """
    if not report.needs_approval:
        raise ConfigurationError(
            f"{report.delivery.filename} 不需要审批 needs no approval: it was rejected, or its "
            f"agreement does not say `approval: required`"
        )
    key, delivery = _key(report, DECISION), report.delivery
    if exchange.store.head(key) is None:
        _refuse_superseded(exchange, report)
        decision = Decision(
            province=delivery.province,
            unit=delivery.unit,
            dataset=delivery.dataset,
            period=delivery.period,
            sha256=delivery.sha256,
            rules_digest=report.versions.digest,
            approved=approved,
            by=_stated(by, "审批人 who decides"),
            at=at,
            reason=_stated(reason, "审批意见 the reason"),
        )
        _put_first(exchange, key, decision.model_dump_json(indent=2).encode())
    written = exchange.store.get(key)
    decision = Decision.model_validate_json(written)
    _issue_again(exchange, report, decision, written)
    return decision


def receipt_key(exchange: Exchange, report: Report, *, name: str = "receipt.html") -> str:
    """Where the receipt lies that counts: the one with the decision, once there is one."""
    key = _key(report, name)
    if report.needs_approval and exchange.store.head(key) is not None:
        return key
    return layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)


def proposed(exchange: Exchange, dataset_name: str) -> publication.Manifest | None:
    """The snapshot that would be published now; None when nothing is new."""
    dataset = catalogue.dataset(dataset_name)
    return publication.propose(
        dataset,
        store=exchange.store,
        provinces=readable_provinces(exchange.settings.provinces),
        lists=loaded_lists(exchange.list_store, dataset.needed_lists),
    )


def decision_on_snapshot(
    exchange: Exchange, dataset_name: str, *, made_from: str
) -> SnapshotDecision | None:
    """What was decided about a snapshot, None while it waits."""
    key = layout.decided_snapshot(dataset_name, made_from=made_from)
    if exchange.store.head(key) is None:
        return None
    return SnapshotDecision.model_validate_json(exchange.store.get(key))


def decide_snapshot(
    exchange: Exchange,
    dataset_name: str,
    *,
    made_from: str,
    approved: bool,
    by: str,
    at: datetime,
    reason: str,
) -> SnapshotDecision:
    """Take down what a person decided about a snapshot; the first decision stays."""
    key = layout.decided_snapshot(dataset_name, made_from=made_from)
    if exchange.store.head(key) is None:
        decision = SnapshotDecision(
            dataset=dataset_name,
            made_from=made_from,
            approved=approved,
            by=_stated(by, "审批人 who decides"),
            at=at,
            reason=_stated(reason, "审批意见 the reason"),
        )
        _put_first(exchange, key, decision.model_dump_json(indent=2).encode())
    return SnapshotDecision.model_validate_json(exchange.store.get(key))


def _refuse_superseded(exchange: Exchange, report: Report) -> None:
    later = superseded_by(exchange, report)
    if later is not None:
        raise ConfigurationError(
            f"{report.delivery.filename} 已由第 {later.attempt} 次报送取代，不再审批 superseded "
            f"by attempt {later.attempt}; decide about that: yrdx approve {later.sha256[:16]}"
        )


def _key(report: Report, name: str) -> str:
    return layout.decided(report.delivery, rules_digest=report.versions.digest, name=name)


def _stated(text: str, what: str) -> str:
    if not text.strip():
        raise ConfigurationError(f"请写明{what} must be stated: it is kept and told")
    return text.strip()


def _put_first(exchange: Exchange, key: str, body: bytes) -> None:
    try:
        exchange.store.put_if_absent(key, body)
    except PublishConflict:  # somebody decided at the same moment: theirs was first, and stays
        return


def _issue_again(exchange: Exchange, report: Report, decision: Decision, written: bytes) -> None:
    """The receipt with the decision, beside it; the first one stays where it is."""
    if exchange.store.head(_key(report, RECEIPT)) is not None:
        return
    first = layout.checked(report.delivery, rules_digest=report.versions.digest, name=RECEIPT)
    try:
        issued = exchange.store.get(first)
    except KeyError as error:
        raise IntegrityError(
            f"the receipt {first} is gone; check {report.delivery.filename} again"
        ) from error
    with exchange.spool() as spool:
        issue_again(issued, report, decision, decision_bytes=written, into=spool)
        sign_in(spool, key_file=exchange.settings.signing_key_file)
        for name in ("receipt.html", RECEIPT):
            exchange.store.put_if_absent(_key(report, name), spool / name)
