"""Funds that are good as a whole, and bad ones."""

from decimal import Decimal
from functools import partial
from typing import Any

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024", previous_period="2023")
_LISTED = {"institution": [{"inst_code": "3633000526", "uscc": "12330106MA71000193"}]}
_NO_RAISE = {"edu_level": None, "float_rate": None, "approve_doc": None, "standard_doc": None}


def _item(code: str, amount: str, place: str = "330300", **more: Any) -> dict[str, Any]:
    """An amount of an item, in ten thousand yuan."""
    kinds = {10: "4", 18: "4"}
    kind = kinds.get(len(place)) or ("2" if place.endswith("00") else "3")
    return {
        **_NO_RAISE,
        "object_type": kind,
        "object_code": place,
        "item_code": code,
        "amount": Decimal(amount),
        "unit": "万元",
        "students_base": None,
        **more,
    }


_COUNTIES = [_item("F01", "6000", "330302"), _item("F01", "4000", "330303")]
_BEFORE: dict[str, Any] = {"fiscal_year": 2023}

EXAMPLES = {
    "funded_school_is_not_on_the_list": TableExample(
        good=_year(
            rows=[
                _item("F11", "5200", "3633000526"),
                _item("F10", "5000", "12330106MA71000193"),
                _item("F01", "9000"),
            ],
            snapshots=_LISTED,
        ),
        bad=_year(rows=[_item("F11", "5200", "3633000999")], snapshots=_LISTED),
        keys=("3633000999",),
    ),
    "part_of_the_funds_exceeds_the_whole": TableExample(
        good=_year(
            rows=[
                _item("F01", "9000"),
                _item("F02", "2000"),
                _item("F03", "500"),
                _item("F04", "500"),
            ]
        ),
        bad=_year(rows=[_item("F03", "500"), _item("F04", "500.01"), _item("F02", "1")]),
        keys=("2 / 330300 / 2024 / F04",),
    ),
    "counties_do_not_give_their_city": TableExample(
        good=_year(rows=[*_COUNTIES, _item("F01", "10000"), {}]),
        bad=_year(rows=[*_COUNTIES, _item("F01", "11000")]),
        keys=("330300 / 2024 / F01",),
    ),
    "amount_jumped_by_a_power_of_ten": TableExample(
        good=_year(
            rows=[_item("F01", "13000"), _item("F02", "200000")],
            previous=[_item("F01", "10000", **_BEFORE), _item("F02", "2000", **_BEFORE)],
        ),
        bad=_year(
            rows=[_item("F01", "110000000"), _item("F02", "200"), _item("F03", "900000")],
            previous=[
                _item("F01", "10000", **_BEFORE),
                _item("F02", "2100", **_BEFORE),
                _item("F03", "1000", **_BEFORE),
            ],
        ),
        keys=("330300 / F01", "330300 / F02", "330300 / F03"),
    ),
    "grants_per_student_do_not_give_the_whole": TableExample(
        good=_year(rows=[{}, _item("F02", "69000")]),
        bad=_year(rows=[{}, _item("F02", "80000")]),
        keys=("2 / 330300 / 2024",),
    ),
}
