"""A good line of an enrolment plan, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "enroll_year": 2025,
    "inst_code": "4133012861",
    "major_code": "460301",
    "catalog_version": "2021",
    "source_province": "33",
    "channel": "1",
    "plan_num": 100,
    "admitted_num": 110,
    "registered_num": 104,
    "min_score": Decimal("412.00"),
    "tuition": Decimal("6000.00"),
    "round": "3",
}

GOOD_TOO: list[dict[str, Any]] = [{"source_province": "34"}]
"""For entrants of another province."""

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("major_code_is_malformed", "major_code"): {"major_code": "006"},
    ("major_code_does_not_fit_catalog", "major_code"): {"catalog_version": "2010"},
    ("number_is_negative", "plan_num"): {"plan_num": -1, "admitted_num": None, "round": "1"},
    ("number_is_negative", "admitted_num"): {
        "admitted_num": -1,
        "registered_num": None,
        "round": "2",
    },
    ("number_is_out_of_range", "min_score"): {"min_score": Decimal("750.50")},
    ("number_is_out_of_range", "tuition"): {"tuition": Decimal("60001.00")},
    ("admitted_number_is_missing", "admitted_num"): {"admitted_num": None},
    ("registered_number_is_missing", "registered_num"): {"registered_num": None},
    ("registered_exceeds_admitted", "registered_num"): {"registered_num": 111},
    ("admitted_far_exceeds_plan", "admitted_num"): {"admitted_num": 121},
    ("tuition_looks_like_ten_thousands", "tuition"): {"tuition": Decimal("0.60")},
}
