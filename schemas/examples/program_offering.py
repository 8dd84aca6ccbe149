"""A good programme, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "inst_code": "3633000526",
    "school_year": "2024-2025",
    "catalog_version": "2021",
    "major_code": "660301",
    "major_name": "机电技术应用",
    "direction": "",
    "edu_years": Decimal("5.0"),
    "program_group": "智能制造专业群",
    "approve_ym": "201405",
    "first_enroll_ym": "201409",
    "offer_status": "1",
    "key_level": "20",
    "shortage_tag": "1",
    "strategic_tag": "0",
    "five_year_pilot": True,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("school_code_is_malformed", "inst_code"): {"inst_code": "363300052"},
    ("major_code_does_not_fit_catalog", "major_code"): {"major_code": "800301"},
    ("value_is_not_in_code_list", "edu_years"): {
        "edu_years": Decimal("3.5"),
        "five_year_pilot": False,
    },
    ("year_month_is_malformed", "approve_ym"): {"approve_ym": "201400"},
    ("year_month_is_malformed", "first_enroll_ym"): {"first_enroll_ym": "201413"},
    ("year_month_is_in_the_future", "approve_ym"): {
        "approve_ym": "299901",
        "first_enroll_ym": None,
    },
    ("major_level_differs_from_school", "major_code"): {"major_code": "460301"},
    ("first_enrolment_is_before_approval", "first_enroll_ym"): {"first_enroll_ym": "201404"},
    ("five_year_pilot_does_not_last_five_years", "edu_years"): {"edu_years": Decimal("3.0")},
    ("five_year_pilot_is_not_at_a_secondary_school", "five_year_pilot"): {
        "inst_code": "4133012861",
        "major_code": "460301",
    },
    ("school_code_prefix_is_unknown", "inst_code"): {
        "inst_code": "2133012861",
        "major_code": "460301",
        "five_year_pilot": False,
    },
}
