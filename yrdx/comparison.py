"""A comparison: a statement over the newest snapshots of all provinces, told to each by itself.

When a delivery is checked, what its neighbours will say is not known yet. So what two provinces
report of one thing is compared once both have been published. A comparison says where they
disagree and whom to tell. What anyone is told is put together outside the rule, from that
province's own rows: a rule cannot let one province see the rows of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from yrdx.errors import ConfigurationError
from yrdx.model import Severity, Text

TOLD = "told"
"""Column of a found disagreement: the province that is told of it."""

OTHERS = "others"
"""Column of a found disagreement: the codes of the other provinces, as a list; may be empty."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The rows of the newest snapshots that a comparison declared, of all provinces and periods.

    They have the columns `src_province`, `src_unit`, `src_period` beside their own.
    """

    given: Mapping[str, pl.LazyFrame]

    def rows(self, dataset: str) -> pl.LazyFrame:
        """The rows of the newest snapshot of a dataset."""
        if dataset not in self.given:
            raise ConfigurationError(
                f"the comparison looks at {dataset}; name it in needs= of the comparison"
            )
        return self.given[dataset]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One statement about what provinces report of the same thing.

    `find` gives a line for each province that is told (`told`) and each thing (`key`), with the
    other provinces concerned (`others`). `key` are columns of `dataset` that name the thing to
    both sides. To them are joined that province's own rows of `dataset`, of which `shows` are
    told. Texts may hold `{name}` of a key column, and `{others}`.
    """

    code: str
    dataset: str
    key: tuple[str, ...]
    shows: tuple[str, ...]
    severity: Severity
    message: Text
    remedy: Text
    source: str
    find: Callable[[Snapshots], pl.LazyFrame]
    needs: tuple[str, ...] = ()

    @property
    def datasets(self) -> tuple[str, ...]:
        """All datasets whose snapshots it looks at."""
        return tuple(dict.fromkeys((self.dataset, *self.needs)))


def comparison(  # noqa: PLR0913 - all by name: it reads as the comparison's own page
    dataset: str,
    *,
    key: Sequence[str],
    shows: Sequence[str],
    severity: Severity,
    zh: str,
    en: str,
    remedy_zh: str,
    remedy_en: str,
    source: str,
    needs: Sequence[str] = (),
) -> Callable[[Callable[[Snapshots], pl.LazyFrame]], Comparison]:
    """Turn a function that finds disagreements into a comparison; its name is the code.

    Nothing is registered: the value stays in its module, where the catalogue finds it.
    """

    def decorate(find: Callable[[Snapshots], pl.LazyFrame]) -> Comparison:
        return Comparison(
            code=find.__name__,
            dataset=dataset,
            key=tuple(key),
            shows=tuple(shows),
            severity=severity,
            message=Text(zh=zh, en=en),
            remedy=Text(zh=remedy_zh, en=remedy_en),
            source=source,
            find=find,
            needs=tuple(needs),
        )

    return decorate


Rows = Sequence[Mapping[str, Any]]
"""Changes to a dataset's good row; `src_province` says whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonExample:
    """Snapshots in which nothing is found, and some in which each of `told` is told something.

    `good` and `bad` map a dataset to its rows.
    """

    good: Mapping[str, Rows]
    bad: Mapping[str, Rows]
    told: tuple[str, ...]
