"""What the measures of several datasets have in common: periods, places, sums and shares.

Education statistics count on 1 September: a report of the school year 2024-2025 tells who began,
who was there and who had left by graduation in 2024. So its figures belong to the enrolment and
to the graduates of the year in which it begins.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from yrdx.table_rule import PERIOD, PROVINCE, UNIT, About

SECONDARY = ("36", "93")
"""Beginnings of the codes of secondary schools."""

MEMBERS = ["31", "32", "33", "34"]
"""The provinces of the exchange."""

TALK_ZH = "请与{others}的对口单位核对后，由有误的一方更正重报；本通知只列贵方自己的数据。"
TALK_EN = (
    "Settle it with your counterpart in {others}; whoever is wrong reports again. Only your own "
    "rows are shown here."
)
"""What to do where two provinces report the same thing differently."""

ENOUGH = 30
"""So many persons at least, before a share of them says anything."""


def begins(school_year: str = "school_year") -> pl.Expr:
    """The year in which a school year begins."""
    return pl.col(school_year).str.head(4).cast(pl.Int16, strict=False)


def total(name: str) -> pl.Expr:
    """The sum of a column, null where no row has a value: an absent figure is not a zero."""
    column = pl.col(name)
    return pl.when(column.count() > 0).then(column.sum()).alias(name)


def change(now: str, before: str) -> pl.Expr:
    """By which share a figure has changed; null where there is nothing to compare with."""
    earlier = pl.col(before).cast(pl.Float64)
    return pl.when(earlier > 0).then((pl.col(now).cast(pl.Float64) / earlier - 1).round(9))


def province_of_school(name: str = "inst_code") -> pl.Expr:
    """The province that a school code names."""
    return pl.col(name).str.slice(2, 2)


def own_schools(about: About, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The rows about schools of the delivering province; all where no province is stated."""
    return frame if about.province == "00" else frame.filter(province_of_school() == about.province)


def own_rows(about: About, frame: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of a snapshot that the delivering province has there; all where none is stated."""
    return frame if about.province == "00" else frame.filter(pl.col(PROVINCE) == about.province)


def dated() -> pl.Expr:
    """The period of a row in the order of time; "undated" comes before all others."""
    return pl.col(PERIOD).replace("undated", "")


def last_period(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of a snapshot that are of the last period of the unit that delivered them.

    Of units of one province that deliver the same dataset, one may be a year ahead.
    """
    return rows.filter(dated() == dated().max().over(PROVINCE, UNIT))


def newest(frame: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """One row of a snapshot for each value of `by`: that of the last period."""
    return frame.sort(dated()).unique(subset=list(by), keep="last", maintain_order=True)


def named(frame: pl.LazyFrame, institutions: pl.LazyFrame) -> pl.LazyFrame:
    """The same lines with the name of the school that each is about."""
    names = newest(institutions, ["inst_code"]).select("inst_code", "inst_name")
    return frame.join(names, on="inst_code", how="left", maintain_order="left")


def joined(name: str) -> pl.Expr:
    """The distinct values of a group as one text, in order."""
    return pl.col(name).drop_nulls().unique().sort().str.join("、")


def before(about: About, frame: pl.LazyFrame) -> pl.LazyFrame:
    """The lines with the period that they are compared with, for the message to name."""
    return frame.with_columns(previous_period=pl.lit(about.previous_period))


def beside_several(rows: pl.LazyFrame, key: Sequence[str], of: str) -> pl.LazyFrame:
    """The rows whose `key` stands beside more than one value of `of`.

    Keys of persons are long and many: numbers stand for them until few are left.
    """
    number, value = pl.struct(key).hash().alias("number"), pl.col(of).hash()
    suspects = (
        rows.group_by(number)
        .agg(least=value.min(), most=value.max())
        .filter(pl.col("least") != pl.col("most"))
    )
    near = _of_numbers(rows, number, suspects)
    sure = near.group_by(key).agg(several=pl.col(of).n_unique() > 1).filter("several")
    return near.join(sure, on=list(key), how="semi")


def standing_often(rows: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    """The rows whose `key` stands more than once."""
    number = pl.struct(key).hash().alias("number")
    suspects = rows.group_by(number).agg(times=pl.len()).filter(pl.col("times") > 1)
    near = _of_numbers(rows, number, suspects)
    sure = near.group_by(key).agg(times=pl.len()).filter(pl.col("times") > 1)
    return near.join(sure, on=list(key), how="semi")


def _of_numbers(rows: pl.LazyFrame, number: pl.Expr, wanted: pl.LazyFrame) -> pl.LazyFrame:
    """The few rows that bear one of the numbers.

    They are found in a pass of their own, else the whole table would be kept between the two.
    """
    numbers = wanted.select("number").collect(engine="streaming").to_series()
    near = rows.filter(number.is_in(numbers.implode()))
    return near.collect(engine="streaming").lazy()


def is_secondary_major(major: str = "major_code") -> pl.Expr:
    """Whether a major is one of secondary schools, by the catalogues of 2021 and 2010."""
    first = pl.col(major).str.head(2).cast(pl.Int16, strict=False)
    version = pl.col("catalog_version")
    of_2021 = (version == "2021") & first.is_between(61, 79)
    return of_2021 | ((version == "2010") & first.is_between(1, 19))
