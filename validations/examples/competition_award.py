"""Awards at contests that are good as a whole, and bad ones."""

from typing import Any

from yrdx.table_rule import Situation, TableExample


def _awards(count: int, *, first: int, **more: Any) -> list[dict[str, Any]]:
    local = {"contest_code": "ZJDS2025", "contest_name": "浙江省职业院校技能大赛"}
    return [
        {
            "entry_no": f"A-{entry:03d}",
            "award": "1" if entry < first else "3",
            "contest_level": "20",
        }
        | local
        | more
        for entry in range(count)
    ]


_NATIONAL = {"contest_code": "QGDS2025", "contest_level": "10"}

EXAMPLES = {
    "too_many_first_prizes": TableExample(
        good=Situation(
            rows=[
                *_awards(20, first=4),
                *_awards(20, first=20, **_NATIONAL),
                *_awards(4, first=2, event_code="GZ022"),
            ]
        ),
        bad=Situation(rows=_awards(20, first=5)),
        keys=("ZJDS2025 / GZ021 / 2",),
    ),
}
