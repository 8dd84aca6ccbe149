"""Which tables of counts are published of a dataset about people, and what they count.

A *cell* is an assignment of values to columns; a column that a cell does not look at has the value
`ALL`. The cells of all tables lie in one space: a cell that two tables share, as a total, is one
cell and stands in the publication once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import polars as pl

from yrdx.errors import ConfigurationError

ALL = "all"
"""In a column that a cell does not look at: the cell counts over all of its values."""

NONE = "none"
"""In place of a value that the rows do not have."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One way to tell rows apart, from fine to coarse: institution, city, province.

    The value of a column decides those of the columns after it. Above the last one is the total.
    """

    columns: tuple[str, ...]

    def level(self, depth: int) -> tuple[str, ...]:
        """The columns that a cell looks at, `depth` steps above the finest ones."""
        return self.columns[depth:]


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table over some axes, with the totals of every coarser level of every axis."""

    axes: tuple[Axis, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of all axes."""
        return tuple(column for axis in self.axes for column in axis.columns)

    def levels(self) -> Iterator[tuple[str, ...]]:
        """The columns looked at, for each combination of levels, finest first."""
        for depths in product(*(range(len(axis.columns) + 1) for axis in self.axes)):
            chosen = zip(self.axes, depths, strict=True)
            yield tuple(column for axis, depth in chosen for column in axis.level(depth))


@dataclass(frozen=True)
class Design:
    """What is counted: rows of a period, whose persons are told apart by the column `person`.

    The tables must not close a circle (`ConfigurationError`): then every set of tables that agree
    on their common totals belongs to some set of rows, and what can be learnt from the tables is
    just what follows from sums. Of three tables A x B, B x C and A x C more would follow.
    """

    period: str
    person: str
    tables: tuple[CountTable, ...]

    def __post_init__(self) -> None:
        if not _is_without_circle([frozenset(table.columns) for table in self.tables]):
            raise ConfigurationError(
                f"the tables {[table.columns for table in self.tables]} close a circle, so that "
                f"more follows from them than their sums tell; leave one out, or make one table "
                f"of those that close it"
            )

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of all tables, each once, in the order of the tables."""
        named = (column for table in self.tables for column in table.columns)
        return tuple(dict.fromkeys(named))

    @cached_property
    def steps(self) -> dict[str, tuple[str, ...]]:
        """Column → the columns that its value decides: looking at it too is one step finer."""
        axes = {axis for table in self.tables for axis in table.axes}
        found: dict[str, tuple[str, ...]] = {}
        for axis in axes:
            for depth, column in enumerate(axis.columns):
                if found.setdefault(column, axis.level(depth + 1)) != axis.level(depth + 1):
                    raise ConfigurationError(f"two axes have other columns above {column!r}")
        return found


def _is_without_circle(tables: list[frozenset[str]]) -> bool:
    """Whether ever again a table can be taken off that meets all others inside a single one."""
    left = list(tables)
    while len(left) > 1:
        for table in left:
            others = [other for other in left if other is not table]
            common = table & frozenset().union(*others)
            if any(common <= other for other in others):
                left = others
                break
        else:
            return False
    return True


def count(rows: pl.LazyFrame, design: Design) -> pl.DataFrame:
    """Every cell that has rows: period, the design's columns, `rows` and `persons`.

    Values are text. `persons` counts each person of the cell once.
    """
    values = [
        pl.col(name).cast(pl.String).fill_null(NONE).alias(name)
        for name in (design.period, *design.columns)
    ]
    frame = rows.select(*values, pl.col(design.person).alias("_person")).collect()
    _refuse_ambiguous(frame, design)
    levels = dict.fromkeys(level for table in design.tables for level in table.levels())
    found = [_level(frame, design, level) for level in levels]
    names = [design.period, *design.columns]
    return pl.concat(found).sort(names)


def _level(frame: pl.DataFrame, design: Design, level: tuple[str, ...]) -> pl.DataFrame:
    others = [pl.lit(ALL).alias(name) for name in design.columns if name not in level]
    counted = frame.group_by(design.period, *level).agg(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("_person").n_unique().cast(pl.Int64).alias("persons"),
    )
    return counted.with_columns(others).select(design.period, *design.columns, "rows", "persons")


def _refuse_ambiguous(frame: pl.DataFrame, design: Design) -> None:
    """The finer value must decide the coarser ones, or sums would not be totals."""
    for column, decided in design.steps.items():
        for other in decided[:1]:
            pairs = frame.select(design.period, column, other).unique()
            if pairs.select(design.period, column).is_duplicated().any():
                twice = pairs.filter(pairs.select(design.period, column).is_duplicated())
                raise ConfigurationError(
                    f"{column} {twice[column][0]!r} has more than one {other} in a period; give "
                    f"each {column} one {other} before counting"
                )
