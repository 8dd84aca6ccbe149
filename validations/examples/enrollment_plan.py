"""Enrolment plans that are good as a whole, and bad ones."""

from yrdx.table_rule import Situation, TableExample

_OFFERED = {"inst_code": "4133012861", "major_code": "460301", "school_year": "2024-2025"}
_CLOSED = _OFFERED | {"major_code": "510203", "offer_status": "4"}
_OFFERINGS = {"program_offering": [_OFFERED, _CLOSED]}
_YEAR = {"institution_year": [{"school_year": "2025-2026", "new_total": 204}]}
_SECOND = {"source_province": "34", "registered_num": 100, "admitted_num": 100}
_OTHERS = {"inst_code": "4134013059", "source_province": "33", "registered_num": 7}

EXAMPLES = {
    "programme_is_not_open": TableExample(
        good=Situation(
            rows=[{}, {"inst_code": "4133010335"}, _OTHERS | {"major_code": "510203"}],
            snapshots=_OFFERINGS,
        ),
        bad=Situation(
            rows=[{"major_code": "510203"}, {"major_code": "510201"}], snapshots=_OFFERINGS
        ),
        keys=("4133012861 / 510201 / 2025", "4133012861 / 510203 / 2025"),
    ),
    "registered_do_not_add_up_to_new_students": TableExample(
        good=Situation(rows=[{}, _SECOND, _OTHERS], snapshots=_YEAR),
        bad=Situation(rows=[{}, _SECOND | {"registered_num": 90}], snapshots=_YEAR),
        keys=("4133012861 / 2025",),
    ),
    "plans_have_changed_much": TableExample(
        good=Situation(rows=[{"plan_num": 130}, _OTHERS], previous=[{"enroll_year": 2024}]),
        bad=Situation(rows=[{"plan_num": 150}], previous=[{"enroll_year": 2024}]),
        keys=("4133012861",),
    ),
}
