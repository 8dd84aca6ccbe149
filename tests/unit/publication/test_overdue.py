"""An agreement is overdue when its due day is past and nothing is admitted for the period."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from yrdx.dataset import Periodicity
from yrdx.publication import Overdue, current_period, overdue
from yrdx.store import layout

YEARLY = {DATASET.name: Periodicity.YEAR}


@pytest.mark.parametrize(
    ("due", "periodicity", "today", "period"),
    [
        ("10-31", Periodicity.YEAR, date(2025, 11, 1), "2025"),
        ("10-31", Periodicity.YEAR, date(2025, 10, 31), "2024"),
        ("02-29", Periodicity.YEAR, date(2025, 3, 1), "2025"),
        ("11-30", Periodicity.SCHOOL_YEAR, date(2025, 12, 1), "2025-2026"),
        ("11-30", Periodicity.SCHOOL_YEAR, date(2025, 10, 1), "2024-2025"),
        ("03-31", Periodicity.SCHOOL_YEAR, date(2026, 4, 1), "2025-2026"),
        ("01-15", Periodicity.TERM, date(2026, 1, 16), "2025-2026-1"),
        ("01-15", Periodicity.TERM, date(2026, 7, 20), "2025-2026-2"),
        ("07-15", Periodicity.TERM, date(2026, 7, 20), "2025-2026-2"),
        ("07-15", Periodicity.TERM, date(2026, 5, 1), "2025-2026-1"),
    ],
)
def test_the_period_is_that_of_the_last_due_day_that_passed(
    due: str, periodicity: Periodicity, today: date, period: str
) -> None:
    found, day = current_period(due, periodicity=periodicity, today=today)
    assert found == period
    assert day < today


def test_only_who_delivered_nothing_for_the_period_is_overdue(store) -> None:
    provinces = partners("31", "32", "33", "34", due="10-31")
    admit_rows(store, awards(3, province="31"), province="31", period="2025")
    admit_rows(store, awards(3, province="32"), province="32", period="2024")
    rejected = layout.landed_prefix(province="33", unit="edu", dataset=DATASET.name)
    store.put_if_absent(f"{rejected}2025/{'0' * 64}/original.csv", b"no good rows")
    expected = [
        Overdue(code, "edu", DATASET.name, "2025", date(2025, 10, 31), landed)
        for code, landed in (("32", False), ("33", True), ("34", False))
    ]
    assert overdue(store, provinces, periodicities=YEARLY, today=date(2025, 12, 1)) == expected


def test_nobody_is_overdue_without_a_due_day_or_for_an_unknown_dataset(store) -> None:
    day = date(2025, 12, 1)
    assert overdue(store, partners("31"), periodicities=YEARLY, today=day) == []
    assert overdue(store, partners("31", due="10-31"), periodicities={}, today=day) == []


def test_who_delivered_and_was_taken_back_is_overdue_again(store) -> None:
    provinces = partners("31", due="10-31")
    admission = admit_rows(store, awards(3, province="31"), province="31", period="2025")
    assert overdue(store, provinces, periodicities=YEARLY, today=date(2025, 12, 1)) == []
    store.put_if_absent(layout.withdrawal(admission.delivery), b"{}")
    (late,) = overdue(store, provinces, periodicities=YEARLY, today=date(2025, 12, 1))
    assert (late.province, late.period) == ("31", "2025")
