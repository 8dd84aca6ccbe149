"""Repairs of a cell that other cells of its row decide, or a loaded list."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from yrdx.checking.plan import Plan
from yrdx.lists import ENTRIES
from yrdx.model import Note
from yrdx.reading.normalise import Normalised
from yrdx.rule import Repair

_NO_ENTRIES = pl.DataFrame(schema=ENTRIES)


def repair_rows(normalised: Normalised, plan: Plan) -> Normalised:
    """Normalised rows with all repairs that can be made, each counted in a note."""
    rows, notes = normalised.rows, list(normalised.notes)
    for repair in plan.dataset.repairs:
        expression = _expression(repair, plan)
        if expression is None:
            continue
        repaired = rows.select(expression.cast(pl.String).alias(repair.column)).to_series()
        cells = int(rows[repair.column].ne_missing(repaired).sum())
        if cells:
            rows = rows.with_columns(repaired)
            notes.append(
                Note(column=repair.column, rule=repair.rule, cells=cells, text=repair.note)
            )
    return replace(normalised, rows=rows, notes=tuple(notes))


def _expression(repair: Repair, plan: Plan) -> pl.Expr | None:
    """What makes the repair, None where its list or one of its columns is not there."""
    entries = _NO_ENTRIES
    if repair.needs is not None:
        if repair.needs.name not in plan.lists:
            return None
        entries = plan.lists[repair.needs.name].entries
    expression = repair.build(entries)
    needed = {repair.column, *expression.meta.root_names()}
    return expression if needed <= set(plan.supplied) else None
