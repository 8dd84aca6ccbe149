"""The rule for administrative divisions: a code is judged by the day that the row speaks of.

A row of 2019 may speak of a district that was abolished in 2021, a row of 2024 may not. What has
become of the district is proposed, never written. A code that was founded after the day passes:
tables on past years are often kept in the divisions of today, and the place is certain.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

import polars as pl

from schemas.column_rules import rule
from schemas.reference import divisions, successors
from yrdx.dataset import CodeList
from yrdx.model import Severity
from yrdx.rule import Day, Rule

_SOURCE = "GB/T 2260；民政部县级以上行政区划变更情况"
_SEVERAL = "、"
"""Between candidates, where an abolished division went to several others."""


def _retired(codes: CodeList) -> dict[str, date]:
    """Code → the day from which it is no longer valid; codes with an open end are left out."""
    ends: dict[str, list[date | None]] = {}
    for code in codes.codes:
        ends.setdefault(code.value, []).append(code.valid_to)
    return {
        value: max(day for day in days if day)
        for value, days in ends.items()
        if all(day is not None for day in days)
    }


def _day_of(name: str, known: dict[str, date]) -> pl.Expr:
    return pl.col(name).replace_strict(
        list(known), list(known.values()), default=None, return_dtype=pl.Date
    )


def _meant(name: str, of: dict[str, tuple[str, ...]], day: date) -> pl.Expr:
    """The codes that are meant instead, as one text."""
    valid = {code.value for code in divisions().codes if code.covers(day)}
    texts = {
        code: _SEVERAL.join(meant)
        for code, codes in of.items()
        if (meant := _followed(codes, of, valid))
    }
    return pl.col(name).replace_strict(
        list(texts), list(texts.values()), default=None, return_dtype=pl.String
    )


def _followed(
    codes: tuple[str, ...], of: dict[str, tuple[str, ...]], valid: set[str]
) -> tuple[str, ...]:
    """Where a chain of changes leads on the day: a successor may have been abolished, too."""
    found: list[str] = []
    for code in codes:
        found.extend((code,) if code in valid else _followed(of.get(code, ()), of, valid))
    return tuple(sorted(dict.fromkeys(found)))


def division_code_is_retired(name: str, *, day: str | None = None) -> Rule:
    """A division should not have been abolished by the day that the row speaks of.

    `day` is the column that states that day; without it the delivery's period does.
    """
    ends = _retired(divisions())

    def build(spoken_of: date) -> pl.Expr:
        if day is None:
            return ~pl.col(name).is_in([code for code, end in ends.items() if end <= spoken_of])
        return pl.coalesce(day, pl.lit(spoken_of)) < _day_of(name, ends)

    found = rule(
        "division_code_is_retired",
        name,
        build,
        zh=(
            "该行政区划在数据所属日期之前已经撤销或改用新代码。",
            "请改填“候选值”中的代码；候选值有多个时，辖区拆归多处，请按实际位置选一个。",
        ),
        en=(
            "The division had been abolished, or had got another code, by the day of the data.",
            "Use the candidate; where there are several, its area was divided: choose by place.",
        ),
        source="GB/T 2260；民政部县级以上行政区划变更情况",
        severity=Severity.WARNING,
    )
    return replace(found, day=Day.PERIOD, candidate=partial(_meant, name, successors()))
