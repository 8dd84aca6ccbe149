"""A good row of supply and demand, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "province_code": "33",
    "stat_year": 2024,
    "industry_division": "34",
    "occupation_code": "6-30-99-00",
    "edu_level": "2",
    "job_name": "工业机器人系统操作员",
    "supply_state": "1",
    "demand_year": 2024,
    "demand_num": 1200,
    "shortage_level": "2",
    "majors": 3,
    "majors_offered": 2,
    "supply_shared": Decimal("660.00"),
    "supply_at_most": 1100,
    "supply_stated": 700,
    "supply_ratio": Decimal("0.5500"),
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("supply_state_contradicts_majors", "supply_state"): {"supply_state": "2"},
    ("majors_offered_exceed_majors", "majors_offered"): {"majors_offered": 4},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("number_is_negative", "majors"): {("majors_offered_exceed_majors", "majors_offered")},
    ("number_is_negative", "majors_offered"): {("supply_state_contradicts_majors", "supply_state")},
}
"""A number of majors below zero fits no state."""

GOOD_TOO: list[dict[str, Any]] = [
    {"supply_state": "2", "majors_offered": 0},
    {"supply_state": "3", "majors": 0, "majors_offered": 0, "supply_shared": None},
    {"supply_state": "4", "demand_num": None, "demand_year": None, "supply_ratio": None},
]
"""A gap that is mapped, one that is not; a job that nobody asks for."""
