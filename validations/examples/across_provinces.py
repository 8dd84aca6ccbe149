"""Snapshots in which provinces agree, and some in which they do not."""

from typing import Any

from yrdx.comparison import ComparisonExample

EXAMPLES: dict[str, Any] = {}

_ZJ, _AH, _SH = ({"src_province": code} for code in ("33", "34", "31"))
_COLLEGE: dict[str, Any] = {"inst_code": "4133012861"}
_ANHUI_COLLEGE: dict[str, Any] = {
    "inst_code": "4134013059",
    "uscc": "12330106MA71000193",
    "moe5_code": "13059",
    "division_code": "340102",
}

_SHARED = {"down_inst": "4134013059", "project_no": "33-2024-0017"}
_IN_ANHUI = _AH | _SHARED | {"project_no": "34-2024-0003"}
_OF_ANHUI = _AH | {"project_no": "34-2024-0001", "up_inst": "3634000001", "down_inst": "4134013059"}

_PLAN = {"inst_code": "4133012861", "source_province": "34"}
_OTHER_PLAN = _PLAN | {"major_code": "510203"}

_BOTH = {"cert_no_hash": "c" * 64}
_PERSON = {"person_key": "d" * 64}
_TEACHER: dict[str, Any] = {
    "teacher_key": "e" * 64,
    "teacher_type": "1",
    "employer_uscc": None,
    "post_level": None,
    "start_date": None,
    "end_date": None,
}

COMPARED = {
    "credit_code_is_used_in_another_province": ComparisonExample(
        good={"institution": [_ZJ | _COLLEGE, _AH | _ANHUI_COLLEGE]},
        bad={
            "institution": [
                _ZJ | _COLLEGE,
                _AH | _ANHUI_COLLEGE | {"uscc": "12330100470100014A"},
                _SH | {"inst_code": "3631000001", "uscc": "12330106MA7100027X"},
            ]
        },
        told=("33", "34"),
    ),
    "shared_project_is_reported_differently": ComparisonExample(
        good={"articulation_project": [_ZJ | _SHARED, _IN_ANHUI, _ZJ]},
        bad={"articulation_project": [_ZJ | _SHARED, _IN_ANHUI | {"plan_num": 90}]},
        told=("33", "34"),
    ),
    "shared_project_is_not_reported_by_the_other": ComparisonExample(
        good={"articulation_project": [_ZJ | _SHARED, _IN_ANHUI, _OF_ANHUI]},
        bad={"articulation_project": [_ZJ | _SHARED, _OF_ANHUI]},
        told=("33",),
    ),
    "shared_project_is_reported_by_the_other_only": ComparisonExample(
        good={
            "articulation_project": [
                _ZJ | _SHARED,
                _OF_ANHUI | {"school_year": "2023-2024"},
            ]
        },
        bad={"articulation_project": [_ZJ | _SHARED, _OF_ANHUI]},
        told=("34",),
    ),
    "plan_is_reported_differently_by_the_other": ComparisonExample(
        good={"enrollment_plan": [_ZJ | _PLAN, _AH | _PLAN]},
        bad={"enrollment_plan": [_ZJ | _PLAN, _AH | _PLAN | {"registered_num": 103}]},
        told=("33", "34"),
    ),
    "plan_is_not_reported_by_the_other": ComparisonExample(
        good={"enrollment_plan": [_ZJ | _PLAN, _ZJ | _OTHER_PLAN]},
        bad={"enrollment_plan": [_ZJ | _PLAN, _ZJ | _OTHER_PLAN, _AH | _PLAN]},
        told=("33",),
    ),
    "plan_is_reported_by_the_other_only": ComparisonExample(
        good={"enrollment_plan": [_ZJ | _PLAN, _AH | _PLAN]},
        bad={"enrollment_plan": [_ZJ | _PLAN, _AH | _PLAN, _AH | _OTHER_PLAN]},
        told=("33",),
    ),
    "certificate_is_reported_by_two_provinces": ComparisonExample(
        good={"certificate_award": [_ZJ | _BOTH, _AH, _ZJ | _BOTH]},
        bad={"certificate_award": [_ZJ | _BOTH, _AH | _BOTH, _SH]},
        told=("33", "34"),
    ),
    "graduate_is_reported_by_two_provinces": ComparisonExample(
        good={"graduate_destination": [_ZJ | _PERSON, _AH]},
        bad={"graduate_destination": [_ZJ | _PERSON, _AH | _PERSON]},
        told=("33", "34"),
    ),
    "teacher_is_full_time_in_two_provinces": ComparisonExample(
        good={"teacher": [_ZJ | _TEACHER, _AH | _TEACHER | {"teacher_type": "5"}]},
        bad={"teacher": [_ZJ | _TEACHER, _AH | _TEACHER]},
        told=("33", "34"),
    ),
    "enterprise_is_named_differently_by_the_other": ComparisonExample(
        good={"enterprise": [_ZJ, _SH, _AH | {"stat_year": 2023, "ent_name": "示例软件有限公司"}]},
        bad={"enterprise": [_ZJ, _SH | {"ent_name": "示例软件有限公司"}]},
        told=("31", "33"),
    ),
}
