"""What was published of a period before: every step of it, with the counts it did not show.

One step is one published state of one period. The counts are confidential: they lie with the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

KEY = "_cell"
"""A cell as one text: its values, in the order of the design's columns."""

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

    def keyed(self, columns: tuple[str, ...]) -> pl.DataFrame:
        """The cells with their `KEY`; columns of a design that is no more are left out."""
        return keyed(self.cells, columns)


def keyed(cells: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The cells with their `KEY`: the values that a cell looks at, by the names of their columns.

    A design that gets another column leaves the keys of all cells as they were.
    """
    parts = [
        pl.when(pl.col(name) == "all")
        .then(None)
        .otherwise(pl.format(f"{name}={{}}", pl.col(name)))
        for name in sorted(columns)
        if name in cells.columns
    ]
    return cells.with_columns(
        pl.concat_str(parts, separator=_JOINED, ignore_nulls=True).alias(KEY)
    )
