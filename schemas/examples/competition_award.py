"""A good award, and what breaks each rule."""

from typing import Any

GOOD: dict[str, Any] = {
    "contest_code": "QGDS2025",
    "contest_name": "全国职业院校技能大赛",
    "contest_level": "10",
    "year": 2025,
    "event_code": "GZ021",
    "event_name": "机器人系统集成应用技术",
    "group": "2",
    "entry_no": "ZJ-0031",
    "inst_code": "4133012861",
    "award": "1",
    "students_n": 2,
    "intl_exchange": False,
}

SPOILINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("number_is_out_of_range", "students_n"): {"students_n": 11},
    ("entry_number_is_a_name", "entry_no"): {"entry_no": "张三、李小四"},
    ("text_is_too_long", "entry_no"): {"entry_no": "ZJ-" + "0" * 18},
    ("contest_name_is_not_official", "contest_name"): {"contest_name": "2025年示例杯技能大赛"},
}

ALSO: dict[tuple[str, str], set[tuple[str, str]]] = {
    ("text_is_too_long", "contest_name"): {("contest_name_is_not_official", "contest_name")},
}
"""A name that is too long is not on the list either."""

GOOD_TOO: list[dict[str, Any]] = [
    {"entry_no": "浙江队01", "students_n": 10},
    {"contest_name": "世界技能大赛", "contest_level": "70", "intl_exchange": True},
]
"""An entry number in Chinese with digits; an international contest."""
