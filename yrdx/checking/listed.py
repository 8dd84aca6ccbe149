"""How many findings the error list names one by one."""

from __future__ import annotations

from collections.abc import Iterable

from yrdx.excel import ROWS_A_SHEET
from yrdx.model import FindingCount

MOST_LISTED = 2 * ROWS_A_SHEET
"""Findings that the error list names one by one: two full sheets, the most that Excel bears."""

LISTED_OF_EACH = 1_000
"""Of more than that, the places of each rule in each column that it names."""


def listed_of(counted: Iterable[FindingCount]) -> dict[tuple[str, str | None], int]:
    """How many places of each rule in each column the error list names.

    All of them, unless they are more than anybody could open, let alone correct one by one: then
    the first of each. All findings are in `findings.parquet` whatever their number.
    """
    counts: dict[tuple[str, str | None], int] = {}
    for item in counted:
        name = (item.rule, item.column)
        counts[name] = counts.get(name, 0) + item.count
    if sum(counts.values()) <= MOST_LISTED:
        return counts
    return {name: min(count, LISTED_OF_EACH) for name, count in counts.items()}
