"""Cooperation projects that are good as a whole, and bad ones."""

from functools import partial

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024-2025")
_STUDENTS = {"institution_year": [{"enrolled_total": 3000, "onex_participants": 0}]}
_OTHER = {"coop_no": "3633000526-2024-01", "inst_code": "3633000526", "major_codes": ["660301"]}

EXAMPLES = {
    "interns_exceed_the_students_of_the_school": TableExample(
        good=_year(rows=[{"interns": 3000}, _OTHER], snapshots=_STUDENTS),
        bad=_year(rows=[{"interns": 3001}], snapshots=_STUDENTS),
        keys=("4133012861-2024-03 / 2024-2025",),
    ),
    "industry_college_is_reported_by_several_schools": TableExample(
        good=_year(rows=[{}, _OTHER | {"coop_type": "12"}, _OTHER | {"start_ym": "202409"}]),
        bad=_year(rows=[{}, _OTHER]),
        keys=("91330100799655058B / 202309 / 2024-2025",),
    ),
}
