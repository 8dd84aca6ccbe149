"""Student numbers that are good as a whole, and bad ones."""

from functools import partial
from typing import Any

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024-2025", previous_period="2023-2024")
_COLLEGE = {"inst_code": "4133012861"}
_TOTAL = {"institution_year": [_COLLEGE | {"enrolled_total": 240}]}
_TWO = [_COLLEGE, _COLLEGE | {"major_code": "460301"}]
_SECONDARY = {"catalog_version": "2021", "major_code": "660301"}


def _cohort(grade: int, enrolled: int, **more: Any) -> dict[str, Any]:
    return {
        "grade_year": grade,
        "enrolled": enrolled,
        "male": enrolled,
        "female": 0,
        "minority": 0,
        "out_province": 0,
        "newly_enrolled": 0,
        "gt_students": 0,
        "onex_students": 0,
        **more,
    }


_BEFORE = [
    _cohort(grade, enrolled, school_year="2023-2024")
    for grade, enrolled in ((2023, 100), (2022, 80), (2021, 90))
]
_KEY = "4134013059 / 2021 / 510203 / {} / 1"

EXAMPLES = {
    "students_do_not_add_up_to_the_total": TableExample(
        good=_year(rows=_TWO, snapshots=_TOTAL),
        bad=_year(rows=_TWO[:1], snapshots=_TOTAL),
        keys=("4133012861 / 2024-2025",),
    ),
    "students_do_not_add_up_to_the_total_with_attached_classes": TableExample(
        good=_year(rows=_TWO[:1], snapshots=_TOTAL),
        bad=_year(rows=[*_TWO, _COLLEGE | _SECONDARY], snapshots=_TOTAL),
        keys=("4133012861 / 2024-2025",),
    ),
    "cohort_has_grown": TableExample(
        good=_year(
            rows=[_cohort(2023, 105), _cohort(2022, 82), _cohort(2024, 300)], previous=_BEFORE
        ),
        bad=_year(rows=[_cohort(2023, 106), _cohort(2022, 80)], previous=_BEFORE),
        keys=(_KEY.format(2023),),
    ),
    "cohort_has_shrunk_much": TableExample(
        good=_year(rows=[_cohort(2023, 86), _cohort(2022, 75)], previous=_BEFORE),
        bad=_year(
            rows=[_cohort(2022, 30), _cohort(2022, 20, direction="移动应用")], previous=_BEFORE
        ),
        keys=(_KEY.format(2022), _KEY.format(2023)),
    ),
}
