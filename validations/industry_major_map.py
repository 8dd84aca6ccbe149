"""Maps of industries and majors as a whole: what they leave out.

| Rule of the agreement | Where it is judged |
| --- | --- |
| E122 | key of the dataset: `key_is_used_twice` |
| T121 | `broad_category_is_on_no_map`, `offered_major_is_on_no_map`, `demanded_industry_is_on_no_map` |
| T122 | between provinces: `strong_relation_is_absent_from_the_other_map`, `strong_relation_of_the_other_map_is_absent` |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

import polars as pl

from schemas.reference import code_list
from validations import measures
from yrdx.comparison import OTHERS, TOLD, Snapshots, comparison
from yrdx.model import Severity
from yrdx.table_rule import PROVINCE, About, between, no_lines, one_of, snapshot, table_rule


@table_rule(
    between("edges", 1, None),
    key=["ordinal"],
    column="major_code",
    value="edges",
    severity=Severity.WARNING,
    zh="图谱中没有专业大类“{category}”（{ordinal}）的任何专业。",
    en="No major of the broad category {ordinal}, {category}, is on the map.",
    remedy_zh="请补充该专业大类的对接关系；本省确无相关产业的，请在报送说明中注明。",
    remedy_en="Add the relations of this category; if the province has no such industry, say so.",
    source="T121；职业教育专业目录（2021年）",
)
def broad_category_is_on_no_map(about: About) -> pl.LazyFrame:
    """All 19 broad categories of 2021, and the number of edges that each has."""
    listed = [(code.value, code.label.zh) for code in code_list("category_ordinal").codes]
    schema = {"ordinal": pl.String, "category": pl.String}
    categories = pl.LazyFrame(listed, schema=schema, orient="row")
    first = pl.col("major_code").str.head(2).cast(pl.Int16, strict=False)
    ordinal = (first % 20).cast(pl.String).str.zfill(2)
    of_2021 = about.rows.filter(pl.col("catalog_version") == "2021")
    edges = of_2021.group_by(ordinal=ordinal).agg(edges=pl.len())
    return categories.join(edges, on="ordinal", how="left").with_columns(
        pl.col("edges").fill_null(0)
    )


@table_rule(
    no_lines(),
    key=["catalog_version", "major_code"],
    column="major_code",
    value="schools",
    needs=[snapshot("program_offering")],
    severity=Severity.INFO,
    zh="专业“{major_name}”（{major_code}）有 {schools} 所学校在招，图谱中没有对接的产业。",
    en="{schools} schools offer “{major_name}” ({major_code}), and no industry of the map asks "
    "for it.",
    remedy_zh="请补充对接关系，或列为拟调整专业；此为提示，不影响入库。",
    remedy_en="Add its relations, or plan its end; this is a hint.",
    source="T121",
)
def offered_major_is_on_no_map(about: About) -> pl.LazyFrame:
    """Majors that schools of the province offer in the newest school year and no edge joins."""
    offerings = measures.own_rows(about, about.snapshot("program_offering"))
    open_now = offerings.filter(pl.col("offer_status").is_in(["1", "2"]))
    last = measures.last_period(open_now)
    key = ["catalog_version", "major_code"]
    majors = last.group_by(key).agg(
        major_name=pl.col("major_name").min(), schools=pl.col("inst_code").n_unique()
    )
    return majors.join(about.rows, on=key, how="anti")


@table_rule(
    one_of("is_mapped", [True]),
    key=["industry_code"],
    column="industry_code",
    value="demand_num",
    needs=[snapshot("talent_demand")],
    severity=Severity.INFO,
    zh="行业 {industry_code} 有人才需求 {demand_num} 人，图谱中没有对接的专业。",
    en="Industry {industry_code} needs {demand_num} people, and no major of the map serves it.",
    remedy_zh="请补充对接关系，或说明由其他层次教育培养；此为提示，不影响入库。",
    remedy_en="Add its relations, or say who else trains its people; this is a hint.",
    source="T121",
)
def demanded_industry_is_on_no_map(about: About) -> pl.LazyFrame:
    """Industries of the newest demand, and whether the map has each or its division."""
    demand = measures.own_rows(about, about.snapshot("talent_demand"))
    last = measures.last_period(demand)
    asked = last.group_by("industry_code").agg(measures.total("demand_num"))
    division = pl.col("industry_code").str.head(2)
    mapped = (
        about.rows.select(division=division).unique().with_columns(is_mapped=pl.lit(value=True))
    )
    found = asked.with_columns(division=division).join(mapped, on="division", how="left")
    return found.with_columns(pl.col("is_mapped").fill_null(value=False)).drop("division")


_EDGE = ["industry_code", "occupation_code", "catalog_version", "major_code"]


def _contradicted(snapshots: Snapshots) -> pl.LazyFrame:
    """Strong relations of one province's map that another map, of the same jobs, does not have.

    `holder` has the relation, `lacking` maps the industry and the occupation without the major.
    """
    maps = snapshots.rows("industry_major_map").filter(
        pl.col("owner_province").is_in(measures.MEMBERS)
    )
    own = maps.filter(pl.col("owner_province") == pl.col(PROVINCE))
    last = own.filter(pl.col("map_version") == pl.col("map_version").max().over(PROVINCE))
    strong = last.filter(pl.col("relation") == "3").select(*_EDGE, holder=PROVINCE).unique()
    jobs = last.select("industry_code", "occupation_code", lacking=PROVINCE).unique()
    pairs = strong.join(jobs, on=["industry_code", "occupation_code"]).filter(
        pl.col("holder") != pl.col("lacking")
    )
    edges = last.select(*_EDGE, lacking=PROVINCE)
    return pairs.join(edges, on=[*_EDGE, "lacking"], how="anti")


def _told(pairs: pl.LazyFrame, *, told: str, other: str) -> pl.LazyFrame:
    """One line for whom is told, with all the others."""
    return pairs.group_by(*_EDGE, pl.col(told).alias(TOLD)).agg(
        pl.col(other).unique().sort().alias(OTHERS)
    )


_EDGE_ZH = "行业 {industry_code}、职业 {occupation_code} 与专业 {major_code}"
_EDGE_EN = "industry {industry_code}, occupation {occupation_code} and major {major_code}"


@comparison(
    "industry_major_map",
    key=_EDGE,
    shows=["map_version", "chain_node", "relation"],
    severity=Severity.INFO,
    zh=_EDGE_ZH + "在贵方图谱中为强关联，{others}的图谱有同一行业职业，但没有该专业。",
    en="Your map strongly relates "
    + _EDGE_EN
    + "; that of {others} has the same jobs without the major.",
    remedy_zh=measures.TALK_ZH,
    remedy_en=measures.TALK_EN,
    source="T122",
)
def strong_relation_is_absent_from_the_other_map(snapshots: Snapshots) -> pl.LazyFrame:
    """Told to the holder of a strong relation."""
    return _told(_contradicted(snapshots), told="holder", other="lacking")


@comparison(
    "industry_major_map",
    key=_EDGE,
    shows=["map_version", "chain_node", "relation"],
    severity=Severity.INFO,
    zh=_EDGE_ZH + "在{others}的图谱中为强关联，贵方图谱有同一行业职业，但没有该专业。",
    en="The map of {others} strongly relates "
    + _EDGE_EN
    + "; yours has the jobs without the major.",
    remedy_zh="请研究是否补充该对接关系；两省产业不同的可不修改。",
    remedy_en="Consider adding the relation; leave it if the industries differ.",
    source="T122",
)
def strong_relation_of_the_other_map_is_absent(snapshots: Snapshots) -> pl.LazyFrame:
    """Told to whom the relation is missing."""
    return _told(_contradicted(snapshots), told="lacking", other="holder")
