"""The columns that datasets are made of, as functions that return a pandera field.

A column of one meaning has one name and one function wherever it stands. Each function takes the
field's name, its Chinese title and `Facts`, and attaches the rules that follow from the column;
what a rule reads from other columns of the row stands in the dataset's model.
"""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from pandera.api.dataframe.model_components import FieldInfo

from schemas import code_rules, list_rules, major_list_rules
from schemas import column_rules as rules
from schemas.division_rules import division_code_is_retired
from schemas.reference import code_list, divisions
from yrdx.dataset import COLUMN, CodeList, Column, Kind, Requirement, Seal, UnitBeside
from yrdx.model import Sensitivity, Text
from yrdx.rule import ListRule, Repair, Rule, as_check

M, C, O = Requirement.MANDATORY, Requirement.CONDITIONAL, Requirement.OPTIONAL  # noqa: E741
"""Whether a value must be there: mandatory, under a condition that is a row rule, optional."""


SCHOOL_HEADERS = (
    "学校（机构）标识码",
    "学校(机构)标识码",
    "学校代码",
    "院校代码",
    "院校标识码",
    "机构代码",
    "XXDM",
    "XXJGDM",
    "XXBSM",
)
"""What files call the code of a school outside the list of schools itself."""


class Facts(TypedDict, total=False):
    """What every column may state; mandatory and public unless it says otherwise.

    `checks` are rules beyond those that follow from the kind of column; `list_checks`
    need a list that an operator loads, and `repairs` may.
    """

    en: str
    requirement: Requirement
    sensitivity: Sensitivity
    synonyms: tuple[str, ...]
    unit: str
    unit_beside: UnitBeside
    description: tuple[str, str]
    default: str
    required_by: str
    checks: tuple[Rule, ...]
    list_checks: tuple[ListRule, ...]
    repairs: tuple[Repair, ...]
    seal: Seal


class Shape(TypedDict, total=False):
    """What bounds the values of a column."""

    codes: CodeList
    width: int
    max_length: int
    precision: int
    scale: int
    pattern: str
    minimum: int
    maximum: int


def field(
    name: str, zh: str, *, kind: Kind, checks: list[Rule], shape: Shape | None = None, facts: Facts
) -> Any:
    """The pandera field of one column, with its `Column` in the metadata."""
    requirement = facts.get("requirement", M)
    if requirement is M:
        source = facts.get("required_by", rules.AGREED)
        checks = [rules.required_value_is_missing(name, source=source), *checks]
    checks = [*checks, *facts.get("checks", ())]
    stated = facts.get("description")
    column = Column(
        title=Text(zh=zh, en=facts.get("en", name)),
        kind=kind,
        requirement=requirement,
        sensitivity=facts.get("sensitivity", Sensitivity.PUBLIC),
        synonyms=facts.get("synonyms", ()),
        unit=facts.get("unit"),
        unit_beside=facts.get("unit_beside"),
        description=Text(zh=stated[0], en=stated[1]) if stated else None,
        default=facts.get("default"),
        rules=tuple(checks),
        list_rules=facts.get("list_checks", ()),
        repairs=facts.get("repairs", ()),
        seal=facts.get("seal"),
        **(shape or {}),
    )
    return FieldInfo(
        checks=[as_check(rule) for rule in checks],
        nullable=True,
        nullable_explicit=True,
        coerce=False,
        title=zh,
        description=stated[1] if stated else None,
        metadata={COLUMN: column},
    )


def text(name: str, zh: str, *, max_length: int, **facts: Unpack[Facts]) -> Any:
    """A sentence or a label that is not judged beyond its length."""
    checks = [rules.text_is_too_long(name, max_length)]
    return field(
        name, zh, kind=Kind.TEXT, checks=checks, shape={"max_length": max_length}, facts=facts
    )


def official_name(name: str, zh: str, *, max_length: int, **facts: Unpack[Facts]) -> Any:
    """The name of a school or enterprise, in its canonical spelling."""
    checks = [
        rules.text_is_too_long(name, max_length),
        rules.name_holds_blanks(name),
        rules.name_has_half_width_brackets(name),
    ]
    return field(
        name, zh, kind=Kind.TEXT, checks=checks, shape={"max_length": max_length}, facts=facts
    )


def code(name: str, zh: str, *, codes: CodeList, **facts: Unpack[Facts]) -> Any:
    """An entry of a code list."""
    checks = [rules.value_is_not_in_code_list(name, codes)]
    return field(name, zh, kind=Kind.CODE, checks=checks, shape={"codes": codes}, facts=facts)


def codes_of(name: str, zh: str, *, codes: CodeList, **facts: Unpack[Facts]) -> Any:
    """Several entries of a code list."""
    checks = [rules.values_are_not_in_code_list(name, codes)]
    return field(name, zh, kind=Kind.CODES, checks=checks, shape={"codes": codes}, facts=facts)


def school_code(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """The ten-digit code that the ministry gives to a school."""
    checks = [
        code_rules.school_code_is_malformed(name),
        code_rules.school_code_prefix_is_unknown(name),
    ]
    shape: Shape = {"width": 10, "pattern": "^(36|41|42|93)[0-9]{8}$"}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def digits(name: str, zh: str, *, width: int, **facts: Unpack[Facts]) -> Any:
    """A code of `width` digits."""
    checks = [rules.code_is_not_all_digits(name, width)]
    shape: Shape = {"width": width, "pattern": f"^[0-9]{{{width}}}$"}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def uscc(
    name: str, zh: str, *, organisation_code_tolerated: bool = False, **facts: Unpack[Facts]
) -> Any:
    """A unified social credit code, judged by both of its check characters."""
    checks = [
        rules.code_has_wrong_length(name, *((18, 9) if organisation_code_tolerated else (18,))),
        code_rules.uscc_check_digit_is_wrong(name),
        code_rules.uscc_organisation_code_is_wrong(name),
    ]
    if organisation_code_tolerated:
        checks += [
            code_rules.uscc_is_an_organisation_code(name),
            code_rules.organisation_code_check_digit_is_wrong(name),
        ]
    whole = "[0-9A-HJ-NPQRTUWXY]{18}"
    pattern = f"^({whole}|[0-9A-Z]{{9}})$" if organisation_code_tolerated else f"^{whole}$"
    shape: Shape = {"width": 18, "pattern": pattern}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def division_code(name: str, zh: str, *, day: str | None = None, **facts: Unpack[Facts]) -> Any:
    """An administrative division, judged by the list and by the day that the row speaks of.

    `day` is the column that states that day; without it the delivery's period does.
    """
    known = divisions()
    checks = [
        rules.value_is_not_in_code_list(name, known),
        division_code_is_retired(name, day=day),
    ]
    shape: Shape = {"codes": known, "width": 6}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def major_code(name: str = "major_code", zh: str = "专业代码", **facts: Unpack[Facts]) -> Any:
    """A major of the catalogue that `catalog_version` names."""
    facts.setdefault("en", "Major code")
    facts.setdefault(
        "description",
        (
            "目录中的 6 位代码，国控专业后加 K；不同版本中同一代码含义不同，须与目录版本并用。",
            (
                "Six digits of the catalogue, plus K where state-controlled; the same digits mean "
                "different majors in different editions, so it is read together with the edition."
            ),
        ),
    )
    facts["synonyms"] = ("专业号", "ZYH", "ZYDM", "专业编码", "专业码", *facts.get("synonyms", ()))
    checks = [
        code_rules.major_code_is_malformed(name),
        code_rules.major_code_does_not_fit_catalog(name),
    ]
    facts["list_checks"] = (
        major_list_rules.major_code_is_not_in_catalogue(name),
        major_list_rules.major_code_is_not_in_force(name),
        *facts.get("list_checks", ()),
    )
    facts["repairs"] = (
        code_rules.leading_zero_follows_the_edition(name),
        major_list_rules.trailing_k_follows_the_catalogue(name),
    )
    shape: Shape = {"pattern": code_rules.MAJOR_CODE}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def catalog_version(**facts: Unpack[Facts]) -> Any:
    """The edition of the catalogue of majors."""
    facts.setdefault("en", "Edition of the catalogue of majors")
    facts["synonyms"] = ("专业目录版本", "目录版本", "专业目录", "目录年版", "MLBB")
    return code("catalog_version", "专业目录版本", codes=code_list("catalog_version"), **facts)


def direction(**facts: Unpack[Facts]) -> Any:
    """The direction inside a major; part of keys, so none is the empty text."""
    facts.setdefault("en", "Direction within the major")
    facts.setdefault("requirement", O)
    facts.setdefault("default", "")
    facts.setdefault(
        "description", ("没有方向时留空。", "Leave it empty where there is no direction.")
    )
    facts["synonyms"] = (
        "专业方向",
        "专业(技能)方向",
        "专业（技能）方向",
        "技能方向",
        "专业技能方向",
        "ZYFX",
    )
    return text("direction", "专业（技能）方向", max_length=40, **facts)


def occupation_code(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A detailed occupation of the national classification."""
    checks = [code_rules.occupation_code_is_malformed(name)]
    facts["list_checks"] = (
        list_rules.occupation_code_is_not_in_classification(name),
        list_rules.occupation_code_is_retired(name),
    )
    shape: Shape = {"pattern": code_rules.OCCUPATION_CODE}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def industry_code(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """An industry of GB/T 4754-2017: a section, or two to four digits of a known division."""
    checks = [
        code_rules.industry_code_is_malformed(name),
        code_rules.industry_code_is_not_a_class(name),
    ]
    facts["list_checks"] = (list_rules.industry_code_is_not_in_classification(name),)
    known = code_list("industry")
    sections = "".join(value for value in known.values if value.isalpha())
    broad = "|".join(value for value in known.values if value.isdigit())
    pattern = f"^([{sections}]|({broad})[0-9]{{0,2}})$"
    shape: Shape = {"codes": known, "max_length": 4, "pattern": pattern}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def year(name: str, zh: str, *, ahead: int = 0, **facts: Unpack[Facts]) -> Any:
    """A calendar year, at most `ahead` years after the day of receipt."""
    checks = [rules.year_is_implausible(name, ahead=ahead)]
    shape: Shape = {"minimum": rules.FIRST_YEAR}
    return field(name, zh, kind=Kind.YEAR, checks=checks, shape=shape, facts=facts)


def year_month(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A month of the past."""
    checks = [rules.year_month_is_malformed(name), rules.year_month_is_in_the_future(name)]
    shape: Shape = {"width": 6, "pattern": "^[0-9]{4}(0[1-9]|1[0-2])$"}
    return field(name, zh, kind=Kind.YEAR_MONTH, checks=checks, shape=shape, facts=facts)


def school_year(**facts: Unpack[Facts]) -> Any:
    """The school year that the row speaks of."""
    facts.setdefault("en", "School year")
    facts["synonyms"] = ("XN", "学年度", "统计学年")
    checks = [rules.school_year_is_malformed("school_year")]
    shape: Shape = {"width": 9, "pattern": "^[0-9]{4}-[0-9]{4}$"}
    return field(
        "school_year", "学年", kind=Kind.SCHOOL_YEAR, checks=checks, shape=shape, facts=facts
    )


def day(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A date of the past."""
    checks = [rules.date_is_in_the_future(name)]
    return field(name, zh, kind=Kind.DATE, checks=checks, facts=facts)


def boolean(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """Yes or no, written 1 or 0."""
    return field(name, zh, kind=Kind.BOOLEAN, checks=[], facts=facts)


def count(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A number of persons, or of what `unit` names."""
    facts.setdefault("unit", "人")
    checks = [rules.number_is_negative(name)]
    return field(name, zh, kind=Kind.INTEGER, checks=checks, shape={"minimum": 0}, facts=facts)


def decimal(
    name: str,
    zh: str,
    *,
    size: tuple[int, int],
    between: tuple[int, int | None],
    **facts: Unpack[Facts],
) -> Any:
    """A number with `size` digits in all and after the point, in a range or at least zero."""
    low, high = between
    checks = [
        rules.number_is_negative(name)
        if high is None
        else rules.number_is_out_of_range(name, low, high, unit=facts.get("unit"))
    ]
    shape: Shape = {"precision": size[0], "scale": size[1]}
    shape |= {"minimum": 0} if high is None else {"minimum": low, "maximum": high}
    return field(name, zh, kind=Kind.DECIMAL, checks=checks, shape=shape, facts=facts)


def study_length(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """Years of study, one of the few lengths that exist."""
    codes = code_list("edu_years")
    checks = [rules.value_is_not_in_code_list(name, codes, decimal=True)]
    shape: Shape = {"codes": codes, "precision": 2, "scale": 1}
    return field(name, zh, kind=Kind.DECIMAL, checks=checks, shape=shape, facts=facts)
