"""Results of monitoring that are good as a whole, and bad ones."""

from decimal import Decimal
from functools import partial
from typing import Any

from yrdx.comparison import ComparisonExample
from yrdx.table_rule import Situation, TableExample

_term = partial(Situation, period="2024-2025-1", previous_period="2023-2024-1")
_LISTED = {"institution": [{"inst_code": "3633000526", "uscc": "12330106MA71000193"}]}


def _of(place: str, value: str, n: int) -> dict[str, Any]:
    kind = "1" if place.endswith("0000") else "2"
    numbers = {"population_n": n, "sample_n": n, "valid_n": n}
    return {"object_type": kind, "object_code": place, "value": Decimal(value), **numbers}


_CITIES = [_of("330100", "80", 300), _of("330200", "70", 100)]
_BEFORE = {"round_no": "2023-S2"}

EXAMPLES = {
    "monitored_school_is_not_on_the_list": TableExample(
        good=_term(
            rows=[
                {},
                {"object_type": "4", "object_code": "3633000526-660301"},
                {"object_code": "12330106MA71000193"},
                _of("330100", "80", 300),
            ],
            snapshots=_LISTED,
        ),
        bad=_term(
            rows=[{}, {"object_type": "4", "object_code": "3633000999-660301"}], snapshots=_LISTED
        ),
        keys=("3633000999",),
    ),
    "cities_do_not_give_their_province": TableExample(
        good=_term(rows=[*_CITIES, _of("330000", "77.2", 400)]),
        bad=_term(rows=[*_CITIES, _of("330000", "76.4", 400)]),
        keys=("330000 / 2024-S2 / 1 / 01 / 660301 / AVG",),
    ),
    "result_has_moved_in_the_same_test": TableExample(
        good=_term(
            rows=[{}, {"subject_code": "710201"}],
            previous=[
                _BEFORE | {"value": Decimal(70)},
                _BEFORE
                | {"subject_code": "710201", "value": 40, "method_doc": "浙教研〔2023〕1号"},
            ],
        ),
        bad=_term(rows=[{}], previous=[_BEFORE | {"value": Decimal(60)}]),
        keys=("3 / 3633000526 / 01 / 660301 / AVG",),
    ),
}

_BY_CITY = {"org_level": "2", "src_unit": "jyj"}

COMPARED = {
    "province_and_city_report_differently": ComparisonExample(
        good={"quality_indicator": [{}, _BY_CITY | {"value": Decimal(75)}]},
        bad={"quality_indicator": [{}, _BY_CITY | {"value": Decimal(60)}]},
        told=("33",),
    ),
}
