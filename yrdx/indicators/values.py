"""The rows of `policy_indicator`: values with what they rest on, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import polars as pl

from yrdx.indicators.definition import (
    Constant,
    Figure,
    Indicator,
    Level,
    Version,
    WholeList,
)
from yrdx.indicators.figures import AMOUNT, Counting, arrived, count, schools
from yrdx.indicators.regions import (
    KEY,
    MEMBERS,
    WHOLE,
    add_up,
    directory_by_year,
    region_of,
    running_schools,
)
from yrdx.indicators.withholding import (
    EVERYTHING,
    Reason,
    few_persons_withheld,
    is_whole,
    reason_against,
)

SCHEMA = {
    "indicator_code": pl.String(),
    "measure_code": pl.String(),
    "region_code": pl.String(),
    "stat_year": pl.Int16(),
    "cut": pl.String(),
    "cut_value": pl.String(),
    "definition_version": pl.String(),
    "value_state": pl.String(),
    "numerator": pl.Decimal(20, 4),
    "denominator": pl.Decimal(20, 4),
    "value": pl.Decimal(20, 4),
    "unit": pl.String(),
    "target_value": pl.Decimal(12, 4),
    "target_comparison": pl.String(),
    "target_year": pl.Int16(),
    "is_reached": pl.Boolean(),
    "reason": pl.String(),
    "missing_datasets": pl.String(),
    "provinces_missing": pl.List(pl.String()),
    "schools_expected": pl.Int64(),
    "schools_arrived": pl.Int64(),
    "is_complete": pl.Boolean(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """All that measures are taken from; `least` is the smallest number of persons told.

    `seen` keeps what several measures ask for.
    """

    rows: Mapping[str, pl.LazyFrame]
    whole_lists: tuple[WholeList, ...]
    least: int
    seen: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict)


Arrivals = frozenset[tuple[int, str]]
"""Years and provinces of which there are rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """One version of a measure, and what its figures have of which year and province."""

    indicator: Indicator
    version: Version
    counting: Counting
    arrivals: Mapping[str, Arrivals]

    def within(self, directory: pl.DataFrame) -> _Taken:
        """The same, with the directory of schools of all years."""
        return replace(self, counting=replace(self.counting, directory=directory))

    @property
    def years(self) -> set[int]:
        """The years that the version covers and some dataset speaks of."""
        every = {year for known in self.arrivals.values() for year, _ in known}
        last = max((year for year, _ in self.arrivals["numerator"]), default=max(every, default=0))
        return {year for year in every if self.version.covers(year) and year <= last}

    def missing(self, year: int, province: str) -> list[str]:
        """The datasets that have nothing of this year and province."""
        return sorted(
            {
                figure.dataset
                for name, figure in self.figures()
                if (year, province) not in self.arrivals[name]
            }
        )

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The figures that are counted from data, by field."""
        return _figures(self.version)


def _figures(version: Version) -> Iterator[tuple[str, Figure]]:
    for name in ("numerator", "denominator"):
        figure = getattr(version, name)
        if isinstance(figure, Figure):
            yield name, figure


def measure(indicators: Iterable[Indicator], measuring: Measuring) -> pl.DataFrame:
    """The rows of all measures, sorted."""
    defined = [(item, version) for item in indicators for version in item.versions]
    counted = [(item, version) for item, version in defined if version.withheld is None]
    taken = [_take(item, version, measuring) for item, version in counted]
    every = {year for item in taken for known in item.arrivals.values() for year, _ in known}
    directory = directory_by_year(measuring.rows["institution"], every)
    taken = [item.within(directory) for item in taken]
    found = [_rows(item, measuring) for item in taken]
    years = {year for item in taken for year in item.years}
    for item, version in defined:
        if version.withheld is not None:
            covered = sorted(year for year in years if version.covers(year))
            found += [_stated_as_withheld(item, version, year) for year in covered]
    order = ["measure_code", "region_code", "stat_year", "cut", "cut_value"]
    return pl.concat([pl.DataFrame(schema=SCHEMA), *found]).sort(order)


def _take(indicator: Indicator, version: Version, measuring: Measuring) -> _Taken:
    counting = Counting(measuring.rows, pl.DataFrame(), indicator, measuring.seen)
    arrivals = {
        name: frozenset(arrived(figure, counting, field=name).iter_rows())
        for name, figure in _figures(version)
    }
    return _Taken(indicator=indicator, version=version, counting=counting, arrivals=arrivals)


def _rows(taken: _Taken, measuring: Measuring) -> pl.DataFrame:
    """The rows of one version of a measure: all, and each cut."""
    base = _valued(taken, cut=None, measuring=measuring)
    cuts = [_valued(taken, cut=name, measuring=measuring) for name in taken.version.cuts]
    rows = pl.concat([base, *cuts])
    rows = rows.join(_completeness(taken), on=["stat_year", "region_code"], how="left")
    arrived_all = pl.col("schools_expected").is_null() | (
        pl.col("schools_arrived") >= pl.col("schools_expected")
    )
    is_told = pl.col("reason").is_null()
    rows = rows.with_columns(
        is_complete=is_told & arrived_all & (pl.col("provinces_missing").list.len() == 0)
    )
    return _with_facts(rows, taken.indicator, taken.version)


def _counted(taken: _Taken, field: str, cut: str | None) -> pl.DataFrame:
    """The lines of one figure; a cut that it is not divided by leaves it whole."""
    figure = getattr(taken.version, field)
    expression = getattr(taken.version.cuts[cut], field) if cut else None
    return count(figure, taken.counting, field=field, cut=expression)


def _valued(taken: _Taken, *, cut: str | None, measuring: Measuring) -> pl.DataFrame:
    """Numerator, denominator and value by region, or the reason why there is none."""
    version = taken.version
    parts = _counted(taken, "numerator", cut)
    amounts = None
    if isinstance(version.denominator, Figure):
        wholes = _counted(taken, "denominator", cut)
        if version.within_denominator:
            parts = parts.join(
                wholes.select("year", "school").unique(), on=["year", "school"], how="semi"
            )
        amounts = add_up(wholes, version.levels)
    numerators = add_up(parts, version.levels)
    told = _joined(numerators, amounts, version)
    told = _in_every_province(told, taken, cut=cut)
    rows = [
        _row(line, taken, measuring) | {"cut": cut or EVERYTHING}
        for line in told.iter_rows(named=True)
        if line["year"] in taken.years
    ]
    schema = {name: dtype for name, dtype in SCHEMA.items() if name in _OF_VALUES}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return few_persons_withheld(found, measuring.least) if version.people else found


_OF_VALUES = (
    "region_code",
    "stat_year",
    "cut",
    "cut_value",
    "numerator",
    "denominator",
    "value",
    "reason",
    "missing_datasets",
    "provinces_missing",
)


def _joined(
    numerators: pl.DataFrame, denominators: pl.DataFrame | None, version: Version
) -> pl.DataFrame:
    """Both amounts side by side; `has_part` and `has_whole` tell whether any row of each counts."""
    parts = numerators.rename({"amount": "part"}).with_columns(has_part=pl.lit(value=True))
    if denominators is not None:
        wholes = denominators.rename({"amount": "whole"}).with_columns(has_whole=pl.lit(value=True))
        if denominators["cut_value"].null_count() == len(denominators):
            # not divided: the same denominator stands beside every value of a cut
            wholes = (
                wholes.drop("cut_value").join(parts.select("cut_value").unique(), how="cross")
                if len(parts)
                else wholes
            )
        return wholes.join(parts, on=KEY, how="full", coalesce=True, nulls_equal=True)
    parts = parts.with_columns(has_whole=pl.lit(value=True))
    if isinstance(version.denominator, Constant):
        return parts.with_columns(whole=_constant(version.denominator))
    return parts.with_columns(whole=pl.lit(None, AMOUNT))


def _constant(stated: Constant) -> pl.Expr:
    if stated.constant is not None:
        return pl.lit(stated.constant, AMOUNT)
    by_region = {region_of(code): amount for code, amount in (stated.by_province or {}).items()}
    whole = sum(by_region.values(), start=Decimal(0))
    known = {**by_region, WHOLE: whole}
    return pl.col("region").replace_strict(known, default=None, return_dtype=AMOUNT)


def _in_every_province(told: pl.DataFrame, taken: _Taken, *, cut: str | None) -> pl.DataFrame:
    """A line for every year and province, and the whole region, also where nothing arrived."""
    if cut is not None:
        return told.filter(pl.col("cut_value").is_not_null()).sort(KEY)
    levels = taken.version.levels
    regions = [region_of(code) for code in MEMBERS] if Level.PROVINCE in levels else []
    regions += [WHOLE] if Level.WHOLE in levels else []
    every = pl.DataFrame(
        [(year, region) for year in sorted(taken.years) for region in regions],
        schema={"year": pl.Int32, "region": pl.String},
        orient="row",
    )
    found = told.join(every, on=["year", "region"], how="full", coalesce=True).sort(KEY)
    if isinstance(taken.version.denominator, Constant):
        return found.with_columns(whole=_constant(taken.version.denominator))
    return found


def _row(line: dict[str, Any], taken: _Taken, measuring: Measuring) -> dict[str, Any]:
    """The value of one line, or why it is withheld."""
    version, year, region = taken.version, line["year"], line["region"]
    provinces = MEMBERS if region == WHOLE else (region[:2],)
    missing = {code: taken.missing(year, code) for code in provinces}
    part, whole = line["part"], line["whole"]
    if not line["has_part"] and part is None:
        part = Decimal(0)  # the dataset has arrived, and nothing in it counts
    if not line["has_whole"] and isinstance(version.denominator, Figure):
        whole = Decimal(0)
    unstated = [
        code
        for code in provinces
        if not is_whole(version, year, code, stated=measuring.whole_lists)
    ]
    reason = reason_against(
        version, missing, unstated=unstated, part=part, whole=whole, region=region
    )
    lacking = sorted({name for names in missing.values() for name in names})
    return {
        "region_code": region,
        "stat_year": year,
        "cut_value": line["cut_value"] or EVERYTHING,
        "numerator": None if reason else part,
        "denominator": None if reason else whole,
        "value": None if reason else _value(version, part, whole),
        "reason": reason,
        "missing_datasets": ";".join(lacking) or None,
        "provinces_missing": sorted(
            code for code in provinces if missing[code] or code in unstated
        ),
    }


def _value(version: Version, part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    if part is None:
        return None
    quotient = part if whole is None else part / whole
    return (quotient * version.scale).quantize(Decimal("0.0001"))


def _completeness(taken: _Taken) -> pl.DataFrame:
    """How many schools were expected and how many arrived, by year and region."""
    schema = {
        "stat_year": pl.Int16,
        "region_code": pl.String,
        "schools_expected": pl.Int64,
        "schools_arrived": pl.Int64,
    }
    by_school = [item for item in taken.figures() if item[1].place.kind == "school"]
    directory, stated = taken.counting.directory, taken.version.schools
    if not by_school or stated is None:
        return pl.DataFrame(schema=schema)
    wanted = taken.counting.expression(stated, directory.lazy(), field="schools")
    name, figure = by_school[-1]
    expected = running_schools(directory, wanted)
    there = schools(figure, taken.counting, field=name)
    arrived_ones = expected.join(there, on=["year", "school"], how="semi")
    place = [
        pl.col("year").cast(pl.Int16).alias("stat_year"),
        pl.col("region").alias("region_code"),
    ]
    counted = expected.group_by(place).agg(schools_expected=pl.len().cast(pl.Int64))
    came = arrived_ones.group_by(place).agg(schools_arrived=pl.len().cast(pl.Int64))
    both = counted.join(came, on=["stat_year", "region_code"], how="left")
    return both.with_columns(pl.col("schools_arrived").fill_null(0)).select(list(schema))


def _stated_as_withheld(indicator: Indicator, version: Version, year: int) -> pl.DataFrame:
    """The rows of a measure that the sources cannot give."""
    regions = [region_of(code) for code in MEMBERS] if Level.PROVINCE in version.levels else []
    regions += [WHOLE] if Level.WHOLE in version.levels else []
    rows = pl.DataFrame(
        {"region_code": regions, "stat_year": [year] * len(regions)},
        schema={"region_code": pl.String, "stat_year": pl.Int16},
    )
    empty = pl.lit([], pl.List(pl.String))
    rows = rows.with_columns(
        cut=pl.lit(EVERYTHING),
        cut_value=pl.lit(EVERYTHING),
        reason=pl.lit(Reason.SOURCE_CANNOT_GIVE.value),
        provinces_missing=empty,
        is_complete=pl.lit(value=False),
    )
    return _with_facts(rows, indicator, version)


def _with_facts(rows: pl.DataFrame, indicator: Indicator, version: Version) -> pl.DataFrame:
    """The columns that follow from the definition, in the order of the contract."""
    target = indicator.target
    has_value = pl.col("reason").is_null()
    facts: dict[str, pl.Expr] = {
        "indicator_code": pl.lit(indicator.indicator),
        "measure_code": pl.lit(indicator.name),
        "definition_version": pl.lit(version.version),
        "value_state": pl.when(has_value).then(pl.lit("1")).otherwise(pl.lit("2")),
        "unit": pl.lit(indicator.unit),
        "target_value": pl.lit(target.value if target else None, SCHEMA["target_value"]),
        "target_comparison": pl.lit(target.comparison if target else None, pl.String),
        "target_year": pl.lit(target.year if target else None, pl.Int16),
    }
    lacking = {
        name: pl.lit(None, dtype)
        for name, dtype in SCHEMA.items()
        if name not in rows.columns and name not in facts and name != "is_reached"
    }
    rows = rows.with_columns(**facts, **lacking)
    value, aim = pl.col("value"), pl.col("target_value")
    reached = value >= aim if target and target.comparison == "at_least" else value <= aim
    return rows.with_columns(is_reached=reached).select(
        pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()
    )
