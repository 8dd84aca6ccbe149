"""A rule: one expression that is true for a good row, with its code, severity and texts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.checks import Check
from pandera.api.polars.types import PolarsData

from yrdx.lists import ReferenceList
from yrdx.model import Severity, Text

RULE = "__yrdx_rule__"
"""Attribute under which a decorated method of a model carries its `Rule`."""


class Day(StrEnum):
    """The day on which a rule judges."""

    RECEIPT = "receipt"  # when the delivery was received
    PERIOD = "period"  # of which the delivery speaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One statement about a row of typed values.

    `code` names the wrong in words and is never reused. `column` is where the finding points.
    `expression` is true for a good row; null (nothing to judge) counts as good. `source` names
    the standard, or the entry of the exchange agreement, that asks for it. `build` makes the
    expression for a day: "not in the future" is judged by the day of receipt, so that the same
    delivery gets the same verdict whenever it is checked again; what has been abolished is judged
    by the day that the delivery speaks of. `candidate` gives what may be meant, as text.
    """

    code: str
    column: str
    severity: Severity
    message: Text
    remedy: Text
    source: str
    build: Callable[[date], pl.Expr]
    day: Day = Day.RECEIPT
    candidate: Callable[[date], pl.Expr] | None = None

    @property
    def columns(self) -> frozenset[str]:
        """All columns that the expression reads."""
        return frozenset(self.build(date.min).meta.root_names())

    def holds(self, today: date) -> pl.Expr:
        """True for a good row on the day `today`, with "nothing to judge" counted as good."""
        return self.build(today).fill_null(value=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRule:
    """A rule that needs a list which an operator loads; without the list it cannot run.

    `build` makes the expression from the entries of the list and the day; `candidate` likewise.
    Pandera does not know of such rules: they are no part of the model.
    """

    code: str
    column: str
    needs: ReferenceList
    severity: Severity
    message: Text
    remedy: Text
    source: str
    build: Callable[[pl.DataFrame, date], pl.Expr]
    candidate: Callable[[pl.DataFrame, date], pl.Expr] | None = None
    day: Day = Day.PERIOD

    def given(self, entries: pl.DataFrame) -> Rule:
        """The rule, now that the list is there."""
        return Rule(
            code=self.code,
            column=self.column,
            severity=self.severity,
            message=self.message,
            remedy=self.remedy,
            source=self.source,
            build=partial(self.build, entries),
            day=self.day,
            candidate=partial(self.candidate, entries) if self.candidate else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A repair of a cell that other columns of its row decide, or a loaded list.

    It is made after normalising, over canonical text, and only where there is no doubt. `build`
    makes the repaired text of `column` from the entries of the list that it `needs`, or from an
    empty list where it needs none; `rule` names the note and `note` is its text.
    """

    rule: str
    column: str
    needs: ReferenceList | None = None
    note: Text
    build: Callable[[pl.DataFrame], pl.Expr]


def _judge(rule: Rule) -> Callable[[PolarsData], pl.LazyFrame]:
    def judge(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(rule.holds(date.today()))  # noqa: DTZ011

    return judge


def as_check(rule: Rule) -> Check:
    """The rule as a pandera `Check` of its column; its code is the `check` of a failure case.

    Whoever validates a frame by pandera alone has no day of receipt: it is judged as of today.
    """
    return Check(_judge(rule), name=rule.code, error=rule.code, ignore_na=False)


def _for_any_day(build: Callable[..., pl.Expr]) -> Callable[[date], pl.Expr]:
    if inspect.signature(build).parameters:
        return build
    expression = build()
    return lambda _today: expression


def row_rule(
    column: str,
    *,
    severity: Severity,
    zh: str,
    en: str,
    remedy_zh: str,
    remedy_en: str,
    source: str,
) -> Callable[[Callable[..., pl.Expr]], Any]:
    """Turn a function that returns an expression into a rule of the model it stands in.

    The function takes nothing, or the day on which the row is judged. Its name is the rule's
    code. Nothing is registered: the value stays in the class, where pandera (`Model.validate`)
    and the dataset both find it.
    """

    def decorate(build: Callable[..., pl.Expr]) -> Any:
        rule = Rule(
            code=build.__name__,
            column=column,
            severity=severity,
            message=Text(zh=zh, en=en),
            remedy=Text(zh=remedy_zh, en=remedy_en),
            source=source,
            build=_for_any_day(build),
        )
        judge = _judge(rule)

        def check(_cls: type, data: PolarsData) -> pl.LazyFrame:
            return judge(data)

        check.__name__ = rule.code
        check.__doc__ = en
        method = pa.check(column, name=rule.code, error=rule.code, ignore_na=False)(check)
        setattr(method, RULE, rule)
        return method

    return decorate
