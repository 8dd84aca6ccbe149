"""Monitoring as a whole: objects that exist, provinces and cities, one test over time.

| Rule of the agreement | Where it is judged |
| --- | --- |
| second half of E131 | rows: `percentage_looks_like_a_share` |
| object → institution | `monitored_school_is_not_on_the_list` |
| T131 | `cities_do_not_give_their_province` |
| T132 | between snapshots: `province_and_city_report_differently` |
| T133 | `result_has_moved_in_the_same_test`; other versions of a test are not compared |
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.comparison import OTHERS, TOLD, Snapshots, comparison
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, PROVINCE, About, between, no_lines, snapshot, table_rule

_MEASURE = ["domain", "subject_code", "indicator_code"]
_OBJECT = ["object_type", "object_code", *_MEASURE]


@table_rule(
    no_lines(),
    key=["school"],
    column="object_code",
    value="school",
    needs=[snapshot("institution")],
    severity=Severity.WARNING,
    zh="学校 {school} 有 {rows} 行监测数据，但不在职业院校名录中。",
    en="School {school} has {rows} rows, and is not on the list of institutions.",
    remedy_zh="请核对学校标识码；新设学校请先报送职业院校名录。",
    remedy_en="Check the code; if the school is new, report it in the list of institutions first.",
    source="监测对象须为名录内院校",
)
def monitored_school_is_not_on_the_list(about: About) -> pl.LazyFrame:
    """Schools that are monitored and not listed, by either of their codes."""
    of_school = about.rows.filter(pl.col("object_type").is_in(["3", "4"]))
    school = pl.col("object_code").str.split("-").list.first()
    monitored = of_school.group_by(school=school).agg(rows=pl.len())
    listed = about.snapshot("institution")
    by_code = monitored.join(listed, left_on="school", right_on="inst_code", how="anti")
    return by_code.join(listed, left_on="school", right_on="uscc", how="anti")


_PROVINCE = ["province_code", "round_no", "org_level", *_MEASURE]


@table_rule(
    between("difference", -0.5, 0.5),
    key=_PROVINCE,
    column="value",
    value="of_province",
    severity=Severity.WARNING,
    zh="{round_no} 领域 {domain} 科目 {subject_code} 指标 {indicator_code}：全省 "
    "{of_province:.2f}，{cities} 个市按有效人数加权为 {of_cities:.2f}，相差 {difference:+.2f}。",
    en="{indicator_code} of subject {subject_code} in domain {domain}, {round_no}: the province "
    "states {of_province:.2f}, its {cities} cities give {of_cities:.2f} weighted by valid "
    "results: {difference:+.2f}.",
    remedy_zh="请核对各市有效人数和指标值，或全省值是否用了其他权重。",
    remedy_en="Check valid numbers and values of the cities, or how the province was weighted.",
    source="T131",
)
def cities_do_not_give_their_province(about: About) -> pl.LazyFrame:
    """The province's value, and the mean of its cities where they have all of its results."""
    place, n = pl.col("object_code"), pl.col("valid_n")
    rows = about.rows.filter(pl.col("unit").is_in(["分", "%"]), n > 0).with_columns(
        pl.col("value").cast(pl.Float64), province_code=place.str.head(2) + "0000"
    )
    means = rows.filter(pl.col("indicator_code").is_in(_MEANS))
    whole = means.filter(pl.col("object_type") == "1").select(
        *_PROVINCE, of_province="value", all_n="valid_n"
    )
    is_city = (pl.col("object_type") == "2") & place.str.ends_with("00")
    cities = (
        means.filter(is_city)
        .group_by(_PROVINCE)
        .agg(of_cities=(pl.col("value") * n).sum() / n.sum(), cities_n=n.sum(), cities=pl.len())
    )
    both = whole.join(cities, on=_PROVINCE)
    complete = (pl.col("cities_n") - pl.col("all_n")).abs() <= 0.05 * pl.col("all_n")
    return both.filter(complete).with_columns(
        difference=pl.col("of_cities") - pl.col("of_province")
    )


_MEANS = ["AVG", "PASS", "GOOD", "EXC", "LOW", "REACH", "SAT"]
"""Measures of which a whole is the weighted mean of its parts."""


@table_rule(
    between("moved", -0.1, 0.1),
    key=_OBJECT,
    column="value",
    value="value",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="对象 {object_code} 科目 {subject_code} 指标 {indicator_code} 由上期（{previous_period}）的 "
    "{value_before:.2f} 变为 {value:.2f}，同一测试方案下变动超过满分的 10%。",
    en="{indicator_code} of subject {subject_code} for {object_code} went from {value_before:.2f} "
    "in {previous_period} to {value:.2f}: over 10% of the full score in the same test.",
    remedy_zh="请核对数据和有效人数；试题、评分标准已调整的，请改填方案文号。",
    remedy_en="Check values and valid numbers; if test or marking changed, give the new document.",
    source="T133",
)
def result_has_moved_in_the_same_test(about: About) -> pl.LazyFrame:
    """Results of both periods by the same test document, and their change on its scale."""
    key = [*_OBJECT, "org_level", "unit", "method_doc"]
    figure = pl.col("value").cast(pl.Float64)
    rows = about.rows.filter(pl.col("unit").is_in(["分", "%"]))
    scale = pl.when(pl.col("unit") == "%").then(100.0).otherwise(pl.col("full_score"))
    now = rows.select(*key, figure, scale=scale.cast(pl.Float64))
    earlier = about.previous.select(*key, value_before=figure)
    both = now.join(earlier, on=key)
    moved = (pl.col("value") - pl.col("value_before")) / pl.col("scale")
    return measures.before(about, both.with_columns(moved=moved))


@comparison(
    "quality_indicator",
    key=["round_no", *_OBJECT],
    shows=["org_level", "value", "unit", "valid_n", "method_doc"],
    severity=Severity.INFO,
    zh="{round_no} 对象 {object_code} 科目 {subject_code} 指标 {indicator_code}：不同组织层级报送的"
    "值相差超过 10%，分别保存，不合并。",
    en="{indicator_code} of subject {subject_code} for {object_code} in {round_no}: levels of "
    "organisation report values more than 10% apart; both are kept.",
    remedy_zh="请核对是否为同一次测试、同一口径；口径不同的可不修改。",
    remedy_en="Make sure that they are of one test and one scope; leave them if they are not.",
    source="T132",
)
def province_and_city_report_differently(snapshots: Snapshots) -> pl.LazyFrame:
    """Objects that two levels of organisation of one province report for the same round."""
    figure = pl.col("value").cast(pl.Float64)
    key = ["round_no", *_OBJECT]
    both = (
        snapshots.rows("quality_indicator")
        .group_by(*key, PROVINCE)
        .agg(levels=pl.col("org_level").n_unique(), least=figure.min(), most=figure.max())
    )
    apart = pl.col("most") - pl.col("least") > 0.1 * pl.col("most").abs()
    nobody = pl.lit([], pl.List(pl.String))
    found = both.filter(pl.col("levels") > 1, apart)
    return found.select(*key, pl.col(PROVINCE).alias(TOLD), nobody.alias(OTHERS))
