"""Tasks that are good as a whole, and bad ones."""

from decimal import Decimal
from typing import Any

from schemas.policy_task import DATASET
from schemas.reference import divisions
from yrdx.table_rule import Situation, TableExample

_PLACES: dict[str, list[dict[str, Any]]] = {
    "institution": [{"inst_code": "4133012861", "division_code": "330108"}],
}
_PROVINCE = {"unit_code": "330000", "report_period": "2025H2"}


def _tasks(*cities: str, without: str = "") -> list[dict[str, Any]]:
    return [
        {"unit_code": city, "clause_no": clause, "task_no": f"{city}-{number}"}
        for city in cities
        for number, clause in enumerate(DATASET.clauses)
        if clause != without
    ]


_CITIES = [
    code.value
    for code in divisions().codes
    if code.value.startswith("33") and code.value[4:] == "00" != code.value[2:4]
]


def _reports(indicator: str, value: str, **more: Any) -> list[dict[str, Any]]:
    stated = {"indicator_code": indicator, "actual_value": Decimal(value), **more}
    return [_PROVINCE | stated, {"unit_code": "91330100799655058B", "indicator_code": indicator}]


def _value(indicator: str, right: str, wrong: str, **snapshots: Any) -> TableExample:
    """A value that data bear out, and one that they do not."""
    return TableExample(
        good=Situation(rows=_reports(indicator, right), snapshots=snapshots),
        bad=Situation(rows=_reports(indicator, wrong), snapshots=snapshots),
        keys=("ZJ-3-3-01 / 330000 / 2025H2",),
    )


_GRADUATED = [{"school_year": "2025-2026", "graduates_total": 4}]
_HIGH = [{"grad_year": 2025}, {"grad_year": 2025, "cert_no_hash": "b" * 64}]
_FUNDS = {"object_type": "1", "object_code": "330000"}

EXAMPLES = {
    "clauses_have_no_task_of_the_city": TableExample(
        good=Situation(rows=[*_tasks("330300"), {"unit_code": "330000"}]),
        bad=Situation(rows=[*_tasks("330300"), *_tasks("330200", without="三（三）")]),
        keys=("330200 / 2025Q3",),
    ),
    "city_has_no_task_at_all": TableExample(
        good=Situation(rows=[{"unit_code": city} for city in _CITIES]),
        bad=Situation(rows=[{"unit_code": city} for city in _CITIES if city != "330400"]),
        keys=("330400",),
    ),
    "reported_committee_coverage_differs_from_data": _value(
        "K02", "2", "3", guidance_committee=[{}, {"committee_no": "33-HZW-02"}]
    ),
    "reported_high_certificate_share_differs_from_data": _value(
        "K03", "25.05", "25.2", certificate_award=_HIGH, institution_year=_GRADUATED, **_PLACES
    ),
    "reported_onex_coverage_differs_from_data": _value(
        "K04", "33.3", "50", student_scale=[{"inst_code": "4133012861"}], **_PLACES
    ),
    "reported_additional_funds_share_differs_from_data": _value(
        "K07",
        "40",
        "44",
        funding_year=[
            _FUNDS | {"item_code": "F03", "amount": Decimal(500)},
            _FUNDS | {"item_code": "F04", "amount": Decimal(200)},
        ],
    ),
    "reported_double_qualified_share_differs_from_data": _value(
        "K09", "83.3", "90", institution_year=[{}], **_PLACES
    ),
}
