"""Destinations of graduates that are good as a whole, and bad ones."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from yrdx.table_rule import Situation, TableExample

_WORK = (
    "job_form",
    "employer_uscc",
    "employer_name",
    "employer_type",
    "employer_size",
    "industry_code",
    "region_code",
    "start_salary",
    "match_level",
    "coop_employer",
)
_WAITS: dict[str, Any] = {**dict.fromkeys(_WORK), "dest_type": "3"}
_YEAR = {"school_year": "2025-2026"}


def _graduates(count: int, *, waiting: int, **more: Any) -> Sequence[dict[str, Any]]:
    return [
        {"person_key": f"{serial:064x}"} | (_WAITS if serial < waiting else {}) | more
        for serial in range(count)
    ]


def _years(*graduates: tuple[str, int]) -> dict[str, list[dict[str, Any]]]:
    rows = [_YEAR | {"inst_code": code, "graduates_total": count} for code, count in graduates]
    return {"institution_year": rows}


_BEFORE = {"grad_year": 2024, "survey_date": date(2024, 8, 31)}

EXAMPLES = {
    "graduates_without_a_destination": TableExample(
        good=Situation(
            rows=_graduates(3, waiting=1),
            snapshots=_years(("4133012861", 3), ("3633000526", 90)),
        ),
        bad=Situation(
            rows=_graduates(3, waiting=0),
            snapshots=_years(("4133012861", 4), ("4133010335", 20)),
        ),
        keys=("4133010335 / 2025-08-31", "4133012861 / 2025-08-31"),
    ),
    "employment_rate_has_moved": TableExample(
        good=Situation(
            rows=_graduates(40, waiting=4), previous=_graduates(40, waiting=7, **_BEFORE)
        ),
        bad=Situation(
            rows=_graduates(40, waiting=1), previous=_graduates(40, waiting=7, **_BEFORE)
        ),
        keys=("4133012861",),
    ),
    "employment_rate_is_too_good": TableExample(
        good=Situation(
            rows=[
                *_graduates(40, waiting=1),
                *_graduates(5, waiting=0, inst_code="3633000526", edu_level="1"),
            ]
        ),
        bad=Situation(rows=_graduates(40, waiting=0)),
        keys=("4133012861 / 2025-08-31",),
    ),
}
