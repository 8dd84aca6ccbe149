"""A good task, and what breaks each rule."""

from datetime import date
from decimal import Decimal
from typing import Any

GOOD: dict[str, Any] = {
    "task_no": "ZJ-3-3-01",
    "clause_no": "三（三）",
    "doc_name": "4",
    "task_text": "到2025年，深度参与职业教育人才培养的大中型企业比例达到70%。",
    "unit_code": "330300",
    "coop_units": ["91330100799655058B", "330302"],
    "indicator_code": "K01",
    "target_value": Decimal("70.0000"),
    "due_date": date(2025, 12, 31),
    "report_period": "2025Q3",
    "progress": "3",
    "actual_value": Decimal("71.2000"),
    "evidence": "附件清单 0017；0018",
    "remark": "名单已与经信部门核对。",
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("unit_code_is_unknown", "unit_code"): {"unit_code": "91330100799655058C"},
    ("unit_codes_are_malformed", "coop_units"): {"coop_units": ["330302", "33030"]},
    ("unit_codes_are_unknown", "coop_units"): {"coop_units": ["330302", "91330100799655058C"]},
    ("conditional_value_is_missing", "target_value"): {"target_value": None},
    ("conditional_value_is_missing", "actual_value"): {"actual_value": None},
    ("date_is_implausible", "due_date"): {"due_date": date(2205, 12, 31)},
    ("text_is_too_long", "report_period"): {"report_period": "2025Q3-Q4"},
    ("report_period_is_malformed", "report_period"): {"report_period": "2025Q5"},
    ("task_is_done_without_evidence", "progress"): {
        "evidence": None,
        "actual_value": Decimal("64.2000"),
    },
    ("task_is_past_its_deadline", "progress"): {"progress": "2", "due_date": date(2025, 10, 31)},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("text_is_too_long", "report_period"): {("report_period_is_malformed", "report_period")},
}
"""What is too long is no period either."""

GOOD_TOO: list[dict[str, Any]] = [
    {"unit_code": "91330100799655058B", "report_period": "2025H2", "clause_no": "末段"},
    {"indicator_code": None, "target_value": None, "actual_value": None},
    {"progress": "1", "actual_value": None, "due_date": date(2050, 12, 31)},
    {"evidence": None, "actual_value": Decimal("70.0000")},
    {"actual_value": Decimal("64.2000")},
    {"progress": "4", "due_date": date(2025, 10, 31)},
]
"""A unit with a credit code; no indicator; not begun; done by value or by evidence; late."""
