"""Admit: the good rows of a judged delivery wait under `admitted/` to be published."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from yrdx.checking.receipt import DECISION
from yrdx.errors import PermanentError
from yrdx.model import Admission, Report, Verdict
from yrdx.pipeline.approval import decision_on
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout
from yrdx.store.port import ObjectInfo
from yrdx.store.tombstones import current_key


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
        name: store.copy(source, layout.admitted(report.delivery, rules_digest=digest, name=name))
        for name in ("rows.parquet", "withdrawn.parquet")
        if (source := _waiting(exchange, report, name)) is not None
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
        rows=_counted(exchange, report, moved),
        contract=report.versions.contract,
        not_supplied=report.not_supplied,
        decision_key=layout.decided(report.delivery, rules_digest=digest, name=DECISION)
        if decision
        else None,
    )
    store.put_if_absent(key, admission.model_dump_json(indent=2).encode())
    return admission


def _waiting(exchange: Exchange, report: Report, name: str) -> str | None:
    """Where a file waits that the check left for admission; erasure may have replaced it."""
    key = layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)
    return current_key(exchange.store, key)


def _counted(exchange: Exchange, report: Report, moved: Mapping[str, ObjectInfo]) -> int:
    """How many rows are admitted: as many as the check found, but for those erased since."""
    written = layout.checked(
        report.delivery, rules_digest=report.versions.digest, name="rows.parquet"
    )
    if _waiting(exchange, report, "rows.parquet") == written:
        return report.rows.admitted
    with exchange.spool() as spool:
        numbers = {}
        for name, info in moved.items():
            exchange.store.fetch(info.key, into=spool / name)
            numbers[name] = pl.read_parquet(spool / name, columns=["_row"], glob=False)["_row"]
    rows, withdrawn = numbers["rows.parquet"], numbers.get("withdrawn.parquet")
    return len(rows) - (0 if withdrawn is None else int(rows.is_in(withdrawn.implode()).sum()))


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
