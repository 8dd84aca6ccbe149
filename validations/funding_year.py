"""Funds as a whole: parts and wholes, counties and cities, jumps of a factor of ten.

| Rule of the agreement | Where it is judged |
| --- | --- |
| object → institution | `funded_school_is_not_on_the_list` |
| E153 | `part_of_the_funds_exceeds_the_whole` |
| T151 | `counties_do_not_give_their_city` |
| T152 | `amount_jumped_by_a_power_of_ten` |
| T153 | `grants_per_student_do_not_give_the_whole` |
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, at_most, between, no_lines, snapshot, table_rule

_OBJECT = ["object_type", "object_code", "fiscal_year"]
_AMOUNT = pl.col("amount").cast(pl.Float64)
_OF_STUDENTS = ["F05", "F06"]
"""Items that are a sum of money for each student, so that nobody adds them up."""


@table_rule(
    no_lines(),
    key=["object_code"],
    column="object_code",
    value="object_code",
    needs=[snapshot("institution")],
    severity=Severity.WARNING,
    zh="学校 {object_code} 有 {rows} 行经费数据，但不在职业院校名录中。",
    en="School {object_code} has {rows} rows, and is not on the list of institutions.",
    remedy_zh="请核对对象代码；新设学校请先报送职业院校名录。",
    remedy_en="Check the code; if the school is new, report it in the list of institutions first.",
    source="经费对象须为名录内院校",
)
def funded_school_is_not_on_the_list(about: About) -> pl.LazyFrame:
    """Schools with funds that are not listed, by either of their codes."""
    funded = about.rows.filter(pl.col("object_type") == "4")
    schools = funded.group_by("object_code").agg(rows=pl.len())
    listed = about.snapshot("institution")
    by_code = schools.join(listed, left_on="object_code", right_on="inst_code", how="anti")
    return by_code.join(listed, left_on="object_code", right_on="uscc", how="anti")


@table_rule(
    at_most("part", "whole"),
    key=[*_OBJECT, "item_code"],
    column="amount",
    value="part",
    severity=Severity.ERROR,
    zh="{object_code} {fiscal_year} 年 {item_code} 为 {part:.2f} 万元，大于所属的 {whole_code} "
    "{whole:.2f} 万元。",
    en="{item_code} of {object_code} in {fiscal_year} is {part:.2f}, more than the {whole:.2f} ten "
    "thousand yuan of {whole_code}, of which it is a part.",
    remedy_zh="职业教育经费不应大于教育经费，请核对两项金额和单位。",
    remedy_en="Funds of vocational education are a part of those of education: check both "
    "amounts and their units.",
    source="E153",
)
def part_of_the_funds_exceeds_the_whole(about: About) -> pl.LazyFrame:
    """F02 beside F01, and F04 beside F03."""
    item = pl.col("item_code")
    parts = about.rows.filter(item.is_in(["F02", "F04"])).select(
        *_OBJECT, "item_code", part=_AMOUNT, whole_code=item.replace({"F02": "F01", "F04": "F03"})
    )
    wholes = about.rows.select(*_OBJECT, whole_code="item_code", whole=_AMOUNT)
    return parts.join(wholes, on=[*_OBJECT, "whole_code"])


@table_rule(
    between("off", -0.005, 0.005),
    key=["city_code", "fiscal_year", "item_code"],
    column="amount",
    value="of_city",
    severity=Severity.WARNING,
    zh="{city_code} {fiscal_year} 年 {item_code}：全市 {of_city:.2f}，{counties} 个县（市、区）"
    "合计 {of_counties:.2f} 万元，相差 {off:+.1%}。",
    en="{item_code} of {city_code} in {fiscal_year}: the city states {of_city:.2f}, its {counties} "
    "counties give {of_counties:.2f} ten thousand yuan: {off:+.1%}.",
    remedy_zh="请核对是否漏报县（市、区）、单位是否一致；市本级未单列的，请在报送说明中注明。",
    remedy_en="Look for counties that are missing and for other units; say so if the city's own "
    "funds stand in no row of a county.",
    source="T151",
)
def counties_do_not_give_their_city(about: About) -> pl.LazyFrame:
    """Each item of a city, and the sum of its counties."""
    key = ["city_code", "fiscal_year", "item_code"]
    rows = about.rows.filter(~pl.col("item_code").is_in(_OF_STUDENTS)).with_columns(
        city_code=pl.col("object_code").str.head(4) + "00"
    )
    cities = rows.filter(pl.col("object_type") == "2").select(*key, of_city=_AMOUNT)
    counties = rows.filter(pl.col("object_type") == "3").group_by(key)
    both = cities.join(counties.agg(of_counties=_AMOUNT.sum(), counties=pl.len()), on=key)
    return both.with_columns(off=measures.change("of_counties", "of_city"))


@table_rule(
    no_lines(),
    key=["object_code", "item_code"],
    column="amount",
    value="amount",
    needs=[PREVIOUS],
    severity=Severity.ERROR,
    blocking=True,
    zh="{object_code} 的 {item_code} 由上期（{previous_period}）的 {amount_before:.2f} 变为 "
    "{amount:.2f}，约为{times}，疑似单位错误，暂不入库。",
    en="{item_code} of {object_code} went from {amount_before:.2f} in {previous_period} to "
    "{amount:.2f}, about {times}: the unit is probably wrong, so the file is not admitted.",
    remedy_zh="请核对金额单位（元、千元、万元、亿元），改正后整份重报；金额属实的，请与省级联系人"
    "说明后再报。",
    remedy_en="Check the unit of the amount (yuan, thousands, ten thousands) and send the whole "
    "file again; if the amount is right, settle it with the contact of the exchange first.",
    source="T152",
)
def amount_jumped_by_a_power_of_ten(about: About) -> pl.LazyFrame:
    """Amounts that are about 10, 1000 or 10000 times those of the last period, or a part so."""
    key = ["object_type", "object_code", "item_code"]
    earlier = about.previous.select(*key, amount_before=_AMOUNT).filter(pl.col("amount_before") > 0)
    now = about.rows.select(*key, amount=_AMOUNT).filter(pl.col("amount") > 0)
    power = (pl.col("amount") / pl.col("amount_before")).log10()
    nearest = power.round()
    # A tenth of a power is a quarter: an honest change beside a wrong unit.
    jumped = nearest.abs().is_in([1.0, 3.0, 4.0]) & ((power - nearest).abs() <= 0.1)
    times = pl.when(nearest > 0).then(pl.lit("×10^")).otherwise(pl.lit("÷10^"))
    lines = now.join(earlier, on=key).filter(jumped)
    exponent = nearest.abs().cast(pl.Int8).cast(pl.String)
    return measures.before(about, lines.with_columns(times=times + exponent))


@table_rule(
    between("off", -0.02, 0.02),
    key=_OBJECT,
    column="amount",
    value="by_student",
    severity=Severity.WARNING,
    zh="{object_code} {fiscal_year} 年生均实际拨款 {per_student:.2f} 元 × 折算学生 {students} 人，"
    "合 {by_student:.2f} 万元，而职业教育经费为 {whole:.2f} 万元，相差 {off:+.1%}。",
    en="{per_student:.2f} yuan for each of {students} students of {object_code} in {fiscal_year} "
    "are {by_student:.2f} ten thousand yuan, the funds of vocational education {whole:.2f}: "
    "{off:+.1%}.",
    remedy_zh="请核对生均拨款、折算学生数和经费总额是否同一口径。",
    remedy_en="Make sure that grant, students and whole are of the same scope.",
    source="T153",
)
def grants_per_student_do_not_give_the_whole(about: About) -> pl.LazyFrame:
    """F06 times its students, beside F02, both in ten thousand yuan."""
    grants = about.rows.filter(pl.col("item_code") == "F06").select(
        *_OBJECT, per_student=_AMOUNT, students="students_base"
    )
    wholes = about.rows.filter(pl.col("item_code") == "F02").select(*_OBJECT, whole=_AMOUNT)
    both = grants.join(wholes, on=_OBJECT).with_columns(
        by_student=pl.col("per_student") * pl.col("students") / 10_000
    )
    return both.with_columns(off=measures.change("by_student", "whole"))
