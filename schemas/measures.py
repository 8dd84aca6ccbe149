"""Columns of numbers and times beyond those that every dataset has.

They are built like those in `columns`: deadlines and terms may lie ahead, numbers have bounds.
"""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from schemas import column_rules as rules
from schemas.columns import Facts, Shape, field
from yrdx.dataset import Kind
from yrdx.model import Severity
from yrdx.rule import Rule

_YEARS_AHEAD = 30


def date_is_implausible(name: str) -> Rule:
    """A day that may lie ahead lies at most thirty years ahead."""
    year = pl.col(name).dt.year()
    return rules.rule(
        "date_is_implausible",
        name,
        lambda today: year.is_between(rules.FIRST_YEAR, today.year + _YEARS_AHEAD),
        zh=(
            f"日期的年份应在 {rules.FIRST_YEAR} 年至今年之后 {_YEARS_AHEAD} 年之间。",
            "请核对年份，按 YYYY-MM-DD 填写。",
        ),
        en=(
            f"The year must lie between {rules.FIRST_YEAR} and {_YEARS_AHEAD} years from now.",
            "Check the year and write YYYY-MM-DD.",
        ),
    )


def amount_looks_like_yuan(name: str, limit: int) -> Rule:
    """An amount in ten thousands beyond a limit was probably given in yuan."""
    return rules.rule(
        "amount_looks_like_yuan",
        name,
        pl.col(name) <= limit,
        zh=(f"金额超过 {limit} 万元，可能误以元填报。", "请核对：该项以万元填报，无误的可不修改。"),
        en=(
            f"More than {limit} ten thousand yuan: the amount may have been given in yuan.",
            "The unit is ten thousand yuan; leave the amount if it is right.",
        ),
        severity=Severity.WARNING,
    )


def integer_between(name: str, zh: str, *, low: int, high: int, **facts: Unpack[Facts]) -> Any:
    """A whole number between two bounds."""
    checks = [rules.number_is_out_of_range(name, low, high, unit=facts.get("unit"))]
    shape: Shape = {"minimum": low, "maximum": high}
    return field(name, zh, kind=Kind.INTEGER, checks=checks, shape=shape, facts=facts)


def year_of_any_time(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A year that only a row rule can judge, such as that of a birth."""
    return field(name, zh, kind=Kind.YEAR, checks=[], facts=facts)


def day_ahead(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A day that may lie ahead: a deadline, the end of a term."""
    return field(name, zh, kind=Kind.DATE, checks=[date_is_implausible(name)], facts=facts)


def month_ahead(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A month that may lie ahead."""
    checks = [rules.year_month_is_malformed(name)]
    shape: Shape = {"width": 6, "pattern": "^[0-9]{4}(0[1-9]|1[0-2])$"}
    return field(name, zh, kind=Kind.YEAR_MONTH, checks=checks, shape=shape, facts=facts)
