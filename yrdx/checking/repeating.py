"""Columns whose values repeat: what only concerns one value is asked once for every value.

A delivery names the same schools, majors and issuers over and over. Telling the different values
of a column apart costs less than two or three of the rules that judge it.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yrdx.checking.plan import Plan, conditions, marked

_SAMPLE = 20_000
_EACH = 4
"""Times that a value must come up on average before it counts as repeated."""

_FEWEST = 2
"""Conditions that a column must have before it pays to look for its different values."""


@dataclass(frozen=True, slots=True)
class Repeating:
    """Columns with repeated values, and what must hold of a value of each."""

    plan: Plan
    columns: dict[str, tuple[pl.Expr, ...]]

    @classmethod
    def of(cls, plan: Plan, rows: pl.DataFrame) -> Repeating:
        """Decide by the first rows of a delivery; later ones may differ, at a cost only."""
        sample = rows.head(_SAMPLE)
        found = {}
        for name in plan.judged_as_read:
            about = tuple(holds for columns, holds in conditions(plan) if columns == {name})
            if len(about) >= _FEWEST and sample[name].n_unique() * _EACH <= sample.height:
                found[name] = about
        return cls(plan, found)

    def judge(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Typed rows with the marks of `marked`, and found by it to be the same."""
        sound = [term for name in self.columns for term in self._sound(name, rows)]
        settled = frozenset(self.columns)
        return marked(rows.lazy(), self.plan, settled=settled, sound=sound).collect()

    def _sound(self, name: str, rows: pl.DataFrame) -> list[pl.Expr]:
        """What tells the rows whose value of a column is good; nothing if all of them are."""
        values = rows.select(pl.col(name).unique())
        holds = pl.all_horizontal(self.columns[name]).fill_null(value=True)
        wrong = values.filter(~holds).to_series()
        terms = []
        if wrong.null_count():
            terms.append(pl.col(name).is_not_null())
        if len(wrong) > wrong.null_count():
            terms.append(~pl.col(name).is_in(wrong.drop_nulls().implode()))
        return terms
