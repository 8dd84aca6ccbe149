"""A good result of monitoring, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "round_no": "2024-S2",
    "org_level": "1",
    "object_type": "3",
    "object_code": "3633000526",
    "domain": "01",
    "subject_code": "660301",
    "indicator_code": "AVG",
    "population_n": 240,
    "sample_n": 60,
    "valid_n": 58,
    "value": Decimal("78.4500"),
    "unit": "分",
    "std_dev": Decimal("11.2000"),
    "full_score": Decimal("100.00"),
    "method_doc": "浙教研〔2024〕示例号",
}

_NUMBERS = ("population_n", "sample_n", "valid_n")

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("text_is_too_long", "round_no"): {"round_no": "2024-S2-001"},
    ("text_is_too_long", "object_code"): {"object_code": "3633000526-660301-01"},
    ("text_is_too_long", "subject_code"): {"subject_code": "66030166030"},
    **{("conditional_value_is_missing", name): {name: None} for name in _NUMBERS},
    ("number_is_negative", "population_n"): dict.fromkeys(_NUMBERS, -1) | {"indicator_code": "MED"},
    ("number_is_negative", "sample_n"): {"sample_n": -1, "valid_n": -1, "indicator_code": "MED"},
    ("number_is_negative", "valid_n"): {"valid_n": -1, "indicator_code": "MED"},
    ("number_is_negative", "full_score"): {"full_score": Decimal(-1), "unit": "人"},
    ("part_exceeds_whole", "sample_n"): {"sample_n": 241},
    ("part_exceeds_whole", "valid_n"): {"valid_n": 61},
    ("value_is_not_in_code_list", "domain"): {"domain": "※"},
    ("conditional_value_is_missing", "full_score"): {"full_score": None},
    ("monitoring_round_is_malformed", "round_no"): {"round_no": "2024-2"},
    ("object_code_is_of_another_type", "object_code"): {"object_type": "2"},
    ("subject_is_not_of_the_domain", "subject_code"): {"domain": "02"},
    ("value_is_beyond_its_scale", "value"): {"value": Decimal("100.5000")},
    ("percentage_looks_like_a_share", "value"): {"unit": "%", "value": Decimal("0.8560")},
    ("mean_rests_on_few_results", "valid_n"): {"valid_n": 29},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("text_is_too_long", "round_no"): {("monitoring_round_is_malformed", "round_no")},
    ("text_is_too_long", "object_code"): {("object_code_is_of_another_type", "object_code")},
    ("text_is_too_long", "subject_code"): {("subject_is_not_of_the_domain", "subject_code")},
    ("number_is_negative", "population_n"): {
        ("number_is_negative", "sample_n"),
        ("number_is_negative", "valid_n"),
    },
    ("number_is_negative", "sample_n"): {("number_is_negative", "valid_n")},
}
"""What is too long has no form either; a whole below zero has parts below zero."""

GOOD_TOO: list[dict[str, Any]] = [
    {"object_type": "1", "object_code": "330000"},
    {"object_type": "2", "object_code": "330106"},
    {"object_type": "3", "object_code": "91330100799655058B"},
    {"object_type": "4", "object_code": "3633000526-660301"},
    {"domain": "02", "subject_code": "YW", "unit": "%", "indicator_code": "PASS"},
    {
        **dict.fromkeys(_NUMBERS),
        "domain": "09",
        "subject_code": "00",
        "unit": "项",
        "value": Decimal(1200),
        "full_score": None,
    },
]
"""Every kind of object; a general subject; a domain without tests."""
