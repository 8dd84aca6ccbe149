"""Columns whose values repeat: what only concerns one value is asked once for every value.

A delivery names the same schools, majors and issuers over and over. Telling the different values
of a column apart costs less than two or three of the rules that judge it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from yrdx.checking.marking import Marking, conditions
from yrdx.checking.plan import Plan

_SAMPLE = 20_000
_EACH = 4
"""Times that a value must come up on average before it counts as repeated."""

_FEWEST = 2
"""Conditions that a column must have before it pays to look for its different values."""

_REMEMBERED = 20_000
"""Values of a column from which on no more are remembered."""


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The values of a column judged so far; None stands for an empty cell."""

    good: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.String))
    wrong: frozenset[str | None] = frozenset()

    def and_those(self, values: pl.Series, is_good: pl.Series) -> KnownValues:
        """Further values too; they are not remembered where that would be too many."""
        if len(self.good) + len(self.wrong) + len(values) > _REMEMBERED:
            return self
        wrong = values.filter(~is_good)
        return KnownValues(pl.concat([self.good, values.filter(is_good)]), self.wrong | {*wrong})


@dataclass(frozen=True, slots=True)
class Repeating:
    """Columns with repeated values and what must hold of a value of each; how all else is judged.

    The terms are made once for a delivery, not once for each batch of its rows. `known` values
    are not judged again; batches judged side by side share them, and lose at most what the other
    has just learnt.
    """

    columns: dict[str, pl.Expr]
    others: Marking
    known: dict[str, KnownValues] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, rows: pl.DataFrame) -> Repeating:
        """Decide by the first rows of a delivery; later ones may differ, at a cost only."""
        sample = rows.head(_SAMPLE)
        must_hold = conditions(plan)
        found = {}
        for name in plan.judged_as_read:
            about = tuple(term for columns, term in must_hold if columns == {name})
            if len(about) >= _FEWEST and sample[name].n_unique() * _EACH <= sample.height:
                found[name] = pl.all_horizontal(about).fill_null(value=True)
        alone = [frozenset({name}) for name in found]
        others = [term for columns, term in must_hold if columns not in alone]
        return cls(found, Marking.of(plan, holds=others))

    def judge(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Typed rows with the very marks that each row gets where all terms are asked of it."""
        sound = [self._sound(rows[name]) for name in self.columns]
        return self.others.mark(rows, sound=[pl.lit(each) for each in sound if not each.all()])

    def _sound(self, texts: pl.Series) -> pl.Series:
        """Whether the value of a column is good, row by row.

        Nearly all rows have a value known to be good: only the others are told apart.
        """
        name = texts.name
        known = self.known.get(name, KnownValues())
        is_good = texts.is_in(known.good, nulls_equal=True)
        if is_good.all():
            return is_good
        others = texts.filter(~is_good).unique()
        new = others.filter([value not in known.wrong for value in others])
        if not len(new):
            return is_good
        verdict = new.to_frame().select(self.columns[name]).to_series()
        self.known[name] = known.and_those(new, verdict)
        return is_good | texts.is_in(new.filter(verdict), nulls_equal=True)
