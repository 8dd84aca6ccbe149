"""Demand for skilled people that is good as a whole, and bad."""

from functools import partial

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024", previous_period="2023")
_PROVINCE = {"division_code": "330000", "demand_num": 2000}
_CITY = {"division_code": "330100", "demand_num": 800}
_BEFORE = {"stat_year": 2023}

EXAMPLES = {
    "cities_exceed_their_province": TableExample(
        good=_year(rows=[{}, _CITY, _PROVINCE]),
        bad=_year(rows=[{}, _CITY | {"demand_num": 801}, _PROVINCE]),
        keys=("330000 / 2024 / 2614 / 6-11-02-03 / 2",),
    ),
    "demand_has_changed_much": TableExample(
        good=_year(
            rows=[{"demand_num": 2400}, _CITY | {"demand_num": 40}],
            previous=[_BEFORE, _BEFORE | _CITY | {"demand_num": 10}],
        ),
        bad=_year(
            rows=[{"demand_num": 2401}, _CITY | {"demand_num": 0, "shortage_level": "0"}],
            previous=[_BEFORE, _BEFORE | _CITY],
        ),
        keys=("330100 / 2614 / 6-11-02-03 / 2", "330200 / 2614 / 6-11-02-03 / 2"),
    ),
}
