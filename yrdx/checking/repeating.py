"""Columns whose values repeat: what only concerns one value is asked once for every value.

A delivery names the same schools, majors and issuers over and over. Telling the different values
of a column apart costs less than two or three of the rules that judge it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from yrdx.checking.plan import Plan, conditions, marked

_SAMPLE = 20_000
_EACH = 4
"""Times that a value must come up on average before it counts as repeated."""

_FEWEST = 2
"""Conditions that a column must have before it pays to look for its different values."""

_REMEMBERED = 20_000
"""Good values of a column from which on no more are remembered."""


@dataclass(frozen=True, slots=True)
class Repeating:
    """Columns with repeated values and what must hold of a value of each; all else that must hold.

    The terms are made once for a delivery, not once for each batch of its rows. `known` are the
    values found good so far, which are not judged again; batches judged side by side share them.
    """

    plan: Plan
    columns: dict[str, tuple[pl.Expr, ...]]
    others: tuple[pl.Expr, ...]
    known: dict[str, set[str | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, rows: pl.DataFrame) -> Repeating:
        """Decide by the first rows of a delivery; later ones may differ, at a cost only."""
        sample = rows.head(_SAMPLE)
        must_hold = conditions(plan)
        found = {}
        for name in plan.judged_as_read:
            about = tuple(term for columns, term in must_hold if columns == {name})
            if len(about) >= _FEWEST and sample[name].n_unique() * _EACH <= sample.height:
                found[name] = about
        alone = [frozenset({name}) for name in found]
        return cls(plan, found, tuple(term for columns, term in must_hold if columns not in alone))

    def judge(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Typed rows with the very marks that `marked` gives by itself."""
        sound = [
            term for name, values in self._new_values(rows) for term in self._sound(name, values)
        ]
        return marked(rows.lazy(), self.plan, holds=[*sound, *self.others]).collect()

    def _new_values(self, rows: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
        """Columns with values that have not been found good, and these values."""
        different = rows.select_seq(pl.col(name).unique().implode() for name in self.columns)
        for column in different.iter_columns():
            known = self.known.setdefault(column.name, set())
            if new := [value for value in column[0].to_list() if value not in known]:
                yield column.name, pl.Series(column.name, new, pl.String)

    def _sound(self, name: str, values: pl.Series) -> list[pl.Expr]:
        """What tells the rows whose value of a column is good; nothing if all of them are."""
        holds = pl.all_horizontal(self.columns[name]).fill_null(value=True)
        judged = values.to_frame().select(name, holds.alias("holds"))
        good, wrong = judged.filter("holds")[name], judged.filter(~pl.col("holds"))[name]
        if len(self.known[name]) < _REMEMBERED:
            self.known[name].update(good.to_list())
        terms = []
        if wrong.null_count():
            terms.append(pl.col(name).is_not_null())
        if len(wrong) > wrong.null_count():
            terms.append(~pl.col(name).is_in(wrong.drop_nulls().implode()))
        return terms
