"""Where graduates went (毕业去向).

Serves clauses 三（二）, 三（四）, 四（三） and 四（四） of the notice: further study inside the
system, quality of employment, and pay. Whether a graduate stays in the delta follows from the
region (E73). Judged over whole deliveries: rows against the graduates of the institution (T71);
one person in two provinces (T72); the rate of employment against last year (T73); small cells,
which are suppressed when the figures become public (T74). The national flags SFLHJY and SFZZCY
say yes or no, so neither is read as the form of employment.
"""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, people
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.conditions import (
    Condition,
    conditional_value_is_missing,
    exactly,
    value_is_not_expected,
)
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import Rule, row_rule

_BRANCH = f"{AGREED}；E71"
_EMPLOYED = Condition(
    holds=pl.col("dest_type") == "1", zh="去向为“就业”", en="the destination is employment"
)
_FURTHER = Condition(
    holds=pl.col("dest_type") == "2", zh="去向为“升学”", en="the destination is further study"
)
_BY_CONTRACT = Condition(
    holds=pl.col("job_form") == "1",
    zh="就业形式为“协议（合同）就业”",
    en="employment is by agreement or contract",
)
_CIVILIAN = Condition(
    holds=(pl.col("dest_type") == "1") & (pl.col("job_form") != "4"),
    zh="去向为“就业”且不是入伍",
    en="the destination is employment outside the army",
)
_FURTHER_AT_HOME = Condition(
    holds=(pl.col("dest_type") == "2") & (pl.col("further_channel") != "5"),
    zh="去向为“升学”且不是出国升学",
    en="the destination is further study in this country",
)


def _of_employment(name: str, required: Condition) -> tuple[Rule, ...]:
    """A value that stands in rows of employment only, and must in some of them."""
    return (
        conditional_value_is_missing(name, required, source=_BRANCH),
        value_is_not_expected(name, _EMPLOYED, source=_BRANCH),
    )


def _of_study(name: str, required: Condition) -> tuple[Rule, ...]:
    """A value that stands in rows of further study only, and must in some of them."""
    return (
        conditional_value_is_missing(name, required, source=_BRANCH),
        value_is_not_expected(name, _FURTHER, source=_BRANCH),
    )


class GraduateDestination(pa.DataFrameModel):
    """What became of each graduate, on 31 August and 31 December.

    Persons come sealed: a keyed hash made at the source.
    """

    person_key: str = people.sealed_person()
    survey_date: date = columns.day(
        "survey_date",
        "统计日期",
        en="Day of the survey",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("统计时点", "去向统计日期", "截止日期"),
        description=("8 月 31 日（初次）或 12 月 31 日（年终）。", "31 August or 31 December."),
    )
    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    major_code: str = columns.major_code()
    catalog_version: str = columns.catalog_version()
    grad_year: pl.Int16 = people.graduation_year()
    edu_level: str = people.education_level("层次")
    dest_type: str = columns.code(
        "dest_type",
        "去向",
        codes=code_list("destination_type"),
        en="Destination",
        sensitivity=Sensitivity.PERSONAL,
        synonyms=("毕业去向", "毕业去向类别", "毕业去向类型", "去向类型"),
    )
    job_form: str = columns.code(
        "job_form",
        "就业形式",
        codes=code_list("job_form"),
        checks=exactly("job_form", _EMPLOYED, source=_BRANCH),
        en="Form of employment",
        requirement=C,
        sensitivity=Sensitivity.PERSONAL,
        synonyms=("就业类型", "就业类别", "就业方式"),
    )
    employer_uscc: str = columns.uscc(
        "employer_uscc",
        "单位信用代码",
        checks=_of_employment("employer_uscc", _BY_CONTRACT),
        en="Credit code of the employer",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("单位统一社会信用代码", "就业单位统一社会信用代码", "就业单位信用代码"),
    )
    employer_name: str = columns.official_name(
        "employer_name",
        "单位名称",
        max_length=80,
        checks=_of_employment("employer_name", _BY_CONTRACT),
        en="Employer",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("JYDWMC", "就业单位名称", "就业单位", "用人单位"),
    )
    employer_type: str = columns.code(
        "employer_type",
        "单位性质",
        codes=code_list("employer_type"),
        checks=_of_employment("employer_type", _BY_CONTRACT),
        en="Kind of employer",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("JYDWXZM", "就业单位性质", "就业单位性质码", "DWXZDM"),
    )
    employer_size: str = columns.code(
        "employer_size",
        "单位规模",
        codes=code_list("employer_size"),
        checks=_of_employment("employer_size", _BY_CONTRACT),
        en="Size of the employer",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("JYDWGMM", "就业单位规模", "就业单位规模码", "JYDWGMDM"),
    )
    industry_code: str = columns.industry_code(
        "industry_code",
        "行业代码",
        checks=_of_employment("industry_code", _BY_CONTRACT),
        en="Industry of the employer",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("JYDWHYM", "单位行业", "就业单位行业", "就业单位行业码", "所属行业"),
    )
    region_code: str = columns.division_code(
        "region_code",
        "就业地区",
        day="survey_date",
        checks=_of_employment("region_code", _CIVILIAN),
        en="Region of employment",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("就业地区代码", "就业所在地", "单位所在地", "就业地", "就业区域"),
        description=("可填到设区市。", "A city is enough."),
    )
    start_salary: int = columns.count(
        "start_salary",
        "起薪",
        en="Starting salary",
        requirement=O,
        sensitivity=Sensitivity.PERSONAL,
        unit="元/月",
        synonyms=("QXX", "月薪", "起薪线", "起薪（元/月）", "月收入"),
    )
    match_level: str = columns.code(
        "match_level",
        "专业对口",
        codes=code_list("match_level"),
        checks=_of_employment("match_level", _CIVILIAN),
        en="Match of job and major",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("SFDK", "是否对口", "对口程度", "专业对口程度", "是否专业对口"),
        description=(
            "只有“是、否”的，“是”按基本对口（1）、“否”按不对口（0）读取。",
            "Where there is only yes or no, yes is read as 1 and no as 0.",
        ),
    )
    coop_employer: bool = columns.boolean(
        "coop_employer",
        "校企合作单位",
        checks=_of_employment("coop_employer", _BY_CONTRACT),
        en="Employer cooperates with the school",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("JYDWSFXQHZDW", "就业单位是否校企合作单位", "是否校企合作单位"),
    )
    further_inst: str = identifiers.any_school_code(
        "further_inst",
        "升学院校",
        checks=_of_study("further_inst", _FURTHER_AT_HOME),
        en="School of further study",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("升学院校代码", "升学学校标识码", "录取学校代码", "录取院校代码", "LQXXMC"),
        description=(
            "填 10 位标识码，不填校名；出国升学的不填。",
            "The ten-digit code, not the name; empty for studies abroad.",
        ),
    )
    further_level: str = columns.code(
        "further_level",
        "升学层次",
        codes=code_list("further_level"),
        checks=_of_study("further_level", _FURTHER),
        en="Level of further study",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("SXCCM", "SXCCDM", "升学层次码"),
    )
    further_channel: str = columns.code(
        "further_channel",
        "升学渠道",
        codes=code_list("further_channel"),
        checks=_of_study("further_channel", _FURTHER),
        en="Channel of further study",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("SXQDM", "SXQDDM", "升学渠道码", "升学方式"),
    )

    @row_rule(
        "survey_date",
        severity=Severity.ERROR,
        zh="统计日期不是 8 月 31 日或 12 月 31 日。",
        en="The day of the survey is neither 31 August nor 31 December.",
        remedy_zh="初次去向填 8 月 31 日，年终去向填 12 月 31 日。",
        remedy_en="Give 31 August for the first survey and 31 December for the second.",
        source=AGREED,
    )
    def survey_day_is_not_agreed() -> pl.Expr:
        day = pl.col("survey_date").dt
        return (day.day() == 31) & day.month().is_in([8, 12])

    @row_rule(
        "start_salary",
        severity=Severity.ERROR,
        zh="去向不是“就业”，却填了起薪。",
        en="There is a salary, but the destination is not employment.",
        remedy_zh="请核对去向；没有就业的，请清空起薪。",
        remedy_en="Check the destination, or empty the cell.",
        source=f"{AGREED}；E72",
    )
    def salary_without_any_employment() -> pl.Expr:
        return (pl.col("dest_type") == "1") | pl.col("start_salary").is_null()

    @row_rule(
        "start_salary",
        severity=Severity.WARNING,
        zh="起薪不足 100 元，可能误以千元或万元填报。",
        en="A salary of less than 100 yuan may have been given in thousands.",
        remedy_zh="起薪以元/月填报：5.2 千元应填 5200。",
        remedy_en="Give yuan a month: 5200 rather than 5.2.",
        source=AGREED,
    )
    def salary_looks_like_thousands() -> pl.Expr:
        salary = pl.col("start_salary")
        return (salary < 0) | (salary >= 100)

    @row_rule(
        "start_salary",
        severity=Severity.WARNING,
        zh="起薪不在 1500 至 50000 元/月之间。",
        en="The salary is not between 1500 and 50000 yuan a month.",
        remedy_zh="请核对数值，是否误填年薪或日薪；无误的可不修改。",
        remedy_en="It may be the pay of a year or a day; leave it if it is right.",
        source=AGREED,
    )
    def salary_is_of_unlikely_size() -> pl.Expr:
        salary = pl.col("start_salary")
        return (salary < 100) | salary.is_between(1500, 50_000)


DATASET = Dataset(
    model=GraduateDestination,
    title=Text(zh="毕业去向", en="Destinations of graduates"),
    grain=Text(zh="每名毕业生每个统计日期一行", en="One row per graduate and day of survey"),
    version="1.0.0",
    key=("person_key", "survey_date"),
    references=(
        Reference("inst_code", "institution", "inst_code"),
        # Most employers are on no list of ours, so that one is missing says little.
        Reference("employer_uscc", "enterprise", "uscc", severity=Severity.INFO),
    ),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="学校就业管理系统", en="Schools, from their employment systems"),
    clauses=("三（二）", "三（四）", "四（三）", "四（四）"),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="grad_year",
    reference_data=(code_list("major_category"),),
    restricted=True,
)
