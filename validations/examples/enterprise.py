"""Lists of enterprises that are good as a whole, and bad ones."""

from functools import partial

from yrdx.table_rule import Situation, TableExample

_year = partial(Situation, period="2024", previous_period="2023")
_CODES = ("91330106MA70000188", "91330106MA70000263", "91330106MA7000034X")
_BRANCH = {"uscc": _CODES[0], "ent_name": "示例云计算（中国）有限公司宁波分公司"}
_BEFORE = {"stat_year": 2023}
_DEEP = {"coop_no": "4133012861-2024-09", "coop_type": "01"}


def _enterprises(count: int, *, taking_part: int) -> list[dict[str, object]]:
    none = {"deep_participation": False, "pj_level": "0"}
    return [
        {"uscc": f"9133010079965{serial:05d}", "ent_name": f"示例制造有限公司第{serial}厂"}
        | (none if serial >= taking_part else {})
        for serial in range(count)
    ]


EXAMPLES = {
    "list_seems_to_hold_participants_only": TableExample(
        good=_year(rows=_enterprises(40, taking_part=12)),
        bad=_year(rows=_enterprises(40, taking_part=40)),
        keys=("2024",),
    ),
    "enterprise_has_another_name": TableExample(
        good=_year(rows=[{}, _BRANCH], previous=[_BEFORE]),
        bad=_year(rows=[{}], previous=[_BEFORE | {"ent_name": "示例软件有限公司"}]),
        keys=("91330100799655058B",),
    ),
    "name_has_two_credit_codes": TableExample(
        good=_year(rows=[{}, _BRANCH]),
        bad=_year(rows=[{}, {"uscc": _CODES[0]}]),
        keys=("示例云计算（中国）有限公司",),
    ),
    "participation_differs_from_projects": TableExample(
        good=_year(
            rows=[{}, _BRANCH | {"deep_participation": False}],
            snapshots={"coop_project": [_DEEP]},
        ),
        bad=_year(
            rows=[{}, _BRANCH],
            snapshots={"coop_project": [_DEEP | {"coop_type": "12", "interns": 9}]},
        ),
        keys=("91330100799655058B / 2024", "91330106MA70000188 / 2024"),
    ),
}
