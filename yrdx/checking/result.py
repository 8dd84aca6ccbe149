"""What a check is told, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from yrdx.model import (
    ControlTotal,
    Fault,
    FindingCount,
    Follower,
    NotChecked,
    Note,
    RowCounts,
    Waiver,
)
from yrdx.rule import Day, Rule
from yrdx.rule_calendar import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the agreement and the delivery fix for a check; `today` is the day of receipt.

    `in_force` are the stages of rules on that day. `waivers` speak of this delivery; those whose
    id is in `exceeded` turned out to accept too little, and are void. `sealing` and `sealing_year`
    are how personal numbers were to be sealed, None where nothing is agreed.
    `approval` tells that a person must approve what is good: no rule looks at it.
    """

    province: str
    period: str
    today: date
    tolerance: float = 0.05
    not_supplied: tuple[str, ...] = ()
    own_rows_only: bool = False
    in_force: InForce = field(default_factory=InForce)
    waivers: tuple[Waiver, ...] = ()
    exceeded: frozenset[str] = frozenset()
    sealing: str | None = None
    sealing_year: int | None = None
    approval: str | None = None

    @property
    def agreed(self) -> dict[str, str]:
        """The terms of the agreement that a verdict rests on, in words; without what is not set."""
        terms = {
            "tolerance": str(self.tolerance),
            "not_supplied": ", ".join(self.not_supplied),
            "own_rows_only": "yes" if self.own_rows_only else "",
            "sealing": self.sealing or "",
            "sealing_year": str(self.sealing_year or ""),
        }
        return {name: text for name, text in terms.items() if text}

    @property
    def spoken_of(self) -> date:
        """The day that the rows speak of, as the period states it.

        Schools are counted on 1 September: that day of the year, or of the first year of a school
        year; 1 March of the second year for a second term. An undated delivery speaks of the day
        of receipt, and no delivery speaks of a day after it.
        """
        match self.period.split("-"):
            case [_, second, "2"]:
                stated = date(int(second), 3, 1)
            case [first, *_] if first.isdigit():
                stated = date(int(first), 9, 1)
            case _:
                stated = self.today
        return min(stated, self.today)

    def day_of(self, rule: Rule) -> date:
        """The day on which a rule judges this delivery."""
        return self.spoken_of if rule.day is Day.PERIOD else self.today


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of the fused pass over one table.

    `rows_path` holds the good rows: typed, in runs sorted by key, column `_row` first. Those whose
    `_row` is in the Parquet file `withdrawn_path` do not count, because their key turned out to be
    used twice after they were written (None: there are none). `findings_path` holds every finding,
    uncapped, also those that reading the file gave; `findings` counts those of the check alone.
    `judged` are the rules that ran about the delivery as a whole, `blocked_by` those that reject
    it.
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
    judged: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    followers: tuple[Follower, ...] = ()
