"""A good edge of the map, and what breaks each rule."""

from datetime import date
from typing import Any

GOOD: dict[str, Any] = {
    "map_version": "ZJ-2024.1",
    "owner_province": "33",
    "industry_code": "3491",
    "chain_node": "系统集成",
    "occupation_code": "6-30-99-00",
    "job_name": "工业机器人系统操作员",
    "catalog_version": "2021",
    "major_code": "460305",
    "edu_level": "2",
    "relation": "3",
    "cert_name": "工业机器人系统操作员",
    "valid_from": date(2024, 7, 1),
    "valid_to": date(2027, 6, 30),
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("industry_code_is_malformed", "industry_code"): {"industry_code": "9913"},
    ("major_code_is_malformed", "major_code"): {"major_code": "46030"},
    ("major_code_does_not_fit_catalog", "major_code"): {"major_code": "600305"},
    ("date_is_implausible", "valid_from"): {"valid_from": date(1924, 7, 1)},
    ("date_is_implausible", "valid_to"): {"valid_to": date(2207, 6, 30)},
    ("end_is_not_after_beginning", "valid_to"): {"valid_to": date(2024, 7, 1)},
    ("education_level_is_not_of_the_major", "edu_level"): {"edu_level": "1"},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("value_is_not_in_code_list", "edu_level"): {
        ("education_level_is_not_of_the_major", "edu_level")
    },
}
"""A level that is none is not the major's either."""

GOOD_TOO: list[dict[str, Any]] = [
    {"owner_province": "YR"},
    {"major_code": "660303", "edu_level": "1"},
    {"major_code": "260304", "edu_level": "3"},
    {"major_code": "560309", "catalog_version": "2015"},
    {"major_code": "051300", "catalog_version": "2010", "edu_level": "1"},
    {"major_code": "0106", "catalog_version": "JG2022", "edu_level": "5"},
]
"""A map of all four provinces; every edition and level."""
