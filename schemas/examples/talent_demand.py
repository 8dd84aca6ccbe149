"""A good line of a demand for skilled people, and what breaks each rule."""

from typing import Any

GOOD: dict[str, Any] = {
    "division_code": "330200",
    "stat_year": 2024,
    "industry_code": "2614",
    "chain_name": "绿色石化",
    "occupation_code": "6-11-02-03",
    "edu_level": "2",
    "demand_num": 1200,
    "supply_num": 400,
    "shortage_level": "3",
    "salary_mid": 7800,
    "source_doc": "浙人社发〔2024〕示例号",
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("value_is_not_in_code_list", "division_code"): {"division_code": "339900"},
    ("division_code_is_retired", "division_code"): {"division_code": "341400"},
    ("industry_code_is_malformed", "industry_code"): {"industry_code": "9913"},
    ("division_is_below_the_city", "division_code"): {"division_code": "330206"},
    ("extreme_shortage_without_any_demand", "demand_num"): {"demand_num": 0},
}

GOOD_TOO: list[dict[str, Any]] = [
    {"division_code": "330000"},
    {"shortage_level": "0", "demand_num": 0},
]
"""A whole province; nothing needed."""
