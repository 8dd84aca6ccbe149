"""Totals and bands that a table states, compared with what its rows give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np
import numpy.typing as npt
import polars as pl

from yrdx.checking.plan import Plan
from yrdx.dataset import Kind
from yrdx.model import ControlTotal
from yrdx.reading import RowApart, Table

Sums = Mapping[str, Decimal]

_PART_OF_A_TABLE = "小计"
ROWS = "rows"


def summed_columns(plan: Plan) -> tuple[str, ...]:
    """Columns whose sum a total may state."""
    kinds = (Kind.INTEGER, Kind.DECIMAL)
    return tuple(name for name in plan.supplied if plan.dataset.columns[name].kind in kinds)


def control_totals(
    apart: Sequence[RowApart],
    table: Table,
    *,
    data_rows: npt.NDArray[np.uint32],
    sums: Sums,
) -> list[tuple[int, ControlTotal]]:
    """Compare each band with the rows below it, and each grand total with all rows.

    Gives each total with its `_row`.
    A subtotal says nothing about which rows it sums, so it is listed without a comparison.
    """
    if not apart:
        return []
    numbers = np.sort(data_rows)
    rows = table.locate(pl.Series("_row", [item.row for item in apart], dtype=pl.UInt32)).to_list()
    bands = [item.row for item in apart if item.kind == "band"]
    found = []
    for item, row in zip(apart, rows, strict=True):
        if item.kind == "band":
            declared, counted = _band(item, bands, numbers)
        elif item.kind == "total":
            declared, counted = _grand_total(item, sums, count=len(numbers))
        else:
            continue
        total = ControlTotal(
            label=item.label,
            sheet=table.reading.sheet,
            row=row,
            declared=declared,
            counted=counted,
        )
        found.append((item.row, total))
    return found


Figures = tuple[dict[str, float], dict[str, float]]


def _band(item: RowApart, bands: Sequence[int], numbers: npt.NDArray[np.uint32]) -> Figures:
    """A band counts the rows down to the next band."""
    declared = number_of(item.values.get(ROWS))
    if declared is None:
        return {}, {}
    below = min((row for row in bands if row > item.row), default=int(np.iinfo(np.uint32).max))
    first, last = np.searchsorted(numbers, [item.row, below])
    return {ROWS: float(declared)}, {ROWS: float(last - first)}


def _grand_total(item: RowApart, sums: Sums, *, count: int) -> Figures:
    if _PART_OF_A_TABLE in item.label:
        return {}, {}
    stated = {name: number_of(text) for name, text in item.values.items()}
    declared = {
        name: float(figure)
        for name, figure in stated.items()
        if figure is not None and (name in sums or name == ROWS)
    }
    counted = {name: float(count if name == ROWS else sums[name]) for name in declared}
    return declared, counted


def number_of(text: str | None) -> Decimal | None:
    """The number that a total states, None where the text is none."""
    plain = (text or "").translate(_PLAIN).strip()
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_PLAIN = {ord(wide): str(place) for place, wide in enumerate("０１２３４５６７８９")}
_PLAIN |= {ord("．"): ".", ord("－"): "-", ord(","): "", ord("，"): "", ord(" "): ""}
