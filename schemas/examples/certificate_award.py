"""A good certificate, and what breaks each rule."""

from datetime import date
from typing import Any

GOOD: dict[str, Any] = {
    "person_key": "0123456789abcdef" * 4,
    "inst_code": "4133012861",
    "major_code": "460301",
    "catalog_version": "2021",
    "grad_year": 2025,
    "edu_level": "2",
    "cert_category": "1",
    "cert_no_hash": "fedcba9876543210" * 4,
    "cert_no_prefix": "S000133000001243",
    "cert_name": "工业机器人系统操作员",
    "occupation_code": "6-30-99-00",
    "level": "3",
    "issuer_uscc": "91330100799655058B",
    "issuer_name": "示例职业技能评价有限公司",
    "issue_date": date(2024, 12, 20),
    "is_high": True,
}

_ONEX = {
    "cert_category": "3",
    "cert_no_prefix": None,
    "occupation_code": None,
    "level": "G",
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("value_is_not_in_code_list", "cert_category"): {
        **_ONEX,
        "cert_category": "※",
        "is_high": False,
    },
    ("value_is_not_in_code_list", "level"): {
        "level": "※",
        "cert_no_prefix": "3301000000123",
        "is_high": False,
    },
    ("year_is_implausible", "grad_year"): {"grad_year": 2999},
    ("date_is_in_the_future", "issue_date"): {
        "issue_date": date(2999, 1, 1),
        "cert_no_prefix": "S000133000001993",
    },
    ("hash_is_malformed", "person_key"): {"person_key": "330106199001011234"},
    ("code_has_wrong_length", "issuer_uscc"): {"issuer_uscc": "9133010079965505"},
    ("uscc_organisation_code_is_wrong", "issuer_uscc"): {"issuer_uscc": "91330100799655051M"},
    ("certificate_prefix_is_malformed", "cert_no_prefix"): {"cert_no_prefix": "X000133000001243"},
    ("certificate_prefix_holds_the_serial", "cert_no_prefix"): {
        "cert_no_prefix": "2433010000330012"
    },
    ("major_code_does_not_fit_catalog", "major_code"): {"major_code": "0101"},
    ("certificate_prefix_is_missing", "cert_no_prefix"): {"cert_no_prefix": None},
    ("certificate_prefix_is_not_expected", "cert_no_prefix"): {
        **_ONEX,
        "cert_no_prefix": "3301000000123",
    },
    ("occupation_code_is_missing", "occupation_code"): {"occupation_code": None},
    ("level_is_not_of_the_category", "level"): {**_ONEX, "level": "3", "is_high": False},
    ("certificate_year_is_not_issue_year", "issue_date"): {"issue_date": date(2023, 12, 20)},
    ("certificate_level_is_not_level", "level"): {"level": "2"},
    ("certificate_province_is_not_issuer_province", "issuer_uscc"): {
        "issuer_uscc": "91310000799655058X"
    },
    ("certificate_is_issued_too_late", "issue_date"): {"grad_year": 2023},
    ("certificate_is_issued_before_enrolment", "issue_date"): {"grad_year": 2032},
    ("is_high_disagrees_with_level", "is_high"): {"is_high": False},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("year_is_implausible", "grad_year"): {
        ("certificate_is_issued_before_enrolment", "issue_date")
    },
    ("date_is_in_the_future", "issue_date"): {("certificate_is_issued_too_late", "issue_date")},
}
"""A date or year far off is far from the other one, too."""

GOOD_TOO: list[dict[str, Any]] = [
    _ONEX,
    {"cert_no_prefix": "24330100013", "cert_category": "2"},
    {"cert_no_prefix": "YT00013300000124", "level": "T"},
    {"cert_no_prefix": "YS00013300000124", "level": "S"},
    {"cert_no_prefix": "3301000000123"},
    {"catalog_version": "2015", "major_code": "560301"},
    {"catalog_version": "2010", "major_code": "051300"},
    {"catalog_version": "JG2022", "major_code": "0101-4"},
    {"major_code": "520101K"},
    {**_ONEX, "level": "Z", "is_high": False},
    {**_ONEX, "cert_category": "4", "level": "3", "is_high": False},
]
"""Changes that keep a good row good: layouts, editions and scales that differ."""
