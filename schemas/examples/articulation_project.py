"""A good articulation project, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "project_no": "33-2024-0017",
    "school_year": "2024-2025",
    "mode": "1",
    "up_inst": "3633000526",
    "up_major": "660301",
    "down_inst": "4133012861",
    "down_major": "460301",
    "total_years": Decimal("5.0"),
    "plan_num": 100,
    "admitted_num": 105,
    "transfer_num": 90,
    "transfer_rule": "1",
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("text_is_too_long", "project_no"): {"project_no": "33" + "9" * 29},
    ("value_is_not_in_code_list", "total_years"): {"total_years": Decimal("8.0"), "mode": "7"},
    ("school_code_is_malformed", "up_inst"): {"up_inst": "363300052"},
    ("conditional_value_is_missing", "down_inst"): {"down_inst": None},
    ("conditional_value_is_missing", "down_major"): {"down_major": None},
    ("number_is_negative", "plan_num"): {"plan_num": -1, "admitted_num": -2},
    ("project_number_lacks_province", "project_no"): {"project_no": "ZJ-2024-0017"},
    ("majors_are_of_different_categories", "down_major"): {"down_major": "510203"},
    ("second_stage_is_no_higher_level", "down_major"): {
        "up_major": "460301",
        "down_major": "460302",
    },
    ("total_years_do_not_fit_mode", "total_years"): {"mode": "3"},
    ("admitted_exceeds_project_plan", "admitted_num"): {"admitted_num": 106},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("number_is_negative", "plan_num"): {("number_is_negative", "admitted_num")},
}
"""A plan below zero is exceeded by any number that is not."""

GOOD_TOO: list[dict[str, Any]] = [
    {"mode": "2", "down_inst": None, "down_major": None},
    {"project_no": "34-2024-0001", "down_inst": "4134013059"},
    {"mode": "3", "down_major": "080202", "total_years": Decimal("7.0")},
    {"mode": "6", "down_inst": "3433000001", "down_major": "660301", "total_years": Decimal("3.0")},
    {"up_major": "0101"},
    {"up_major": "051300", "down_major": "560301"},
    {"up_major": "091300", "down_major": "610201"},
    {"mode": "3", "up_major": "051300", "down_major": "080202", "total_years": Decimal("7.0")},
]
"""One school; two provinces; ordinary bachelors; high schools; skilled-worker majors; majors of the
catalogues of 2010 and 2015, which cohorts that entered before 2021 still have."""
