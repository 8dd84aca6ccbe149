"""All that can be computed from everything published: unknown counts, and the sums they are in.

An unknown is a cell *with its true count*: a cell that has the same count in two versions is one
unknown. So the reader we protect against is given to know which counts have not changed, though
no publication says so: who subtracts versions can be right about that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from yrdx.disclosure.history import KEY, LOOKED_AT, State, Step, keyed
from yrdx.disclosure.tables import ALL, Design

Counts = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class System:
    """Unknowns `count` with `relations @ count == 0`: each row is children minus their parent.

    `cells` tells of each unknown: the cell, its count, whether it was `shown` by an earlier
    version or `hidden` in one, whether it is of the version to come (`is_new`), and how many
    values must be left open for it (`at_least`).
    """

    cells: pl.DataFrame
    relations: sparse.csr_matrix

    @property
    def count(self) -> Counts:
        """The true counts."""
        return self.cells["rows"].to_numpy()

    def flag(self, name: str) -> Flags:
        """A column of yes and no."""
        return self.cells[name].to_numpy()


def build(design: Design, history: Sequence[Step], now: pl.DataFrame, *, k: int) -> System:
    """The unknowns of every version, and the relations between those of each."""
    current = keyed(now, design)
    told = [keyed(step.cells, design) for step in history]
    unknowns = _unknowns(history, told, current, k=k)
    return System(unknowns, _relations(unknowns, design, [*told, current]))


def _unknowns(
    history: Sequence[Step], told: Sequence[pl.DataFrame], current: pl.DataFrame, *, k: int
) -> pl.DataFrame:
    frames = [
        frame.select(
            KEY,
            "rows",
            LOOKED_AT,
            shown=pl.col("state") == State.PUBLISHED.value,
            hidden=pl.col("state") != State.PUBLISHED.value,
            is_new=pl.lit(value=False),
            at_least=pl.lit(step.at_least),
        )
        for step, frame in zip(history, told, strict=True)
    ]
    frames.append(
        current.select(
            KEY,
            "rows",
            LOOKED_AT,
            shown=pl.lit(value=False),
            hidden=pl.lit(value=False),
            is_new=pl.lit(value=True),
            at_least=pl.lit(k),
        )
    )
    together = pl.concat(frames).group_by(KEY, "rows", maintain_order=True)
    unknowns = together.agg(
        pl.col("shown").any(),
        pl.col("hidden").any(),
        pl.col("is_new").any(),
        pl.col("at_least").max(),
        pl.col(LOOKED_AT).max(),
    )
    return unknowns.sort(KEY, "rows").with_row_index("unknown")


def _links(design: Design, frame: pl.DataFrame) -> pl.DataFrame:
    """Each cell with each of the sums it is in: the `parent`, and by which column it is finer."""
    every = frame.select(KEY, *(_column(frame, name) for name in design.columns))
    found = []
    for column in design.steps:
        finer = [other for other, decided in design.steps.items() if column in decided]
        looked_at = [pl.col(column) != ALL, *(pl.col(other) == ALL for other in finer)]
        children = every.filter(*looked_at)
        parents = keyed(children.drop(KEY).with_columns(pl.lit(ALL).alias(column)), design)
        found.append(children.select(KEY, parent=parents[KEY], by=pl.lit(column)))
    return pl.concat(found)


def _column(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in frame.columns else pl.lit(ALL).alias(name)


def _relations(
    unknowns: pl.DataFrame, design: Design, frames: Sequence[pl.DataFrame]
) -> sparse.csr_matrix:
    """One row for each sum, whichever versions have it: the same sum of the same unknowns once."""
    sums = pl.concat([_sums(unknowns, design, frame) for frame in frames]).unique(
        maintain_order=True
    )
    if not len(sums):
        return sparse.csr_matrix((0, len(unknowns)), dtype=np.int64)
    children = sums.with_row_index("row").explode("children")
    rows = np.concatenate([children["row"].to_numpy(), np.arange(len(sums), dtype=np.uint32)])
    columns = np.concatenate([children["children"].to_numpy(), sums["parent"].to_numpy()])
    values = np.concatenate(
        [np.ones(len(children), dtype=np.int64), -np.ones(len(sums), dtype=np.int64)]
    )
    return sparse.csr_matrix((values, (rows, columns)), shape=(len(sums), len(unknowns)))


def _sums(unknowns: pl.DataFrame, design: Design, frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.select(KEY, "rows").join(
        unknowns.select(KEY, "rows", "unknown"), on=[KEY, "rows"]
    )
    parents = named.select(pl.col(KEY).alias("parent"), pl.col("unknown").alias("whole"))
    return (
        _links(design, frame)
        .join(named.select(KEY, "unknown"), on=KEY)
        .join(parents, on="parent")
        .group_by("whole", "by")
        .agg(pl.col("unknown").sort().alias("children"))
        .sort("whole", "by")
        .select(pl.col("whole").alias("parent"), "children")
    )
