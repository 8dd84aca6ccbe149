"""Teachers, double-qualified ones and industry professors (职教师资).

Serves clauses 三（五） and 四（三） of the notice: double-qualified teachers, industry professors,
people who come from enterprises to teach. Judged over whole deliveries: numbers by institution
against its own report (T81); one person full-time in two institutions (T82).
"""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, measures, people
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.conditions import (
    Condition,
    conditional_value_is_missing,
    end_is_not_after_beginning,
    exactly,
)
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import row_rule

_FROM_ENTERPRISE = Condition(
    holds=pl.col("teacher_type").is_in(["2", "3"]),
    zh="教师类别为企业兼职教师或产业教授",
    en="the teacher is from an enterprise or an industry professor",
)
_PROFESSOR = Condition(
    holds=pl.col("teacher_type") == "3",
    zh="教师类别为产业教授",
    en="the teacher is an industry professor",
)


class Teacher(pa.DataFrameModel):
    """Who teaches at an institution in a school year, and with which qualifications.

    Persons come sealed: a keyed hash made at the source.
    """

    teacher_key: str = people.person_key(
        "teacher_key",
        "教师标识（脱敏）",
        en="Sealed teacher",
        synonyms=("教师标识(脱敏)", "教师标识", "教师脱敏标识", "脱敏标识", "个人标识（脱敏）"),
        description=(
            "在本单位用脱敏工具生成的 HMAC-SM3 值，不得为教工号等原始号码。",
            "HMAC-SM3 made at the source by the sealing tool; never a staff number.",
        ),
    )
    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    school_year: str = columns.school_year()
    teacher_type: str = columns.code(
        "teacher_type",
        "教师类别",
        codes=code_list("teacher_type"),
        en="Kind of teacher",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("教职工类别", "教师类型", "教师来源", "师资类别"),
    )
    sex: str = columns.code(
        "sex",
        "性别",
        codes=code_list("sex"),
        en="Sex",
        sensitivity=Sensitivity.PERSONAL,
        synonyms=("XB", "XBM", "性别码", "性别代码"),
    )
    birth_year: pl.Int16 = measures.year_of_any_time(
        "birth_year",
        "出生年",
        en="Year of birth",
        requirement=O,
        sensitivity=Sensitivity.PERSONAL,
        synonyms=("出生年份", "出生日期", "出生年月", "CSRQ", "CSNY"),
        description=("只报年份。", "The year alone."),
    )
    edu_code: str = columns.code(
        "edu_code",
        "学历",
        codes=code_list("education"),
        en="Education",
        sensitivity=Sensitivity.PERSONAL,
        synonyms=("学历代码", "学历码", "最高学历", "XLM", "XL"),
    )
    title_code: str = columns.code(
        "title_code",
        "专业技术职务",
        codes=code_list("professional_title"),
        en="Professional title",
        requirement=O,
        sensitivity=Sensitivity.PERSONAL,
        synonyms=("职称", "专业技术职务代码", "专业技术职务码", "职称代码", "ZYJSZWM"),
        description=(
            "“讲师”等在多个系列中同名，须填代码或带系列的全称。",
            "讲师 and others exist in several series: give the code, or the name with its series.",
        ),
    )
    double_level: str = columns.code(
        "double_level",
        "双师等级",
        codes=code_list("double_level"),
        en="Level as a double-qualified teacher",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("SFSSX", "双师型等级", "双师型认定等级", "是否双师型", "是否双师", "双师级别"),
        description=(
            "只有“是、否”的，“是”按初级（1）读取，请尽量填认定等级。",
            "Where there is only yes or no, yes is read as 1; give the level if you can.",
        ),
    )
    skill_level: str = columns.code(
        "skill_level",
        "职业技能等级",
        codes=code_list("certificate_level"),
        en="Skill level",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("技能等级", "职业技能等级代码", "职业资格等级"),
    )
    practice_days_5y: int = measures.integer_between(
        "practice_days_5y",
        "近5年企业实践天数",
        low=0,
        high=1830,
        en="Days of practice in enterprises in five years",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        unit="天",
        synonyms=("近五年企业实践天数", "近5年企业实践时间", "企业实践天数", "近5年下企业天数"),
        description=("累计满 180 天为达标。", "180 days in all meet the standard."),
    )
    taught_major: str = identifiers.major_of_any_edition(
        "taught_major",
        "任教专业代码",
        en="Major taught",
        requirement=O,
        synonyms=("任教专业", "所教专业代码", "任课专业代码"),
    )
    employer_uscc: str = columns.uscc(
        "employer_uscc",
        "原/现企业",
        checks=(
            conditional_value_is_missing(
                "employer_uscc", _FROM_ENTERPRISE, source=f"{AGREED}；E82"
            ),
        ),
        en="Credit code of the enterprise",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=(
            "原（现）企业",
            "企业统一社会信用代码",
            "QYJGDM",
            "企业机构代码",
            "所在企业信用代码",
        ),
    )
    post_level: str = columns.code(
        "post_level",
        "产业教授岗位级别",
        codes=code_list("administrative_level"),
        checks=exactly("post_level", _PROFESSOR),
        en="Level of the post of industry professor",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("岗位级别", "产业教授级别", "JBDM"),
    )
    start_date: date = measures.day_ahead(
        "start_date",
        "聘期起",
        checks=(conditional_value_is_missing("start_date", _PROFESSOR, source=f"{AGREED}；E82"),),
        en="Beginning of the appointment",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("聘期开始", "聘任开始日期", "聘期起始日期", "受聘日期"),
    )
    end_date: date = measures.day_ahead(
        "end_date",
        "聘期止",
        checks=(
            conditional_value_is_missing("end_date", _PROFESSOR, source=f"{AGREED}；E82"),
            end_is_not_after_beginning("end_date", "start_date", beginning_zh="聘期起"),
        ),
        en="End of the appointment",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("聘期结束", "聘任结束日期", "聘期截止日期", "聘任终止日期"),
    )

    @row_rule(
        "double_level",
        severity=Severity.ERROR,
        zh="只有专任教师和企业兼职教师可以认定双师等级。",
        en="Only full-time teachers and those from enterprises have a level as double-qualified.",
        remedy_zh="请核对教师类别；其他类别的双师等级填 0。",
        remedy_en="Check the kind of teacher; give 0 for all others.",
        source=f"教师厅〔2022〕2号；{AGREED}；E81",
    )
    def double_level_is_of_another_teacher_type() -> pl.Expr:
        return (pl.col("double_level") == "0") | pl.col("teacher_type").is_in(["1", "2"])

    @row_rule(
        "birth_year",
        severity=Severity.ERROR,
        zh="按学年推算的年龄不在 18 至 75 岁之间。",
        en="The age in the school year is not between 18 and 75.",
        remedy_zh="请核对出生年，填 4 位数字，如 1980。",
        remedy_en="Check the year of birth and write four digits, such as 1980.",
        source=AGREED,
    )
    def age_is_not_of_a_teacher() -> pl.Expr:
        year = pl.col("school_year").str.head(4).cast(pl.Int16, strict=False)
        return (year - pl.col("birth_year")).is_between(18, 75)


DATASET = Dataset(
    model=Teacher,
    title=Text(zh="职教师资（双师、产业教授）", en="Teachers and industry professors"),
    grain=Text(zh="每名教师每校每学年一行", en="One row per teacher, institution and school year"),
    version="1.0.0",
    key=("teacher_key", "inst_code", "school_year"),
    references=(
        Reference("inst_code", "institution", "inst_code"),
        Reference("employer_uscc", "enterprise", "uscc", severity=Severity.INFO),
    ),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=Text(zh="学校人事部门", en="Schools, from their staff records"),
    clauses=("三（五）", "四（三）"),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="school_year",
    restricted=True,
)
