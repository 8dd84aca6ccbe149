"""The cells of one column that are not canonical, each different text once, being repaired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

V = pl.col("value")
"""The text of a cell as far as it has been repaired."""

_REMEMBERED = 20_000
"""Texts of a column from which on no more repairs are remembered."""


@dataclass(slots=True)
class Cells:
    """Different texts of one column with how often they occur.

    `frame` has `text` (as delivered), `value` (repaired so far), `cells` (how often), for what
    could not be decided `finding` and `candidate`, and the rules of its `repairs`, each after a
    blank. A cell with a finding is repaired no further.
    """

    frame: pl.DataFrame

    def repair(self, rule: str, value: pl.Expr) -> None:
        """Replace values by an expression over `value`, and note the rule where it changed one."""
        free = pl.col("finding").is_null()
        repaired = self.frame.with_columns(_after=pl.when(free).then(value).otherwise(V))
        # Most repairs find nothing to do, and every further step has its price.
        if repaired["_after"].equals(repaired["value"]):
            return
        is_changed = pl.col("_after").ne_missing(V)
        # A repair in two steps is still one repair of the cell.
        is_new = is_changed & ~pl.col("repairs").str.ends_with(f" {rule}")
        self.frame = repaired.with_columns(
            value=pl.col("_after"),
            repairs=pl.when(is_new).then(pl.col("repairs") + f" {rule}").otherwise("repairs"),
        ).drop("_after")

    def doubt(self, rule: str, where: pl.Expr, candidate: pl.Expr | None = None) -> None:
        """Give the cells `where` holds a finding, unless they have one."""
        self._give(rule, where, pl.lit(None, pl.String) if candidate is None else candidate)

    def warn(self, rule: str, where: pl.Expr, value: pl.Expr) -> None:
        """Repair cells in the way that is nearly certain, and say so in a finding."""
        self._give(rule, where & value.is_not_null(), value, value=value)

    def withhold(self, rule: str, where: pl.Expr, candidate: pl.Expr) -> None:
        """Leave cells empty whose value cannot be told, and say in a finding what it may be."""
        self._give(rule, where, candidate, value=pl.lit(None, pl.String))

    def _give(self, rule: str, where: pl.Expr, candidate: pl.Expr, *, value: pl.Expr = V) -> None:
        """Give the cells `where` holds a finding, its candidate and a value, unless they have one.

        Where there are none, which is nearly always, this is all that is asked.
        """
        free = pl.col("finding").is_null()
        is_new = self.frame.select(free & where.fill_null(value=False)).to_series()
        if is_new.any():
            given = {"finding": pl.lit(rule), "candidate": candidate, "value": value}
            self.frame = self.frame.with_columns(
                pl.when(is_new).then(given[name]).otherwise(pl.col(name)).alias(name)
                for name in given
            )

    @property
    def has_any(self) -> bool:
        """Whether there is anything to repair."""
        return self.frame.height > 0

    @property
    def counts(self) -> dict[str, int]:
        """How many cells each rule repaired, by the name of the rule."""
        repaired = self.frame.filter(pl.col("repairs") != "")
        found: dict[str, int] = {}
        for repairs, cells in repaired.group_by("repairs").agg(pl.sum("cells")).iter_rows():
            for rule in repairs.split():
                found[rule] = found.get(rule, 0) + cells
        return dict(sorted(found.items()))


def distinct(texts: pl.Series, dirty: pl.Expr, *, names: bool = False) -> Cells:
    """The different texts of a column that are not canonical, as `dirty` over `value` tells.

    `names` repeat: there every text is asked once, which is dear where each is another.
    """
    filled = texts.alias("value").drop_nulls().to_frame()
    once = pl.len().alias("cells")
    if names:
        found = filled.group_by("value").agg(once).filter(dirty)
    else:
        found = filled.filter(dirty).group_by("value").agg(once)
    return Cells(
        found.select(
            V,
            "cells",
            text=V,
            finding=pl.lit(None, pl.String),
            candidate=pl.lit(None, pl.String),
            repairs=pl.lit(""),
        )
    )


@dataclass(slots=True)
class Repaired:
    """What became of the texts of a delivery, by column.

    A repair hangs on nothing but the text. So what comes again, batch after batch, is looked up.
    """

    _known: dict[str, pl.DataFrame] = field(default_factory=dict)

    def mend(self, name: str, cells: Cells, repair: Callable[[Cells], None]) -> None:
        """Repair the cells of a column, by `repair` only where their text is new."""
        known = self._known.get(name, cells.frame.clear().drop("cells"))
        again = cells.frame.select("text", "cells").join(known, on="text")
        new = Cells(cells.frame.join(known, on="text", how="anti"))
        if new.has_any:
            repair(new)
            if len(known) + len(new.frame) <= _REMEMBERED:
                self._known[name] = pl.concat([known, new.frame.drop("cells")])
        cells.frame = pl.concat([again.select(new.frame.columns), new.frame])
