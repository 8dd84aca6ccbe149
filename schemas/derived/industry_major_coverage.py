"""What schools offer for each edge of the map of industries and majors (产教对接覆盖).

Serves clauses 三（三） and 三（四） of the notice: the map itself, majors that no industry asks
for, links of industrial chains that nobody trains for. Made from the map, the programmes offered,
students and plans; how, `schemas.derived.joined_map` says. Two kinds of rows: edges of the map,
and majors offered beside it, which have no industry.
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.derived import joined_map
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity
from yrdx.derivation import Derivation, Given
from yrdx.model import Severity, Text
from yrdx.rule import row_rule

DEFINED = f"{AGREED}（产教对接口径 1.0）"


class IndustryMajorCoverage(pa.DataFrameModel):
    """Each edge of a province's map and each major beside it, with schools and students."""

    province_code: str = columns.code(
        "province_code", "省级代码", codes=code_list("member_province"), en="Province"
    )
    stat_year: pl.Int16 = columns.year(
        "stat_year",
        "年度",
        en="Year",
        description=(
            "四省市中有布点学年开始、或报有需求的年份。",
            "One in which a school year of offerings begins, or for which demand is stated.",
        ),
    )
    coverage_state: str = columns.code(
        "coverage_state",
        "对接状态",
        codes=code_list("coverage_state"),
        en="State",
        description=(
            (
                "1、2 为图谱中的对接关系；3、4 为图谱外的在招专业：3 为孤儿专业，"
                "4 所属的目录版本不在图谱中，不判定。"
            ),
            (
                "1 and 2 are edges of the map; 3 and 4 majors offered beside it: 3 is an orphan, "
                "the edition of 4 is not on the map at all."
            ),
        ),
    )
    map_versions: str = columns.text(
        "map_versions",
        "谱系图版本",
        max_length=60,
        en="Version of the map",
        requirement=O,
        description=(
            "年末有效的最新版本；本省图谱与共同编制图谱都有的关系，两者并列。",
            "In force at the end of the year; both where the joint map has the edge, too.",
        ),
    )
    industry_code: str = columns.industry_code(
        "industry_code", "行业代码", en="Industry", requirement=C
    )
    chain_node: str = columns.text(
        "chain_node",
        "产业链环节",
        max_length=40,
        en="Link of the industrial chain",
        requirement=O,
    )
    occupation_code: str = columns.occupation_code(
        "occupation_code", "职业（岗位）编码", en="Occupation code", requirement=O
    )
    job_name: str = columns.text("job_name", "岗位名称", max_length=40, en="Job", requirement=O)
    catalog_version: str = columns.catalog_version()
    major_code: str = columns.major_code()
    major_name: str = columns.text(
        "major_name",
        "专业名称",
        max_length=40,
        en="Name of the major",
        requirement=O,
        description=("取自专业布点；四省市均未开设的为空。", "As the programmes offered name it."),
    )
    relation: str = columns.code(
        "relation",
        "关联强度",
        codes=code_list("relation_strength"),
        en="Strength of the relation",
        requirement=O,
    )
    school_year: str = columns.school_year(
        requirement=O,
        description=(
            "所用专业布点的学年；早于年度的为沿用。",
            "School year of the programmes used; carried over where it begins before the year.",
        ),
    )
    schools: int = columns.count(
        "schools",
        "在招学校数",
        en="Schools enrolling",
        unit="所",
        description=(
            "布点状态为在招（1）或新增（2）的学校数。",
            "Schools of the province with the status 1 or 2.",
        ),
    )
    schools_not_enrolling: int = columns.count(
        "schools_not_enrolling",
        "停招或预警学校数",
        en="Schools that stopped enrolling or were warned",
        unit="所",
    )
    schools_elsewhere: int = columns.count(
        "schools_elsewhere",
        "外省市在招学校数",
        en="Schools of the other provinces that enrol",
        unit="所",
    )
    enrolled: int = columns.count(
        "enrolled",
        "在校生数",
        en="Enrolled",
        requirement=O,
        description=(
            "该专业全省合计，各对接关系重复列出，不可相加；不足 5 人的不列。",
            (
                "Of the major in the province, the same on each of its edges: never to be added "
                "up; one to four persons are left out."
            ),
        ),
    )
    newly_enrolled: int = columns.count(
        "newly_enrolled",
        "本年招生数",
        en="Newly enrolled",
        requirement=O,
        description=("同在校生数，不可相加。", "Not to be added up, as those enrolled."),
    )
    graduated: int = columns.count(
        "graduated",
        "毕业生数",
        en="Graduates",
        requirement=O,
        description=("同在校生数，不可相加。", "Not to be added up, as those enrolled."),
    )
    plan_num: int = columns.count(
        "plan_num",
        "招生计划数",
        en="Places planned",
        requirement=O,
        description=(
            "本年度该专业全省计划，以学校所在省所报为准；不可相加。",
            "Of the year, as the province of the school states them; not to be added up.",
        ),
    )
    edges: int = columns.count(
        "edges",
        "该专业对接关系数",
        en="Edges of the major",
        unit="条",
        description=("本省图谱中该专业的对接关系数。", "On the map of the province."),
    )
    graduates_shared: Annotated[pl.Decimal, 12, 2] = columns.decimal(
        "graduates_shared",
        "分摊毕业生数",
        size=(12, 2),
        between=(0, None),
        en="Graduates, shared out",
        requirement=O,
        unit="人",
        description=(
            "毕业生数按关联强度（弱1、中2、强3）分摊到该专业各对接关系，可以相加。",
            "Graduates divided among the edges of the major by strength, 1 to 3; may be added up.",
        ),
    )
    node_is_offered: bool = columns.boolean(
        "node_is_offered",
        "环节已覆盖",
        en="Link is covered",
        requirement=O,
        description=(
            "该行业环节在本省至少有一个对接专业在招。",
            "At least one major of this link of the chain is offered in the province.",
        ),
    )

    @row_rule(
        "coverage_state",
        severity=Severity.ERROR,
        zh="对接状态与在招学校数不符。",
        en="The state contradicts the number of schools.",
        remedy_zh="已布点和图谱外专业至少有一所学校在招，未布点的为 0。",
        remedy_en="Offered majors have a school that enrols, gaps have none.",
        source=DEFINED,
    )
    def coverage_state_contradicts_schools() -> pl.Expr:
        return (pl.col("coverage_state") == "2") == (pl.col("schools") == 0)

    @row_rule(
        "industry_code",
        severity=Severity.ERROR,
        zh="图谱中的对接关系没有行业，或图谱外的专业有行业。",
        en="An edge has no industry, or a major beside the map has one.",
        remedy_zh="对接状态 1、2 应有行业，3、4 应为空。",
        remedy_en="States 1 and 2 have an industry, 3 and 4 have none.",
        source=DEFINED,
    )
    def industry_is_missing() -> pl.Expr:
        is_stated = pl.col("industry_code").is_not_null()
        state = pl.col("coverage_state")
        return (
            pl.when(state.is_in(["1", "2"]))
            .then(is_stated)
            .when(state.is_in(["3", "4"]))
            .then(~is_stated)
        )


DATASET = Dataset(
    model=IndustryMajorCoverage,
    title=Text(zh="产教对接覆盖", en="Coverage of the map of industries and majors"),
    grain=Text(
        zh="每省、每年、图谱中的一条对接关系或图谱外的一个在招专业一行",
        en="One row per province, year and edge of the map or major offered beside it",
    ),
    version="1.0.0",
    key=(
        "province_code",
        "stat_year",
        "industry_code",
        "chain_node",
        "occupation_code",
        "catalog_version",
        "major_code",
    ),
    alternative_key=("province_code", "stat_year", "catalog_version", "major_code"),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="平台计算", en="Derived by the exchange"),
    clauses=("三（三）", "三（四）"),
    province=pl.col("province_code"),
    period_column="stat_year",
    reference_data=(code_list("industry"), code_list("major_category")),
)


def _rows(given: Given) -> pl.LazyFrame:
    """The rows, from the newest map, offerings, students, plans and years of demand."""
    found = joined_map.coverage(
        maps=given.rows("industry_major_map"),
        offerings=given.rows("program_offering"),
        demand=given.rows("talent_demand"),
        scale=given.rows("student_scale"),
        enrolment=given.rows("enrollment_plan"),
    )
    shared = joined_map.as_decimal("graduates_shared", 2)
    return found.with_columns(shared).select(*DATASET.columns)


DERIVATION = Derivation(
    needs=(
        "industry_major_map",
        "program_offering",
        "talent_demand",
        "student_scale",
        "enrollment_plan",
    ),
    make=_rows,
)
