"""Repairs of numbers: separators, units behind them, units of the header."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from yrdx.dataset import Column, Kind
from yrdx.reading.cells import Cells, V
from yrdx.reading.codes import make_plain, take_from_list
from yrdx.reading.columns import FRACTIONS, MIXED
from yrdx.reading.units import factor, parse_unit, scaled

_PERSONS = ("人", "名", "位")
_THINGS = ("个", "所", "家", "项", "门", "台", "套", "册", "块", "种")
_COUNTED = (*_PERSONS, *_THINGS, "人次", "分", "年", "岁", "%")
"""Words behind a figure that say what is counted."""
_THOUSANDS = r"^[-+]?[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]+)?(?:\s*[^0-9,.'\s].*)?$"
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?"
_APPROXIMATE = (
    r"^(?:约|大约|近|不足|超过?|至少|至多|多于|少于|[<>≥≤≈~±])|[0-9](?:余|多|左右|以上|以下|\+(?:[^0-9]|$))"
    r"|^[0-9.]+(?:-|~|至|到)[0-9.]+|[0-9](?:万|千|百|亿|w|k)(?:余|多)?(?:人次|人|名|个)?$"
)
_SCALE = 9
_LONGEST_UNIT = 8
_UNCLEAR = {MIXED: "percentages_are_mixed", FRACTIONS: "percentages_may_be_fractions"}


def is_odd_number(column: Column) -> pl.Expr:
    """Whether a number is not plain digits."""
    plain = "^-?[0-9]+$" if column.kind is Kind.INTEGER else r"^-?[0-9]+(\.[0-9]+)?$"
    odd = ~V.str.contains(plain)
    return odd | ~V.is_in(column.codes.values) if column.codes else odd


def repair_number(cells: Cells, column: Column, *, stated: str | None) -> None:
    """Bring numbers into plain digits of the agreed unit."""
    make_plain(cells)
    if column.codes:
        take_from_list(cells, column.codes)
    cells.repair(
        "thousands_separators_were_removed",
        pl.when(V.str.contains(_THOUSANDS))
        .then(V.str.replace_all("[, ']([0-9]{3})", "$1"))
        .otherwise(V),
    )
    if stated in _UNCLEAR:
        cells.doubt(_UNCLEAR[stated], V.is_not_null())
    cells.doubt("number_is_approximate", V.str.contains(_APPROXIMATE))
    _convert(cells, column, stated)
    if column.kind is Kind.INTEGER:
        whole = V.str.replace(r"^([-+]?[0-9]+)\.0+$", "$1")
        cells.repair("decimal_point_was_removed", whole)


def _convert(cells: Cells, column: Column, stated: str | None) -> None:
    """Remove the unit behind a number; convert by it, or else by the unit of the header."""
    agreed = column.unit
    if stated and agreed and stated != agreed and factor(stated, agreed) is None:
        cells.doubt("unit_is_unknown", V.str.contains(rf"^{_NUMBER}$"))
        return
    cells.frame = cells.frame.with_columns(
        _unit=V.str.extract(rf"^{_NUMBER}\s*([^0-9.\s]*m2|[^0-9.\s][^0-9]*)$", 1)
    )
    unit = pl.col("_unit")
    bare = V.str.extract(rf"^({_NUMBER})", 1)
    names = _units_in(cells.frame["_unit"]) if agreed else set()
    own = _factors(names, agreed) if agreed and scaled(agreed) else {}
    for name, times in own.items():
        if times != 1:
            converted = multiplied(bare, times, column)
            cells.repair("unit_was_converted", pl.when(unit == name).then(converted).otherwise(V))
    header = factor(stated, agreed) if stated and agreed else None
    if header is not None and header != 1:
        plain = unit.is_null() & V.str.contains(rf"^{_NUMBER}$")
        cells.repair(
            "unit_was_converted",
            pl.when(plain).then(multiplied(bare, header, column)).otherwise(V),
        )
    removable = _counted_as(agreed) | {name for name, times in own.items() if times == 1}
    cells.repair("unit_was_removed", pl.when(unit.is_in(sorted(removable))).then(bare).otherwise(V))
    others = names - removable - set(own)
    cells.doubt("unit_is_unknown", unit.is_in(sorted(others)))
    cells.frame = cells.frame.drop("_unit")


def _counted_as(agreed: str | None) -> set[str]:
    """Words behind a figure that say no more than the agreed unit; any, where none is agreed."""
    if agreed is None:
        return set(_COUNTED)
    if agreed in _PERSONS:
        return {*_PERSONS, "个"}
    return {*_THINGS} if agreed in _THINGS else {agreed}


def _units_in(units: pl.Series) -> set[str]:
    """What stands behind figures and is a unit, of whatever kind."""
    short = units.filter(units.str.len_chars() <= _LONGEST_UNIT).unique()
    return {name for name in short if (unit := parse_unit(name)) and unit.base}


def _factors(names: set[str], agreed: str) -> dict[str, Decimal]:
    """Unit → its factor, for those that convert."""
    found = {name: factor(name, agreed) for name in sorted(names)}
    return {name: times for name, times in found.items() if times is not None}


def multiplied(number: pl.Expr, times: Decimal | int, column: Column) -> pl.Expr:
    """A number times a factor as plain text, rounded half up to the decimals of the column."""
    exact = number.cast(pl.Decimal(38, _SCALE), strict=False)
    if times >= 1:
        product = exact * pl.lit(times, dtype=pl.Decimal(38, 2))
    else:
        product = exact / pl.lit(1 / times, dtype=pl.Decimal(38, 2))
    rounded = product.round(column.scale or 0, mode="half_away_from_zero")
    return rounded.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "$1").str.strip_suffix(".")
