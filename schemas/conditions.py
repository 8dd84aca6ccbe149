"""Rules that hold under a condition of the same row, and rules between two columns.

A value that is asked for only in some rows says when by a `Condition`: its words stand in the
message, so that a data officer reads which other cell makes the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.column_rules import AGREED, rule
from yrdx.rule import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a statement applies to a row: an expression, and the words for it."""

    holds: pl.Expr
    zh: str
    en: str


def conditional_value_is_missing(name: str, when: Condition, *, source: str = AGREED) -> Rule:
    """A value must be there where the condition holds."""
    return rule(
        "conditional_value_is_missing",
        name,
        ~when.holds | pl.col(name).is_not_null(),
        zh=(f"{when.zh}时此项必填，现为空。", "请补填该项；如属前提填错，请改正前提项。"),
        en=(
            f"A value is required where {when.en}.",
            "Fill it in; if the condition is wrong, correct that cell instead.",
        ),
        source=source,
    )


def value_is_not_expected(name: str, unless: Condition, *, source: str = AGREED) -> Rule:
    """A value must not be there where the condition does not hold."""
    return rule(
        "value_is_not_expected",
        name,
        unless.holds | pl.col(name).is_null(),
        zh=(f"只有{unless.zh}时才填此项。", "请清空该项；如属前提填错，请改正前提项。"),
        en=(
            f"A value is expected only where {unless.en}.",
            "Empty the cell; if the condition is wrong, correct that cell instead.",
        ),
        source=source,
    )


def exactly(name: str, when: Condition, *, source: str = AGREED) -> tuple[Rule, Rule]:
    """A value must be there where the condition holds, and nowhere else."""
    return (
        conditional_value_is_missing(name, when, source=source),
        value_is_not_expected(name, when, source=source),
    )


def end_is_not_after_beginning(name: str, beginning: str, *, beginning_zh: str) -> Rule:
    """A day or month of an end comes after that of the beginning."""
    return rule(
        "end_is_not_after_beginning",
        name,
        pl.col(name) > pl.col(beginning),
        zh=(f"结束时间不晚于“{beginning_zh}”。", f"请核对该项和“{beginning_zh}”，是否填反。"),
        en=(f"The end is not after {beginning}.", "Check both; they may have been swapped."),
    )
