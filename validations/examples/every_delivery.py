"""Deliveries of the register of enterprises and others, right and wrong as a whole."""

from __future__ import annotations

from yrdx.table_rule import Situation, TableExample

_FEW = [{"uscc": f"{number:018d}"} for number in range(40)]
_MANY = [{"uscc": f"{number:018d}"} for number in range(100)]
_SIZES = [{**row, "size_code": str(number % 4 + 1)} for number, row in enumerate(_MANY)]
_SHIFTED = [{**row, "size_code": str(min(number % 4 + 2, 4))} for number, row in enumerate(_MANY)]
_NAMELESS = [{**row, "industry_code": None} for row in _FEW[:20]] + _FEW[20:]
_COUNTS = [{"inst_code": f"41330{n:05d}", "enrolled_total": 3_000 + 50 * n} for n in range(20)]
_TENTHS = [{"inst_code": f"41330{n:05d}", "enrolled_total": 30_000 + 500 * n} for n in range(20)]
_SCHOOLS = ["4133012861", "4133010863", "4133012859"]
_REGISTER = [
    {"inst_code": _SCHOOLS[0], "inst_name": "示例职业技术学院", "status": "1"},
    {"inst_code": _SCHOOLS[1], "inst_name": "示例交通学院", "status": "1"},
    {"inst_code": _SCHOOLS[2], "inst_name": "示例已撤销学院", "status": "4"},
]

EXAMPLES = {
    "row_count_fell_by_half": TableExample(
        dataset="enterprise",
        good=Situation(rows=_MANY[:50], previous=_MANY),
        bad=Situation(rows=_MANY[:49], previous=_MANY),
        keys=(None,),
    ),
    "row_count_changed_much": TableExample(
        dataset="enterprise",
        good=Situation(rows=_MANY[:70], previous=_MANY),
        bad=Situation(rows=_MANY[:69], previous=_MANY),
        keys=(None,),
    ),
    "values_are_missing_more_often": TableExample(
        dataset="enterprise",
        good=Situation(rows=_FEW, previous=_MANY),
        bad=Situation(rows=_NAMELESS, previous=_MANY),
        keys=(None,),
    ),
    "codes_are_distributed_otherwise": TableExample(
        dataset="enterprise",
        good=Situation(rows=_SIZES[:80], previous=_SIZES),
        bad=Situation(rows=_SHIFTED, previous=_SIZES),
        keys=(None,),
    ),
    "figures_jumped_by_a_power_of_ten": TableExample(
        dataset="institution_year",
        good=Situation(rows=_COUNTS[3:], previous=_COUNTS),
        bad=Situation(rows=_TENTHS, previous=_COUNTS),
        keys=(None,),
    ),
    "institution_of_last_period_is_missing": TableExample(
        dataset="student_scale",
        good=Situation(
            rows=[{"inst_code": code} for code in _SCHOOLS[:2]],
            previous=[{"inst_code": code} for code in _SCHOOLS],
            snapshots={"institution": _REGISTER},
        ),
        bad=Situation(
            rows=[{"inst_code": _SCHOOLS[0]}],
            previous=[{"inst_code": code} for code in _SCHOOLS],
            snapshots={"institution": _REGISTER},
        ),
        keys=("4133010863 / 示例交通学院",),
    ),
}
