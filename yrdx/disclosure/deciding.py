"""Which counts are published, so that no other follows from them: decided, and proved.

Every count that is not told gets a witness (`yrdx.disclosure.witness`) in which it is `k` - 1 more
or less than in another: as many as `k` values stay possible for it, for whoever has everything
that was ever published. Counts that have to move for that are not told either.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from yrdx.disclosure.history import KEY, LOOKED_AT, State, Step, keyed
from yrdx.disclosure.system import Counts, Flags, System, build
from yrdx.disclosure.tables import Design
from yrdx.disclosure.witness import FREE, Costs, Task, find, is_witness

log = logging.getLogger(__name__)

_WITNESSES = 3000
"""How many are sought at most before less is published: a limit in seconds would not give the
same tables on every machine."""

_SHARE = 0.1
"""Of the counts that lack a proof, for how many at once more is hidden."""

_TOGETHER = 8
"""Targets of a witness, where those of more are in each other's way."""

_MOSTLY = 0.5


@dataclass(frozen=True)
class Decided:
    """The next step of a period; None when nothing can be said beyond what was said before.

    `open_values` is the smallest number of values that any count which is not told leaves
    possible, as the witnesses prove.
    """

    step: Step | None
    open_values: int | None


def decide(
    now: pl.DataFrame,
    design: Design,
    *,
    history: Sequence[Step],
    k: int,
    counted_in: str | None = None,
    complementary: bool = True,
) -> Decided:
    """What is published of a period's cells, given all that was published of it before.

    `now` is what `count` gives for one period; `counted_in` names the version of the rows. Without
    `complementary` only small counts are left out: for tests of the attacker, never to publish.
    """
    system = build(design, history, now, k=k)
    forced = _forced(system, history, now, design, k=k)
    if not complementary:
        return Decided(_step(system, forced, now, design, history, k, counted_in), None)
    needed = _needed(system, now, design, k=k)
    proof, costs = _Proof(system, needed, forced), _costs(system)
    if not proof.complete(costs) and not proof.hide_levels(costs) and not proof.hide_all():
        log.warning("%d cells of a period stay as they were published", len(now))
        return Decided(None, None)
    step = _step(system, proof.hidden, now, design, history, k, counted_in)
    return Decided(step, proof.open_values())


def _forced(
    system: System, history: Sequence[Step], now: pl.DataFrame, design: Design, *, k: int
) -> Flags:
    """What cannot be told: small counts, small differences, and what was not told before."""
    small = keyed(now, design).filter(pl.col("persons") < k).select(KEY, "rows")
    told = pl.concat([_told(step, design) for step in history]).unique() if history else None
    near = system.cells.select("unknown", KEY, "rows", "is_new").filter("is_new")
    flags = system.flag("hidden").copy()
    flags[near.join(small, on=[KEY, "rows"])["unknown"].to_numpy()] = True
    if told is not None:
        difference = (pl.col("rows") - pl.col("shown")).abs()
        changed = near.join(told, on=KEY).filter(difference.is_between(1, k - 1))
        flags[changed["unknown"].to_numpy()] = True
    flags[system.flag("shown")] = False
    return flags


def _told(step: Step, design: Design) -> pl.DataFrame:
    """The counts that a step newly told."""
    return (
        keyed(step.cells, design)
        .filter(pl.col("state") == State.PUBLISHED.value)
        .select(KEY, "shown")
    )


def _needed(system: System, now: pl.DataFrame, design: Design, *, k: int) -> Counts:
    """How far apart two witnesses must be, by unknown; few persons with many rows need more."""
    needed = system.cells["at_least"].to_numpy().astype(np.int64) - 1
    few = keyed(now, design).filter(pl.col("persons") < k).select(KEY, "rows")
    at = system.cells.join(few, on=[KEY, "rows"])["unknown"].to_numpy()
    needed[at] = np.maximum(needed[at], system.count[at])
    return needed


def _costs(system: System) -> Costs:
    """What readers lose with a count: totals are worth more than parts, large ones than small."""
    looked_at = system.cells[LOOKED_AT].to_numpy().astype(float)
    most = looked_at.max(initial=0)
    cost = (1 + np.log(system.count)) * 3.0 ** (most - looked_at)
    return np.asarray(cost / cost.max(initial=1))


class _Proof:
    """The counts hidden so far, and how far the witnesses found so far are apart for each."""

    def __init__(self, system: System, needed: Counts, hidden: Flags) -> None:
        self._system, self._needed = system, needed
        self.hidden = hidden.copy()
        self._fixed = system.flag("shown")
        zero = np.zeros(len(needed), dtype=np.int64)
        self._low, self._high = zero.copy(), zero.copy()
        self._witnesses: list[Counts] = []
        self._sought, self._limit = 0, _WITNESSES

    def complete(self, cost: Costs) -> bool:
        """Hide more, until every hidden count is far enough apart in two witnesses.

        As much as can be is proved by moving what is hidden anyway; for some of the rest more is
        hidden, which again proves others. All of the rest at once would hide far too much.
        """
        share = _SHARE
        while self._sought < self._limit:
            self._prove_with_hidden()
            lacking = self._lacking()
            if not len(lacking):
                return True
            some = lacking[:: max(1, int(1 / share))]
            price = np.where(self.hidden, FREE, cost)
            if not self._seek(some, ~self._fixed, price):
                if len(some) == 1:
                    return False
                share /= 4
        return False

    def _prove_with_hidden(self) -> None:
        """Prove what can be by moving hidden counts: fewer at once where they are in the way."""
        price = np.full(len(self.hidden), FREE)
        given_up = np.zeros(len(self.hidden), dtype=bool)
        at_once = 256
        while self._sought < self._limit and len(lacking := self._lacking(but=given_up)):
            some = lacking[:: max(1, len(lacking) // at_once)]
            self._seek(some, self.hidden & ~self._fixed, price)
            proved = len(some) - len(np.intersect1d(some, self._lacking()))
            if 3 * proved > len(some):
                at_once *= 2
            elif at_once > _TOGETHER:
                at_once = max(_TOGETHER, len(some) // 4)
            elif not proved:
                given_up[some] = True

    def _lacking(self, *, but: Flags | None = None) -> Counts:
        """The hidden counts that two witnesses do not yet hold far enough apart."""
        lacking = self.hidden & (self._high - self._low < self._needed)
        return np.flatnonzero(lacking if but is None else lacking & ~but)

    def _seek(
        self,
        targets: Counts,
        movable: Flags,
        price: Costs,
    ) -> bool:
        """Whether a witness was found that proves some of the targets."""
        wanted = np.zeros_like(self._needed)
        wanted[targets] = self._wanted(targets)
        self._sought += 1
        found = find(Task(self._system, movable, price, wanted))
        return found is not None and self._gained(found, targets)

    def _wanted(self, targets: Counts) -> Counts:
        """Small counts can only rise; of large ones every other one falls, so that sums hold."""
        needed = self._needed[targets]
        falls = (self._system.count[targets] > needed) & (np.arange(len(targets)) % 2 == 1)
        return np.where(falls, -needed, needed)

    def _gained(self, difference: Counts, targets: Counts) -> bool:
        if not is_witness(self._system, difference, published=self._fixed):
            return False
        before = self._high[targets] - self._low[targets]
        self._take(difference)
        after = self._high[targets] - self._low[targets]
        return bool((after >= self._needed[targets])[before < self._needed[targets]].any())

    def _take(self, difference: Counts) -> None:
        self._witnesses.append(difference)
        self.hidden |= difference != 0
        self._low = np.minimum(self._low, difference)
        self._high = np.maximum(self._high, difference)

    def hide_levels(self, cost: Costs) -> bool:
        """Tell nothing where most is hidden anyway: of every set of columns like that."""
        levels = self._system.cells[KEY].str.replace_all(r"=[^|]*", "")
        is_mostly = pl.DataFrame({"level": levels, "hidden": self.hidden}).select(
            pl.col("hidden").mean().over("level") > _MOSTLY
        )
        self.hidden |= is_mostly.to_series().to_numpy() & ~self._fixed
        self._limit += _WITNESSES
        return self.complete(cost)

    def hide_all(self) -> bool:
        """Tell nothing of the period; possible where nothing was ever told of it.

        A multiple of all counts is a witness then: every sum holds for it.
        """
        if self._fixed.any():
            return False
        self.hidden[:] = True
        factor = int(self._needed.max(initial=1)) + 1
        self._take(self._system.count * (factor - 1))
        return True

    def open_values(self) -> int | None:
        """Values left possible for the count that is told nearest, each witness tried again."""
        published = ~self.hidden
        if not all(is_witness(self._system, one, published=published) for one in self._witnesses):
            raise AssertionError("a witness does not fit what is published: this is a defect")
        together = np.stack([np.zeros_like(self._needed), *self._witnesses])
        apart = (together.max(axis=0) - together.min(axis=0))[self.hidden]
        if (apart < self._needed[self.hidden]).any():
            raise AssertionError("a hidden count is not protected: this is a defect")
        return int(apart.min()) + 1 if len(apart) else None


def _step(
    system: System,
    hidden: Flags,
    now: pl.DataFrame,
    design: Design,
    history: Sequence[Step],
    k: int,
    counted_in: str | None,
) -> Step:
    """What readers see of each cell: its count, the count it had when it was last told, nothing."""
    tell = system.cells.select(KEY, "rows").with_columns(pl.Series("_hidden", hidden))
    frame = keyed(now, design).join(tell, on=[KEY, "rows"], how="left")
    frame = frame.join(_last_told(history, design), on=KEY, how="left")
    state = (
        pl.when(~pl.col("_hidden"))
        .then(pl.lit(State.PUBLISHED.value))
        .when(pl.col("_told").is_not_null())
        .then(pl.lit(State.HELD.value))
        .otherwise(pl.lit(State.SUPPRESSED.value))
    )
    shown = pl.when(pl.col("_hidden")).then(pl.col("_told")).otherwise(pl.col("rows"))
    frame = frame.with_columns(state.alias("state"), shown.alias("shown"))
    is_held = pl.col("state") == State.HELD.value
    version = pl.when(pl.col("state") == State.PUBLISHED.value).then(pl.lit(counted_in))
    cells = frame.select(
        *(pl.col(name) for name in design.columns),
        "rows",
        "state",
        "shown",
        counted_in=pl.when(is_held).then(pl.col("_told_in")).otherwise(version),
    ).sort(design.columns)
    return Step(cells, at_least=k)


def _last_told(history: Sequence[Step], design: Design) -> pl.DataFrame:
    """By cell: the last count that was told, and in which version of the rows it was counted."""
    schema = {KEY: pl.String(), "_told": pl.Int64(), "_told_in": pl.String()}
    found = pl.DataFrame(schema=schema)
    for step in history:
        told = keyed(step.cells, design).filter(pl.col("state") == State.PUBLISHED.value)
        newer = told.select(KEY, _told="shown", _told_in="counted_in")
        found = pl.concat([found.join(newer, on=KEY, how="anti"), newer])
    return found
