"""A good amount, and what breaks each rule."""

from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "fiscal_year": 2024,
    "object_type": "2",
    "object_code": "330300",
    "item_code": "F06",
    "edu_level": "1",
    "amount": Decimal("16800.00"),
    "unit": "元/生·年",
    "students_base": 41000,
    "float_rate": Decimal("0.00"),
    "approve_doc": "温人社〔2024〕示例号",
    "standard_doc": "浙财教〔2022〕示例号",
}

_PAY: dict[str, Any] = {
    "object_type": "4",
    "object_code": "3633000526",
    "item_code": "F11",
    "edu_level": None,
    "amount": Decimal("5200.00"),
    "unit": "万元",
    "students_base": None,
    "float_rate": Decimal("35.00"),
    "standard_doc": None,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("text_is_too_long", "object_code"): {"object_code": "3303000000000000000"},
    ("value_is_not_in_code_list", "item_code"): {"item_code": "※", "unit": "万元"},
    ("conditional_value_is_missing", "edu_level"): {"edu_level": None},
    ("conditional_value_is_missing", "students_base"): {"students_base": None},
    ("conditional_value_is_missing", "float_rate"): {**_PAY, "float_rate": None},
    ("conditional_value_is_missing", "approve_doc"): {**_PAY, "approve_doc": None},
    ("conditional_value_is_missing", "standard_doc"): {"item_code": "F05", "standard_doc": None},
    ("object_code_is_of_another_type", "object_code"): {"object_type": "3"},
    ("amount_is_not_in_the_agreed_unit", "unit"): {**_PAY, "unit": "元/生·年"},
    ("float_rate_is_above_the_limit", "float_rate"): {**_PAY, "float_rate": Decimal("50.01")},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("text_is_too_long", "object_code"): {("object_code_is_of_another_type", "object_code")},
}
"""What is too long is no object of any kind."""

GOOD_TOO: list[dict[str, Any]] = [
    _PAY,
    {**_PAY, "float_rate": Decimal("50.00"), "object_code": "91330100799655058B"},
    {**_PAY, "float_rate": Decimal(0), "approve_doc": None},
    {"object_type": "1", "object_code": "330000"},
    {"object_type": "3", "object_code": "330302"},
    {**_PAY, "item_code": "F01", "float_rate": None, "approve_doc": None},
]
"""Performance pay at its limit, and not raised; every kind of object."""
