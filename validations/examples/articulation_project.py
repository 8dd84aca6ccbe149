"""Articulation projects that are good as a whole, and bad ones."""

from functools import partial

from yrdx.comparison import ComparisonExample
from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024-2025")
_PLAN = {
    "inst_code": "3633000526",
    "major_code": "660301",
    "enroll_year": 2024,
    "source_province": "33",
    "channel": "4",
    "plan_num": 180,
}
_PLANS = {"enrollment_plan": [_PLAN, _PLAN | {"src_province": "34", "plan_num": 500}]}

EXAMPLES = {
    "articulation_plans_exceed_the_enrolment_plan": TableExample(
        good=_year(rows=[{}, {"project_no": "33-2024-0018", "plan_num": 80}], snapshots=_PLANS),
        bad=_year(rows=[{}, {"project_no": "33-2024-0018", "plan_num": 81}], snapshots=_PLANS),
        keys=("3633000526 / 660301 / 2024",),
    ),
}

_LAST_YEAR = {"school_year": "2023-2024", "admitted_num": 95}

COMPARED = {
    "transfers_exceed_every_earlier_cohort": ComparisonExample(
        good={"articulation_project": [{"transfer_num": 95}, _LAST_YEAR]},
        bad={"articulation_project": [{"transfer_num": 96}, _LAST_YEAR]},
        told=("33",),
    ),
}
