"""The cells of one column that are not canonical, each different text once, being repaired."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

V = pl.col("value")
"""The text of a cell as far as it has been repaired."""


@dataclass(slots=True)
class Cells:
    """Different texts of one column with how often they occur.

    `frame` has `text` (as delivered), `value` (repaired so far), `cells` (how often), and for
    what could not be decided `finding` and `candidate`; `repair` is the last one made. A cell with
    a finding is repaired no further. `counts` adds up repaired cells by rule.
    """

    frame: pl.DataFrame
    counts: dict[str, int] = field(default_factory=dict)

    def repair(self, rule: str, value: pl.Expr) -> None:
        """Replace values by an expression over `value`, and count the cells that it changed."""
        free = pl.col("finding").is_null()
        repaired = self.frame.with_columns(_after=pl.when(free).then(value).otherwise(V))
        # Most repairs find nothing to do, and every further step has its price.
        if repaired["_after"].equals(repaired["value"]):
            return
        is_changed = pl.col("_after").ne_missing(V)
        # A repair in two steps is still one repair of the cell.
        changed = repaired.filter(is_changed & pl.col("repair").ne_missing(rule))["cells"].sum()
        if changed:
            self.counts[rule] = self.counts.get(rule, 0) + int(changed)
        self.frame = repaired.with_columns(
            value=pl.col("_after"),
            repair=pl.when(is_changed).then(pl.lit(rule)).otherwise(pl.col("repair")),
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


def distinct(texts: pl.Series, dirty: pl.Expr) -> Cells:
    """The different texts of a column that are not canonical, as `dirty` over `value` tells."""
    frame = (
        texts.alias("text")
        .to_frame()
        .filter(pl.col("text").is_not_null())
        .with_columns(value=pl.col("text"))
        .filter(dirty)
        .group_by("text")
        .agg(cells=pl.len())
        .select(
            "text",
            "cells",
            value=pl.col("text"),
            finding=pl.lit(None, pl.String),
            candidate=pl.lit(None, pl.String),
            repair=pl.lit(None, pl.String),
        )
    )
    return Cells(frame)
