"""A good line of student numbers, and what breaks each rule."""

from typing import Any

GOOD: dict[str, Any] = {
    "inst_code": "4134013059",
    "school_year": "2024-2025",
    "catalog_version": "2021",
    "major_code": "510203",
    "direction": "",
    "grade_year": 2024,
    "study_form": "1",
    "enrolled": 120,
    "male": 70,
    "female": 50,
    "minority": 3,
    "out_province": 11,
    "newly_enrolled": 121,
    "graduated": 0,
    "gt_students": 20,
    "onex_students": 40,
    "intern_students": 0,
}

_PARTS = ("minority", "out_province", "gt_students", "onex_students", "intern_students")

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    **{("part_exceeds_whole", part): {part: 121} for part in _PARTS},
    ("major_code_does_not_fit_catalog", "major_code"): {"major_code": "600203"},
    ("school_year_is_malformed", "school_year"): {"school_year": "2024-2026"},
    ("year_is_implausible", "grade_year"): {"grade_year": 1948, "newly_enrolled": 0},
    ("number_is_negative", "enrolled"): {
        **dict.fromkeys(_PARTS, -1),
        "enrolled": -1,
        "male": -1,
        "female": 0,
    },
    ("number_is_negative", "male"): {"male": -1, "female": 121},
    ("number_is_negative", "female"): {"male": 121, "female": -1},
    ("grade_is_later_than_school_year", "grade_year"): {"grade_year": 2025},
    ("enrolled_is_not_male_plus_female", "enrolled"): {"enrolled": 121},
    ("newly_enrolled_in_an_older_grade", "newly_enrolled"): {
        "grade_year": 2023,
        "newly_enrolled": 1,
    },
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("number_is_negative", "enrolled"): {
        ("number_is_negative", "male"),
        *(("number_is_negative", part) for part in _PARTS),
    },
}
"""A whole below zero has a part below zero."""
