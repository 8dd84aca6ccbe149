"""Admit: the good rows of a judged delivery wait under `admitted/` to be published."""

from __future__ import annotations

from yrdx.checking.receipt import DECISION
from yrdx.errors import PermanentError
from yrdx.model import Admission, Report, Verdict
from yrdx.pipeline.approval import decision_on
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout


def admit(exchange: Exchange, report: Report) -> Admission | None:
    """Admit a delivery's good rows; None when it was rejected, waits for approval, or was refused.

    The admission is written after its rows and proves that they are there. Raises
    `PermanentError` for a report with faults: it has no verdict to act on.
    """
    if report.verdict is None:
        raise PermanentError(
            f"the check of {report.delivery.filename} broke ({report.faults[0].message}); "
            f"mend the rule and check again, nothing was admitted"
        )
    if report.verdict is Verdict.REJECTED:
        return None
    decision = decision_on(exchange, report)
    if report.needs_approval and not (decision and decision.approved):
        return None
    digest, store = report.versions.digest, exchange.store
    key = layout.admitted(report.delivery, rules_digest=digest, name="admission.json")
    if store.head(key) is not None:
        return Admission.model_validate_json(store.get(key))
    moved = {
        name: store.copy(
            layout.checked(report.delivery, rules_digest=digest, name=name),
            layout.admitted(report.delivery, rules_digest=digest, name=name),
        )
        for name in ("rows.parquet", "withdrawn.parquet")
        if store.head(layout.checked(report.delivery, rules_digest=digest, name=name))
    }
    rows, withdrawn = moved["rows.parquet"], moved.get("withdrawn.parquet")
    admission = Admission(
        delivery=report.delivery,
        verdict=report.verdict,
        revision=1 + len(_admissions(exchange, report)),
        report_key=layout.checked(report.delivery, rules_digest=digest, name="report.json"),
        rows_key=rows.key,
        rows_sha256=_sha256(exchange, rows.key),
        withdrawn_key=withdrawn.key if withdrawn else None,
        rows=report.rows.admitted,
        contract=report.versions.contract,
        not_supplied=report.not_supplied,
        decision_key=layout.decided(report.delivery, rules_digest=digest, name=DECISION)
        if decision
        else None,
    )
    store.put_if_absent(key, admission.model_dump_json(indent=2).encode())
    return admission


def _sha256(exchange: Exchange, key: str) -> str:
    info = exchange.store.head(key)
    if info is None or info.sha256 is None:
        raise PermanentError(f"the store lost {key} or its digest; check the delivery again")
    return info.sha256


def _admissions(exchange: Exchange, report: Report) -> list[str]:
    """Keys of earlier admissions of the same delivery, under other rules."""
    prefix = layout.admitted_delivery(report.delivery)
    return [
        item.key for item in exchange.store.list(prefix) if item.key.endswith("/admission.json")
    ]
