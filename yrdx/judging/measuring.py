"""Measure: a rule's lazy query becomes the small table that is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
import polars.selectors as cs

from yrdx.table_rule import About, TableRule

_SIGNIFICANT = 12
"""Figures of a float that count: in which order a sum was made must not be seen in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A rule and its measured table, one line for each thing that is judged."""

    rule: TableRule
    lines: pl.DataFrame


def measure(rule: TableRule, about: About) -> Measured:
    """Run a rule's measure; it is given what the rule declared and nothing else.

    The lines are sorted, and decimals become floats: the judge knows no decimals.
    """
    declared = {need: rows for need, rows in about.given.items() if need in rule.needs}
    query = rule.measure(replace(about, given=declared))
    lines = (
        query.with_columns(cs.decimal().cast(pl.Float64))
        .with_columns(cs.float().round_sig_figs(_SIGNIFICANT))
        .collect(engine="streaming")
    )
    lacking = [name for name in rule.key if name not in lines.columns]
    if lacking:
        raise ValueError(f"the table measured by {rule.code} lacks its key columns {lacking}")
    order = [*rule.key, *(name for name in lines.columns if name not in rule.key)]
    return Measured(rule=rule, lines=lines.sort(order, nulls_last=True, maintain_order=True))
