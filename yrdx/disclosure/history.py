"""What was published of a period before: every step of it, with the counts it did not show.

One step is one published state of one period. The counts are confidential: they lie with the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from yrdx.disclosure.tables import ALL, Design

KEY = "_cell"
"""A cell as one text."""

LOOKED_AT = "_looked_at"

_JOINED = "|"


class State(StrEnum):
    """What a publication says of a cell. Why it says no more is not told: that would tell more."""

    PUBLISHED = "published"  # the count
    HELD = "held"  # the count that an earlier version published; what it is now is not told
    SUPPRESSED = "suppressed"  # no count was ever published


@dataclass(frozen=True)
class Step:
    """A published state of a period.

    `cells` has the columns of the design, `rows` (the true count), `state`, `shown` (the published
    count, null where suppressed) and `counted_in` (which version of the rows a held count is
    from). `at_least` is how many values each count that is not told must have left open.
    """

    cells: pl.DataFrame
    at_least: int


def keyed(cells: pl.DataFrame, design: Design) -> pl.DataFrame:
    """The cells with their `KEY`, and how many columns they look at (`LOOKED_AT`).

    The key has the finest value of each axis: a school that comes to another city stays one cell,
    and a design that gets another column leaves the keys of all cells as they were.
    """
    known = [name for name in sorted(design.columns) if name in cells.columns]
    parts = [
        pl.when(_is_finest(name, design, known))
        .then(pl.format(f"{name}={{}}", pl.col(name)))
        .otherwise(None)
        for name in known
    ]
    looked_at = pl.sum_horizontal([(pl.col(name) != ALL).cast(pl.Int64) for name in known])
    return cells.with_columns(
        pl.concat_str(parts, separator=_JOINED, ignore_nulls=True).alias(KEY),
        looked_at.alias(LOOKED_AT),
    )


def _is_finest(name: str, design: Design, known: list[str]) -> pl.Expr:
    finer = [other for other in known if name in design.steps.get(other, ())]
    return pl.all_horizontal(pl.col(name) != ALL, *(pl.col(other) == ALL for other in finer))
