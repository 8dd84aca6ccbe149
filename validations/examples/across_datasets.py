"""Schools whose programmes, students and graduates belong together, and some that do not."""

from __future__ import annotations

from yrdx.table_rule import Situation, TableExample

_SCHOOL = {"inst_code": "4133012861", "catalog_version": "2021", "school_year": "2024-2025"}
_MECHANICS = _SCHOOL | {"major_code": "460301"}
_NURSING = _SCHOOL | {"major_code": "520201"}
_ELSEWHERE = _MECHANICS | {"inst_code": "4133010863"}
_GRADUATE = {"inst_code": "4133012861", "catalog_version": "2021", "grad_year": 2025}

EXAMPLES = {
    "students_are_in_no_programme_of_their_school": TableExample(
        good=Situation(
            rows=[_MECHANICS, _NURSING | {"enrolled": 0}, _ELSEWHERE],
            snapshots={"program_offering": [_MECHANICS]},
            period="2024-2025",
        ),
        bad=Situation(
            rows=[_MECHANICS, _NURSING],
            snapshots={"program_offering": [_MECHANICS]},
            period="2024-2025",
        ),
        keys=("4133012861 / 2021 / 520201",),
    ),
    "graduates_come_from_no_programme_with_students": TableExample(
        good=Situation(
            rows=[_GRADUATE | {"major_code": "460301"}],
            snapshots={"student_scale": [_MECHANICS]},
        ),
        bad=Situation(
            rows=[_GRADUATE | {"major_code": "460301"}, _GRADUATE | {"major_code": "520201"}],
            snapshots={"student_scale": [_MECHANICS, _NURSING | {"enrolled": 0}]},
        ),
        keys=("4133012861 / 2021 / 520201 / 2025",),
    ),
}
