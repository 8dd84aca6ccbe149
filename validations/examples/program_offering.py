"""Programmes that are good as a whole, and bad ones."""

from decimal import Decimal
from functools import partial
from typing import Any

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024-2025", previous_period="2023-2024")
_OTHER = {"major_code": "710201", "major_name": "计算机应用"}
_BEFORE = {"school_year": "2023-2024"}
_PLAN = {
    "inst_code": "3633000526",
    "major_code": "660301",
    "enroll_year": 2025,
    "source_province": "33",
}
_CLOSED = {"offer_status": "4"}
_DEMAND = {"division_code": "330000", "occupation_code": "6-30-99-00", "shortage_level": "3"}
_EDGE = {"occupation_code": "6-30-99-00", "major_code": "660301", "edu_level": "1"}
_MARKS: dict[str, Any] = {
    "talent_demand": [_DEMAND, _DEMAND | {"division_code": "330100", "shortage_level": "0"}],
    "industry_major_map": [_EDGE],
    "institution": [{"inst_code": "3633000526", "division_code": "330106"}],
}

EXAMPLES = {
    "programme_has_disappeared": TableExample(
        good=_year(
            rows=[{}, {"catalog_version": "2010", "major_code": "051300"}],
            previous=[_BEFORE, _BEFORE | _OTHER | {"offer_status": "3"}],
        ),
        bad=_year(rows=[{}], previous=[_BEFORE, _BEFORE | _OTHER]),
        keys=("3633000526 / 2021 / 710201",),
    ),
    "closed_programme_still_enrols": TableExample(
        good=_year(
            rows=[_CLOSED, _OTHER],
            snapshots={
                "enrollment_plan": [_PLAN | {"plan_num": 0}, _PLAN | {"major_code": "710201"}]
            },
        ),
        bad=_year(rows=[_CLOSED], snapshots={"enrollment_plan": [_PLAN]}),
        keys=("3633000526 / 660301 / 2025",),
    ),
    "directions_differ_in_spelling_only": TableExample(
        good=_year(rows=[{"direction": "工业机器人"}, {"direction": "智能制造"}]),
        bad=_year(rows=[{"direction": "工业机器人"}, {"direction": "工业机器人（方向）"}]),
        keys=("3633000526 / 660301 / 5",),
    ),
    "shortage_mark_differs_from_demand": TableExample(
        good=_year(
            rows=[{"shortage_tag": "1"}, _OTHER | {"shortage_tag": "0", "edu_years": Decimal(3)}],
            snapshots=_MARKS,
        ),
        bad=_year(rows=[{"shortage_tag": "2"}], snapshots=_MARKS),
        keys=("3633000526 / 2021 / 660301",),
    ),
}
