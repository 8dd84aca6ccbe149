"""Demand for skilled people as a whole: cities against their province, the year before.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T111 | `cities_exceed_their_province` |
| T112 | `demand_has_changed_much` |
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, at_most, no_lines, table_rule

_DEMAND = ["industry_code", "occupation_code", "edu_level"]
_FEW = 50
"""Demands that stay below this are not compared: their shares say nothing."""


@table_rule(
    at_most("of_cities", "of_province"),
    key=["province_code", "stat_year", *_DEMAND],
    column="demand_num",
    value="of_cities",
    severity=Severity.ERROR,
    zh="{stat_year} 年行业 {industry_code} 职业 {occupation_code}：{cities} 个市的需求合计 "
    "{of_cities} 人，超过省级 {of_province} 人。",
    en="Occupation {occupation_code} of industry {industry_code} in {stat_year}: {cities} cities "
    "need {of_cities}, more than the {of_province} of their province.",
    remedy_zh="省级数应不小于各市之和，请核对；若两级口径不同，请只报一级。",
    remedy_en="A province needs no fewer than its cities: check both, or report one level only.",
    source="T111",
)
def cities_exceed_their_province(about: About) -> pl.LazyFrame:
    """The sum of the cities and the province, where both are given."""
    place = pl.col("division_code")
    rows = about.rows.with_columns(province_code=place.str.head(2) + "0000")
    key = ["province_code", "stat_year", *_DEMAND]
    whole = pl.col("province_code") == place
    province = rows.filter(whole).group_by(key).agg(of_province=pl.col("demand_num").sum())
    cities = rows.filter(~whole).group_by(key)
    return province.join(cities.agg(of_cities=pl.col("demand_num").sum(), cities=pl.len()), on=key)


@table_rule(
    no_lines(),
    key=["division_code", *_DEMAND],
    column="demand_num",
    value="demand_num",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="{division_code} 行业 {industry_code} 职业 {occupation_code} 的需求由上期"
    "（{previous_period}）的 {demand_before} 人变为 {demand_num} 人（{change:+.0%}）。",
    en="{division_code} needed {demand_before} of occupation {occupation_code} in industry "
    "{industry_code} in {previous_period} and needs {demand_num} ({change:+.0%}).",
    remedy_zh="请核对单位、口径和行业职业代码；属实的请在报送说明中注明来源。",
    remedy_en="Check unit, scope and codes; if it is right, name the source.",
    source="T112",
)
def demand_has_changed_much(about: About) -> pl.LazyFrame:
    """Demands that more than doubled, or fell to nothing."""
    key = ["division_code", *_DEMAND]
    now = about.rows.group_by(key).agg(measures.total("demand_num"))
    earlier = about.previous.group_by(key).agg(measures.total("demand_num").alias("demand_before"))
    both = now.join(earlier, on=key).with_columns(
        change=measures.change("demand_num", "demand_before")
    )
    speaks = pl.max_horizontal("demand_num", "demand_before") >= _FEW
    far = (pl.col("change") > 1) | (pl.col("change") <= -1)
    return measures.before(about, both.filter(speaks & far))
