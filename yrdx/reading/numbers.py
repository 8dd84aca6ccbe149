"""Repairs of numbers: separators, units behind them, units of the header."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import polars as pl

from yrdx.dataset import Column, Kind
from yrdx.reading.cells import Cells, V
from yrdx.reading.codes import make_plain, take_from_list
from yrdx.reading.columns import FRACTIONS, MIXED
from yrdx.reading.header import same_dimension

_MONEY: dict[str, int | Decimal] = {
    "元": 1,
    "千元": 1000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "亿元": 100_000_000,
}
_AREA: dict[str, int | Decimal] = {
    "㎡": 1, "m2": 1, "平方米": 1, "平米": 1, "亩": Decimal("666.67"), "公顷": 10_000,
}  # fmt: skip
_COUNTED = (
    "人", "名", "人次", "所", "个", "家", "项", "门", "台", "套", "册", "分", "年", "岁",
    "位", "块", "%",
)  # fmt: skip
_THOUSANDS = r"^[-+]?[0-9]{1,3}(?:[, '][0-9]{3})+(?:\.[0-9]+)?(?:\s*[^0-9,.'\s].*)?$"
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?"
_APPROXIMATE = (
    r"^(?:约|大约|近|不足|超过?|至少|至多|多于|少于|[<>≥≤≈~±])|[0-9](?:余|多|左右|以上|以下|\+)"
    r"|^[0-9.]+(?:-|~|至|到)[0-9.]+|[0-9](?:万|千|百|亿|w|k)(?:余|多)?(?:人|名|个)?$"
)
_SCALE = 9
_UNCLEAR = {MIXED: "percentages_are_mixed", FRACTIONS: "percentages_may_be_fractions"}


def is_odd_number(column: Column) -> pl.Expr:
    """Whether a number is not plain digits."""
    plain = "^-?[0-9]+$" if column.kind is Kind.INTEGER else r"^-?[0-9]+(\.[0-9]+)?$"
    odd = ~V.str.contains(plain)
    return odd | ~V.is_in(column.codes.values) if column.codes else odd


def factor(stated: str, agreed: str) -> Decimal | None:
    """What a figure in the stated unit is multiplied by to be in the agreed one."""
    one, other = _base(stated), _base(agreed)
    for scale in (_MONEY, _AREA):
        if one in scale and other in scale:
            return Decimal(scale[one]) / Decimal(scale[other])
    return Decimal(1) if same_dimension(one, other) else None


def _base(unit: str) -> str:
    """万元/年 and 万元 convert alike; ㎡ and m² are m2."""
    return unicodedata.normalize("NFKC", unit).partition("/")[0]


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
        _unit=V.str.extract(rf"^{_NUMBER}\s*(m2|[^0-9.\s][^0-9]*)$", 1)
    )
    unit = pl.col("_unit")
    bare = V.str.extract(rf"^({_NUMBER})", 1)
    own = {u: factor(u, agreed) for u in (*_MONEY, *_AREA)} if agreed else {}
    for name, times in own.items():
        if times is not None and times != 1:
            here = unit == name
            cells.repair(
                "unit_was_converted",
                pl.when(here).then(multiplied(bare, times, column)).otherwise(V),
            )
    header = factor(stated, agreed) if stated and agreed else None
    if header is not None and header != 1:
        plain = unit.is_null() & V.str.contains(rf"^{_NUMBER}$")
        cells.repair(
            "unit_was_converted",
            pl.when(plain).then(multiplied(bare, header, column)).otherwise(V),
        )
    removable = [name for name in (*_COUNTED, agreed or "") if name]
    same = [name for name, times in own.items() if times == 1]
    if agreed and _base(agreed) in _MONEY:
        removable = [name for name in removable if name not in _MONEY or name in same]
    cells.repair(
        "unit_was_removed",
        pl.when(unit.is_in([*removable, *same])).then(bare).otherwise(V),
    )
    cells.frame = cells.frame.drop("_unit")


def multiplied(number: pl.Expr, times: Decimal | int, column: Column) -> pl.Expr:
    """A number times a factor as plain text, rounded half up to the decimals of the column."""
    exact = number.cast(pl.Decimal(38, _SCALE), strict=False)
    if times >= 1:
        product = exact * pl.lit(times, dtype=pl.Decimal(38, 2))
    else:
        product = exact / pl.lit(1 / times, dtype=pl.Decimal(38, 2))
    rounded = product.round(column.scale or 0, mode="half_away_from_zero")
    return rounded.cast(pl.String).str.replace(r"(\.[0-9]*?)0+$", "$1").str.strip_suffix(".")
