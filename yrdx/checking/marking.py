"""The marks that the fused pass gives each row: is it good, is it foreign, the hash of its key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from yrdx.checking.parsing import needs_closer_look, parse, raw
from yrdx.checking.plan import Plan
from yrdx.dataset import Dataset
from yrdx.reading.table import DOUBT, ROW

IS_GOOD, IS_FOREIGN, KEY_HASH = "row is good", "row is foreign", "hash of key"
"""Columns that marking adds; a field's name has no blanks, so they cannot clash."""


@dataclass(frozen=True, slots=True)
class Marking:
    """The expressions that type and mark rows, made once for a delivery.

    Making them anew costs as much as judging several thousand rows. `good` holds of a row that
    keeps all rules of all severities, and in which no text wants a closer look.
    """

    steps: tuple[tuple[pl.Expr, ...], ...]
    good: pl.Expr
    others: tuple[pl.Expr, ...]

    @classmethod
    def of(cls, plan: Plan, *, holds: Iterable[pl.Expr] | None = None) -> Marking:
        """The marks of a plan.

        `holds` are terms that say the same as all `conditions` together, where somebody knows
        better.
        """
        if holds is None:
            holds = [term for _, term in conditions(plan)]
        # A row without any value is no data: some rule for a mandatory field says so already, but
        # a dataset whose fields are all conditional would let it pass.
        filled = pl.any_horizontal(pl.col(name).is_not_null() for name in plan.supplied)
        sure = [pl.col(DOUBT).is_null()] if plan.has_doubts else []
        good = pl.all_horizontal(filled, *sure, *holds).fill_null(value=True)
        if plan.always_normalise:
            good = pl.lit(value=False)
        return cls(_typing(plan), good, foreign_and_key(plan))

    def mark(self, rows: pl.DataFrame, *, sound: Iterable[pl.Expr] = ()) -> pl.DataFrame:
        """Typed rows with `IS_GOOD`, `IS_FOREIGN` and `KEY_HASH`; `sound` must hold of them too.

        One expression after the other: batches are judged side by side already.
        """
        marked = rows.lazy()
        for step in self.steps:
            marked = marked.with_columns_seq(step)
        further = tuple(sound)
        good = pl.all_horizontal(self.good, *further) if further else self.good
        return marked.with_columns_seq(good.alias(IS_GOOD), *self.others).collect()


def typed(rows: pl.LazyFrame, plan: Plan) -> pl.LazyFrame:
    """Rows with typed values under the fields' names, and the text of parsed ones beside them."""
    for step in _typing(plan):
        rows = rows.with_columns(step)
    return rows


def _typing(plan: Plan) -> tuple[tuple[pl.Expr, ...], ...]:
    """What makes raw rows typed, in one step or two."""
    columns = plan.dataset.columns
    defaults = tuple(pl.col(name).fill_null(columns[name].default) for name in plan.defaulted)
    values = (
        *(pl.col(name).alias(raw(name)) for name in plan.parsed),
        *(parse(name, columns[name]) for name in plan.parsed),
        *(
            pl.lit(None, dtype=column.dtype).alias(name)
            for name, column in columns.items()
            if name not in plan.supplied
        ),
    )
    return tuple(step for step in (defaults, values) if step)


def conditions(plan: Plan) -> list[tuple[frozenset[str], pl.Expr]]:
    """All that must hold of a good row, each with the columns that it reads."""
    columns = plan.dataset.columns
    looks = {name: needs_closer_look(name, columns[name]) for name in plan.supplied}
    plain = [
        (frozenset({name}), ~look.fill_null(value=False))
        for name, look in looks.items()
        if look is not None
    ]
    holds = [rule.build(plan.terms.day_of(rule)) for rule in plan.rules]
    return [*plain, *((frozenset(term.meta.root_names()), term) for term in holds)]


def foreign_and_key(plan: Plan) -> tuple[pl.Expr, pl.Expr]:
    """`IS_FOREIGN` and `KEY_HASH` of typed rows."""
    foreign = pl.lit(value=False) if plan.foreign is None else plan.foreign
    return foreign.alias(IS_FOREIGN), key_hash(plan).alias(KEY_HASH)


def identity(plan: Plan) -> list[pl.Expr]:
    """What tells one row from another: the key, or the alternative where the key is empty."""
    columns = [pl.col(name) for name in plan.key]
    if not plan.alternative_key:
        return columns
    is_whole = _all_filled(plan.key)
    return [
        *columns,
        *(
            pl.when(~is_whole).then(pl.col(name)).alias(f"{name} in place of the key")
            for name in plan.alternative_key
        ),
    ]


def key_hash(plan: Plan) -> pl.Expr:
    """A 64-bit hash of what identifies a row, null where nothing does."""
    if not plan.key:
        return pl.lit(None, dtype=pl.UInt64)
    total = pl.lit(0, dtype=pl.UInt64)
    for place, value in enumerate(identity(plan)):
        total = total + value.hash(seed=place + 1)
    is_identified = _all_filled(plan.key)
    if plan.alternative_key:
        is_identified = is_identified | _all_filled(plan.alternative_key)
    return pl.when(is_identified).then(total)


def _all_filled(names: tuple[str, ...]) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_not_null() for name in names)


def schema_of_rows(dataset: Dataset) -> dict[str, pl.DataType]:
    """Schema of the good rows."""
    return {ROW: pl.UInt32(), **dataset.schema}
