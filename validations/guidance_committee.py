"""Guidance committees as a whole: the broad categories that they cover together.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T161 | `broad_category_has_no_committee` |
"""

from __future__ import annotations

import polars as pl

from schemas.reference import code_list
from yrdx.model import Severity
from yrdx.table_rule import About, between, table_rule


@table_rule(
    between("committees", 1, None),
    key=["province", "ordinal"],
    column="category_ordinals",
    value="committees",
    severity=Severity.WARNING,
    zh="专业大类“{category}”（{ordinal}）没有在届的省级行指委；现已覆盖 {covered}/19。",
    en="No provincial committee in office covers the broad category {ordinal}, {category}; "
    "{covered} of 19 are covered.",
    remedy_zh="已成立的请补报或核对层级、状态和覆盖专业大类；未成立的请列入组建计划。",
    remedy_en="Report the committee, or correct level, status or categories; if there is none, "
    "plan one.",
    source="T161；三（三）省级行业教学指导委员会实现专业大类全覆盖",
)
def broad_category_has_no_committee(about: About) -> pl.LazyFrame:
    """All 19 broad categories for each province of the delivery, and their committees."""
    listed = [(code.value, code.label.zh) for code in code_list("category_ordinal").codes]
    schema = {"ordinal": pl.String, "category": pl.String}
    categories = pl.LazyFrame(listed, schema=schema, orient="row")
    in_office = (pl.col("level") == "1") & (pl.col("status") == "1")
    key = ["province", "ordinal"]
    counted = (
        about.rows.filter(in_office)
        .select("province", ordinal="category_ordinals")
        .explode("ordinal")
        .group_by(key)
        .agg(committees=pl.len())
    )
    asked = about.rows.select("province").unique().join(categories, how="cross")
    found = asked.join(counted, on=key, how="left").with_columns(pl.col("committees").fill_null(0))
    return found.with_columns(covered=(pl.col("committees") > 0).sum().over("province"))
