"""Small lists in which the good rows stand, and what breaks each rule that needs a list."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from yrdx.lists import ENTRIES

_ENTRIES: dict[str, list[dict[str, Any]]] = {
    "major": [
        {"edition": "2021", "code": "660301", "name": "机电技术应用"},
        {"edition": "2021", "code": "460301", "name": "机电一体化技术"},
        {"edition": "2021", "code": "460305", "name": "工业机器人技术"},
        {"edition": "2021", "code": "510203", "name": "软件技术"},
        {"edition": "2021", "code": "510102", "name": "物联网应用技术"},
        # Withdrawn, and of a good row's name, so that its validity alone is wrong.
        {"edition": "2021", "code": "460399", "name": "机电技术应用", "valid_to": date(2023, 9, 1)},
        {"edition": "2015", "code": "660301", "name": "示例旧专业"},
    ],
    "occupation": [
        {"edition": "2022", "code": "6-30-99-00", "name": "工业机器人系统操作员"},
        {"edition": "2022", "code": "6-11-02-03", "name": "示例职业"},
        {
            "edition": "2015",
            "code": "6-18-01-01",
            "name": "示例旧职业",
            "valid_to": date(2022, 9, 28),
            "successor": "6-30-99-00",
        },
    ],
    "onex": [{"code": "500001", "name": "工业机器人系统操作员", "level": "高级"}],
    "industry": [
        {"code": "6513", "name": "应用软件开发"},
        {"code": "3491", "name": "工业机器人制造"},
        {"code": "2614", "name": "有机化学原料制造"},
    ],
}

_ONEX = {"cert_category": "3", "cert_no_prefix": None, "occupation_code": None}

_WRONGS: dict[str, Any] = {
    "major_code_is_not_in_catalogue": "460398",
    "major_code_is_not_in_force": "460399",
    "major_code_is_in_no_edition": "460398",
    "major_name_differs_from_catalogue": "机电应用",
    "major_is_of_another_edition": {"major_name": "示例旧专业"},
    "occupation_code_is_not_in_classification": "6-99-99-99",
    "occupation_code_is_retired": "6-18-01-01",
    "onex_certificate_is_not_on_the_list": {**_ONEX, "level": "G", "cert_name": "网页设计"},
    "onex_certificate_has_no_such_level": {**_ONEX, "level": "Z", "is_high": False},
    "industry_code_is_not_in_classification": "6599",
    "major_codes_are_in_no_edition": ["460301", "460398"],
    "industry_codes_are_not_in_classification": ["C", "34", "3498"],
}
"""Rule → the wrong value of its column, or the changes to the good row."""


def entries(name: str) -> pl.DataFrame:
    """The example of a loaded list."""
    return pl.DataFrame(_ENTRIES[name], schema=ENTRIES)


def wrong(code: str, column: str) -> dict[str, Any] | None:
    """The changes to the good row that break a rule, None where none are known."""
    changes = _WRONGS.get(code)
    return changes if isinstance(changes, dict) or changes is None else {column: changes}
