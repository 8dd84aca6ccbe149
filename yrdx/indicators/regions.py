"""Adds lines up to cities, provinces and the whole region, and makes the directory of schools."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from yrdx.derivation import WHOLE_REGION
from yrdx.indicators.definition import Level
from yrdx.indicators.figures import AMOUNT, SCHOOL

MEMBERS = ("31", "32", "33", "34")
"""The provinces of the region: it is whole when all of them are there."""

WHOLE = f"{WHOLE_REGION}0000"
"""Code of the Yangtze River Delta as a region."""

KEY = ["year", "region", "cut_value"]


def region_of(province: str) -> str:
    """Code of a province as a region."""
    return f"{province}0000"


def add_up(lines: pl.DataFrame, levels: Iterable[Level]) -> pl.DataFrame:
    """The amount of each year, region and value of a cut; null where no line has one.

    Lines of other provinces than the members count nowhere.
    """
    own = lines.filter(pl.col("province").is_in(MEMBERS))
    of_province = pl.col("province") + "0000"
    is_own = pl.col("stated").is_null() | (pl.col("stated") == of_province)
    is_city = pl.coalesce("city", "stated")
    found = []
    if Level.CITY in levels:
        cities = own.with_columns(region=is_city).filter(
            pl.col("region").is_not_null() & (pl.col("region") != of_province)
        )
        found.append(cities)
    if Level.PROVINCE in levels:
        found.append(own.filter(is_own).with_columns(region=of_province))
    if Level.WHOLE in levels:
        found.append(own.filter(is_own).with_columns(region=pl.lit(WHOLE)))
    amount = pl.when(pl.col("amount").count() > 0).then(pl.col("amount").sum())
    return pl.concat(found).group_by(KEY).agg(amount.cast(AMOUNT)).sort(KEY)


def directory_by_year(institutions: pl.LazyFrame, years: Iterable[int]) -> pl.DataFrame:
    """The directory of schools as it was for each year, with the school's facts.

    It is the newest up to the year, or the first one for years before it.
    """
    facts = {name: pl.col(column) for name, column in SCHOOL.items()}
    stated = pl.col("src_period").replace("undated", None).str.head(4).cast(pl.Int32, strict=False)
    known = (
        institutions.filter(pl.col("inst_code").is_not_null())
        .select(school="inst_code", status="status", stated=stated.fill_null(0), **facts)
        .collect(engine="streaming")
        .sort("school", "stated")
    )
    found = []
    for year in sorted(set(years)):
        early = pl.col("stated") <= year
        usable = known.filter(early | (~early.any().over("school")))
        by_age = usable.with_columns(age=(year - pl.col("stated")).abs()).sort("school", "age")
        one = by_age.unique("school", keep="first", maintain_order=True)
        found.append(one.with_columns(year=pl.lit(year, pl.Int32)).drop("stated", "age"))
    empty = known.drop("stated").with_columns(year=pl.lit(None, pl.Int32)).clear()
    return pl.concat([empty, *found])


def running_schools(directory: pl.DataFrame, expected: pl.Expr | None) -> pl.DataFrame:
    """Year, region and code of the running schools that are expected to report."""
    running = directory.filter(pl.col("status") == "1")
    if expected is not None:
        running = running.filter(expected)
    return with_regions(running)


def with_regions(schools: pl.DataFrame) -> pl.DataFrame:
    """Each school in its city, its province and the whole region."""
    division, province = pl.col("school_division"), pl.col("school").str.slice(2, 2)
    is_city = division.str.contains("^[0-9]{6}$") & (division.str.slice(2, 2) != "00")
    city = pl.when(is_city).then(division.str.head(4) + "00")
    own = schools.filter(province.is_in(MEMBERS))
    return pl.concat(
        own.select("year", "school", region=region).drop_nulls().unique()
        for region in (city, province + "0000", pl.lit(WHOLE))
    )
