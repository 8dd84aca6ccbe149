"""The calendar of rules: from when to when each rule stands at which stage, and for whom.

`schemas/calendar/<dataset>.yaml` holds the entries of one dataset, `every_dataset.yaml` those of
all; a rule without an entry has always been enforced as its author declared it. The stage is that
of the day of receipt, so that history is judged by the rules of then. Cheap and parse-safe.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Protocol, Self

from pydantic import Field, model_validator

from yrdx.model import Frozen, ProvinceCode, Severity, Text
from yrdx.yaml_files import read_yaml

EVERY_DATASET = "every_dataset"
"""Stem of the file whose entries hold for all datasets."""


class Stage(StrEnum):
    """How far a rule has come."""

    DRAFT = "draft"  # not run
    SHADOW = "shadow"  # run and counted, told to nobody outside, no part of the verdict
    WARN = "warn"  # told as a warning, rejects nothing
    ENFORCE = "enforce"  # as its author declared it, or as the step states
    RETIRED = "retired"  # not run any more

    @property
    def is_run(self) -> bool:
        """Whether a rule at this stage is evaluated at all."""
        return self not in (Stage.DRAFT, Stage.RETIRED)


class Ruled(Protocol):
    """What the calendar needs to know of a rule, whether of rows, of lists or of tables."""

    @property
    def code(self) -> str:
        """The rule's code."""

    @property
    def column(self) -> str | None:
        """Where its findings point."""

    @property
    def severity(self) -> Severity:
        """The severity that its author declared."""


class Step(Frozen):
    """One stage, valid on a day d when `from` <= d < `to`; an end that is not stated is open."""

    stage: Stage
    severity: Severity | None = None
    valid_from: date | None = Field(default=None, alias="from")
    valid_to: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.severity is not None and self.stage is not Stage.ENFORCE:
            raise ValueError(
                f"stage {self.stage.value} has a severity of its own; state `severity` with "
                "stage: enforce only"
            )
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError(
                f"from {self.valid_from} is not before to {self.valid_to}; `to` is the first day "
                "on which the step does not hold any more"
            )
        return self

    def covers(self, day: date) -> bool:
        """Whether the step holds on a day."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day < self.valid_to)


class Entry(Frozen):
    """The steps of one rule: in all its columns or in one, for all provinces or for some.

    The steps cover every day exactly once, so that nobody has to guess what held before.
    """

    rule: str
    column: str | None = None
    provinces: tuple[ProvinceCode, ...] = ()
    reason: Text
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _covers_every_day(self) -> Self:
        first, last = self.steps[0], self.steps[-1]
        if first.valid_from is not None:
            raise ValueError(
                f"nothing is said of the days before {first.valid_from}; put a first step "
                f"{{stage: draft, to: {first.valid_from}}} for a new rule, or "
                f"{{stage: enforce, to: {first.valid_from}}} for one that held before"
            )
        if last.valid_to is not None:
            raise ValueError(
                f"nothing is said of the days from {last.valid_to} on; add a last step "
                f"{{stage: enforce, from: {last.valid_to}}}, or another stage"
            )
        for step, following in zip(self.steps, self.steps[1:], strict=False):
            if step.valid_to is None or step.valid_to != following.valid_from:
                raise ValueError(
                    f"the step {step.stage.value} ends on {step.valid_to or 'no day'} and "
                    f"{following.stage.value} begins on {following.valid_from or 'no day'}; "
                    "write the same day in `to` and in the `from` that follows"
                )
        return self

    def on(self, day: date) -> Step:
        """The step that holds on a day."""
        return next(step for step in self.steps if step.covers(day))


class _File(Frozen):
    rules: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        seen: set[tuple[str, str | None, str | None]] = set()
        for entry in self.rules:
            for province in entry.provinces or (None,):
                place = (entry.rule, entry.column, province)
                if place in seen:
                    where = f"province {province}" if province else "all provinces"
                    raise ValueError(
                        f"{entry.rule} of column {entry.column or '(any)'} has two entries for "
                        f"{where}; join their steps in one entry"
                    )
                seen.add(place)
        return self


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one rule stands: its stage, and the severity of its findings."""

    stage: Stage
    severity: Severity


@dataclass(frozen=True)
class InForce:
    """What the calendar says for one dataset, province and day; empty: all rules as declared."""

    steps: tuple[tuple[str, str | None, Stage, Severity | None], ...] = ()
    """Rule, column (None: any), stage, and the severity that the step states."""

    @cached_property
    def _by_place(self) -> dict[tuple[str, str | None], tuple[Stage, Severity | None]]:
        return {(rule, column): (stage, stated) for rule, column, stage, stated in self.steps}

    def stage(self, code: str, column: str | None) -> Stage:
        """The stage of a rule in a column."""
        return self._step(code, column)[0]

    def of(self, rule: Ruled) -> Standing:
        """Where a rule stands: stage, and severity of its findings.

        A warning rejects nothing, so a rule that was declared a hint stays one at stage warn.
        Findings in the shadow keep the severity that they will have.
        """
        stage, stated = self._step(rule.code, rule.column)
        severity = stated or rule.severity
        if stage is Stage.WARN and severity is Severity.ERROR:
            severity = Severity.WARNING
        return Standing(stage, severity)

    def _step(self, code: str, column: str | None) -> tuple[Stage, Severity | None]:
        found = self._by_place.get((code, column)) or self._by_place.get((code, None))
        return found or (Stage.ENFORCE, None)

    def without_shadow(self) -> InForce:
        """The same for somebody outside: what is in the shadow is not run there."""
        return InForce(
            tuple(
                (rule, column, Stage.DRAFT if stage is Stage.SHADOW else stage, stated)
                for rule, column, stage, stated in self.steps
            )
        )

    @property
    def digest(self) -> str:
        """Digest of all that is said here; empty where nothing is."""
        if not self.steps:
            return ""
        return hashlib.sha256(json.dumps(self.steps).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Calendar:
    """All entries at hand, by the stem of the file they stand in."""

    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)

    def on(self, day: date, *, dataset: str, province: str) -> InForce:
        """What holds for a dataset of a province on a day.

        Where several entries speak of a rule, the closest one holds: one for the column before
        one for all columns, of the dataset before all datasets, for the province before all.
        """
        chosen: dict[tuple[str, str | None], Step] = {}
        for entry in self._from_far_to_near(dataset, province):
            chosen[entry.rule, entry.column] = entry.on(day)
        return InForce(
            tuple(
                (rule, column, step.stage, step.severity)
                for (rule, column), step in sorted(
                    chosen.items(), key=lambda item: (item[0][0], item[0][1] or "")
                )
            )
        )

    def _from_far_to_near(self, dataset: str, province: str) -> Iterator[Entry]:
        for stem in (EVERY_DATASET, dataset):
            listed = self.entries.get(stem, ())
            yield from (entry for entry in listed if not entry.provinces)
            yield from (entry for entry in listed if province in entry.provinces)

    def with_file(self, path: Path) -> Calendar:
        """The same calendar with the entries of one file in place of those it had."""
        return Calendar(self.entries | {path.stem: _entries(path)})

    @property
    def last_change(self) -> date | None:
        """The last day on which anything changes; None where nothing ever does."""
        days = (step.valid_from for listed in self.entries.values() for step in _steps(listed))
        return max((day for day in days if day), default=None)

    def unknown(self, stem: str, *, known: Iterable[tuple[str, str | None]]) -> list[Entry]:
        """Entries of one file that name no rule of those `known` by code and column."""
        places = set(known)
        codes = {code for code, _ in places}
        return [
            entry
            for entry in self.entries.get(stem, ())
            if (entry.rule not in codes)
            or (entry.column is not None and (entry.rule, entry.column) not in places)
        ]


def in_force(
    rule: Ruled, calendar: Calendar, *, dataset: str, province: str, day: date
) -> Standing:
    """Where a rule stands for a dataset of a province on a day: a pure function."""
    return calendar.on(day, dataset=dataset, province=province).of(rule)


def load_calendar_of(dataset: str, *, folder: Path) -> Calendar:
    """The files that speak of one dataset: a broken file of another one does no harm.

    Raises `ConfigurationError` naming file, field and fix.
    """
    paths = [folder / f"{stem}.yaml" for stem in (EVERY_DATASET, dataset)]
    return Calendar({path.stem: _entries(path) for path in paths if path.is_file()})


def _entries(path: Path) -> tuple[Entry, ...]:
    return read_yaml(path, _File).rules


def _steps(entries: Iterable[Entry]) -> Iterator[Step]:
    return (step for entry in entries for step in entry.steps)
