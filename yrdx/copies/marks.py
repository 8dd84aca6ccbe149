"""What is said at each place of a copy: its ground, its comment, the words in column 问题."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt
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


_FACTS = ("column", "severity", "header", "message_zh", "remedy_zh", "candidate")


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """What a finding says at its place; `field` is None where it is about the row.

    Findings that say the same share one mark: there may be millions of them.
    """

    field: str | None
    severity: Severity
    header: str
    message: str
    remedy: str
    candidate: str | None
    ink: Ink

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
    findings: Path, *, titles: dict[str, str], rows: npt.NDArray[np.uint32] | None = None
) -> Iterator[tuple[int, tuple[Mark, ...]]]:
    """The findings of each row, in the order of the rows; memory stays bounded.

    With `rows` those of these rows alone.
    """
    last = 0
    for row, group in groupby(_placed(findings, titles, rows), key=itemgetter(0)):
        if row > last:  # what reading found in a row stands before everything else
            yield row, tuple(mark for _, mark in group)
            last = row


def _placed(
    findings: Path, titles: dict[str, str], rows: npt.NDArray[np.uint32] | None
) -> Iterator[tuple[int, Mark]]:
    wanted = None if rows is None else pl.Series(rows).implode()
    end = None if rows is None else int(rows.max(initial=0))
    for batch in read_findings(findings, columns=("row", *_FACTS)):
        placed = batch.filter(pl.col("row").is_not_null())
        if end is not None and placed.height and placed["row"].min() > end:  # type: ignore[operator]
            return
        if wanted is not None:
            placed = placed.filter(pl.col("row").is_in(wanted))
        yield from zip(placed["row"], _marks(placed, titles), strict=True)


def about_the_file(findings: Path, *, titles: dict[str, str]) -> str:
    """What is wrong with the whole file or a whole column, for the comment on the header."""
    scan = pl.scan_parquet(findings).filter(pl.col("row").is_null())
    marks = list(_marks(scan.head(_OF_FILE).collect(), titles))
    said = [
        (f"{mark.header}\n" if mark.header else "") + mark.comment
        for mark in sorted(marks, key=lambda mark: SEVERITIES.index(mark.severity))
    ]
    return "\n\n".join(dict.fromkeys(said))[:_LONGEST]


def _marks(batch: pl.DataFrame, titles: dict[str, str]) -> Iterator[Mark]:
    for field, severity, header, message, remedy, candidate in batch.select(_FACTS).iter_rows():
        told = header or titles.get(field or "", "")
        yield _mark(field, severity, told, message or "", remedy or "", candidate)


@lru_cache(maxsize=100_000)
def _mark(
    field: str | None, severity: str, header: str, message: str, remedy: str, candidate: str | None
) -> Mark:
    return Mark(field, Severity(severity), header, message, remedy, candidate, Ink(severity))


@lru_cache(maxsize=10_000)
def problem_of(marks: tuple[Mark, ...]) -> str:
    """What the 问题 column says of a row: errors first, nothing twice."""
    by_weight = sorted(marks, key=lambda mark: SEVERITIES.index(mark.severity))
    return "；".join(dict.fromkeys(mark.problem.rstrip("。；") for mark in by_weight))[:_LONGEST]


def worst(inks: list[Ink]) -> Ink:
    """The ground of a cell that several findings are about."""
    if len(inks) == 1:
        return inks[0]
    order = (Ink.ERROR, Ink.WARNING, Ink.INFO, Ink.CHANGED)
    return min(inks, key=order.index)
