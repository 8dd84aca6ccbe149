"""A good institution, and what breaks each rule."""

from datetime import date
from typing import Any

GOOD: dict[str, Any] = {
    "inst_code": "4133012861",
    "uscc": "12330100470100014A",
    "moe5_code": "12861",
    "exam_code": "0042",
    "inst_name": "示例职业技术学院（滨江校区）",
    "former_name": "示例工业学校；示例商业学校",
    "edu_level": "2",
    "school_category": "365",
    "organizer_type": "1",
    "competent_line": "1",
    "competent_dept": "浙江省教育厅",
    "ownership_model": "1",
    "division_code": "330108",
    "address": "示例路 1 号",
    "found_ym": "199809",
    "quality_tag": "1",
    "zone_tag": ["WT", "YRD"],
    "status": "1",
    "status_date": date(2020, 9, 1),
    "successor_code": "4133012036",
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("uscc_check_digit_is_wrong", "uscc"): {"uscc": "12330100470100014B"},
    ("uscc_organisation_code_is_wrong", "uscc"): {"uscc": "123301004701000111"},
    ("uscc_is_an_organisation_code", "uscc"): {"uscc": "470100014"},
    # Nine characters alone already break a rule; that their check fails is a second one.
    ("organisation_code_check_digit_is_wrong", "uscc"): {"uscc": "470100015"},
    ("name_holds_blanks", "inst_name"): {"inst_name": "示例职业技术\n学院"},
    ("name_has_half_width_brackets", "inst_name"): {"inst_name": "示例职业技术学院(东校区)"},
    ("school_code_is_malformed", "inst_code"): {"inst_code": "41330128610"},
    ("school_code_is_malformed", "successor_code"): {"successor_code": "41330-2036"},
    ("school_code_prefix_is_unknown", "successor_code"): {"successor_code": "3133012036"},
    ("code_is_not_all_digits", "moe5_code"): {"inst_code": "4233012861", "moe5_code": "1286O"},
    ("value_is_not_in_code_list", "division_code"): {"division_code": "330199"},
    ("school_code_is_missing", "inst_code"): {"inst_code": None},
    ("school_code_category_differs_from_level", "inst_code"): {"inst_code": "3633012861"},
    ("uscc_is_unusual_for_a_school", "uscc"): {"uscc": "513301004701000149"},
    ("moe5_code_differs_from_school_code", "moe5_code"): {"moe5_code": "12862"},
    ("vocational_university_has_unusual_name", "inst_name"): {
        "edu_level": "3",
        "inst_name": "示例科技大学",
    },
    ("name_is_a_band_or_total", "inst_name"): {"inst_name": "浙江省（107所）"},
    ("school_category_is_missing", "school_category"): {
        "inst_code": "3633000526",
        "edu_level": "1",
        "school_category": None,
    },
    ("division_is_in_another_province", "division_code"): {"division_code": "320508"},
    ("division_is_not_a_county", "division_code"): {"division_code": "330100"},
    ("status_date_is_missing", "status_date"): {"status": "2", "status_date": None},
    ("successor_code_is_missing", "successor_code"): {"status": "3", "successor_code": None},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("organisation_code_check_digit_is_wrong", "uscc"): {("uscc_is_an_organisation_code", "uscc")},
}
"""Wrongs that cannot stand alone, with what stands beside them."""
