"""Columns whose contents stand under another header: swapped, or all one to the side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from yrdx.checking.parsing import parse, raw
from yrdx.dataset import Column, Dataset, Kind
from yrdx.model import Report, Severity
from yrdx.rule import Rule

_FITS = 0.9
"""Share of a column's values that must keep the contract of another."""

_IN_A_ROW = 3
"""Columns that must be off by the same step before a shift is believed."""

_ANY_TEXT = frozenset({"required_value_is_missing", "text_is_too_long"})
"""Rules that nearly every text keeps."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column in which nearly everything is wrong, and some of its values."""

    column: str | None
    values: tuple[str, ...]


def out_of_place(places: Sequence[Place], report: Report, dataset: Dataset) -> Mapping[str, str]:
    """Column → how its contents were moved, as `swapped:a,b` or `shifted:1`.

    A value that would suit many columns proves nothing, and neither does a single column: two
    must have changed places, or three must be off by the same step.
    """
    values: dict[str, list[str]] = {}
    for place in places:
        if place.column is not None and place.column in dataset.columns:
            values.setdefault(place.column, []).extend(place.values)
    homes = {
        column: _homes(texts, dataset, but=column)
        for column, texts in values.items() if len(texts) and len(values) > 1
    }  # fmt: skip
    order = _order(report, dataset)
    for one, other in _pairs(homes):
        if other in homes[one] and one in homes[other]:
            moved = f"swapped:{one},{other}"
            return {one: moved, other: moved}
    steps: dict[int, list[str]] = {}
    for column, found in homes.items():
        for home in found:
            if column in order and home in order and home != column:
                steps.setdefault(order[column] - order[home], []).append(column)
    step, shifted = max(
        steps.items(), key=lambda item: (len(item[1]), -abs(item[0]), item[0]), default=(0, [])
    )
    if len(shifted) < _IN_A_ROW:
        return {}
    return dict.fromkeys(shifted, f"shifted:{step}")


def _pairs(homes: Mapping[str, object]) -> list[tuple[str, str]]:
    names = list(homes)
    return [(one, other) for place, one in enumerate(names) for other in names[place + 1 :]]


def _order(report: Report, dataset: Dataset) -> dict[str, int]:
    """Where each column stands in the file, or in the contract where the file does not tell."""
    reading = report.reading
    found = [match.column for match in reading.columns] if reading else []
    return {name: place for place, name in enumerate(found or dataset.columns)}


def _homes(values: Sequence[str], dataset: Dataset, *, but: str) -> frozenset[str]:
    """The other columns whose contract these values keep; only such as say what a value is."""
    return frozenset(
        name
        for name, column in dataset.columns.items()
        if name != but and _says_much(name, column) and _fit(values, name, column) >= _FITS
    )


def _says_much(name: str, column: Column) -> bool:
    if column.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN):
        return False
    if column.kind is not Kind.TEXT and column.kind is not Kind.CODE:
        return True
    return any(rule.code not in _ANY_TEXT for rule in _own(name, column))


def _own(name: str, column: Column) -> list[Rule]:
    """Errors that a value alone can make."""
    return [
        rule for rule in column.rules if rule.severity is Severity.ERROR and rule.columns <= {name}
    ]


def _fit(values: Sequence[str], name: str, column: Column) -> float:
    """The share of the values that the column would take."""
    texts = pl.DataFrame({name: list(values)}, schema={name: pl.String})
    typed = texts.with_columns(pl.col(name).alias(raw(name)), parse(name, column))
    # The day plays no part in what a value looks like.
    holds = [rule.holds(date.max) for rule in _own(name, column)]
    good = pl.all_horizontal(pl.col(name).is_not_null(), *holds)
    return float(typed.select(good.mean()).item() or 0.0)
