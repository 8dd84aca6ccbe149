"""A derivation: how the exchange makes the rows of a dataset of its own out of published ones.

A module of `schemas/derived/` exports the contract of such a dataset, as any other, and beside it
a `DERIVATION`: which snapshots it needs, and the function that turns them into rows. The rows are
a function of what it is given here and of nothing else: no clock, no environment, no order of
files. So the same snapshots and the same definitions give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from yrdx.errors import ConfigurationError
from yrdx.lists import LoadedList
from yrdx.settings import Settings

UNIT = "exchange"
"""The supplying unit of derived rows."""

WHOLE_REGION = "30"
"""Province under which rows about the Yangtze River Delta as a whole lie.

GB/T 2260 leaves the code free, in the range of East China, beside its four members 31 to 34. It is
not "00", which says of a file that nobody stated its province.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One snapshot that rows are derived from; without a version nothing was published yet.

    `rows` have the contract's columns and where each row comes from (`src_province`, `src_unit`,
    `src_period`, `file_sha256` …); there are none where there is no version. `states` says what
    was agreed and what of it arrived: province, unit, period, state (`arrived`, `carried_forward`,
    `missing`) and the newest period that there is.
    """

    dataset: str
    version: str | None
    rows: pl.LazyFrame
    states: pl.DataFrame

    @property
    def is_published(self) -> bool:
        """Whether there is a snapshot at all."""
        return self.version is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that derived rows may be made from.

    `lists` are the loaded lists in use of those that the derivation names, where there are any.
    `own` is the dataset's own newest snapshot, for a derivation that looks back.
    """

    sources: Mapping[str, Source]
    settings: Settings
    lists: Mapping[str, LoadedList] = field(default_factory=dict)
    own: Source | None = None

    def source(self, dataset: str) -> Source:
        """The snapshot of a dataset that the derivation needs."""
        if dataset not in self.sources:
            raise ConfigurationError(
                f"the derivation looks at {dataset}; name it in its needs= "
                f"({', '.join(self.sources)})"
            )
        return self.sources[dataset]

    def rows(self, dataset: str) -> pl.LazyFrame:
        """The rows of that snapshot, of all provinces and periods."""
        return self.source(dataset).rows


def _nothing(_: Settings) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How rows are made: the datasets needed, the function, and what else the rows rest on.

    `make` gives the contract's columns, in any order of rows. `rests_on` names what the rows rest
    on beside snapshots and lists: name → digest or value of a setting or a definition. `period`
    is an expression that gives each row's period; None: the contract's period column. `lists` are
    names of loaded lists. A derivation that `looks_back` is also given its own last snapshot.
    """

    needs: tuple[str, ...]
    make: Callable[[Given], pl.LazyFrame]
    rests_on: Callable[[Settings], Mapping[str, str]] = _nothing
    period: pl.Expr | None = None
    lists: tuple[str, ...] = ()
    looks_back: bool = False
