"""Demand of industries for skilled people, and shortages (产业人才需求).

Serves clauses 三（一） and 三（三） of the notice: sizes of enrolment, programmes in shortage, the
ratio of supply and demand. Judged once the classification of occupations is loaded: occupations
that the edition of 2022 dropped (E112). Judged over whole deliveries: cities against their
province (T111); changes against last year (T112).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED
from schemas.columns import O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


class TalentDemand(pa.DataFrameModel):
    """How many people of which occupation and level an industry of a region needs in a year."""

    division_code: str = columns.division_code(
        "division_code",
        "区划代码",
        en="Province or city",
        synonyms=("行政区划代码", "地区代码", "所在地区", "地区", "XZQHM"),
        description=("填到省或设区市。", "A province or a city."),
    )
    stat_year: pl.Int16 = columns.year(
        "stat_year", "年度", en="Year", synonyms=("统计年度", "年份", "统计年份", "ND")
    )
    industry_code: str = columns.industry_code(
        "industry_code",
        "行业代码",
        en="Industry",
        synonyms=("所属行业", "行业", "国民经济行业代码", "HYDM"),
        description=("2–4 位，优先填 4 位小类。", "Two to four digits, preferably four."),
    )
    chain_name: str = columns.text(
        "chain_name",
        "产业链/集群",
        max_length=40,
        en="Industrial chain or cluster",
        requirement=O,
        synonyms=("产业集群", "产业链", "产业链（集群）", "产业链名称", "所属产业链"),
    )
    occupation_code: str = columns.occupation_code(
        "occupation_code",
        "职业编码",
        en="Occupation code",
        synonyms=("岗位", "职业代码", "职业（工种）编码", "岗位编码", "ZYBM"),
        description=("填职业编码，不填岗位名称。", "The code of the occupation, not a name."),
    )
    edu_level: str = columns.code(
        "edu_level",
        "学历层次",
        codes=code_list("edu_level"),
        en="Education level",
        synonyms=("层次", "培养层次", "学历要求", "学历"),
    )
    demand_num: int = columns.count(
        "demand_num",
        "需求数",
        en="People needed",
        synonyms=("XQ", "需求人数", "人才需求数", "需求量", "缺口数"),
    )
    supply_num: int = columns.count(
        "supply_num",
        "供给数",
        en="People supplied",
        requirement=O,
        synonyms=("供给人数", "人才供给数", "供给量"),
        description=(
            "不掌握的可不填，由平台按学生规模推算。",
            "May be empty: it is derived from student numbers where majors are mapped.",
        ),
    )
    shortage_level: str = columns.code(
        "shortage_level",
        "紧缺程度",
        codes=code_list("shortage_level"),
        en="Degree of shortage",
        synonyms=("紧缺等级", "紧缺指数", "紧缺度", "紧缺类别"),
        description=(
            "目录用 ★ 标注的，请按目录说明改填 0–3。",
            "Where the catalogue marks by ★, give 0 to 3 as it explains its marks.",
        ),
    )
    salary_mid: int = columns.count(
        "salary_mid",
        "薪酬中位数",
        en="Median pay",
        requirement=O,
        unit="元/月",
        synonyms=("薪酬", "月薪中位数", "工资中位数", "薪资中位数"),
    )
    source_doc: str = columns.text(
        "source_doc",
        "来源文件",
        max_length=80,
        en="Source document",
        synonyms=("文号", "来源文件文号", "目录文号", "数据来源"),
    )

    @row_rule(
        "division_code",
        severity=Severity.ERROR,
        zh="区划代码细到了县（市、区），应填到省或设区市。",
        en="The division is a county; give the province or the city.",
        remedy_zh="请把县级数据汇总到设区市后报送。",
        remedy_en="Add the counties up to their city.",
        source=AGREED,
    )
    def division_is_below_the_city() -> pl.Expr:
        return pl.col("division_code").str.ends_with("00")

    @row_rule(
        "demand_num",
        severity=Severity.ERROR,
        zh="紧缺程度为“非常紧缺”，需求数却为 0。",
        en="The shortage is extreme, and yet nobody is needed.",
        remedy_zh="请核对紧缺程度和需求数。",
        remedy_en="Check both.",
        source=f"{AGREED}；E111",
    )
    def extreme_shortage_without_any_demand() -> pl.Expr:
        return (pl.col("shortage_level") != "3") | (pl.col("demand_num") != 0)


DATASET = Dataset(
    model=TalentDemand,
    title=Text(zh="产业人才需求（紧缺目录）", en="Demand for skilled people"),
    grain=Text(
        zh="每地区、每行业、每职业、每学历层次、每年一行",
        en="One row per region, industry, occupation, education level and year",
    ),
    version="1.0.0",
    key=("division_code", "stat_year", "industry_code", "occupation_code", "edu_level"),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="省人力社保厅、省经信厅；行业协会、行指委",
        en="Human-resources and industry authorities; associations and guidance committees",
    ),
    clauses=("三（一）", "三（三）"),
    province=pl.col("division_code").str.head(2),
    period_column="stat_year",
    reference_data=(code_list("industry"),),
)
