"""Examples of a dataset: rows that are good, and what makes each rule find a wrong.

They are content (`schemas/examples/`). Templates, rule pages and tests use the same ones, so that
what a partner is shown is what the tests have proved. Where a dataset states none, a row is made
from what is known of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from yrdx.dataset import BETWEEN_CODES, Column, Dataset, Kind
from yrdx.model import Severity
from yrdx.rule import Rule

EXAMPLE_DAY = date(2025, 11, 20)
"""The day on which examples are judged."""

Row = Mapping[str, Any]
"""Field → typed value."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """The changes to the good row that make `code` find a wrong on `column`."""

    code: str
    column: str
    changes: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """A good row with a value in every column, its lawful variants, and the wrongs."""

    good: Row
    good_too: tuple[Row, ...] = ()
    wrongs: tuple[Wrong, ...] = ()

    def wrong(self, rule: Rule) -> Wrong | None:
        """What breaks the rule, where an example is known."""
        place = (rule.code, rule.column)
        return next((item for item in self.wrongs if (item.code, item.column) == place), None)


def typed(dataset: Dataset, rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a frame of the dataset's types."""
    return pl.DataFrame([dict(row) for row in rows], schema=dataset.schema, orient="row")


def as_text(value: Any) -> str:
    """A typed value in its canonical spelling, as a text file holds it."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case list():
            return BETWEEN_CODES.join(value)
        case _:
            return str(value)


def broken(rules: Iterable[Rule], frame: pl.DataFrame) -> list[list[Rule]]:
    """For each row the rules that it breaks on the day of the examples."""
    judged = list(rules)
    verdicts = frame.select(
        rule.holds(EXAMPLE_DAY).alias(str(place)) for place, rule in enumerate(judged)
    )
    return [
        [rule for place, rule in enumerate(judged) if not verdicts.item(row, str(place))]
        for row in range(frame.height)
    ]


def make_row(dataset: Dataset, known: Mapping[str, list[Any]]) -> dict[str, Any]:
    """A row made from the columns alone; `known` are values that a field has in other datasets.

    Rules over several columns may still find it wrong: state a row where they do.
    """
    return {name: _value(dataset, name, known.get(name, [])) for name in dataset.columns}


def _value(dataset: Dataset, name: str, known: list[Any]) -> Any:
    """The first value of its column that no rule of this column alone calls an error."""
    rules = [
        rule
        for rule in dataset.columns[name].rules
        if rule.severity is Severity.ERROR and rule.columns <= {name}
    ]
    candidates = [*known, *_candidates(dataset.columns[name])]
    fits = [value for value in candidates if _is_of(dataset, name, value)]
    if not fits:
        return None
    frame = pl.DataFrame({name: fits}, schema={name: dataset.schema[name]})
    wrong = broken(rules, frame)
    return next((value for value, found in zip(fits, wrong, strict=True) if not found), None)


def _is_of(dataset: Dataset, name: str, value: Any) -> bool:
    """Whether a value known from another dataset has this column's type."""
    match dataset.columns[name].kind:
        case Kind.INTEGER | Kind.YEAR:
            return type(value) is int
        case Kind.DECIMAL:
            return isinstance(value, Decimal)
        case Kind.DATE:
            return isinstance(value, date)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.CODES:
            return isinstance(value, list)
        case _:
            return isinstance(value, str)


def _candidates(column: Column) -> list[Any]:
    listed = list(column.codes.values) if column.codes else []
    match column.kind:
        case Kind.INTEGER:
            return [*(int(value) for value in listed), 10, 1, 0]
        case Kind.DECIMAL:
            return [*(Decimal(value) for value in listed), Decimal(10), Decimal(1), Decimal(0)]
        case Kind.YEAR:
            return [EXAMPLE_DAY.year, EXAMPLE_DAY.year - 1]
        case Kind.YEAR_MONTH:
            return [f"{EXAMPLE_DAY.year}09"]
        case Kind.SCHOOL_YEAR:
            return [f"{EXAMPLE_DAY.year - 1}-{EXAMPLE_DAY.year}"]
        case Kind.DATE:
            return [date(EXAMPLE_DAY.year, 9, 1)]
        case Kind.BOOLEAN:
            return [True, False]
        case Kind.CODES:
            return [listed[:2], listed[:1]]
        case Kind.TEXT:
            return [f"示例{column.title.zh}"[: column.max_length], "示例"]
        case _:
            width = column.width or 0
            return [*listed, "1234567890"[:width].ljust(width, "0"), "1"]


def more_rows(dataset: Dataset, examples: Examples, *, known: Mapping[str, list[Any]]) -> list[Row]:
    """The good row and, where one is found, a second one of another key."""
    good = examples.good
    changes = [
        {name: value}
        for name in reversed(dataset.key)
        for value in (*_neighbours(good.get(name)), *known.get(name, []))
        if value != good.get(name) and _is_of(dataset, name, value)
    ]
    tried: list[Row] = [{**good, **change} for change in (*examples.good_too, *changes)]
    others = [row for row in tried if _key(dataset, row) != _key(dataset, good)]
    if not others:
        return [good]
    found = broken(dataset.rules, typed(dataset, others))
    second = [row for row, wrong in zip(others, found, strict=True) if not wrong]
    return [good, *second[:1]]


def _neighbours(value: Any) -> list[Any]:
    """Values that differ from this one as little as may be."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value - 1]
        case _:
            return []


def _key(dataset: Dataset, row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in dataset.key)
