"""Enrolment plans and their outcome (招生计划与完成).

Judged over whole deliveries: whether the institution offers the major in that year (E42);
registrations against the institution's total (T41); what two provinces report of each other
(T42); the change against last year (T43).

A plan for entrants of another province of the exchange is reported by both: by the province of the
school as its plan, by that of the entrants as a plan that comes to it. So such a row counts for
either of them, and whoever adds up plans takes those of the school's own province alone.
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


def _province() -> pl.Expr:
    """The province of the school."""
    return pl.col("inst_code").str.slice(2, 2)


class EnrollmentPlan(pa.DataFrameModel):
    """Places planned, admissions and registrations, reported in three rounds a year."""

    enroll_year: pl.Int16 = columns.year(
        "enroll_year",
        "招生年度",
        ahead=1,
        en="Year of enrolment",
        synonyms=("年份", "招生年份", "年度", "ZSND"),
    )
    inst_code: str = columns.school_code(
        "inst_code",
        "学校标识码",
        en="School code",
        synonyms=columns.SCHOOL_HEADERS,
        description=(
            "须填 10 位标识码；4 位招生院校代号各省不同，不能代替。",
            "Ten digits; the four-digit admission code differs by province and cannot stand in.",
        ),
    )
    major_code: str = columns.major_code(
        description=(
            "须填专业目录代码；3 位招生专业代号各年各校不同，不予接受。",
            "The code of the catalogue; three-digit admission numbers are not accepted.",
        ),
    )
    catalog_version: str = columns.catalog_version()
    source_province: str = columns.code(
        "source_province",
        "生源省代码",
        codes=code_list("province"),
        en="Province where the students come from",
        synonyms=("生源地", "生源省", "生源省份", "生源所在省", "生源省（市）", "SYS"),
    )
    channel: str = columns.code(
        "channel",
        "招生渠道",
        codes=code_list("enrollment_channel"),
        en="Enrolment channel",
        synonyms=("批次", "录取方式", "招生类型", "招生方式", "录取批次"),
    )
    plan_num: int = columns.count(
        "plan_num",
        "计划数",
        en="Places planned",
        synonyms=("招生计划", "招生计划数", "计划人数", "ZSJHS"),
    )
    admitted_num: int = columns.count(
        "admitted_num",
        "录取数",
        en="Admitted",
        requirement=C,
        synonyms=("录取人数", "实际录取数", "LQRS"),
    )
    registered_num: int = columns.count(
        "registered_num",
        "报到数",
        en="Registered",
        requirement=C,
        synonyms=("报到人数", "实际报到数", "BDRS"),
    )
    min_score: Annotated[pl.Decimal, 6, 2] = columns.decimal(
        "min_score",
        "最低分",
        size=(6, 2),
        between=(0, 750),
        en="Lowest score",
        requirement=O,
        unit="分",
        synonyms=("分数线", "录取最低分", "最低录取分", "投档线"),
    )
    tuition: Annotated[pl.Decimal, 10, 2] = columns.decimal(
        "tuition",
        "学费标准",
        size=(10, 2),
        between=(0, 60_000),
        en="Tuition",
        requirement=O,
        unit="元/年",
        synonyms=("收费标准", "学费", "学费标准（元/年）", "年学费"),
    )
    round: str = columns.code(
        "round",
        "填报轮次",
        codes=code_list("enrollment_round"),
        en="Reporting round",
        synonyms=("轮次", "上报轮次", "填报阶段"),
    )

    @row_rule(
        "admitted_num",
        severity=Severity.ERROR,
        zh="第 2、3 轮未填录取数。",
        en="The number admitted is missing in round 2 or 3.",
        remedy_zh="请补填录取数，没有录取的填 0；仍在计划阶段的，请把轮次改为 1。",
        remedy_en="Give it, 0 if nobody was admitted; if only planned, set the round to 1.",
        source=AGREED,
    )
    def admitted_number_is_missing() -> pl.Expr:
        return ~pl.col("round").is_in(["2", "3"]) | pl.col("admitted_num").is_not_null()

    @row_rule(
        "registered_num",
        severity=Severity.ERROR,
        zh="第 3 轮未填报到数。",
        en="The number registered is missing in round 3.",
        remedy_zh="请补填报到数，无人报到的填 0。",
        remedy_en="Give it, 0 if nobody registered.",
        source=AGREED,
    )
    def registered_number_is_missing() -> pl.Expr:
        return (pl.col("round") != "3") | pl.col("registered_num").is_not_null()

    @row_rule(
        "registered_num",
        severity=Severity.ERROR,
        zh="报到数大于录取数。",
        en="More students registered than were admitted.",
        remedy_zh="请核对两项数字；补录的学生应同时计入录取数。",
        remedy_en="Check both; students admitted later count as admitted, too.",
        source=f"{AGREED}；E41",
    )
    def registered_exceeds_admitted() -> pl.Expr:
        return pl.col("registered_num") <= pl.col("admitted_num")

    @row_rule(
        "admitted_num",
        severity=Severity.WARNING,
        zh="录取数超过计划数的 1.2 倍。",
        en="More than 1.2 times as many students were admitted as planned.",
        remedy_zh="请核对计划数（含调整后的追加计划）和录取数。",
        remedy_en="Check both; places added later belong to the plan.",
        source=f"{AGREED}；E41",
    )
    def admitted_far_exceeds_plan() -> pl.Expr:
        return pl.col("admitted_num") * 10 <= pl.col("plan_num") * 12

    @row_rule(
        "tuition",
        severity=Severity.WARNING,
        zh="学费不足 100 元，可能误以万元填报。",
        en="A tuition of less than 100 yuan may have been given in ten thousands.",
        remedy_zh="学费以元/年填报：0.6 万元应填 6000；免学费填 0。",
        remedy_en="Give yuan a year: 6000 rather than 0.6; 0 where tuition is free.",
        source=AGREED,
    )
    def tuition_looks_like_ten_thousands() -> pl.Expr:
        fee = pl.col("tuition")
        return (fee <= 0) | (fee >= 100)


DATASET = Dataset(
    model=EnrollmentPlan,
    title=Text(zh="招生计划与完成", en="Enrolment plans and their outcome"),
    grain=Text(
        zh="每校、每专业、每生源省、每招生渠道、每年一行",
        en="One row per school, major, province of origin, channel and year",
    ),
    version="1.0.0",
    key=(
        "inst_code",
        "major_code",
        "catalog_version",
        "source_province",
        "channel",
        "enroll_year",
    ),
    references=(Reference("inst_code", "institution", "inst_code"),),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="省教育厅、省教育考试院；设区市（中职）",
        en="Provincial education and examination authorities; cities for secondary schools",
    ),
    clauses=("三（一）", "三（二）", "四（三）"),
    # A plan for entrants of another province is reported by both: it belongs to no single one.
    province=pl.when(
        (_province() == pl.col("source_province"))
        | ~pl.col("source_province").is_in(list(code_list("member_province").values))
    ).then(_province()),
    period_column="enroll_year",
    reference_data=(code_list("major_category"),),
)
