"""Which agreements are overdue: their due day is past and nothing was admitted for the period."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from yrdx.agreements import Agreement, Province
from yrdx.dataset import Periodicity
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_SCHOOL_YEAR_BEGINS = 9
_SECOND_TERM_BEGINS = 2


@dataclass(frozen=True, slots=True)
class Overdue:
    """An agreement whose delivery for `period` was due on `due` and is not admitted.

    `landed` tells whether something came for the period, which then was rejected or still waits.
    """

    province: str
    unit: str
    dataset: str
    period: str
    due: date
    landed: bool


def overdue(
    store: ObjectStore,
    provinces: Iterable[Province],
    *,
    periodicities: Mapping[str, Periodicity],
    today: date,
) -> list[Overdue]:
    """All overdue agreements, by province, dataset and unit.

    Agreements without a due day, and datasets that are not in `periodicities`, are never overdue.
    """
    found = [
        Overdue(
            province=province.code,
            unit=agreement.unit,
            dataset=agreement.dataset,
            period=period,
            due=due,
            landed=_holds_anything(store, _landed(province, agreement, period)),
        )
        for province, agreement, period, due in _due(provinces, periodicities, today)
        if not _is_admitted(store, province, agreement, period)
    ]
    return sorted(found, key=lambda item: (item.province, item.dataset, item.unit))


def current_period(due: str, *, periodicity: Periodicity, today: date) -> tuple[str, date]:
    """The period whose due day passed last before `today`, and that day.

    `due` is MM-DD. A year's delivery is due within the year; a school year's within the school
    year (September to August); a term's on that day and, for the other term, half a year later.
    """
    days = [
        day
        for year in (today.year - 1, today.year)
        for day in _due_days(due, year=year, periodicity=periodicity)
    ]
    last = max(day for day in days if day < today)
    return _period(last, periodicity), last


def due_day(due: str, *, period: str, periodicity: Periodicity) -> date | None:
    """The day on which the delivery for a period is due; None for a period of another kind."""
    year = period[:4]
    if not year.isdigit():
        return None
    days = [
        day
        for number in (int(year), int(year) + 1)
        for day in _due_days(due, year=number, periodicity=periodicity)
    ]
    return next((day for day in days if _period(day, periodicity) == period), None)


def _period(day: date, periodicity: Periodicity) -> str:
    """The period whose delivery is due on a day."""
    match periodicity:
        case Periodicity.YEAR:
            return f"{day.year}"
        case Periodicity.SCHOOL_YEAR:
            return _school_year(day)
        case Periodicity.TERM:
            second = _SECOND_TERM_BEGINS <= day.month < _SCHOOL_YEAR_BEGINS
            return f"{_school_year(day)}-{2 if second else 1}"


def _due(
    provinces: Iterable[Province], periodicities: Mapping[str, Periodicity], today: date
) -> Iterator[tuple[Province, Agreement, str, date]]:
    for province in provinces:
        for agreement in province.agreements:
            if agreement.due is None or agreement.dataset not in periodicities:
                continue
            period, due = current_period(
                agreement.due, periodicity=periodicities[agreement.dataset], today=today
            )
            yield province, agreement, agreement.period or period, due


def _due_days(due: str, *, year: int, periodicity: Periodicity) -> Iterator[date]:
    month, day = map(int, due.split("-"))
    yield _day(year, month, day)
    if periodicity is Periodicity.TERM:
        yield _day(year, (month + 5) % 12 + 1, day)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the month's last when the month is shorter (02-29, half a year after 08-31)."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _school_year(day: date) -> str:
    begins = day.year if day.month >= _SCHOOL_YEAR_BEGINS else day.year - 1
    return f"{begins}-{begins + 1}"


def _is_admitted(store: ObjectStore, province: Province, agreement: Agreement, period: str) -> bool:
    prefix = layout.admitted_of(
        dataset=agreement.dataset, period=period, province=province.code, unit=agreement.unit
    )
    return bool(layout.in_force([item.key for item in store.list(prefix)]))


def _landed(province: Province, agreement: Agreement, period: str) -> str:
    prefix = layout.landed_prefix(
        province=province.code, unit=agreement.unit, dataset=agreement.dataset
    )
    return f"{prefix}{period}/"


def _holds_anything(store: ObjectStore, prefix: str) -> bool:
    return next(iter(store.list(prefix)), None) is not None
