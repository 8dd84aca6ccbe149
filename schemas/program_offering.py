"""Programmes offered (专业布点).

Judged over whole deliveries: programmes that disappear without a status (T21); closed programmes
with enrolment (T22); directions that differ in spelling only (T23); shortage marks against the
talent demand (T24). Judged once the full catalogue of majors is loaded: names of majors, the K of
state-controlled majors (E22), and codes that name another major in another edition (second half
of E23).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, major_list_rules
from schemas.column_rules import AGREED
from schemas.columns import O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


class ProgramOffering(pa.DataFrameModel):
    """Every programme that an institution offers in a school year, and its state."""

    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    school_year: str = columns.school_year()
    catalog_version: str = columns.catalog_version(
        list_checks=(major_list_rules.major_is_of_another_edition(),)
    )
    major_code: str = columns.major_code()
    major_name: str = columns.text(
        "major_name",
        "专业名称",
        max_length=40,
        en="Name of the major",
        synonyms=("ZYMC", "专业全称", "专业", "目录专业名称"),
        description=("应与目录中的专业名称一致。", "As the catalogue names it."),
        list_checks=(major_list_rules.major_name_differs_from_catalogue("major_name"),),
    )
    direction: str = columns.direction()
    edu_years: Annotated[pl.Decimal, 2, 1] = columns.study_length(
        "edu_years",
        "学制",
        en="Length of study",
        unit="年",
        synonyms=("XZM", "修业年限", "学制年限", "学制年数", "XZ"),
    )
    program_group: str = columns.text(
        "program_group",
        "所属专业群",
        max_length=40,
        en="Group of programmes",
        requirement=O,
        synonyms=("SSZYQMC", "专业群", "专业群名称", "所属专业群名称"),
    )
    approve_ym: str = columns.year_month(
        "approve_ym",
        "批准设置年月",
        en="Month of approval",
        requirement=O,
        synonyms=("PZSZNY", "批准年月", "设置年月", "批准设置时间", "备案年月"),
    )
    first_enroll_ym: str = columns.year_month(
        "first_enroll_ym",
        "首次招生年月",
        en="Month of first enrolment",
        requirement=O,
        synonyms=("SCZSNY", "首次招生时间", "开始招生年月"),
    )
    offer_status: str = columns.code(
        "offer_status",
        "布点状态",
        codes=code_list("offer_status"),
        en="Status",
        synonyms=("专业状态", "专业布点状态", "招生状态", "状态"),
    )
    key_level: str = columns.code(
        "key_level",
        "重点专业级别",
        codes=code_list("key_level"),
        en="Level as a key programme",
        requirement=O,
        synonyms=("ZDZYJBM", "重点专业", "重点专业级别码", "JBDM"),
    )
    shortage_tag: str = columns.code(
        "shortage_tag",
        "紧缺标识",
        codes=code_list("shortage_tag"),
        en="Shortage mark",
        requirement=O,
        synonyms=("紧缺专业", "是否紧缺", "紧缺专业标识"),
    )
    strategic_tag: str = columns.code(
        "strategic_tag",
        "新兴/卡脖子标识",
        codes=code_list("strategic_tag"),
        en="Emerging or bottleneck field",
        requirement=O,
        synonyms=("新兴专业标识", "卡脖子标识", "战略性新兴标识", "新兴（卡脖子）标识"),
    )
    five_year_pilot: bool = columns.boolean(
        "five_year_pilot",
        "五年制试点",
        en="Five-year pilot",
        synonyms=("五年一贯制", "五年制培养试点", "是否五年制试点", "五年一贯制试点"),
    )

    @row_rule(
        "major_code",
        severity=Severity.WARNING,
        zh="专业代码的层次与学校类别不一致：中职学校应为 61–79，高等学校应为 41–59 或 21–39。",
        en="The major is of another level than the school: 61 to 79 for secondary schools, "
        "41 to 59 or 21 to 39 for colleges and universities.",
        remedy_zh="请核对专业代码；中职学校的五年制试点专业和标识码未变更的学校可不修改。",
        remedy_en="Check the code; five-year pilots and schools that kept an older school code "
        "stay as they are.",
        source=f"职业教育专业目录（2021年）；{AGREED}；E21",
    )
    def major_level_differs_from_school() -> pl.Expr:
        broad = pl.col("major_code").str.head(2).cast(pl.Int8, strict=False)
        secondary = pl.col("inst_code").str.head(2).is_in(["36", "93"])
        return (pl.col("catalog_version") != "2021") | ((broad >= 61) == secondary)

    @row_rule(
        "first_enroll_ym",
        severity=Severity.ERROR,
        zh="首次招生年月早于批准设置年月。",
        en="The programme enrolled students before it was approved.",
        remedy_zh="请核对两个年月。",
        remedy_en="Check both months.",
        source=AGREED,
    )
    def first_enrolment_is_before_approval() -> pl.Expr:
        return pl.col("first_enroll_ym") >= pl.col("approve_ym")

    @row_rule(
        "edu_years",
        severity=Severity.ERROR,
        zh="五年制试点专业的学制不是 5 年。",
        en="A five-year pilot does not last five years.",
        remedy_zh="请把学制改为 5，或把五年制试点改为 0。",
        remedy_en="Set the length to 5, or the pilot to 0.",
        source=AGREED,
    )
    def five_year_pilot_does_not_last_five_years() -> pl.Expr:
        return ~pl.col("five_year_pilot") | (pl.col("edu_years") == 5)

    @row_rule(
        "five_year_pilot",
        severity=Severity.WARNING,
        zh="五年制试点应设在中职学校，而标识码不是 36 开头。",
        en="Five-year pilots are run by secondary schools, but the school code is not one of 36.",
        remedy_zh="请核对标识码和五年制试点标识；高职学校的五年制专业填 0。",
        remedy_en="Check both; five-year programmes of colleges are no pilots: give 0.",
        source=AGREED,
    )
    def five_year_pilot_is_not_at_a_secondary_school() -> pl.Expr:
        return ~pl.col("five_year_pilot") | pl.col("inst_code").str.starts_with("36")


DATASET = Dataset(
    model=ProgramOffering,
    title=Text(zh="专业布点", en="Programmes offered"),
    grain=Text(
        zh="每校、每学年、每个目录版本中的专业、方向和学制一行",
        en="One row per school, school year, edition, major, direction and length of study",
    ),
    version="1.0.0",
    key=("inst_code", "school_year", "catalog_version", "major_code", "direction", "edu_years"),
    references=(Reference("inst_code", "institution", "inst_code"),),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=Text(
        zh="省教育厅、省人力社保厅（设区市统筹）",
        en="Provincial education and human-resources authorities, coordinated by the cities",
    ),
    clauses=("三（一）", "三（二）", "三（三）", "三（四）", "四（三）"),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="school_year",
    reference_data=(code_list("major_category"),),
)
