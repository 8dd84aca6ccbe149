"""Plants every fault, runs the real reading and check, and counts what was found and what not."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bench.faults.deliveries import (
    TODAY,
    Row,
    good_rows,
    grid,
    lawful_rows,
    write_csv,
    write_xlsx,
)
from bench.faults.files import APART, REJECTED, REPEATED, FileFault, file_faults
from bench.faults.kinds import CELL_FAULTS, REPAIRED, CellFault
from yrdx import catalogue
from yrdx.checking import Terms, check
from yrdx.checking.common_rules import PARSE_FAILURES
from yrdx.checking.findings import frame_of
from yrdx.dataset import Dataset
from yrdx.example import Wrong, as_text
from yrdx.lists import LoadedList
from yrdx.model import Note, RowCounts, Severity
from yrdx.reading import Refusal, find_garbled, find_personal_numbers, read

BATCH = 200
"""Faults of single cells that are planted in one file, each in a row of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the check said of one file."""

    findings: pl.DataFrame
    notes: tuple[Note, ...] = ()
    counts: RowCounts = field(default_factory=RowCounts)
    refused: frozenset[str] = frozenset()
    personal: bool = False
    was_read: bool = False

    def at(self, row: int | None, column: str | None) -> set[str]:
        """Rules found at a place; None is anywhere."""
        found = self.findings
        if row is not None:
            found = found.filter(pl.col("row") == row)
        if column is not None:
            found = found.filter(pl.col("column") == column)
        return set(found["rule"])


@dataclass(slots=True)
class Tally:
    """What was planted under one name, and what was found of it."""

    planted: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, *, is_found: bool, place: str) -> None:
        """Count one planted fault."""
        self.planted += 1
        self.found += is_found
        if not is_found:
            self.missed.append(place)


@dataclass(slots=True)
class Result:
    """All that was measured: by kind of fault, by rule, and the false alarms by rule."""

    kinds: dict[tuple[str, str], Tally] = field(default_factory=dict)
    rules: dict[str, Tally] = field(default_factory=dict)
    alarms: Counter[str] = field(default_factory=Counter)
    alarmed_at: list[str] = field(default_factory=list)
    clean_rows: int = 0
    clean_files: int = 0
    admitted: int = 0

    def kind(self, zh: str, en: str) -> Tally:
        """The tally of one kind of fault."""
        return self.kinds.setdefault((zh, en), Tally())

    def rule(self, code: str) -> Tally:
        """The tally of one rule."""
        return self.rules.setdefault(code, Tally())

    @property
    def missed(self) -> list[str]:
        """Every planted fault that was not found."""
        return [
            f"{name}: {place}"
            for names, tally in (*self.kinds.items(), *self.rules.items())
            for name in [names if isinstance(names, str) else names[1]]
            for place in tally.missed
        ]

    def join(self, other: Result) -> None:
        """Add what was measured elsewhere."""
        pairs = [(self.kinds, other.kinds), (self.rules, other.rules)]
        for mine, theirs in pairs:
            for name, tally in theirs.items():  # type: ignore[attr-defined]
                known = mine.setdefault(name, Tally())  # type: ignore[attr-defined]
                known.planted += tally.planted
                known.found += tally.found
                known.missed += tally.missed
        self.alarms += other.alarms
        self.alarmed_at += other.alarmed_at
        self.clean_rows += other.clean_rows
        self.clean_files += other.clean_files
        self.admitted += other.admitted


def examine(
    path: Path,
    dataset: Dataset,
    *,
    province: str = "00",
    period: str = "undated",
    with_references: bool = False,
    lists: dict[str, LoadedList] | None = None,
) -> Outcome:
    """Read and check one file as the exchange does."""
    table = read(path, filename=path.name, dataset=dataset)
    nothing = pl.DataFrame(schema={"rule": pl.String, "row": pl.UInt32, "column": pl.String})
    if isinstance(table, Refusal):
        return Outcome(findings=nothing, refused=frozenset(item.rule for item in table.findings))
    personal = find_personal_numbers(table)
    references = {}
    if with_references:
        references = {item: pl.Series(["nowhere"], dtype=pl.String) for item in dataset.references}
    with tempfile.TemporaryDirectory() as folder:
        outcome = check(
            table,
            dataset,
            terms=Terms(province=province, period=period, today=TODAY),
            references=references,
            lists=lists,
            into=Path(folder),
        )
        findings = pl.read_parquet(outcome.findings_path)
        findings = pl.concat([findings, frame_of(find_garbled(table))])
    if outcome.faults:
        raise SystemExit(f"{dataset.name}, {path.name}: {outcome.faults}")
    return Outcome(
        findings=findings,
        notes=(*table.notes, *outcome.notes),
        counts=outcome.counts,
        personal=any(item.severity is Severity.ERROR for item in personal),
        was_read=True,
    )


def measure(names: Iterable[str] | None = None) -> Result:
    """Everything, for these datasets or all."""
    whole = Result()
    for name in names or catalogue.dataset_names():
        whole.join(measure_dataset(name))
    return whole


def measure_dataset(name: str, *, share: tuple[int, int] = (0, 1)) -> Result:
    """Clean files, a wrong for every rule, every fault of a cell and of a file.

    Of the faults of files only each `share[1]`-th is planted, from `share[0]` on.
    """
    dataset = catalogue.dataset(name)
    result = Result()
    with tempfile.TemporaryDirectory() as folder:
        _clean(dataset, Path(folder), result)
        _of_rules(dataset, Path(folder), result)
        _of_cells(dataset, Path(folder), result)
        _of_files(dataset, Path(folder), result, share)
    return result


def _clean(dataset: Dataset, folder: Path, result: Result) -> None:
    """Good rows in every lawful form and spelling: whatever is said of them is a false alarm."""
    cells = grid(dataset, lawful_rows(dataset))
    files = [
        write_csv(cells, folder / "clean.csv"),
        write_csv(cells, folder / "clean-bom.csv", encoding="utf-8-sig"),
        write_csv(cells, folder / "clean-gb.csv", encoding="gb18030"),
        write_xlsx(cells, folder / "clean.xlsx"),
    ]
    for path in files:
        outcome = examine(path, dataset)
        result.clean_files += 1
        result.clean_rows += len(cells) - 1
        result.admitted += outcome.counts.admitted
        for rule, row, column in outcome.findings["rule", "row", "column"].rows():
            result.alarms[rule] += 1
            result.alarmed_at.append(f"{dataset.name} {path.name}: {rule} at {row}, {column}")
        result.alarms.update(outcome.refused)


def _of_rules(dataset: Dataset, folder: Path, result: Result) -> None:
    """One wrong for every rule, planted as the examples say, each in a row of its own."""
    examples = catalogue.examples(dataset)
    listed = {(rule.code, rule.column) for rule in dataset.list_rules}
    own = [item for item in examples.wrongs if (item.code, item.column) not in listed]
    needing = [item for item in examples.wrongs if (item.code, item.column) in listed]
    _plant_wrongs(dataset, own, None, folder, result)
    if needing:
        lists = {
            rule.needs.name: LoadedList(
                name=rule.needs.name,
                version="example",
                sha256="0" * 64,
                entries=_entries(rule.needs.name),
            )
            for rule in dataset.list_rules
        }
        _plant_wrongs(dataset, needing, lists, folder, result)


def _entries(name: str) -> pl.DataFrame:
    from schemas.examples import lists

    return lists.entries(name)


def _plant_wrongs(
    dataset: Dataset,
    wrongs: Sequence[Wrong],
    lists: dict[str, LoadedList] | None,
    folder: Path,
    result: Result,
) -> None:
    good = dict(catalogue.examples(dataset).good)
    # The rows share their key, which is one more finding on each, at another place.
    rows = [{**good, **_near(wrong.changes)} for wrong in wrongs]
    path = write_csv(grid(dataset, rows), folder / "wrongs.csv")
    outcome = examine(path, dataset, lists=lists)
    line = 2
    for wrong, row in zip(wrongs, rows, strict=True):
        told = outcome.at(line, wrong.column)
        # A text that is no value at all is told as such, before any rule sees a value.
        kind = dataset.columns[wrong.column].kind
        unreadable = kind in PARSE_FAILURES and PARSE_FAILURES[kind][0] in told
        mended = any(note.column == wrong.column for note in outcome.notes)
        result.rule(wrong.code).add(
            is_found=wrong.code in told or unreadable or mended,
            place=f"{dataset.name}.{wrong.column}, row {line} → {outcome.at(line, None) or '-'}",
        )
        line += 1 + sum(str(value).count("\n") for value in row.values())


def _near(changes: Row) -> dict[str, Any]:
    """Days so far off that no text of them is a day are moved to where one is."""
    return {
        name: value.replace(year=2099) if isinstance(value, date) and value.year > 2100 else value
        for name, value in changes.items()
    }


def _of_cells(dataset: Dataset, folder: Path, result: Result) -> None:
    """Every kind of wrong cell in every column that it can happen to."""
    faults = list(planned(dataset))
    size = min(BATCH, len(good_rows(dataset.name)))
    for start in range(0, len(faults), size):
        part = faults[start : start + size]
        cells = grid(dataset, good_rows(dataset.name)[: len(part)])
        for line, (_, _, place, text, _) in enumerate(part, start=1):
            cells[line][place] = text
        outcome = examine(write_csv(cells, folder / "cells.csv"), dataset)
        for line, (fault, column, _, text, rules) in enumerate(part, start=2):
            found = bool(outcome.at(line, column) & rules) or bool(outcome.refused & rules)
            mended = REPAIRED in rules and any(
                note.column == column or note.rule == "leading_zeros_were_restored"
                for note in outcome.notes
            )
            result.kind(fault.zh, fault.en).add(
                is_found=found or mended,
                place=f"{dataset.name}.{column} {text[:20]!r} → {outcome.at(line, None) or '-'}",
            )


def planned(
    dataset: Dataset,
) -> Iterator[tuple[CellFault, str, int, str, frozenset[str]]]:
    """Each fault with its column, the place of that, the wrong text and what must be found."""
    good = catalogue.examples(dataset).good
    for place, (name, column) in enumerate(dataset.columns.items()):
        for fault in CELL_FAULTS:
            spoilt = fault.spoil(as_text(good[name]), column)
            if spoilt is not None and spoilt[0] != as_text(good[name]):
                yield fault, name, place, *spoilt


def _of_files(dataset: Dataset, folder: Path, result: Result, share: tuple[int, int]) -> None:
    which, of = share
    for number, fault in enumerate(file_faults(dataset)):
        if number % of != which:
            continue
        outcome = examine(
            fault.write(folder),
            dataset,
            province=fault.province,
            period=fault.period,
            with_references=fault.with_references,
        )
        said = sorted(outcome.at(fault.row, None) | outcome.refused)
        result.kind(fault.zh, fault.en).add(
            is_found=_is_found(fault, outcome), place=f"{dataset.name} → {said} {outcome.counts}"
        )


def _is_found(fault: FileFault, outcome: Outcome) -> bool:
    if (outcome.refused | outcome.at(fault.row, fault.column)) & fault.rules:
        return True
    counts = outcome.counts
    answers = {
        APART: counts.set_aside > 0,
        REPEATED: counts.repeated > 0,
        REJECTED: bool(outcome.refused)
        or (counts.rejected > 0 and bool(outcome.at(fault.row, None))),
        "(personal)": outcome.personal,
        "(read)": outcome.was_read and not outcome.findings.height and counts.rejected == 0,
    }  # fmt: skip
    return any(answers.get(rule, False) for rule in fault.rules)
