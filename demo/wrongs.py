"""What is planted in generated rows: mess that is repaired, and wrongs that must be found."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo.rows import Row

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
Spoil = Callable[[Row], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """A wrong at a known place: the index of a data row, its column, the rule that must say so."""

    index: int
    column: str
    rule: str


def _set(**values: str) -> Spoil:
    return lambda row: row.update(values)


def _last_character(column: str) -> Spoil:
    def spoil(row: Row) -> None:
        text = row[column]
        row[column] = text[:-1] + ("A" if text[-1] != "A" else "B")

    return spoil


def _more_than(column: str, other: str, *, by: int) -> Spoil:
    def spoil(row: Row) -> None:
        row[column] = str(int(row[other]) + by)

    return spoil


WRONGS: Mapping[str, tuple[tuple[str, str, Spoil], ...]] = {
    "institution": (
        ("uscc", "uscc_check_digit_is_wrong", _last_character("uscc")),
        ("successor_code", "successor_code_is_missing", _set(status="3", status_date="2025-06-30")),
        ("edu_level", "value_is_not_in_code_list", _set(edu_level="8")),
        ("competent_dept", "required_value_is_missing", _set(competent_dept="")),
    ),
    "program_offering": (
        (
            "first_enroll_ym",
            "first_enrolment_is_before_approval",
            _set(approve_ym="202309", first_enroll_ym="202009"),
        ),
        (
            "edu_years",
            "five_year_pilot_does_not_last_five_years",
            _set(five_year_pilot="1", edu_years="3"),
        ),
        ("major_code", "major_code_is_malformed", _set(major_code="71O2")),
        ("offer_status", "value_is_not_in_code_list", _set(offer_status="7")),
    ),
    "enrollment_plan": (
        (
            "registered_num",
            "registered_exceeds_admitted",
            _more_than("registered_num", "admitted_num", by=9),
        ),
        ("plan_num", "number_is_negative", _set(plan_num="-30")),
        ("registered_num", "registered_number_is_missing", _set(registered_num="")),
        ("channel", "required_value_is_missing", _set(channel="")),
    ),
    "student_scale": (
        (
            "enrolled",
            "enrolled_is_not_male_plus_female",
            _more_than("enrolled", "enrolled", by=10),
        ),
        ("grade_year", "grade_is_later_than_school_year", _set(grade_year="2026")),
        ("study_form", "value_is_not_in_code_list", _set(study_form="6")),
        ("female", "required_value_is_missing", _set(female="")),
    ),
    "certificate_award": (
        ("level", "level_is_not_of_the_category", _set(level="G", is_high="1")),
        ("issue_date", "certificate_is_issued_too_late", _set(issue_date="2026-03-01")),
        ("person_key", "hash_is_malformed", _set(person_key="4f2a")),
        ("issuer_uscc", "uscc_check_digit_is_wrong", _last_character("issuer_uscc")),
        ("occupation_code", "occupation_code_is_missing", _set(occupation_code="")),
    ),
    "enterprise": (
        ("uscc", "uscc_check_digit_is_wrong", _last_character("uscc")),
        (
            "op_status",
            "certified_enterprise_is_not_in_business",
            _set(op_status="2", pj_level="2"),
        ),
        ("division_code", "value_is_not_in_code_list", _set(division_code="319999")),
        ("ent_name", "required_value_is_missing", _set(ent_name="")),
    ),
}
"""Dataset → (column of the finding, rule, how a good row is made wrong)."""


def plant(rows: list[Row], *, dataset: str, count: int, seed: str, spare: int) -> list[Planted]:
    """Make `count` rows wrong, each in one way, and say which; the first `spare` stay right."""
    draw = random.Random(f"plant {seed}")  # noqa: S311 - made up on purpose
    planted = []
    for turn, index in enumerate(sorted(draw.sample(range(spare, len(rows)), count))):
        column, rule, spoil = WRONGS[dataset][turn % len(WRONGS[dataset])]
        spoil(rows[index])
        planted.append(Planted(index, column, rule))
    return planted


def _chinese_date(text: str) -> str:
    year, month, day = text.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


MESS: Mapping[str, Callable[[str], str]] = {
    "inst_code": lambda text: f" {text}\u3000",
    "major_code": lambda text: text.translate(FULL_WIDTH),
    "plan_num": lambda text: f"{text}人",
    "enrolled": lambda text: text.translate(FULL_WIDTH),
    "tuition": lambda text: f"{int(text):,}",
    "issue_date": _chinese_date,
    "status_date": _chinese_date,
    "school_year": lambda text: f"{text}学年",
    "grade_year": lambda text: f"{text}级",
    "edu_years": {"3": "三年", "5": "五年"}.__getitem__,
    "five_year_pilot": {"0": "否", "1": "是"}.__getitem__,
    "soe_flag": {"0": "否", "1": "是"}.__getitem__,
    "edu_level": {"1": "中职", "2": "高职"}.__getitem__,
    "size_code": {"1": "大型", "2": "中型", "3": "小型"}.__getitem__,
    "op_status": {"1": "在营", "2": "注销"}.__getitem__,
    "uscc": str.lower,
}
"""Column → how people also write its right values; each is repaired, with a note."""


def muddle(rows: list[Row], *, share: float, seed: str, spare: set[int]) -> None:
    """Write some right cells as people do; rows in `spare` keep their planted wrong alone."""
    draw = random.Random(f"muddle {seed}")  # noqa: S311
    for index, row in enumerate(rows):
        if index in spare:
            continue
        for column, write in MESS.items():
            if row.get(column) and draw.random() < share:
                row[column] = write(row[column])
