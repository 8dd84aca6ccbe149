"""Guidance committees that are good as a whole, and bad ones."""

from functools import partial

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024")
_ALL = [f"{ordinal:02d}" for ordinal in range(1, 20)]

EXAMPLES = {
    "broad_category_has_no_committee": TableExample(
        good=_year(
            rows=[
                {"category_ordinals": _ALL[:9]},
                {"category_ordinals": _ALL[8:], "committee_no": "33-HZW-10"},
            ]
        ),
        bad=_year(
            rows=[
                {"category_ordinals": _ALL[:18]},
                {"category_ordinals": ["19"], "committee_no": "33-HZW-19", "status": "3"},
            ]
        ),
        keys=("33 / 19",),
    ),
}
