"""Maps of industries and majors that are good as a whole, and bad ones."""

from functools import partial

from yrdx.comparison import ComparisonExample
from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024")
_ALL = [{"major_code": f"{40 + ordinal}0101"} for ordinal in range(1, 20)]
_OFFERED = {
    "inst_code": "4133012861",
    "major_code": "460305",
    "major_name": "工业机器人技术",
    "edu_years": 3,
    "five_year_pilot": False,
}
_DEMAND = {"industry_code": "3491"}

EXAMPLES = {
    "broad_category_is_on_no_map": TableExample(
        good=_year(rows=_ALL),
        bad=_year(
            rows=[*_ALL[:13], *_ALL[14:], {"major_code": "560309", "catalog_version": "2015"}]
        ),
        keys=("14",),
    ),
    "offered_major_is_on_no_map": TableExample(
        good=_year(
            rows=[{}],
            snapshots={
                "program_offering": [
                    _OFFERED,
                    _OFFERED | {"major_code": "540101", "offer_status": "4"},
                    _OFFERED | {"major_code": "540101", "src_period": "2023"},
                    _OFFERED | {"major_code": "540101", "src_period": "undated"},
                ]
            },
        ),
        bad=_year(
            rows=[{}],
            snapshots={"program_offering": [_OFFERED, _OFFERED | {"major_code": "540101"}]},
        ),
        keys=("2021 / 540101",),
    ),
    "demanded_industry_is_on_no_map": TableExample(
        good=_year(
            rows=[{}],
            snapshots={
                "talent_demand": [_DEMAND, {"industry_code": "34"}, {"src_period": "undated"}]
            },
        ),
        bad=_year(rows=[{}], snapshots={"talent_demand": [_DEMAND, {}]}),
        keys=("2614",),
    ),
}

_ANHUI = {"owner_province": "34", "src_province": "34", "map_version": "AH-2024.1"}
_OTHER_MAJOR = {"major_code": "460301"}
_OTHER_JOB = {"occupation_code": "6-31-01-03"}
_ANOTHER_JOB = _ANHUI | _OTHER_JOB | _OTHER_MAJOR
_CONTRARY = {"industry_major_map": [{}, _ANHUI | _OTHER_MAJOR | {"relation": "2"}]}

COMPARED = {
    "strong_relation_is_absent_from_the_other_map": ComparisonExample(
        good={
            "industry_major_map": [
                {},
                _ANHUI | {"relation": "1"},
                _ANHUI | _OTHER_JOB | _OTHER_MAJOR,
            ]
        },
        bad=_CONTRARY,
        told=("33",),
    ),
    "strong_relation_of_the_other_map_is_absent": ComparisonExample(
        good={"industry_major_map": [{}, _ANOTHER_JOB]},
        bad=_CONTRARY,
        told=("34",),
    ),
}
