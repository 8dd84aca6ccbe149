"""Repairs that only a loaded list can make: the text of a code as the list writes it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from yrdx.checking.plan import Plan
from yrdx.model import Note
from yrdx.reading.normalise import Normalised


def repair_by_lists(normalised: Normalised, plan: Plan) -> Normalised:
    """Normalised rows with the repairs of all lists that are loaded, each counted in a note."""
    rows, notes = normalised.rows, list(normalised.notes)
    for repair in plan.dataset.list_repairs:
        if repair.needs.name not in plan.lists or repair.column not in plan.supplied:
            continue
        expression = repair.build(plan.lists[repair.needs.name].entries)
        if not set(expression.meta.root_names()) <= set(plan.supplied):
            continue
        repaired = rows.select(expression.cast(pl.String).alias(repair.column)).to_series()
        cells = int(rows[repair.column].ne_missing(repaired).sum())
        if cells:
            rows = rows.with_columns(repaired)
            notes.append(
                Note(column=repair.column, rule=repair.rule, cells=cells, text=repair.note)
            )
    return replace(normalised, rows=rows, notes=tuple(notes))
