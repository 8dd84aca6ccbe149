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

    `rows_path` holds the good rows: typed, in runs sorted by key, column `_row` first. Those whose
    `_row` is in the Parquet file `withdrawn_path` do not count, because their key turned out to be
    used twice after they were written (None: there are none). `findings_path` holds every finding,
    uncapped, also those that reading the file gave; `findings` counts those of the check alone.
    """

    rows_path: Path
    withdrawn_path: Path | None = None
    findings_path: Path
    counts: RowCounts
    findings: tuple[FindingCount, ...]
    notes: tuple[Note, ...]
    control_totals: tuple[ControlTotal, ...]
    missing: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    faults: tuple[Fault, ...]
