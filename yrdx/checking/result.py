"""What a check is told, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yrdx.model import ControlTotal, Fault, FindingCount, NotChecked, Note, RowCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the agreement and the delivery fix for a check; `today` is the day of receipt."""

    province: str
    period: str
    today: date
    tolerance: float = 0.05
    not_supplied: tuple[str, ...] = ()
    own_rows_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of the fused pass over one table.

    `rows_path` holds the good rows (typed, runs sorted by key, column `_row` first) except those
    that `withdrawn` lists (rows whose key turned out to be used twice, found after they were
    written). `findings_path` holds every finding, uncapped.
    """

    rows_path: Path
    findings_path: Path
    counts: RowCounts
    findings: tuple[FindingCount, ...]
    notes: tuple[Note, ...]
    control_totals: tuple[ControlTotal, ...]
    missing: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    faults: tuple[Fault, ...]
