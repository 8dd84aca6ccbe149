"""Repairs of an amount whose unit stands beside it: brought into the unit that is agreed.

Nothing is guessed: only what the row states is converted. A row whose unit is none of money, or
whose amount is no exact number, is left to the rules.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from yrdx.model import Text
from yrdx.rule import Repair

TEN_THOUSAND = "万元"
PER_STUDENT = "元/生·年"

_EXACT = pl.Decimal(38, 12)
_YUAN = "元"
_TIMES = {_YUAN: (1, 10_000), "千元": (1, 10), "亿元": (10_000, 1)}
"""What an amount in each unit is multiplied by, and divided by, to be in ten thousand yuan."""
_CONVERTIBLE = r"^[-+]?[0-9]{1,20}(\.[0-9]+)?$"
_NUMBER = r"^[-+]?[0-9]+(\.[0-9]+)?$"


def agreed_unit(unit: pl.Expr, *, per_student: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """The unit that a row is to be converted into; null where there is nothing to convert.

    Of an item that is counted `per_student`, yuan are yuan per student and year. In thousands of
    yuan and above it may as well be a total, so it is left. All other items are `whole` amounts.
    """
    return (
        pl.when(per_student & (unit == _YUAN))
        .then(pl.lit(PER_STUDENT))
        .when(whole & unit.is_in(list(_TIMES)))
        .then(pl.lit(TEN_THOUSAND))
    )


def amount_repairs(amount: str, *, unit: str, agreed: pl.Expr, scale: int) -> tuple[Repair, ...]:
    """Repairs of the amount; that of its unit comes after them."""
    return (
        _bare(amount, unit),
        _converted(amount, unit, agreed),
        _rounded(amount, agreed, scale),
    )


def unit_repair(unit: str, *, amount: str, agreed: pl.Expr) -> Repair:
    """The repair of the unit, made once the amount beside it has been converted."""
    done = pl.col(amount).str.contains(_NUMBER) & agreed.is_not_null()
    return Repair(
        rule="unit_became_the_agreed_one",
        column=unit,
        note=Text(
            zh=f"金额已换算，单位相应改为约定单位（{TEN_THOUSAND}；生均科目为{PER_STUDENT}）。",
            en=f"The amount was converted, and its unit is now the agreed one ({TEN_THOUSAND}, or "
            f"{PER_STUDENT} for items per student).",
        ),
        build=_whatever_the_list(pl.when(done).then(agreed).otherwise(pl.col(unit))),
    )


def _bare(amount: str, unit: str) -> Repair:
    """Remove a unit behind the amount if it is the one of the row, or its money alone."""
    text = pl.col(amount)
    money = pl.col(unit).str.replace("/.*$", "")
    number = text.str.strip_suffix(pl.col(unit)).str.strip_suffix(money).str.strip_chars_end()
    return Repair(
        rule="unit_of_the_row_was_removed",
        column=amount,
        note=Text(
            zh="金额后面写有与“单位”列相同的单位，已去掉。",
            en="The unit behind the amount is the one of the unit column and was removed.",
        ),
        build=_whatever_the_list(
            pl.when(number.str.contains(_NUMBER)).then(number).otherwise(text)
        ),
    )


def _converted(amount: str, unit: str, agreed: pl.Expr) -> Repair:
    text = pl.col(amount)
    is_meant = (agreed == TEN_THOUSAND) & text.str.contains(_CONVERTIBLE)
    exact = text.cast(_EXACT, strict=False)
    product = pl.coalesce(
        pl.when(pl.col(unit) == name).then(_product(exact, *ratio))
        for name, ratio in _TIMES.items()
    )
    return Repair(
        rule="amount_was_converted_by_its_unit",
        column=amount,
        note=Text(
            zh=f"按本行“单位”列（元、千元、亿元）把金额换算成{TEN_THOUSAND}；"
            "原始金额和单位保存在报送的原文件里。",
            en=f"Amounts in 元, 千元 and 亿元 were converted into {TEN_THOUSAND} by the unit of "
            "their row; the file as delivered keeps the original ones.",
        ),
        build=_whatever_the_list(
            pl.when(is_meant).then(pl.coalesce(product, text)).otherwise(text)
        ),
    )


def _product(number: pl.Expr, times: int, divisor: int) -> pl.Expr:
    """An exact multiple as plain text without superfluous zeros."""
    if divisor == 1:
        product = number * pl.lit(times, dtype=pl.Decimal(38, 0))
    else:
        product = number / pl.lit(divisor, dtype=pl.Decimal(38, 0))
    plain = product.cast(pl.String)
    return plain.str.replace(r"(\.[0-9]*?)0+$", "$1").str.strip_suffix(".")


def _rounded(amount: str, agreed: pl.Expr, scale: int) -> Repair:
    """Round what was converted to the decimals of the contract; the unit still tells which."""
    text = pl.col(amount)
    is_finer = text.str.contains(rf"\.[0-9]{{{scale}}}[0-9]*[1-9]") & text.str.contains(
        _CONVERTIBLE
    )
    number = text.cast(_EXACT, strict=False).round(scale, mode="half_away_from_zero")
    rounded = number.cast(pl.String).str.replace(rf"(\.[0-9]{{{scale}}})[0-9]*$", "$1")
    return Repair(
        rule="amount_was_rounded_after_converting",
        column=amount,
        note=Text(
            zh=f"换算后的金额超过 {scale} 位小数，四舍五入到 {scale} 位。",
            en=f"After converting, the amount had more than {scale} decimals and was rounded to "
            f"{scale}, halves up.",
        ),
        build=_whatever_the_list(
            pl.when((agreed == TEN_THOUSAND) & is_finer)
            .then(pl.coalesce(rounded, text))
            .otherwise(text)
        ),
    )


def _whatever_the_list(expression: pl.Expr) -> Callable[[pl.DataFrame], pl.Expr]:
    """The `build` of a repair that needs no list."""
    return lambda _entries: expression
