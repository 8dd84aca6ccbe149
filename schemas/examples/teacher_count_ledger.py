"""A good row of the ledger of teachers, and what breaks each rule."""

from typing import Any

GOOD: dict[str, Any] = {
    "school_year": "2024-2025",
    "province_code": "33",
    "city_code": "330100",
    "inst_code": "4133012861",
    "teacher_type": "1",
    "double_level": "all",
    "sex": "all",
    "edu_code": "all",
    "count_state": "published",
    "counted": 128,
    "counted_in": None,
    "step": 1,
    "true_count": 128,
    "at_least": 10,
    "in_force": True,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("count_contradicts_its_state", "counted"): {"counted": None},
    ("value_is_not_in_code_list", "count_state"): {"count_state": "※"},
}

GOOD_TOO: list[dict[str, Any]] = [
    {"count_state": "suppressed", "counted": None},
    {"count_state": "held", "counted_in": "1.0.0-0123456789ab"},
]
