"""The attempts before a delivery: which they are, what was found in them, what was answered.

A report names the report of the attempt before in its versions, that one names its own, and so
on: the whole line follows from one report, and nothing is looked up twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from yrdx.checking.attempts import ANSWERS, Past
from yrdx.checking.proof import Previous
from yrdx.checking.receipt_values import receipt_number
from yrdx.model import Delivery, Frozen, Report, Sha256, Versions
from yrdx.pipeline.exchange import Exchange
from yrdx.store import layout
from yrdx.store.tombstones import current_key, erased_from


class Answer(Frozen):
    """A partner's explanation of one finding, with what the finding is matched by."""

    rule: str
    column: str | None = None
    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    key: str | None = None
    answer: str


class Answers(Frozen):
    """Explanations that came back for one delivery, in one returned error list."""

    delivery: Sha256
    receipt: str
    returned: Sha256
    given_by: str
    given_at: datetime
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The checked attempts before a delivery, oldest first, and what was answered to them."""

    reports: tuple[Report, ...] = ()
    answers: tuple[Answers, ...] = ()

    def within(self, versions: Versions) -> Versions:
        """The versions with what this line adds to what a verdict rests on."""
        if not self.reports:
            return versions
        given = "".join(item.model_dump_json() for item in self.answers)
        return versions.model_copy(
            update={
                "previous": name_of(self.reports[-1]),
                "answers": hashlib.sha256(given.encode()).hexdigest() if given else None,
            }
        )


def name_of(report: Report) -> str:
    """How the next attempt's versions name a report."""
    return f"{report.delivery.sha256}/{report.versions.digest}"


def landed_for(exchange: Exchange, delivery: Delivery) -> tuple[Delivery, ...]:
    """All that came from the same unit for the same dataset and period, oldest first."""
    landed = [
        Delivery.model_validate_json(exchange.store.get(item.key))
        for item in exchange.store.list(layout.landed_period(delivery))
        if layout.is_delivery(item.key)
    ]
    return tuple(sorted(landed, key=_order))


def attempts_before(exchange: Exchange, delivery: Delivery) -> tuple[Delivery, ...]:
    """The attempts before a delivery, oldest first."""
    landed = landed_for(exchange, delivery)
    return tuple(item for item in landed if _order(item) < _order(delivery))


def attempts_after(exchange: Exchange, delivery: Delivery) -> tuple[Delivery, ...]:
    """The attempts after a delivery, oldest first."""
    landed = landed_for(exchange, delivery)
    return tuple(item for item in landed if _order(item) > _order(delivery))


def _order(delivery: Delivery) -> tuple[int, str, str]:
    received = delivery.received_at
    return delivery.attempt or 0, received.isoformat() if received else "", delivery.sha256


def line_to(exchange: Exchange, delivery: Delivery, previous: str | None) -> Line:
    """The line of attempts that ends with the report named `previous`."""
    reports: list[Report] = []
    while previous is not None:
        sha256, _, digest = previous.partition("/")
        other = delivery.model_copy(update={"sha256": sha256})
        key = layout.checked(other, rules_digest=digest, name="report.json")
        if exchange.store.head(key) is None and erased_from(exchange.store, key):
            break  # an attempt that was erased by law, and all before it, are compared no more
        reports.append(Report.model_validate_json(exchange.store.get(key)))
        previous = reports[-1].versions.previous
    reports.reverse()
    return Line(reports=tuple(reports), answers=tuple(_answers(exchange, reports)))


def _answers(exchange: Exchange, reports: list[Report]) -> Iterator[Answers]:
    """What was answered to these attempts, in the order of attempts and of answering."""
    for report in reports:
        given = [
            Answers.model_validate_json(exchange.store.get(item.key))
            for item in exchange.store.list(layout.answers_prefix(report.delivery))
        ]
        yield from sorted(given, key=lambda item: (item.given_at, item.returned))


def past_of(exchange: Exchange, line: Line, *, into: Path) -> Past | None:
    """What a check needs of the attempts before; their findings are fetched into `into`."""
    if not line.reports:
        return None
    findings: dict[str, Path] = {}
    for report in line.reports:
        if report.rows.read:
            path = into / f"{report.delivery.sha256}.parquet"
            key = _beside(report, "findings.parquet")
            exchange.store.fetch(current_key(exchange.store, key) or key, into=path)
            findings[report.delivery.sha256] = path
    answers = [item.model_dump() for given in line.answers for item in given.answers]
    last = exchange.store.head(_beside(line.reports[-1], "receipt.json"))
    return Past(
        reports=line.reports,
        findings=findings,
        answers=pl.DataFrame(answers, schema=ANSWERS),
        receipt_sha256=last.sha256 if last else None,
    )


def receipt_before(past: Past | None) -> Previous | None:
    """The receipt that the next one is chained to."""
    if past is None or past.receipt_sha256 is None:
        return None
    last = past.reports[-1]
    return Previous(
        number=receipt_number(last), attempt=last.delivery.attempt, sha256=past.receipt_sha256
    )


def _beside(report: Report, name: str) -> str:
    return layout.checked(report.delivery, rules_digest=report.versions.digest, name=name)
