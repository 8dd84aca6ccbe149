"""People asked for and people trained, by job (人才供需对接).

Serves clauses 三（一） and 三（三） of the notice: whether vocational education trains those whom
the industries ask for, and where nobody is trained. Made from talent demand, the map of industries
and majors, the programmes offered and students; how, `schemas.derived.joined_map` says.
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.columns import O
from schemas.derived import joined_map
from schemas.derived.industry_major_coverage import DEFINED
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity
from yrdx.derivation import Derivation, Given
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


class TalentSupplyDemand(pa.DataFrameModel):
    """Each job of a province that is asked for or on the map, with demand, supply and ratio."""

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
    industry_division: str = columns.code(
        "industry_division",
        "行业大类",
        codes=code_list("industry"),
        en="Division of industries",
        description=(
            "行业代码的前两位（或门类）；需求与图谱按大类对接。",
            "The first two digits, or a section: demand and map meet in divisions.",
        ),
    )
    occupation_code: str = columns.occupation_code(
        "occupation_code", "职业编码", en="Occupation code"
    )
    edu_level: str = columns.code(
        "edu_level", "学历层次", codes=code_list("edu_level"), en="Education level"
    )
    job_name: str = columns.text(
        "job_name",
        "岗位名称",
        max_length=40,
        en="Job",
        requirement=O,
        description=("取自谱系图。", "As the map names it."),
    )
    supply_state: str = columns.code(
        "supply_state",
        "供需状态",
        codes=code_list("supply_state"),
        en="State",
        description=(
            "2、3 为缺口：有需求而本省没有学校开设对接专业，或图谱中没有对接专业。",
            (
                "2 and 3 are gaps: people are asked for, and no school of the province offers a "
                "mapped major, or the map has none."
            ),
        ),
    )
    demand_year: pl.Int16 = columns.year(
        "demand_year",
        "需求年度",
        en="Year of the demand",
        requirement=O,
        description=(
            "所用人才需求的年度；早于年度的为沿用。",
            "Of the demand used; carried over where it is earlier than the year.",
        ),
    )
    demand_num: int = columns.count(
        "demand_num",
        "需求数",
        en="People needed",
        requirement=O,
        description=(
            "省级所报；省级未报该岗位的，为各市之和。",
            "As the province states it, else the sum of its cities.",
        ),
    )
    shortage_level: str = columns.code(
        "shortage_level",
        "紧缺程度",
        codes=code_list("shortage_level"),
        en="Degree of shortage",
        requirement=O,
        description=("各行中最高的。", "The highest that is stated."),
    )
    majors: int = columns.count("majors", "对接专业数", en="Majors on the map", unit="个")
    majors_offered: int = columns.count(
        "majors_offered", "在招对接专业数", en="Mapped majors that are offered", unit="个"
    )
    supply_shared: Annotated[pl.Decimal, 14, 2] = columns.decimal(
        "supply_shared",
        "供给数（分摊）",
        size=(14, 2),
        between=(0, None),
        en="People supplied, shared out",
        requirement=O,
        unit="人",
        description=(
            "对接专业的毕业生按关联强度分摊到本岗位之和；不计不足 5 人的专业。",
            (
                "Graduates of the mapped majors, shared out by the strength of their relations; "
                "majors with one to four graduates do not count."
            ),
        ),
    )
    supply_at_most: int = columns.count(
        "supply_at_most",
        "供给上限",
        en="People supplied at most",
        requirement=O,
        description=(
            "对接专业的毕业生全部从事本岗位时的人数；各岗位之间重复，不可相加。",
            "If all graduates of the mapped majors took this job; not to be added up over jobs.",
        ),
    )
    supply_stated: int = columns.count(
        "supply_stated",
        "所报供给数",
        en="Supply as stated",
        requirement=O,
        description=("报送单位自报，不参与计算。", "By who stated the demand; not used here."),
    )
    supply_ratio: Annotated[pl.Decimal, 14, 4] = columns.decimal(
        "supply_ratio",
        "供需比",
        size=(14, 4),
        between=(0, None),
        en="Supply per person needed",
        requirement=O,
        description=(
            "供给数（分摊）÷ 需求数；需求为 0 或供给不详的为空。",
            "Supply, shared out, by demand; empty where demand is 0 or supply unknown.",
        ),
    )

    @row_rule(
        "supply_state",
        severity=Severity.ERROR,
        zh="供需状态与在招对接专业数不符。",
        en="The state contradicts the number of majors.",
        remedy_zh="状态 1 至少有一个对接专业在招，2 为 0，3 没有对接专业。",
        remedy_en="State 1 has a mapped major that is offered, 2 has none offered, 3 none mapped.",
        source=DEFINED,
    )
    def supply_state_contradicts_majors() -> pl.Expr:
        state, offered = pl.col("supply_state"), pl.col("majors_offered")
        mapped = pl.col("majors") > 0
        return (
            pl.when(state == "1")
            .then(offered > 0)
            .when(state == "2")
            .then(mapped & (offered == 0))
            .when(state == "3")
            .then(~mapped)
            .when(state == "4")
            .then(mapped)
        )

    @row_rule(
        "majors_offered",
        severity=Severity.ERROR,
        zh="在招对接专业数大于对接专业数。",
        en="More mapped majors are offered than there are.",
        remedy_zh="在招的只是对接专业的一部分。",
        remedy_en="Those offered are a part of those on the map.",
        source=DEFINED,
    )
    def majors_offered_exceed_majors() -> pl.Expr:
        return pl.col("majors_offered") <= pl.col("majors")


DATASET = Dataset(
    model=TalentSupplyDemand,
    title=Text(zh="人才供需对接", en="Supply of and demand for skilled people"),
    grain=Text(
        zh="每省、每年、每行业大类、每职业、每学历层次一行",
        en="One row per province, year, division of industries, occupation and education level",
    ),
    version="1.0.0",
    key=("province_code", "stat_year", "industry_division", "occupation_code", "edu_level"),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="平台计算", en="Derived by the exchange"),
    clauses=("三（一）", "三（三）"),
    province=pl.col("province_code"),
    period_column="stat_year",
    reference_data=(code_list("industry"),),
)


def _rows(given: Given) -> pl.LazyFrame:
    """The rows, from the newest map, demand, offerings and students."""
    found = joined_map.supply_and_demand(
        maps=given.rows("industry_major_map"),
        offerings=given.rows("program_offering"),
        demand=given.rows("talent_demand"),
        scale=given.rows("student_scale"),
    )
    exact = (
        joined_map.as_decimal("supply_shared", 2),
        joined_map.as_decimal("supply_ratio", 4),
    )
    return found.with_columns(exact).select(*DATASET.columns)


DERIVATION = Derivation(
    needs=("industry_major_map", "program_offering", "talent_demand", "student_scale"),
    make=_rows,
)
