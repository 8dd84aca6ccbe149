"""A good committee, and what breaks each rule."""

from datetime import date
from typing import Any

GOOD: dict[str, Any] = {
    "committee_no": "33-HZW-06",
    "stat_year": 2024,
    "province": "33",
    "name": "浙江省装备制造行业职业教育教学指导委员会",
    "level": "1",
    "category_ordinals": ["06", "11"],
    "industry_codes": ["C", "34", "3491"],
    "lead_unit_uscc": "91330100799655058B",
    "members": 25,
    "ent_members": 12,
    "status": "1",
    "term_end": date(2027, 12, 31),
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("industry_codes_are_malformed", "industry_codes"): {"industry_codes": ["34", "9913"]},
    ("uscc_organisation_code_is_wrong", "lead_unit_uscc"): {"lead_unit_uscc": "91330100799655051M"},
    ("number_is_negative", "members"): {"members": -1, "ent_members": None},
    ("part_exceeds_whole", "ent_members"): {"ent_members": 26},
    ("date_is_implausible", "term_end"): {"term_end": date(2207, 12, 31)},
    ("broad_category_is_repeated", "category_ordinals"): {"category_ordinals": ["06", "06"]},
    ("values_are_not_in_code_list", "category_ordinals"): {"category_ordinals": ["06", "20"]},
}

GOOD_TOO: list[dict[str, Any]] = [
    {
        "committee_no": "33-HZW-14",
        "name": "浙江省旅游行业职业教育教学指导委员会",
        "category_ordinals": ["14"],
        "industry_codes": ["61", "72"],
    },
    {"status": "3", "ent_members": 0},
]
"""Another committee; one that was dissolved."""
