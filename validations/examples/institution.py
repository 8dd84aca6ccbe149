"""Lists of institutions that are good as a whole, and bad ones."""

from typing import Any

from yrdx.model import ControlTotal
from yrdx.table_rule import Situation, TableExample

_COLLEGE: dict[str, Any] = {}
_SCHOOL = {
    "inst_code": "3633000526",
    "uscc": "12330106MA71000193",
    "moe5_code": None,
    "inst_name": "示例中等专业学校",
    "edu_level": "1",
}
_SKILLED = {
    "inst_code": None,
    "uscc": "12330106MA7100027X",
    "moe5_code": None,
    "inst_name": "示例技师学院",
    "edu_level": "5",
    "school_category": "366",
    "competent_line": "2",
}
_CLASSES = _SCHOOL | {"inst_code": "3633000527", "school_category": "368"}


def _many(count: int) -> list[dict[str, Any]]:
    return [_SCHOOL | {"inst_code": f"363300{serial:04d}"} for serial in range(count)]


def _band(declared: int, counted: int) -> ControlTotal:
    return ControlTotal(
        label="浙江省（107所）",
        sheet="Sheet1",
        row=4,
        declared={"rows": float(declared)},
        counted={"rows": float(counted)},
    )


EXAMPLES = {
    "credit_code_is_shared_by_schools": TableExample(
        good=Situation(rows=[_COLLEGE, _SCHOOL, _CLASSES, _SKILLED]),
        bad=Situation(rows=[_COLLEGE, _SCHOOL, _CLASSES | {"school_category": "365"}]),
        keys=("12330106MA71000193",),
    ),
    "school_count_is_far_off_the_declared": TableExample(
        good=Situation(rows=[_COLLEGE], control_totals=(_band(107, 95),)),
        bad=Situation(rows=[_COLLEGE], control_totals=(_band(107, 80), _band(12, 12))),
        keys=("浙江省（107所）",),
    ),
    "school_count_has_changed": TableExample(
        good=Situation(rows=_many(104), previous=_many(100)),
        bad=Situation(rows=_many(94), previous=_many(100)),
        keys=(None,),
    ),
    "school_count_has_changed_much": TableExample(
        good=Situation(rows=_many(86), previous=_many(100)),
        bad=Situation(rows=_many(84), previous=_many(100)),
        keys=(None,),
    ),
    "school_has_disappeared": TableExample(
        good=Situation(
            rows=[_COLLEGE, _SKILLED],
            previous=[_COLLEGE, _SKILLED, _SCHOOL | {"status": "4"}],
        ),
        bad=Situation(rows=[_COLLEGE], previous=[_COLLEGE, _SKILLED, _SCHOOL]),
        keys=("12330106MA7100027X", "3633000526"),
    ),
    "school_has_another_name": TableExample(
        good=Situation(rows=[_COLLEGE], previous=[_COLLEGE]),
        bad=Situation(
            rows=[_COLLEGE, _SKILLED],
            previous=[{"inst_name": "示例高等专科学校"}, _SKILLED | {"inst_name": "示例技工学校"}],
        ),
        keys=("4133012861",),
    ),
    "known_school_has_a_new_code": TableExample(
        good=Situation(rows=[_COLLEGE, _SCHOOL], previous=[_COLLEGE]),
        bad=Situation(
            rows=[_COLLEGE, _SCHOOL],
            previous=[_COLLEGE, _SCHOOL | {"inst_code": "3633000999"}],
        ),
        keys=("3633000526",),
    ),
}
