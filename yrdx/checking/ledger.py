"""What one pass over a table writes down: good rows, suspicious rows, keys, sums, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from yrdx.checking.findings import FindingsFile
from yrdx.checking.keys import KeyLedger
from yrdx.checking.marking import IS_FOREIGN, IS_GOOD, KEY_HASH, schema_of_rows
from yrdx.checking.parsing import raw
from yrdx.checking.plan import Plan
from yrdx.checking.runs import SortedRuns
from yrdx.checking.second_look import Seen
from yrdx.checking.spill import Aside, Numbers, Spill
from yrdx.checking.totals import summed_columns
from yrdx.dataset import Kind
from yrdx.model import Note, RowCounts, Text
from yrdx.reading import RowApart
from yrdx.reading.table import DOUBT, ROW

SLICE = 25_000
"""Suspicious rows that are normalised and explained at once."""


def date_note(column: str, *, cells: int) -> Note:
    """The note that normalising writes too, for dates whose spelling is plain."""
    text = Text(zh="日期统一写成 YYYY-MM-DD。", en="Dates were rewritten as YYYY-MM-DD.")
    return Note(column=column, rule="date_was_rewritten", cells=cells, text=text)


@dataclass(slots=True)
class Ledger:
    """Everything that the two looks at the rows leave behind; only counts stay in memory."""

    plan: Plan
    runs: SortedRuns | None
    findings: FindingsFile
    suspicious: Aside
    repaired: Spill
    keys: KeyLedger
    data_rows: Numbers
    progress: Callable[[int], None] | None
    apart: list[RowApart] = field(default_factory=list)
    notes: dict[tuple[str | None, str], Note] = field(default_factory=dict)
    noted: list[Note] = field(default_factory=list)
    sums: dict[str, Decimal] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _seen: int = 0

    @classmethod
    def inside(
        cls,
        folder: Path,
        *,
        plan: Plan,
        runs: SortedRuns | None,
        findings: FindingsFile,
        progress: Callable[[int], None] | None,
    ) -> Ledger:
        """A new ledger that keeps its bulk in an empty folder."""
        return cls(
            plan=plan,
            runs=runs,
            findings=findings,
            suspicious=Aside(SLICE),
            repaired=Spill(folder / "repaired_rows.arrow"),
            keys=KeyLedger.inside(folder, plan=plan),
            data_rows=Numbers(folder / "data.bin", np.uint32),
            progress=progress,
            sums={name: Decimal(0) for name in summed_columns(plan)},
        )

    def take(self, batch: pl.DataFrame) -> None:
        """Write down one batch of the streaming pass."""
        is_good = batch[IS_GOOD]
        # Columns are chosen before rows: what nobody wants is never gathered.
        good = batch.select(self._wanted())
        if not is_good.all():
            self.suspicious.add(batch.select(self._raw_columns(batch)).filter(~is_good))
            good = good.filter(is_good)
        own = good
        if self.plan.foreign is not None:
            own = good.filter(~pl.col(IS_FOREIGN))
            self.counts["set_aside"] += good.height - own.height
        self.keys.add_good(own)
        self._add_data(good)
        self._note_spellings(own)
        self._keep(own)
        self._seen += batch.height
        if self.progress is not None:
            self.progress(self._seen)

    def _wanted(self) -> list[str]:
        """The columns of good rows that somebody here reads."""
        kept = schema_of_rows(self.plan.dataset) if self.runs is not None else {ROW: None}
        spelt = [raw(name) for name in self._dates()]
        return list(dict.fromkeys((*kept, IS_FOREIGN, KEY_HASH, *self.sums, *spelt)))

    def _dates(self) -> list[str]:
        columns = self.plan.dataset.columns
        return [name for name in self.plan.parsed if columns[name].kind is Kind.DATE]

    def _keep(self, good: pl.DataFrame) -> None:
        self.counts["good"] += good.height
        if self.runs is not None:
            self.runs.add(good.select(schema_of_rows(self.plan.dataset).keys()))

    def _raw_columns(self, batch: pl.DataFrame) -> list[pl.Expr]:
        """The row as it was read: what was parsed takes its text back."""
        parsed = set(self.plan.parsed)
        names = [name for name in (*self.plan.source_columns, DOUBT) if name in batch.columns]
        texts = [pl.col(raw(name)).alias(name) if name in parsed else name for name in names]
        return [pl.col(ROW), *texts]  # type: ignore[list-item]

    def _add_data(self, rows: pl.DataFrame) -> None:
        """Remember where data rows are, and add their figures to the sums."""
        self.data_rows.add(rows[ROW])
        for name in self.sums:
            self.sums[name] += Decimal(rows[name].sum() or 0)

    def _note_spellings(self, rows: pl.DataFrame) -> None:
        """Count the plain other spellings that parsing takes without a second look."""
        changed = pl.Series([0]).head(0)
        for name in self._dates():
            other = rows[raw(name)].str.slice(4, 1) != "-"
            if other.any():
                self._note(date_note(name, cells=int(other.sum())))
                changed = other if not len(changed) else (changed | other)
        self.counts["normalised"] += int(changed.sum() or 0)

    def _note(self, note: Note) -> None:
        key = (note.column, note.rule)
        known = self.notes.get(key)
        cells = note.cells + (known.cells if known else 0)
        self.notes[key] = (known or note).model_copy(update={"cells": cells})

    def take_again(self, seen: Seen) -> None:
        """Write down one slice of the second look.

        Its good rows wait for `close_rows`: where a run of rows ends must not depend on
        how far the stream was when they were done.
        """
        self.apart += seen.apart
        self.keys.add_repaired(seen.admitted)
        self.keys.add_wrong(seen.wrong)
        self._add_data(seen.data)
        self.counts["good"] += seen.admitted.height
        if self.runs is not None:
            self.repaired.add(seen.admitted.select(schema_of_rows(self.plan.dataset).keys()))
        self.noted += seen.notes
        self.counts["rejected"] += seen.wrong.height
        self.counts["set_aside"] += seen.foreign.height + len(seen.apart)
        self.counts["normalised"] += seen.normalised

    def end_stream(self) -> None:
        """End the last run of good rows: it can be written while the last slice is looked at."""
        if self.runs is not None:
            self.runs.flush()

    def close_rows(self) -> None:
        """End the file of good rows: behind those of the stream come those of the second look."""
        self.repaired.close()
        if self.runs is not None:
            for rows in self.repaired.slices(SLICE):
                self.runs.add(rows)
            self.runs.flush()
            self.runs.close()

    def all_notes(self) -> tuple[Note, ...]:
        """The notes of the stream, then those of the second look, however far each was when."""
        for note in self.noted:
            self._note(note)
        self.noted.clear()
        return tuple(self.notes.values())

    def row_counts(self, *, repeated: int, clashing: int) -> RowCounts:
        """Where every row went, once it is known which keys were used twice."""
        admitted = self.counts["good"] - repeated - clashing
        rejected = self.counts["rejected"] + clashing
        set_aside = self.counts["set_aside"]
        return RowCounts(
            read=admitted + rejected + repeated + set_aside,
            admitted=admitted,
            rejected=rejected,
            repeated=repeated,
            set_aside=set_aside,
            normalised=self.counts["normalised"],
        )
