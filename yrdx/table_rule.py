"""A rule about a whole delivery: a measure that gives a small table, and what is expected of it.

The measure is a lazy query over the good rows of a delivery and over what they are compared with.
It gives one line for each thing judged (an institution, a major, a city, a column), so that the
judge, Great Expectations, never holds more than a small table. The expectation is data: modules of
`validations/` import neither Great Expectations nor anything else that is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import ControlTotal, RowCounts, Severity, Text

PERIOD = "src_period"
PROVINCE = "src_province"
UNIT = "src_unit"
"""Where a row of a snapshot comes from; rows of the delivery itself do not have these columns."""


class Kind(StrEnum):
    """What a delivery can be compared with."""

    PREVIOUS = "previous"
    NEIGHBOURS = "neighbours"
    SNAPSHOT = "snapshot"
    CONTROL_TOTALS = "control_totals"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a rule cannot do without; where it is not there, the rule does not run."""

    kind: Kind
    dataset: str | None = None


PREVIOUS = Need(Kind.PREVIOUS)
"""The rows that the same unit of the same province delivered for the last earlier period."""

NEIGHBOURS = Need(Kind.NEIGHBOURS)
"""The rows of the same dataset that the other provinces have in the newest snapshot."""

CONTROL_TOTALS = Need(Kind.CONTROL_TOTALS)
"""Totals and bands that the file itself states; a file without any has nothing to be judged."""


def snapshot(dataset: str) -> Need:
    """The rows of the newest snapshot of another dataset."""
    return Need(Kind.SNAPSHOT, dataset)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a measure may look at: one delivery, and what the rule declared that it needs.

    `rows` are the good rows, typed, those withdrawn left out. `today` is the day of receipt and
    `spoken_of` the day that the period speaks of. `previous_period` is the period of `previous`.
    Rows of snapshots, `previous` and `neighbours` also say where they come from: `src_province`,
    `src_unit` and `src_period`.
    """

    dataset: Dataset
    province: str
    unit: str
    period: str
    today: date
    spoken_of: date
    rows: pl.LazyFrame
    counts: RowCounts = field(default_factory=RowCounts)
    control_totals: tuple[ControlTotal, ...] = ()
    not_supplied: tuple[str, ...] = ()
    previous_period: str | None = None
    given: Mapping[Need, pl.LazyFrame] = field(default_factory=dict)

    @property
    def previous(self) -> pl.LazyFrame:
        """Rows of the same unit for the last earlier period; the rule needs `PREVIOUS`."""
        return self._given(PREVIOUS)

    @property
    def neighbours(self) -> pl.LazyFrame:
        """Rows of the other provinces, of all periods; the rule needs `NEIGHBOURS`."""
        return self._given(NEIGHBOURS)

    def snapshot(self, dataset: str) -> pl.LazyFrame:
        """Rows of all provinces and periods; the rule needs `snapshot(dataset)`."""
        return self._given(snapshot(dataset))

    def _given(self, need: Need) -> pl.LazyFrame:
        if need not in self.given:
            asked = f"snapshot({need.dataset!r})" if need.dataset else need.kind.value.upper()
            raise LookupError(f"the measure looks at {asked}; name it in the rule's needs=")
        return self.given[need]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a good table looks like: an expectation of Great Expectations, by name, as data.

    A line where a judged figure is null is good: there is nothing to judge.
    """

    type: str
    arguments: Mapping[str, Any]


def between(column: str, minimum: float | None, maximum: float | None) -> Expectation:
    """Every line's figure lies between the two, which are themselves allowed; None: no limit."""
    arguments = {"column": column, "min_value": minimum, "max_value": maximum}
    return Expectation("expect_column_values_to_be_between", arguments)


def equal(column: str, other: str) -> Expectation:
    """The two figures of every line are equal."""
    arguments = {"column_A": column, "column_B": other, "ignore_row_if": "either_value_is_missing"}
    return Expectation("expect_column_pair_values_to_be_equal", arguments)


def at_most(column: str, other: str) -> Expectation:
    """The figure `column` of every line is not greater than its figure `other`."""
    arguments = {
        "column_A": other,
        "column_B": column,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
    return Expectation("expect_column_pair_values_a_to_be_greater_than_b", arguments)


def one_of(column: str, values: Sequence[Any]) -> Expectation:
    """The value of every line is one of these; `one_of("is_mapped", [True])` for a yes or no."""
    arguments = {"column": column, "value_set": list(values)}
    return Expectation("expect_column_values_to_be_in_set", arguments)


def none_of(column: str, values: Sequence[Any]) -> Expectation:
    """The value of every line is none of these."""
    arguments = {"column": column, "value_set": list(values)}
    return Expectation("expect_column_values_to_not_be_in_set", arguments)


def no_lines() -> Expectation:
    """The measure gives wrongs only: every line that there is becomes a finding.

    For what would otherwise be a table of millions of good lines, as keys that two provinces use.
    """
    return Expectation("expect_table_row_count_to_equal", {"value": 0})


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """One statement about a delivery as a whole.

    `code` names the wrong in words and is never reused. `key` are the columns of the measured
    table that say what a line is about. `column` is the field that findings point at; None: the
    delivery, or the field that the measured table names in a column called `column`. `value` is
    the measured column shown as the wrong value; None: the first column that is judged. Texts may
    hold `{name}` or `{name:.1%}` of measured columns. An error of a `blocking` rule rejects the
    delivery; any other finding is told and changes no verdict. `dataset` is None for a rule of
    the module's own dataset, or of all. What this rule finds on a field explains what milder or
    equal rules with a need in `explains` find on it: they are counted, and not told one by one.
    """

    code: str
    key: tuple[str, ...]
    severity: Severity
    message: Text
    remedy: Text
    source: str
    measure: Callable[[About], pl.LazyFrame]
    expect: Expectation
    needs: tuple[Need, ...] = ()
    column: str | None = None
    value: str | None = None
    blocking: bool = False
    dataset: str | None = None
    explains: tuple[Need, ...] = ()


def table_rule(  # noqa: PLR0913 - all by name: it reads as the rule's own page
    expect: Expectation,
    *,
    key: Sequence[str],
    severity: Severity,
    zh: str,
    en: str,
    remedy_zh: str,
    remedy_en: str,
    source: str,
    needs: Sequence[Need] = (),
    column: str | None = None,
    value: str | None = None,
    blocking: bool = False,
    dataset: str | None = None,
    explains: Sequence[Need] = (),
) -> Callable[[Callable[[About], pl.LazyFrame]], TableRule]:
    """Turn a function that measures a delivery into a rule; its name is the rule's code.

    Nothing is registered: the value stays in its module, where the catalogue finds it.
    """

    def decorate(measure: Callable[[About], pl.LazyFrame]) -> TableRule:
        return TableRule(
            code=measure.__name__,
            key=tuple(key),
            severity=severity,
            message=Text(zh=zh, en=en),
            remedy=Text(zh=remedy_zh, en=remedy_en),
            source=source,
            measure=measure,
            expect=expect,
            needs=tuple(needs),
            column=column,
            value=value,
            blocking=blocking,
            dataset=dataset,
            explains=tuple(explains),
        )

    return decorate


Rows = Sequence[Mapping[str, Any]]
"""Changes to the dataset's good row (`schemas/examples`), one for each row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A delivery and its surroundings in an example; rows are given as changes to a good row.

    `snapshots` maps another dataset to its rows. Rows of snapshots and neighbours may state
    `src_period` and `src_province`; without that they are of the delivery's period, and of its
    province (neighbours: of another one).
    """

    rows: Rows
    previous: Rows | None = None
    neighbours: Rows | None = None
    snapshots: Mapping[str, Rows] = field(default_factory=dict)
    control_totals: tuple[ControlTotal, ...] = ()
    province: str = "33"
    period: str = "2025"
    previous_period: str = "2024"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableExample:
    """What a rule finds nothing in, and what it finds something in: the `keys` of its findings.

    A key is what `Finding.key` says: its parts joined by " / "; None where there is no key.
    """

    good: Situation
    bad: Situation
    keys: tuple[str | None, ...]
    dataset: str | None = None
    """Where the rule is for all datasets: the one that the example is about."""
