"""Teachers who are good as a whole, and bad ones."""

from functools import partial
from typing import Any

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024-2025")
_OF_SCHOOL: dict[str, Any] = {
    "teacher_type": "1",
    "employer_uscc": None,
    "post_level": None,
    "start_date": None,
    "end_date": None,
}
_TEACHERS = [
    _OF_SCHOOL | {"teacher_key": "1" * 64, "double_level": "1"},
    _OF_SCHOOL | {"teacher_key": "2" * 64, "double_level": "0"},
    {"teacher_key": "3" * 64},
]
_ELSEWHERE = {"inst_code": "3633000526"}


def _stated(**changes: Any) -> dict[str, list[dict[str, Any]]]:
    usual = {"fulltime_teachers": 2, "double_qualified": 1, "industry_professors": 1}
    return {"institution_year": [usual | changes]}


_KEY = ("4133012861 / 2024-2025",)

EXAMPLES = {
    "persons_are_not_the_fulltime_teachers": TableExample(
        good=_year(rows=_TEACHERS, snapshots=_stated()),
        bad=_year(rows=_TEACHERS, snapshots=_stated(fulltime_teachers=3)),
        keys=_KEY,
    ),
    "persons_are_not_the_double_qualified": TableExample(
        good=_year(rows=_TEACHERS, snapshots=_stated()),
        bad=_year(rows=_TEACHERS, snapshots=_stated(double_qualified=2)),
        keys=_KEY,
    ),
    "persons_are_not_the_industry_professors": TableExample(
        good=_year(rows=_TEACHERS, snapshots=_stated(industry_professors=None)),
        bad=_year(rows=_TEACHERS, snapshots=_stated(industry_professors=4)),
        keys=_KEY,
    ),
    "teacher_is_full_time_at_two_schools": TableExample(
        good=_year(rows=[*_TEACHERS, _TEACHERS[0] | _ELSEWHERE | {"teacher_type": "5"}]),
        bad=_year(rows=[*_TEACHERS, _TEACHERS[0] | _ELSEWHERE]),
        keys=("3633000526", "4133012861"),
    ),
}
