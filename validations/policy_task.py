"""Tasks as a whole: clauses that no city took up, values that data do not bear out.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T171 | `clauses_have_no_task_of_the_city`, `city_has_no_task_at_all` |
| T172 | `reported_…_differs_from_data` for K02, K03, K04, K07 and K09; the other indicators are computed on publication |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

from functools import partial

import polars as pl

from schemas.policy_task import DATASET as TASKS
from schemas.reference import divisions
from validations import computed
from yrdx.model import Severity
from yrdx.table_rule import About, between, one_of, snapshot, table_rule

_CITY = pl.col("unit_code").str.head(4) + "00"
_IS_LOCAL = pl.col("unit_code").str.contains("^[0-9]{6}$") & ~pl.col("unit_code").str.ends_with(
    "0000"
)
_POINT = 0.1 + 1e-9
"""Tolerance of a reported percentage, in points."""


@table_rule(
    between("lacking", 0, 0),
    key=["city_code", "report_period"],
    column="clause_no",
    value="lacking",
    severity=Severity.WARNING,
    zh="{city_code} 在 {report_period} 有 {lacking} 个任务条款没有任务：{clauses}。",
    en="{city_code} has no task for {lacking} clauses in {report_period}: {clauses}.",
    remedy_zh="通知中列为任务的条款，各市至少各有一项任务；请补报，或说明由省级统一实施。",
    remedy_en="Every city has a task for each clause that sets one: add them, or say that the "
    "province does it for all.",
    source="T171",
)
def clauses_have_no_task_of_the_city(about: About) -> pl.LazyFrame:
    """For each city and period of the delivery the clauses that set a task and have none."""
    clauses = pl.LazyFrame({"clause_no": list(TASKS.clauses)})
    taken = about.rows.filter(_IS_LOCAL).select("report_period", "clause_no", city_code=_CITY)
    key = ["city_code", "report_period"]
    asked = taken.select(key).unique().join(clauses, how="cross")
    done = taken.unique().with_columns(done=pl.lit(value=True))
    found = asked.join(done, on=[*key, "clause_no"], how="left")
    absent = pl.col("done").is_null()
    order = {name: place for place, name in enumerate(TASKS.clauses)}
    place = pl.col("clause_no").replace_strict(order, return_dtype=pl.Int16)
    missing = pl.col("clause_no").filter(absent).sort_by(place.filter(absent)).str.join("、")
    return found.group_by(key).agg(lacking=absent.sum(), clauses=missing)


@table_rule(
    one_of("is_there", [True]),
    key=["city_code"],
    column="unit_code",
    value="city",
    severity=Severity.WARNING,
    zh="本次报送含多个设区市的任务，但没有{city}（{city_code}）的任务。",
    en="The delivery has tasks of several cities, and none of {city} ({city_code}).",
    remedy_zh="请补报该市的任务和进展；该市另行报送的可不修改。",
    remedy_en="Add the tasks of the city; nothing to do if it reports by itself.",
    source="T171",
)
def city_has_no_task_at_all(about: About) -> pl.LazyFrame:
    """The cities of the province, where the delivery is one of several cities."""
    own = [
        (code.value, code.label.zh)
        for code in divisions().codes
        if code.value[:2] == about.province
        and code.value[4:] == "00" != code.value[2:4]
        and code.covers(about.spoken_of)
    ]
    cities = pl.LazyFrame(own, schema={"city_code": pl.String, "city": pl.String}, orient="row")
    there = about.rows.filter(_IS_LOCAL).select(city_code=_CITY).unique()
    several = there.with_columns(several=pl.len() > 1).filter("several")
    found = cities.join(several, on="city_code", how="left").join(
        several.select("several").unique(), how="cross"
    )
    return found.select("city_code", "city", is_there=pl.col("several").fill_null(value=False))


_DIFFERS_ZH = (
    "{unit_code} 在 {report_period} 填报 {actual_value:.2f}%，按交换数据（{year} 年）计算为 "
    "{computed:.2f}%，相差 {off:+.2f} 个百分点，口径不一致。"
)
_DIFFERS_EN = (
    "{unit_code} reports {actual_value:.2f}% in {report_period}; the data of {year} give "
    "{computed:.2f}%: {off:+.2f} points."
)
_REMEDY_ZH = "请核对分子、分母和统计口径（指标口径 1.0）；本地数据更新的，请先报送相应数据集。"
_REMEDY_EN = (
    "Check numerator, denominator and definition (1.0); if your data are newer, deliver the "
    "dataset that they belong to."
)
_of_indicator = partial(
    table_rule,
    between("off", -_POINT, _POINT),
    key=["task_no", "unit_code", "report_period"],
    column="actual_value",
    value="actual_value",
    severity=Severity.WARNING,
)


@_of_indicator(
    needs=[snapshot("guidance_committee")],
    zh="行指委专业大类覆盖：{unit_code} 在 {report_period} 填报 {actual_value:.10g}，按交换数据"
    "（{year} 年）覆盖 {categories} 个大类（{computed:.2f}%），口径不一致。",
    en="Coverage by committees: {unit_code} reports {actual_value:.10g} in {report_period}; by the "
    "data of {year} {categories} categories are covered ({computed:.2f}%).",
    remedy_zh="请填已覆盖的大类数（满数 19）或百分比，并核对行指委数据是否报全。",
    remedy_en="Give the number of categories (of 19) or the percentage, and make sure that all "
    "committees were reported.",
    source="T172；K02",
)
def reported_committee_coverage_differs_from_data(about: About) -> pl.LazyFrame:
    """K02, reported as a number of categories or as a percentage."""
    found = computed.committee_coverage(about.snapshot("guidance_committee"))
    lines = computed.against(about.rows, "K02", found)
    categories = (pl.col("computed") * 19 / 100).round().cast(pl.Int16)
    as_number = pl.col("actual_value") - categories
    nearer = pl.when(as_number.abs() < pl.col("off").abs()).then(as_number).otherwise("off")
    return lines.with_columns(categories=categories, off=nearer)


@_of_indicator(
    needs=[snapshot("certificate_award"), snapshot("institution_year"), snapshot("institution")],
    zh="高职毕业生高等级证书比例：" + _DIFFERS_ZH,
    en="Graduates with a high certificate: " + _DIFFERS_EN,
    remedy_zh=_REMEDY_ZH,
    remedy_en=_REMEDY_EN,
    source="T172；K03",
)
def reported_high_certificate_share_differs_from_data(about: About) -> pl.LazyFrame:
    """K03."""
    found = computed.high_certificate_share(
        about.snapshot("certificate_award"),
        about.snapshot("institution_year"),
        about.snapshot("institution"),
    )
    return computed.against(about.rows, "K03", found)


@_of_indicator(
    needs=[snapshot("student_scale"), snapshot("institution")],
    zh="1+X 制度学生覆盖面：" + _DIFFERS_ZH,
    en="Students in 1+X: " + _DIFFERS_EN,
    remedy_zh=_REMEDY_ZH,
    remedy_en=_REMEDY_EN,
    source="T172；K04",
)
def reported_onex_coverage_differs_from_data(about: About) -> pl.LazyFrame:
    """K04."""
    found = computed.onex_coverage(about.snapshot("student_scale"), about.snapshot("institution"))
    return computed.against(about.rows, "K04", found)


@_of_indicator(
    needs=[snapshot("funding_year")],
    zh="新增教育经费中职业教育占比：" + _DIFFERS_ZH,
    en="Vocational part of additional funds: " + _DIFFERS_EN,
    remedy_zh=_REMEDY_ZH,
    remedy_en=_REMEDY_EN,
    source="T172；K07",
)
def reported_additional_funds_share_differs_from_data(about: About) -> pl.LazyFrame:
    """K07."""
    found = computed.additional_funds_share(about.snapshot("funding_year"))
    return computed.against(about.rows, "K07", found)


@_of_indicator(
    needs=[snapshot("institution_year"), snapshot("institution")],
    zh="“双师型”教师占比：" + _DIFFERS_ZH,
    en="Double-qualified teachers: " + _DIFFERS_EN,
    remedy_zh=_REMEDY_ZH,
    remedy_en=_REMEDY_EN,
    source="T172；K09",
)
def reported_double_qualified_share_differs_from_data(about: About) -> pl.LazyFrame:
    """K09."""
    found = computed.double_qualified_share(
        about.snapshot("institution_year"), about.snapshot("institution")
    )
    return computed.against(about.rows, "K09", found)
