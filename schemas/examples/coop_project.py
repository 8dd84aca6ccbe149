"""A good cooperation project, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "coop_no": "4133012861-2024-03",
    "school_year": "2024-2025",
    "inst_code": "4133012861",
    "coop_type": "01",
    "partner_uscc": "91330100799655058B",
    "partner_name": "示例云计算（中国）有限公司",
    "partner_country": "CHN",
    "major_codes": ["460301", "510203"],
    "start_ym": "202309",
    "end_ym": "202808",
    "agreement_status": "1",
    "coop_status": "1",
    "students_order": 80,
    "interns": 45,
    "hired": 20,
    "courses": 6,
    "textbooks": 2,
    "ent_teachers": 9,
    "invest_amount": Decimal("300.0000"),
    "service_income": Decimal("52.5000"),
    "stations": 60,
    "governance": "1",
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("value_is_not_in_code_list", "agreement_status"): {"agreement_status": "※", "coop_type": "02"},
    ("uscc_organisation_code_is_wrong", "partner_uscc"): {"partner_uscc": "91330100799655051M"},
    ("conditional_value_is_missing", "partner_uscc"): {"partner_uscc": None},
    ("conditional_value_is_missing", "partner_country"): {
        "coop_type": "09",
        "partner_country": None,
    },
    ("major_codes_are_malformed", "major_codes"): {"major_codes": ["460301", "61010"]},
    ("year_month_is_in_the_future", "start_ym"): {"start_ym": "299901", "end_ym": None},
    ("year_month_is_malformed", "start_ym"): {"start_ym": "202300"},
    ("year_month_is_malformed", "end_ym"): {"end_ym": "202813"},
    ("end_is_not_after_beginning", "end_ym"): {"end_ym": "202309"},
    ("amount_looks_like_yuan", "invest_amount"): {"invest_amount": Decimal(3_000_000)},
    ("amount_looks_like_yuan", "service_income"): {"service_income": Decimal(525_000)},
    ("conditional_value_is_missing", "stations"): {"coop_type": "04", "stations": None},
    ("conditional_value_is_missing", "governance"): {"governance": None},
    ("college_has_no_signed_agreement", "agreement_status"): {"agreement_status": "3"},
    ("dual_system_partner_is_not_german", "partner_country"): {"coop_type": "08"},
    ("partner_is_not_of_hong_kong_or_macao", "partner_country"): {"coop_type": "10"},
}

GOOD_TOO: list[dict[str, Any]] = [
    {"partner_country": None},
    {
        "coop_no": "4133012861-2024-04",
        "coop_type": "08",
        "partner_name": "示例手工业协会（德国）",
        "partner_country": "DEU",
        "partner_uscc": None,
    },
    {"coop_type": "10", "partner_country": "HKG", "partner_uscc": None},
    {"coop_type": "06", "stations": None, "governance": None, "agreement_status": "3"},
]
"""A partner at home; partners from abroad, who have no credit code; no college."""
