"""Indicators of the policy as the exchange's own data give them, by definition 1.0.

Each gives one line for a division (a province, or a city) and a year, with the value in per cent.
They serve to hold reported values against data; what is published has definitions of its own.
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.table_rule import PROVINCE

_PLACE = ["unit_code", "year"]


def _by_division(schools: pl.LazyFrame, institutions: pl.LazyFrame) -> pl.LazyFrame:
    """`part` and `whole` of each school, added up for its city and for its province."""
    place = pl.col("division_code")
    codes = pl.concat_list(place.str.head(2) + "0000", place.str.head(4) + "00")
    places = measures.newest(institutions, ["inst_code"]).select("inst_code", unit_code=codes)
    summed = schools.join(places, on="inst_code").explode("unit_code").group_by(_PLACE)
    return _rate(summed.agg(measures.total("part"), measures.total("whole")))


def _rate(lines: pl.LazyFrame) -> pl.LazyFrame:
    part, whole = (pl.col(name).cast(pl.Float64) for name in ("part", "whole"))
    found = lines.with_columns(computed=pl.when(whole > 0).then(part / whole * 100))
    return found.select(*_PLACE, "computed").drop_nulls()


def onex_coverage(scales: pl.LazyFrame, institutions: pl.LazyFrame) -> pl.LazyFrame:
    """K04: students who take part in 1+X, of all students."""
    schools = scales.group_by("inst_code", year=measures.begins()).agg(
        measures.total("onex_students").alias("part"), measures.total("enrolled").alias("whole")
    )
    return _by_division(schools, institutions)


def double_qualified_share(years: pl.LazyFrame, institutions: pl.LazyFrame) -> pl.LazyFrame:
    """K09: double-qualified teachers, of all full-time teachers."""
    schools = years.select(
        "inst_code", year=measures.begins(), part="double_qualified", whole="fulltime_teachers"
    )
    return _by_division(schools, institutions)


def high_certificate_share(
    certificates: pl.LazyFrame, years: pl.LazyFrame, institutions: pl.LazyFrame
) -> pl.LazyFrame:
    """K03: graduates of colleges with a certificate of a high level, of all their graduates."""
    high = certificates.filter(pl.col("is_high"), pl.col("edu_level").is_in(["2", "3"]))
    persons = high.group_by("inst_code", year="grad_year").agg(part=pl.col("person_key").n_unique())
    secondary = pl.col("inst_code").str.head(2).is_in(measures.SECONDARY)
    colleges = years.filter(~secondary).select(
        "inst_code", year=measures.begins(), whole="graduates_total"
    )
    schools = colleges.join(persons, on=["inst_code", "year"], how="left")
    return _by_division(schools.with_columns(pl.col("part").fill_null(0)), institutions)


def additional_funds_share(funds: pl.LazyFrame) -> pl.LazyFrame:
    """K07: vocational education's part of additional funds, as the division states both."""
    amount, item = pl.col("amount").cast(pl.Float64), pl.col("item_code")
    divisions = funds.filter(pl.col("object_type").is_in(["1", "2"]))
    summed = divisions.group_by(unit_code="object_code", year="fiscal_year").agg(
        part=amount.filter(item == "F04").sum(), whole=amount.filter(item == "F03").sum()
    )
    return _rate(summed)


def committee_coverage(committees: pl.LazyFrame) -> pl.LazyFrame:
    """K02: broad categories that provincial committees in office cover, of the 19."""
    in_office = committees.filter(pl.col("level") == "1", pl.col("status") == "1")
    covered = in_office.explode("category_ordinals").group_by(
        unit_code=pl.col(PROVINCE) + "0000", year="stat_year"
    )
    return _rate(covered.agg(part=pl.col("category_ordinals").n_unique(), whole=pl.lit(19)))


def against(tasks: pl.LazyFrame, indicator: str, computed: pl.LazyFrame) -> pl.LazyFrame:
    """Values that provinces and cities report of an indicator, beside the computed ones.

    A report is held against the newest data of its own year or an earlier one.
    """
    is_division = pl.col("unit_code").str.contains("^[0-9]{4}00$")
    reported = tasks.filter(
        pl.col("indicator_code") == indicator, is_division, pl.col("actual_value").is_not_null()
    ).select(
        "task_no",
        "unit_code",
        "report_period",
        pl.col("actual_value").cast(pl.Float64),
        reported_year=pl.col("report_period").str.head(4).cast(pl.Int16, strict=False),
    )
    both = reported.join(computed, on="unit_code").filter(pl.col("year") <= pl.col("reported_year"))
    key = ["task_no", "unit_code", "report_period"]
    last = both.sort("year").unique(key, keep="last", maintain_order=True)
    return last.with_columns(off=pl.col("actual_value") - pl.col("computed"))
