"""A good teacher, and what breaks each rule."""

from datetime import date
from typing import Any

GOOD: dict[str, Any] = {
    "teacher_key": "0123456789abcdef" * 4,
    "inst_code": "4133012861",
    "school_year": "2024-2025",
    "teacher_type": "3",
    "sex": "2",
    "birth_year": 1978,
    "edu_code": "14",
    "title_code": "082",
    "double_level": "0",
    "skill_level": "1",
    "practice_days_5y": 1825,
    "taught_major": "460301",
    "employer_uscc": "91330100799655058B",
    "post_level": "20",
    "start_date": date(2024, 9, 1),
    "end_date": date(2027, 8, 31),
}

_OF_SCHOOL: dict[str, Any] = {
    "teacher_type": "1",
    "employer_uscc": None,
    "post_level": None,
    "start_date": None,
    "end_date": None,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("value_is_not_in_code_list", "teacher_type"): {"teacher_type": "※", "post_level": None},
    ("value_is_not_in_code_list", "double_level"): {**_OF_SCHOOL, "double_level": "※"},
    ("required_value_is_missing", "teacher_type"): {"teacher_type": None},
    ("number_is_out_of_range", "practice_days_5y"): {"practice_days_5y": 1831},
    ("uscc_organisation_code_is_wrong", "employer_uscc"): {"employer_uscc": "91330100799655051M"},
    ("conditional_value_is_missing", "employer_uscc"): {
        **_OF_SCHOOL,
        "teacher_type": "2",
    },
    ("conditional_value_is_missing", "post_level"): {"post_level": None},
    ("value_is_not_expected", "post_level"): {**_OF_SCHOOL, "post_level": "20"},
    ("conditional_value_is_missing", "start_date"): {"start_date": None},
    ("conditional_value_is_missing", "end_date"): {"end_date": None},
    ("date_is_implausible", "start_date"): {"start_date": date(1924, 9, 1)},
    ("date_is_implausible", "end_date"): {"end_date": date(2207, 8, 31)},
    ("end_is_not_after_beginning", "end_date"): {"end_date": date(2024, 9, 1)},
    ("double_level_is_of_another_teacher_type", "double_level"): {"double_level": "2"},
    ("age_is_not_of_a_teacher", "birth_year"): {"birth_year": 2007},
}

GOOD_TOO: list[dict[str, Any]] = [
    {**_OF_SCHOOL, "teacher_key": "89abcdef01234567" * 4, "double_level": "3"},
    {"birth_year": 1949},
    {"teacher_type": "2", "double_level": "1", "post_level": None},
]
"""A teacher of the school; the oldest; one from an enterprise."""
