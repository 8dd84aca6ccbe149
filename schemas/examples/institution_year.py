"""A good school year of an institution, and what breaks each rule."""

from datetime import date
from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "inst_code": "4133012861",
    "school_year": "2024-2025",
    "stat_date": date(2024, 9, 1),
    "enrolled_total": 9000,
    "new_total": 3100,
    "graduates_total": 2900,
    "staff_total": 620,
    "fulltime_teachers": 480,
    "double_qualified": 400,
    "ent_parttime_teachers": 120,
    "industry_professors": 6,
    "campus_area": Decimal("560000.00"),
    "building_area": Decimal("260000.00"),
    "equip_value": Decimal("18000.0000"),
    "training_stations": 5200,
    "onex_participants": 2600,
    "external_training_persons": 30000,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("date_is_in_the_future", "stat_date"): {
        "stat_date": date(2998, 9, 1),
        "school_year": "2998-2999",
    },
    ("number_is_negative", "enrolled_total"): {
        "enrolled_total": -1,
        "onex_participants": None,
        "fulltime_teachers": 0,
        "double_qualified": 0,
    },
    ("number_is_negative", "staff_total"): {
        "staff_total": -1,
        "fulltime_teachers": -1,
        "double_qualified": -1,
        "enrolled_total": -3,
        "onex_participants": -3,
    },
    ("number_is_negative", "fulltime_teachers"): {
        "fulltime_teachers": -1,
        "double_qualified": -1,
        "enrolled_total": -3,
        "onex_participants": -3,
    },
    ("part_exceeds_whole", "fulltime_teachers"): {"staff_total": 479},
    ("part_exceeds_whole", "double_qualified"): {"double_qualified": 481},
    ("part_exceeds_whole", "onex_participants"): {"onex_participants": 9001},
    ("statistics_day_is_not_first_of_september", "stat_date"): {"stat_date": date(2024, 9, 30)},
    ("student_teacher_ratio_is_unusual", "fulltime_teachers"): {
        "fulltime_teachers": 200,
        "double_qualified": 100,
    },
    ("campus_area_looks_like_mu", "campus_area"): {"campus_area": Decimal("840.00")},
    ("equipment_value_is_of_unlikely_size", "equip_value"): {"equip_value": Decimal(180_000_000)},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("number_is_negative", "enrolled_total"): {
        ("student_teacher_ratio_is_unusual", "fulltime_teachers")
    },
    ("number_is_negative", "staff_total"): {
        ("number_is_negative", "fulltime_teachers"),
        ("number_is_negative", "double_qualified"),
        ("number_is_negative", "enrolled_total"),
        ("number_is_negative", "onex_participants"),
        ("student_teacher_ratio_is_unusual", "fulltime_teachers"),
    },
    ("number_is_negative", "fulltime_teachers"): {
        ("number_is_negative", "double_qualified"),
        ("number_is_negative", "enrolled_total"),
        ("number_is_negative", "onex_participants"),
        ("student_teacher_ratio_is_unusual", "fulltime_teachers"),
    },
}
"""Wholes below zero have parts below zero, and no ratio."""

GOOD_TOO: list[dict[str, Any]] = [
    {"inst_code": "3633000526"},
    {"fulltime_teachers": 225, "double_qualified": 225},
    {"equip_value": Decimal(0), "campus_area": Decimal(0)},
]
"""Another school; the widest ratio; nothing of its own."""
