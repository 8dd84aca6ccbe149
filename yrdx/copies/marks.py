"""What is said at each place of a copy: its ground, its comment, the words in column 问题."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import polars as pl

from yrdx.checking.findings_parquet import read_findings
from yrdx.checking.receipt_values import SEVERITIES, SEVERITY_WORDS
from yrdx.copies.styles import Ink
from yrdx.model import Severity

PROBLEM = "问题"
"""Header of the column that says what is wrong with its row."""

_LONGEST = 30_000
"""Characters of one cell; Excel takes 32,767."""

_OF_FILE = 40
"""Findings about the whole file that the comment on the header lists."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding at its place; `field` is None where it is about the row."""

    row: int
    field: str | None
    severity: Severity
    header: str
    message: str
    remedy: str
    candidate: str | None

    @property
    def ink(self) -> Ink:
        """The ground on which its cell stands."""
        return Ink(self.severity.value)

    @property
    def problem(self) -> str:
        """The finding in the 问题 column: short, so that equal wrongs filter together."""
        where = f"{self.header}：" if self.header else ""
        return f"{SEVERITY_WORDS[self.severity].zh}｜{where}{self.message}"

    @property
    def comment(self) -> str:
        """The finding in a comment: with what to do."""
        lines = [f"【{SEVERITY_WORDS[self.severity].zh}】{self.message}", f"怎么改：{self.remedy}"]
        if self.candidate:
            lines.append(f"候选值：{self.candidate}")
        return "\n".join(lines)


def marks_by_row(
    findings: Path, *, titles: dict[str, str]
) -> Iterator[tuple[int, tuple[Mark, ...]]]:
    """The findings of each row, in the order of the rows; memory stays bounded."""
    placed = (
        mark
        for batch in read_findings(findings)
        for mark in _marks(batch.filter(pl.col("row").is_not_null()), titles)
    )
    last = 0
    for row, group in groupby(placed, key=lambda mark: mark.row):
        if row > last:  # what reading found in a row stands before everything else
            yield row, tuple(group)
            last = row


def about_the_file(findings: Path, *, titles: dict[str, str]) -> str:
    """What is wrong with the whole file or a whole column, for the comment on the header."""
    scan = pl.scan_parquet(findings).filter(pl.col("row").is_null())
    marks = list(_marks(scan.head(_OF_FILE).collect().with_columns(row=0), titles))
    said = [
        (f"{mark.header}\n" if mark.header else "") + mark.comment
        for mark in sorted(marks, key=lambda mark: SEVERITIES.index(mark.severity))
    ]
    return "\n\n".join(dict.fromkeys(said))[:_LONGEST]


def _marks(batch: pl.DataFrame, titles: dict[str, str]) -> Iterator[Mark]:
    for line in batch.iter_rows(named=True):
        yield Mark(
            row=line["row"],
            field=line["column"],
            severity=Severity(line["severity"]),
            header=line["header"] or titles.get(line["column"] or "", ""),
            message=line["message_zh"] or "",
            remedy=line["remedy_zh"] or "",
            candidate=line["candidate"],
        )


def problem_of(marks: tuple[Mark, ...]) -> str:
    """What the 问题 column says of a row: errors first, nothing twice."""
    by_weight = sorted(marks, key=lambda mark: SEVERITIES.index(mark.severity))
    return "；".join(dict.fromkeys(mark.problem.rstrip("。；") for mark in by_weight))[:_LONGEST]


def worst(inks: list[Ink]) -> Ink:
    """The ground of a cell that several findings are about."""
    order = (Ink.ERROR, Ink.WARNING, Ink.INFO, Ink.CHANGED)
    return min(inks, key=order.index)
