"""Examples: for each dataset one good row, and for each rule what breaks just it.

`<dataset>.py` states the good row (`GOOD`), the changes that break each rule that reads several
columns (`SPOILINGS`), what stands beside a wrong that cannot stand alone (`ALSO`) and lawful
variants (`GOOD_TOO`). What follows from a column alone is the same in every dataset, and made here.
Templates, pages and tests all take their examples from here.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from yrdx.dataset import Column, Kind
from yrdx.rule import Rule

FAR = 2999
"""A year that is never past."""

WRONG_CODE = {
    "school_code_is_malformed": "413301286",
    "school_code_prefix_is_unknown": "2133012861",
    "major_code_is_malformed": "61010",
    "occupation_code_is_malformed": "4‐04-05-02",
    "industry_code_is_malformed": "A0111",
    "industry_code_is_not_a_class": "65",
    "hash_is_malformed": "A" * 64,
    "year_month_is_malformed": "201013",
    "year_month_is_in_the_future": f"{FAR}01",
    "school_year_is_malformed": "2024/2025",
    "uscc_check_digit_is_wrong": "91330100799655058C",
    "certificate_prefix_is_malformed": "X000133000001243",
}
"""Wrong value of any column that has the rule."""


def wrong_value(rule: Rule, column: Column) -> Any:
    """The wrong value that the rule's code and the column's facts suggest; None if they do not."""
    match rule.code:
        case "value_is_not_in_code_list":
            return Decimal("9.5") if column.kind is Kind.DECIMAL else "※"
        case "values_are_not_in_code_list":
            return ["※"]
        case "division_code_is_retired":
            return "330103"
        case "text_is_too_long":
            return "长" * ((column.max_length or 0) + 1)
        case "code_has_wrong_length":
            return "9133010079965505"
        case "code_is_not_all_digits":
            return "O" * (column.width or 0)
        case "year_is_implausible":
            return FAR
        case "date_is_in_the_future":
            return date(FAR, 1, 1)
        case "number_is_negative":
            return Decimal(-1) if column.kind is Kind.DECIMAL else -1
        case _:
            return WRONG_CODE.get(rule.code)
