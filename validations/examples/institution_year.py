"""Conditions of institutions that are good as a whole, and bad ones."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from yrdx.table_rule import Situation, TableExample

_NOW, _BEFORE = "2024-2025", "2023-2024"
_year = partial(Situation, period=_NOW, previous_period=_BEFORE)
_LAST_YEAR: dict[str, Any] = {"school_year": _BEFORE, "stat_date": date(2023, 9, 1)}
_SCHOOL = {"inst_code": "3633000526"}
_ENROLLED: list[dict[str, Any]] = [
    {"inst_code": "4133012861", "enrolled": 9000, "male": 5000, "female": 4000}
]
_LISTED = {"edu_level": "1", "moe5_code": None}


def _with(name: str, rows: Sequence[Mapping[str, Any]], **changes: Any) -> Situation:
    return _year(rows=[changes], snapshots={name: rows})


_PLANS: list[dict[str, Any]] = [
    {"enroll_year": 2024, "registered_num": 1600, "admitted_num": 1600, "plan_num": 1600},
    {
        "enroll_year": 2024,
        "registered_num": 1500,
        "admitted_num": 1500,
        "plan_num": 1500,
        "source_province": "33",
    },
    {"enroll_year": 2024, "registered_num": 900, "source_province": "31", "src_province": "31"},
]
_DESTINATIONS: list[dict[str, Any]] = [
    {"person_key": f"{person:064x}", "grad_year": 2024, "survey_date": date(2024, 8, 31)}
    for person in range(3)
]
_OF_SCHOOL: dict[str, Any] = {
    "teacher_type": "1",
    "employer_uscc": None,
    "post_level": None,
    "start_date": None,
    "end_date": None,
}
_TEACHERS: list[dict[str, Any]] = [
    _OF_SCHOOL | {"teacher_key": "1" * 64, "double_level": "1"},
    _OF_SCHOOL | {"teacher_key": "2" * 64, "double_level": "0"},
    {"teacher_key": "3" * 64},
]
_SMALL = {"fulltime_teachers": 2, "double_qualified": 1, "industry_professors": 1}

EXAMPLES = {
    "graduates_exceed_students_of_last_year": TableExample(
        good=_year(rows=[{}], previous=[_LAST_YEAR]),
        bad=_year(rows=[{}, _SCHOOL], previous=[_LAST_YEAR | {"enrolled_total": 2400}]),
        keys=("4133012861 / 2024-2025",),
    ),
    "students_by_major_do_not_add_up": TableExample(
        good=_with("student_scale", _ENROLLED),
        bad=_with("student_scale", _ENROLLED, enrolled_total=9010),
        keys=("4133012861 / 2024-2025",),
    ),
    "students_by_major_do_not_add_up_with_attached_classes": TableExample(
        good=_with("student_scale", _ENROLLED, enrolled_total=9010),
        bad=_with(
            "student_scale",
            [*_ENROLLED, {"inst_code": "4133012861", "major_code": "660301"}],
        ),
        keys=("4133012861 / 2024-2025",),
    ),
    "enrolled_has_changed_much": TableExample(
        good=_year(rows=[{"enrolled_total": 10000}], previous=[_LAST_YEAR]),
        bad=_year(rows=[{"enrolled_total": 5000}], previous=[_LAST_YEAR]),
        keys=("4133012861 / 2024-2025",),
    ),
    "equipment_has_changed_much": TableExample(
        good=_year(rows=[{"equip_value": Decimal(35000)}], previous=[_LAST_YEAR]),
        bad=_year(rows=[{"equip_value": Decimal(14000)}], previous=[_LAST_YEAR]),
        keys=("4133012861 / 2024-2025",),
    ),
    "running_school_did_not_report": TableExample(
        good=_with(
            "institution",
            [
                {},
                _LISTED | _SCHOOL | {"status": "2", "status_date": date(2024, 1, 1)},
                _LISTED | {"inst_code": "3633000527", "found_ym": "202503"},
                _LISTED | {"inst_code": "3633000528", "competent_line": "2"},
                {"inst_code": "4134013059", "src_province": "34"},
            ],
        ),
        bad=_with("institution", [{}, _LISTED | _SCHOOL]),
        keys=("3633000526",),
    ),
    "registered_are_not_the_new_students": TableExample(
        good=_with("enrollment_plan", _PLANS),
        bad=_with("enrollment_plan", _PLANS, new_total=3000),
        keys=("4133012861 / 2024-2025",),
    ),
    "destinations_are_not_one_per_graduate": TableExample(
        good=_with("graduate_destination", _DESTINATIONS, graduates_total=3),
        bad=_with("graduate_destination", _DESTINATIONS, graduates_total=4),
        keys=("4133012861 / 2024-08-31",),
    ),
    "fulltime_teachers_do_not_add_up": TableExample(
        good=_with("teacher", _TEACHERS, **_SMALL),
        bad=_with("teacher", _TEACHERS, **_SMALL | {"fulltime_teachers": 3}),
        keys=("4133012861 / 2024-2025",),
    ),
    "double_qualified_do_not_add_up": TableExample(
        good=_with("teacher", _TEACHERS, **_SMALL),
        bad=_with("teacher", _TEACHERS, **_SMALL | {"double_qualified": 2}),
        keys=("4133012861 / 2024-2025",),
    ),
    "industry_professors_do_not_add_up": TableExample(
        good=_with("teacher", _TEACHERS, **_SMALL | {"industry_professors": None}),
        bad=_with("teacher", _TEACHERS, **_SMALL | {"industry_professors": 0}),
        keys=("4133012861 / 2024-2025",),
    ),
}
