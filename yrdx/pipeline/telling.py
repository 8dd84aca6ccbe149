"""What can be told about a province now, read from the store: figures and names, never rows."""

from __future__ import annotations

from datetime import date

from yrdx import catalogue
from yrdx.agreements import Agreement, Province
from yrdx.checking.receipt_values import receipt_number
from yrdx.messages import Message, Standing
from yrdx.model import Delivery, Report, Severity, Verdict
from yrdx.pipeline.approval import decision_on, receipt_key
from yrdx.pipeline.asking import link_to
from yrdx.pipeline.comparing import notices
from yrdx.pipeline.exchange import Exchange
from yrdx.pipeline.housekeeping import overdue
from yrdx.pipeline.listing import deliveries, newest_report
from yrdx.publication import Overdue, due_day
from yrdx.store import layout

_VERDICTS = {
    Verdict.ADMITTED: Standing.ADMITTED,
    Verdict.ADMITTED_IN_PART: Standing.ADMITTED_IN_PART,
    Verdict.REJECTED: Standing.REJECTED,
}


def how_things_stand(exchange: Exchange, province: Province, *, today: date) -> tuple[Message, ...]:
    """A message for each period of each agreement that there is something to say about.

    Of several attempts the last one counts; one that was not checked yet says nothing.
    """
    late = {
        (item.unit, item.dataset, item.period): item
        for item in overdue(exchange, province, today=today)
    }
    last: dict[tuple[str, str, str], Delivery] = {}
    for delivery in deliveries(exchange, province=province.code):
        place = (delivery.unit, delivery.dataset, delivery.period)
        known = last.get(place)
        if known is None or (delivery.attempt or 0) >= (known.attempt or 0):
            last[place] = delivery
    found = [
        _of_period(
            exchange,
            province,
            agreement,
            period,
            delivery=last.get((agreement.unit, agreement.dataset, period)),
            late=late.get((agreement.unit, agreement.dataset, period)),
            today=today,
        )
        for agreement in province.agreements
        for period in _periods(agreement, {*last, *late})
    ]
    return tuple(item for item in (*found, _comparison(exchange, province, today)) if item)


def _periods(agreement: Agreement, places: set[tuple[str, str, str]]) -> list[str]:
    agreed = (agreement.unit, agreement.dataset)
    return sorted(period for unit, dataset, period in places if (unit, dataset) == agreed)


def _of_period(
    exchange: Exchange,
    province: Province,
    agreement: Agreement,
    period: str,
    *,
    delivery: Delivery | None,
    late: Overdue | None,
    today: date,
) -> Message | None:
    """How one period of an agreement stands; None where there is nothing to say yet."""
    report = newest_report(exchange, delivery) if delivery else None
    if delivery is not None and (report is None or report.verdict is None):
        return None
    dataset = catalogue.dataset(agreement.dataset)
    due = None
    if agreement.due is not None:
        due = due_day(agreement.due, period=period, periodicity=dataset.periodicity)
    told = Message(
        province=province.code,
        province_name=province.name,
        unit=agreement.unit,
        unit_name=agreement.unit_name,
        dataset=agreement.dataset,
        title=dataset.title,
        period=period,
        standing=Standing.OVERDUE,
        due=late.due if late else due,
        overdue=late is not None,
        told_on=today,
    )
    if report is None:
        return told
    return told.model_copy(update=_delivered(exchange, report))


def _delivered(exchange: Exchange, report: Report) -> dict[str, object]:
    """What a message tells of a report: nothing that its sender could have written."""
    return {
        "standing": _standing(exchange, report),
        "attempt": report.delivery.attempt or 1,
        "admitted": report.rows.admitted,
        "rejected": report.rows.rejected,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "receipt": receipt_number(report),
        "link": link_to(exchange, receipt_key(exchange, report)),
    }


def _standing(exchange: Exchange, report: Report) -> Standing:
    if exchange.store.head(layout.withdrawal(report.delivery)) is not None:
        return Standing.WITHDRAWN
    if report.delivery.refused:
        return Standing.REFUSED
    if report.needs_approval:
        decision = decision_on(exchange, report)
        if decision is None or not decision.approved:
            return Standing.NOT_APPROVED if decision else Standing.WAITING
    if report.verdict is None:
        raise ValueError("a report without a verdict is told to nobody")
    return _VERDICTS[report.verdict]


def _comparison(exchange: Exchange, province: Province, today: date) -> Message | None:
    """How the province's rows stand to those of others, by its newest notice."""
    found = notices(exchange, province.code)
    if not found:
        return None
    newest = found[-1]
    rows = layout.notice(newest.province, newest.number, name="rows.parquet")
    info = exchange.store.head(rows)
    page = layout.notice(newest.province, newest.number, name="notice.html")
    return Message(
        province=province.code,
        province_name=province.name,
        datasets=tuple(dict.fromkeys(item.title for item in newest.told)),
        standing=Standing.DISAGREES if newest.count else Standing.AGREES,
        told_on=today,
        disagreements=newest.count,
        link=link_to(exchange, page),
        detail=(info.sha256 if info else None) or newest.number,
    )
