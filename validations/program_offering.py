"""Programmes offered as a whole: what disappeared, what is closed, spelled twice, or marked.

| Rule of the agreement | Where it is judged |
| --- | --- |
| E22, second half of E23 | rows, once the catalogue of majors is loaded |
| T21 | `programme_has_disappeared` |
| T22 | `closed_programme_still_enrols`; also in enrollment_plan: `programme_is_not_open` |
| T23 | `directions_differ_in_spelling_only` |
| T24 | `shortage_mark_differs_from_demand` |
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.model import Severity
from yrdx.table_rule import (
    PREVIOUS,
    PROVINCE,
    About,
    between,
    no_lines,
    one_of,
    snapshot,
    table_rule,
)

_PROGRAMME = ["inst_code", "catalog_version", "major_code"]
_SHORT = 2
"""From this level on, a demand counts as a shortage."""


@table_rule(
    no_lines(),
    key=_PROGRAMME,
    column="major_code",
    value="major_name",
    needs=[PREVIOUS],
    severity=Severity.ERROR,
    zh="学校 {inst_code} 上期（{previous_period}）的专业“{major_name}”（{major_code}）不在本次"
    "合格数据中，上期也未报停招或撤销。",
    en="“{major_name}” ({major_code}) of school {inst_code} in {previous_period} is not among the "
    "good rows, and was neither suspended nor closed then.",
    remedy_zh="漏报的请补报；已停招、撤销的，请保留该行并把布点状态填为 3 或 4；"
    "该行被退回的，请改正后重报。",
    remedy_en="Add it if it was forgotten; keep the row with status 3 or 4 if it was suspended or "
    "closed; correct the row if it was sent back.",
    source="T21",
)
def programme_has_disappeared(about: About) -> pl.LazyFrame:
    """Programmes of the last period that are there neither by code nor by name."""
    going = about.previous.filter(~pl.col("offer_status").is_in(["3", "4"]))
    earlier = going.select(*_PROGRAMME, "major_name").unique(_PROGRAMME, keep="first")
    gone = earlier.join(about.rows, on=_PROGRAMME, how="anti")
    renumbered = about.rows.select("inst_code", "major_name")
    lost = gone.join(renumbered, on=["inst_code", "major_name"], how="anti")
    return measures.before(about, lost)


@table_rule(
    between("plan_num", 0, 0),
    key=["inst_code", "major_code", "enroll_year"],
    column="offer_status",
    value="plan_num",
    needs=[snapshot("enrollment_plan")],
    severity=Severity.ERROR,
    zh="学校 {inst_code} 专业 {major_code} 布点已撤销，但 {enroll_year} 年招生计划还有 "
    "{plan_num} 人。",
    en="Major {major_code} of school {inst_code} is closed, and the enrolment plan of "
    "{enroll_year} still has {plan_num}.",
    remedy_zh="请核对布点状态；确已撤销的，请更正招生计划。",
    remedy_en="Check the status; if the programme is closed, correct the enrolment plan.",
    source="T22",
)
def closed_programme_still_enrols(about: About) -> pl.LazyFrame:
    """Closed programmes, and the plans of the year in which their school year ends."""
    closed = (
        about.rows.group_by("inst_code", "major_code", enroll_year=measures.begins() + 1)
        .agg(closed=(pl.col("offer_status") == "4").all())
        .filter("closed")
    )
    plans = about.snapshot("enrollment_plan").filter(
        measures.province_of_school() == pl.col(PROVINCE)
    )
    key = ["inst_code", "major_code", "enroll_year"]
    planned = plans.group_by(key).agg(measures.total("plan_num"))
    return closed.join(planned, on=key).drop("closed")


@table_rule(
    no_lines(),
    key=["inst_code", "major_code", "edu_years"],
    column="direction",
    value="directions",
    severity=Severity.WARNING,
    zh="学校 {inst_code} 专业 {major_code} 有 {rows} 行只是专业方向写法不同：{directions}。",
    en="{rows} rows of major {major_code} at school {inst_code} differ only in how the direction "
    "is spelled: {directions}.",
    remedy_zh="如为同一方向，请合并为一行并统一写法；确为不同方向的，请写清区别。",
    remedy_en="Merge them if they are one direction; otherwise name them so that they differ.",
    source="T23",
)
def directions_differ_in_spelling_only(about: About) -> pl.LazyFrame:
    """Programmes whose directions are the same but for blanks, brackets, width, and 方向."""
    plain = (
        pl.col("direction")
        .str.normalize("NFKC")
        .str.to_lowercase()
        .str.replace_all(r"[\s\p{P}\p{S}]", "")
        .str.replace(r"(专业)?方向$", "")
    )
    key = [*_PROGRAMME, "school_year", "edu_years"]
    spelled = pl.col("direction").n_unique() > 1
    found = about.rows.group_by(*key, plain=plain).agg(
        rows=pl.len(), directions=measures.joined("direction"), spelled=spelled
    )
    return found.filter("spelled").drop("spelled", "plain")


def _shortages(about: About) -> pl.LazyFrame:
    """The worst shortage of the occupations that a major serves, by division."""
    edges = about.snapshot("industry_major_map").filter(pl.col("relation") != "1")
    serves = edges.select("catalog_version", "major_code", "occupation_code").unique()
    last = measures.last_period(about.snapshot("talent_demand"))
    level = pl.col("shortage_level").cast(pl.Int8, strict=False)
    worst = last.group_by("division_code", "occupation_code").agg(shortage=level.max())
    by = ["division_code", "catalog_version", "major_code"]
    return worst.join(serves, on="occupation_code").group_by(by).agg(pl.col("shortage").max())


@table_rule(
    one_of("agrees", [True]),
    key=_PROGRAMME,
    column="shortage_tag",
    value="shortage_tag",
    needs=[
        snapshot("talent_demand"),
        snapshot("industry_major_map"),
        snapshot("institution"),
    ],
    severity=Severity.INFO,
    zh="学校 {inst_code} 专业 {major_code} 的紧缺标识为 {shortage_tag}，而人才需求表中对应职业的"
    "紧缺程度：省 {of_province}，市 {of_city}。",
    en="Major {major_code} of school {inst_code} is marked {shortage_tag}; the shortage of its "
    "occupations is {of_province} in the province and {of_city} in the city.",
    remedy_zh="请对照当年紧缺目录核对标识；目录口径不同的可不修改。",
    remedy_en="Compare with the catalogue of shortages of the year; leave it if that differs.",
    source="T24",
)
def shortage_mark_differs_from_demand(about: About) -> pl.LazyFrame:
    """Marked and unmarked programmes, with the shortage in their province and their city."""
    place = pl.col("division_code")
    schools = measures.newest(about.snapshot("institution"), ["inst_code"]).select(
        "inst_code",
        province_code=place.str.head(2) + "0000",
        city_code=place.str.head(4) + "00",
    )
    tags = about.rows.filter(pl.col("shortage_tag").is_not_null())
    lines = tags.select(*_PROGRAMME, "shortage_tag").unique().join(schools, on="inst_code")
    shortages = _shortages(about)
    by = ["division_code", "catalog_version", "major_code"]
    for name, code in (("of_province", "province_code"), ("of_city", "city_code")):
        there = shortages.rename({"shortage": name})
        lines = lines.join(there, left_on=[code, *by[1:]], right_on=by, how="left")
    province, city = pl.col("of_province") >= _SHORT, pl.col("of_city") >= _SHORT
    agrees = (
        pl.when(pl.col("shortage_tag") == "1")
        .then(province)
        .when(pl.col("shortage_tag") == "2")
        .then(city)
        .otherwise(~(province | city))
    )
    return lines.with_columns(agrees=agrees).drop("province_code", "city_code")
