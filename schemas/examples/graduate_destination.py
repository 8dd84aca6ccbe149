"""A good destination of a graduate, and what breaks each rule."""

from datetime import date
from typing import Any

GOOD: dict[str, Any] = {
    "person_key": "0123456789abcdef" * 4,
    "survey_date": date(2025, 8, 31),
    "inst_code": "4133012861",
    "major_code": "460301",
    "catalog_version": "2021",
    "grad_year": 2025,
    "edu_level": "2",
    "dest_type": "1",
    "job_form": "1",
    "employer_uscc": "91330100799655058B",
    "employer_name": "示例云计算（中国）有限公司",
    "employer_type": "33",
    "employer_size": "2",
    "industry_code": "6513",
    "region_code": "330100",
    "start_salary": 5200,
    "match_level": "2",
    "coop_employer": True,
    "further_inst": None,
    "further_level": None,
    "further_channel": None,
}

_WORK = (
    "job_form",
    "employer_uscc",
    "employer_name",
    "employer_type",
    "employer_size",
    "industry_code",
    "region_code",
    "match_level",
    "coop_employer",
)
_NO_WORK: dict[str, Any] = {**dict.fromkeys(_WORK), "start_salary": None}
_STUDY: dict[str, Any] = {
    **_NO_WORK,
    "dest_type": "2",
    "further_inst": "4133010335",
    "further_level": "2",
    "further_channel": "8",
}
_WAITS: dict[str, Any] = {**_NO_WORK, "dest_type": "3"}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("value_is_not_in_code_list", "dest_type"): {**_NO_WORK, "dest_type": "※"},
    ("value_is_not_in_code_list", "job_form"): {
        "job_form": "※",
        **dict.fromkeys(_WORK[1:6]),
        "coop_employer": None,
    },
    ("uscc_organisation_code_is_wrong", "employer_uscc"): {"employer_uscc": "91330100799655051M"},
    ("name_holds_blanks", "employer_name"): {"employer_name": "示例 云计算有限公司"},
    ("name_has_half_width_brackets", "employer_name"): {"employer_name": "示例云(中国)有限公司"},
    ("value_is_not_in_code_list", "region_code"): {"region_code": "330199"},
    ("industry_code_is_malformed", "industry_code"): {"industry_code": "9913"},
    ("major_code_does_not_fit_catalog", "major_code"): {"major_code": "600301"},
    ("date_is_in_the_future", "survey_date"): {"survey_date": date(2999, 12, 31)},
    **{("conditional_value_is_missing", name): {name: None} for name in _WORK},
    ("value_is_not_expected", "job_form"): {**_WAITS, "job_form": "2"},
    **{
        ("value_is_not_expected", name): {**_WAITS, name: GOOD[name]}
        for name in _WORK
        if name != "job_form"
    },
    ("school_code_is_malformed", "further_inst"): {**_STUDY, "further_inst": "413301033"},
    ("value_is_not_in_code_list", "further_level"): {**_STUDY, "further_level": "※"},
    ("value_is_not_in_code_list", "further_channel"): {**_STUDY, "further_channel": "※"},
    **{
        ("conditional_value_is_missing", name): {**_STUDY, name: None}
        for name in ("further_inst", "further_level", "further_channel")
    },
    **{
        ("value_is_not_expected", name): {name: _STUDY[name]}
        for name in ("further_inst", "further_level", "further_channel")
    },
    ("survey_day_is_not_agreed", "survey_date"): {"survey_date": date(2025, 9, 1)},
    ("salary_without_any_employment", "start_salary"): {**_STUDY, "start_salary": 5200},
    ("salary_looks_like_thousands", "start_salary"): {"start_salary": 5},
    ("salary_is_of_unlikely_size", "start_salary"): {"start_salary": 120_000},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {}

GOOD_TOO: list[dict[str, Any]] = [
    {**_STUDY, "person_key": "89abcdef01234567" * 4},
    _WAITS,
    {**_STUDY, "further_inst": None, "further_channel": "5"},
    {**_NO_WORK, "job_form": "4"},
    {**dict.fromkeys(_WORK), "job_form": "3", "region_code": "320500", "match_level": "1"},
]
"""Further study, here and abroad; looking for work; the army; an own business."""
