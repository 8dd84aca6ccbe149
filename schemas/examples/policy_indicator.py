"""A good row of the indicators, what breaks each rule, and snapshots that give rows."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "indicator_code": "K04",
    "measure_code": "K04",
    "region_code": "330000",
    "stat_year": 2024,
    "cut": "edu_level",
    "cut_value": "2",
    "definition_version": "1.0",
    "value_state": "1",
    "numerator": Decimal("150000.0000"),
    "denominator": Decimal("500000.0000"),
    "value": Decimal("30.0000"),
    "unit": "%",
    "target_value": Decimal("50.0000"),
    "target_comparison": "at_least",
    "target_year": 2025,
    "is_reached": False,
    "reason": None,
    "missing_datasets": None,
    "provinces_missing": None,
    "schools_expected": 49,
    "schools_arrived": 49,
    "is_complete": True,
}

_WITHHELD = {
    "value_state": "2",
    "numerator": None,
    "denominator": None,
    "value": None,
    "is_reached": None,
    "reason": "source_missing",
    "missing_datasets": "student_scale",
    "provinces_missing": ["33"],
    "is_complete": False,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("measure_is_of_another_indicator", "measure_code"): {"measure_code": "K05"},
    ("region_is_not_known", "region_code"): {"region_code": "990000"},
    ("conditional_value_is_missing", "value"): {"value": None},
    ("value_is_not_expected", "value"): {**_WITHHELD, "value": Decimal("1.0000")},
    ("conditional_value_is_missing", "reason"): {**_WITHHELD, "reason": None},
    ("value_is_not_expected", "reason"): {"reason": "source_missing"},
    ("value_is_not_in_code_list", "reason"): {**_WITHHELD, "reason": "※"},
    ("reached_contradicts_the_target", "is_reached"): {"is_reached": True},
    ("number_is_negative", "target_value"): {"target_value": Decimal(-1), "is_reached": True},
    ("text_is_too_long", "measure_code"): {"measure_code": "K04" + "x" * 6},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("value_is_not_in_code_list", "indicator_code"): {
        ("measure_is_of_another_indicator", "measure_code")
    },
    ("value_is_not_in_code_list", "value_state"): {("value_is_not_expected", "value")},
}

GOOD_TOO: list[dict[str, Any]] = [
    _WITHHELD,
    {"region_code": "300000"},
    {
        "indicator_code": "K06",
        "measure_code": "K06",
        "target_comparison": "at_most",
        "is_reached": True,
    },
]
"""Withheld; the whole region; a limit that is kept."""
