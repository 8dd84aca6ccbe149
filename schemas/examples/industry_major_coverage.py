"""A good row of the coverage of the map, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "province_code": "33",
    "stat_year": 2024,
    "coverage_state": "1",
    "map_versions": "ZJ-2024.1",
    "industry_code": "3491",
    "chain_node": "系统集成",
    "occupation_code": "6-30-99-00",
    "job_name": "工业机器人系统操作员",
    "catalog_version": "2021",
    "major_code": "460305",
    "major_name": "工业机器人技术",
    "relation": "3",
    "school_year": "2024-2025",
    "schools": 12,
    "schools_not_enrolling": 1,
    "schools_elsewhere": 30,
    "enrolled": 3600,
    "newly_enrolled": 1300,
    "graduated": 1100,
    "plan_num": 1400,
    "edges": 2,
    "graduates_shared": Decimal("660.00"),
    "node_is_offered": True,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("industry_code_is_malformed", "industry_code"): {"industry_code": "9913"},
    ("major_code_is_malformed", "major_code"): {"major_code": "46030"},
    ("major_code_does_not_fit_catalog", "major_code"): {"major_code": "600305"},
    ("coverage_state_contradicts_schools", "coverage_state"): {"coverage_state": "2"},
    ("industry_is_missing", "industry_code"): {"industry_code": None},
}

GOOD_TOO: list[dict[str, Any]] = [
    {"coverage_state": "2", "schools": 0, "graduates_shared": None, "graduated": None},
    {
        "coverage_state": "3",
        "industry_code": None,
        "chain_node": None,
        "occupation_code": None,
        "map_versions": None,
        "edges": 0,
        "graduates_shared": None,
    },
]
"""A gap; an orphan."""
