"""Followers: what a rule finds wrong only because a value that it reads is told wrong already.

A date that does not exist is also "not in the year of the certificate number", "later than the
graduation" and more. Telling it once is enough. Nothing is lost: a row keeps its error, and what
is not told is counted under the finding it follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.checking.common_rules import ABOUT_THE_DELIVERY, PARSE_FAILURES
from yrdx.checking.findings import Told
from yrdx.checking.parsing import RAW
from yrdx.checking.plan import Plan
from yrdx.model import Severity
from yrdx.reading.normalise import FINDINGS
from yrdx.reading.table import ROW
from yrdx.rule import Rule

Mask = npt.NDArray[np.bool_]
OUT_OF_STEP = "row_has_too_many_cells"
_GENERAL = frozenset(code for code, _ in PARSE_FAILURES.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """What remains to be told, and how many findings follow from which.

    `flags` has, for the number of each rule that found something, the rows in which it is told.
    """

    flags: Mapping[int, Mask]
    doubts: pl.DataFrame
    followers: Counter[tuple[Told, Told]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lead:
    """A wrong that others may follow: where it was found, and whether a rule follows it."""

    told: Told
    rows: Mask
    number: int | None
    is_error: bool

    def is_followed_by(self, number: int, rule: Rule, reads: Sequence[frozenset[str]]) -> bool:
        """Whether a finding of `rule` in the same row only follows."""
        code, column = self.told
        if code == OUT_OF_STEP:
            return True
        if self.number is None:
            same = rule.code in _GENERAL and rule.column == column
            return same or (self.is_error and column in reads[number])
        if column not in reads[number]:
            return False
        # Of several rules about one cell alone, the first says what is wrong.
        alone = reads[number] <= {column} and rule.code not in ABOUT_THE_DELIVERY
        return self.number < number if alone else True


def fold(
    rules: Sequence[Rule], flags: Mapping[int, Mask], *, plan: Plan, rows: pl.Series,
    doubts: pl.DataFrame,
) -> Folded:  # fmt: skip
    """Leave out what only follows: `flags` has for each rule that found something its rows.

    `rows` are the numbers of the rows judged, and `doubts` what normalising found in them.
    """
    if not flags:
        return _without_shifted(flags, doubts)
    reads = [_reads(rule, plan) for rule in rules]
    leads = [*_doubted(rows, doubts), *_broken(rules, flags, reads)]
    followers: Counter[tuple[Told, Told]] = Counter()
    remaining: dict[int, Mask] = {}
    for number, found in flags.items():
        rule, rest = rules[number], found
        for lead in leads:
            if lead.number == number or not lead.is_followed_by(number, rule, reads):
                continue
            both = rest & lead.rows
            if count := int(np.count_nonzero(both)):
                followers[(rule.code, rule.column), lead.told] += count
                rest = rest & ~lead.rows
        if rest.any():
            remaining[number] = rest
    folded = _without_shifted(remaining, doubts)
    return Folded(flags=remaining, doubts=folded.doubts, followers=followers + folded.followers)


def _without_shifted(flags: Mapping[int, Mask], doubts: pl.DataFrame) -> Folded:
    """In a row whose cells are out of step, no other doubt about a cell means anything."""
    shifted = doubts.filter(pl.col("rule") == OUT_OF_STEP)[ROW]
    followers: Counter[tuple[Told, Told]] = Counter()
    if len(shifted):
        echo = pl.col(ROW).is_in(shifted.implode()) & (pl.col("rule") != OUT_OF_STEP)
        for rule, column, count in doubts.filter(echo).group_by("rule", "column").len().iter_rows():
            followers[(rule, column), (OUT_OF_STEP, None)] += count
        doubts = doubts.filter(~echo)
    return Folded(flags=flags, doubts=doubts, followers=followers)


def _reads(rule: Rule, plan: Plan) -> frozenset[str]:
    """The fields that a rule reads, whether as text or as value."""
    names = rule.build(plan.terms.day_of(rule)).meta.root_names()
    return frozenset(name.removeprefix(RAW) for name in names) | {rule.column}


def _doubted(rows: pl.Series, doubts: pl.DataFrame) -> list[_Lead]:
    """What normalising found, which says more exactly than any rule what is wrong."""
    leads = []
    for rule, column in sorted(set(doubts["rule", "column"].rows()), key=str):
        part = doubts.filter(pl.col("rule") == rule, pl.col("column").eq_missing(pl.lit(column)))
        is_error = FINDINGS[rule][0] is Severity.ERROR
        found = rows.is_in(part[ROW].cast(rows.dtype).implode()).to_numpy()
        leads.append(_Lead(told=(rule, column), rows=found, number=None, is_error=is_error))
    leads.sort(key=lambda lead: lead.told[0] != OUT_OF_STEP)
    return leads


def _broken(
    rules: Sequence[Rule], flags: Mapping[int, Mask], reads: Sequence[frozenset[str]]
) -> list[_Lead]:
    """Errors of one value by itself: whatever else is judged of it stands on sand.

    That a value does not fit the delivery, or refers to nothing, does not make it wrong.
    """
    return [
        _Lead(told=(rules[number].code, rules[number].column), rows=found, number=number,
              is_error=True)
        for number, found in flags.items()
        if rules[number].severity is Severity.ERROR
        and reads[number] == {rules[number].column}
        and rules[number].code not in ABOUT_THE_DELIVERY
    ]  # fmt: skip
