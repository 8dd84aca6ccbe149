"""Why a value is withheld: what is missing, what is not stated, whom it would make known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

import polars as pl

from yrdx.indicators.definition import Version, WholeList
from yrdx.indicators.regions import WHOLE

EVERYTHING = "all"
"""Name and value of the cut that divides nothing."""


class Reason(StrEnum):
    """Why a value is withheld."""

    SOURCE_CANNOT_GIVE = "source_cannot_give"  # the definition says so
    SOURCE_MISSING = "source_missing"  # a dataset of the province has not arrived
    LIST_NOT_WHOLE = "list_not_whole"  # nobody has stated that the list is whole
    PROVINCES_MISSING = "provinces_missing"  # the region is not whole
    NOT_SUPPLIED = "not_supplied"  # the rows are there, the figure in them is not
    NOTHING_TO_MEASURE = "nothing_to_measure"  # the denominator is zero
    TOO_FEW_PERSONS = "too_few_persons"  # a person could be recognised


def is_whole(version: Version, year: int, province: str, *, stated: Iterable[WholeList]) -> bool:
    """Whether the list that a definition needs whole is stated to be so."""
    if version.whole_list is None:
        return True
    return any(
        (item.dataset, item.province, item.year) == (version.whole_list, province, year)
        for item in stated
    )


def reason_against(
    version: Version,
    missing: Mapping[str, list[str]],
    *,
    unstated: list[str],
    part: Decimal | None,
    whole: Decimal | None,
    region: str,
) -> str | None:
    """The first reason that stands against a value; None where there is none."""
    if any(missing.values()):
        return (Reason.PROVINCES_MISSING if region == WHOLE else Reason.SOURCE_MISSING).value
    if unstated:
        return Reason.LIST_NOT_WHOLE.value
    if part is None or (version.denominator is not None and whole is None):
        return Reason.NOT_SUPPLIED.value
    if version.denominator is not None and whole == 0:
        return Reason.NOTHING_TO_MEASURE.value
    return None


def few_persons_withheld(rows: pl.DataFrame, least: int) -> pl.DataFrame:
    """Withhold what tells of few persons, and what would give it by subtraction.

    Of a cut that is withheld in part all values go; where a province is withheld, so is the sum
    of the region.
    """
    part, whole = pl.col("numerator"), pl.col("denominator").fill_null(pl.col("numerator"))
    rest = whole - part
    few = (part.is_between(0, least, closed="none") | rest.is_between(0, least, closed="none")) | (
        whole < least
    )
    is_few = pl.col("reason").is_null() & few.fill_null(value=False)
    in_region = is_few.any().over("region_code", "stat_year", "cut")
    is_cut = pl.col("cut") != EVERYTHING
    of_parts = (is_few & (pl.col("region_code") != WHOLE)).any().over("stat_year", "cut")
    of_sum = (pl.col("region_code") == WHOLE) & of_parts
    hidden = pl.col("reason").is_null() & (is_few | (is_cut & in_region) | of_sum)
    told = {
        name: pl.when(~hidden).then(pl.col(name)) for name in ("numerator", "denominator", "value")
    }
    reason = pl.when(hidden).then(pl.lit(Reason.TOO_FEW_PERSONS.value)).otherwise(pl.col("reason"))
    return rows.with_columns(**told, reason=reason)
