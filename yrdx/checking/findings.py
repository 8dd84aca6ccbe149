"""Findings as they are written: one line per wrong cell, with its exact place, never capped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from yrdx.checking.findings_parquet import SCHEMA, append, append_numbered, merge, open_findings
from yrdx.dataset import Dataset
from yrdx.model import Finding, FindingCount, Follower, Severity, Text
from yrdx.reading.table import ROW, Table
from yrdx.rule import Rule

FOUND: dict[str, Any] = {
    ROW: pl.UInt32,
    "number": pl.Int32,
    "key": pl.String,
    "value": pl.String,
    "candidate": pl.String,
}
"""Findings on their way to the file: `number` stands for the wording."""

MASKED = "****"
"""Stands for a personal value wherever findings show it."""

__all__ = ["FOUND", "MASKED", "SCHEMA", "FindingsFile", "Places", "Wording", "frame_of",
           "key_text", "merge", "wording_of", "write_findings"]  # fmt: skip


Told = tuple[str, str | None]
"""A rule and the column it points at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What findings of one rule in one column say.

    `candidate_is_a_place` tells that candidates name a row, so that masking must not hide them.
    """

    rule: str
    severity: Severity
    column: str | None
    message: Text
    remedy: Text
    source: str
    candidate_is_a_place: bool = False


def wording_of(rule: Rule) -> Wording:
    """The wording of a rule in its own column."""
    return Wording(
        rule=rule.code,
        severity=rule.severity,
        column=rule.column,
        message=rule.message,
        remedy=rule.remedy,
        source=rule.source,
    )


def frame_of(findings: Iterable[Finding]) -> pl.DataFrame:
    """Findings as a frame with the columns of `findings.parquet`."""
    rows = [
        {
            **item.model_dump(exclude={"message", "remedy"}, mode="json"),
            "message_zh": item.message.zh,
            "message_en": item.message.en,
            "remedy_zh": item.remedy.zh,
            "remedy_en": item.remedy.en,
        }
        for item in findings
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def write_findings(findings: Iterable[Finding], *, into: Path) -> None:
    """Write findings of a file that was not checked row by row."""
    with open_findings(into) as writer:
        append(writer, frame_of(findings))


@dataclass(slots=True)
class Places:
    """Turns rows and columns of a table into places that a data officer finds."""

    table: Table
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {item.column: item.header for item in self.table.reading.columns}

    def of_column(self, column: str | None) -> tuple[str | None, str | None]:
        """Header and spreadsheet letter of a column; no letter where there is no sheet."""
        name = column or ""
        letter = self.table.letters.get(name) if self.table.reading.sheet else None
        return self.headers.get(name), letter


@dataclass(slots=True)
class FindingsFile:
    """A growing `findings.parquet`, and the exact count of what went into it."""

    path: Path
    table: Table
    dataset: Dataset
    wordings: list[Wording] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    rows: int = 0
    followers: Counter[tuple[Told, Told]] = field(default_factory=Counter)
    _numbers: dict[tuple[str, str | None], int] = field(default_factory=dict)
    _writer: pq.ParquetWriter = field(init=False)

    def __post_init__(self) -> None:
        self._writer = open_findings(self.path)

    def number(self, wording: Wording) -> int:
        """The number under which rows refer to a wording."""
        key = (wording.rule, wording.column)
        if key not in self._numbers:
            self._numbers[key] = len(self.wordings)
            self.wordings.append(wording)
        return self._numbers[key]

    def beside(self, path: Path) -> FindingsFile:
        """Another file of the same check, counted together with this one."""
        return FindingsFile(
            path,
            self.table,
            self.dataset,
            self.wordings,
            self.counts,
            followers=self.followers,
            _numbers=self._numbers,
        )

    def add_of_file(
        self, findings: Sequence[Finding], *, counted_as: Wording | None = None
    ) -> None:
        """Write findings that already know their place; the reader's own are not counted."""
        append(self._writer, frame_of(findings))
        if counted_as is not None:
            self.counts[self.number(counted_as)] += len(findings)

    def add(self, found: pl.DataFrame) -> None:
        """Write findings given as `_row`, `number`, `key`, `value`, `candidate`.

        Values of personal columns are masked here, so that none can be forgotten.
        """
        if not found.height:
            return
        self.rows += found.height
        # Findings come rule by rule, each in the order of its rows: timsort merges such runs.
        place = (found[ROW].to_numpy().astype(np.int64) << 32) + found["number"].to_numpy()
        order = np.argsort(place, kind="stable")
        found = found[order]
        numbers = found["number"]
        for number, count in numbers.value_counts().iter_rows():
            self.counts[number] += count
        texts = self._texts()
        places = found.select(
            self.table.locate(found[ROW]).cast(pl.UInt32).alias("row"),
            "key",
            _unless(texts["masked"], numbers, "value"),
            _unless(texts["masked"] & ~texts["place"], numbers, "candidate"),
        ).with_columns(_cell(texts, numbers).alias("cell"))
        append_numbered(self._writer, places, numbers=numbers, texts=texts)

    def _texts(self) -> pl.DataFrame:
        """What findings say and where, one line per wording."""
        places = Places(self.table)
        lines = []
        for item in self.wordings:
            header, letter = places.of_column(item.column)
            column = self.dataset.columns.get(item.column or "")
            lines.append(
                {
                    "rule": item.rule,
                    "severity": item.severity.value,
                    "sheet": self.table.reading.sheet,
                    "column": item.column,
                    "header": header,
                    "letter": letter,
                    "masked": bool(column and column.sensitivity.is_masked),
                    "place": item.candidate_is_a_place,
                    "message_zh": item.message.zh,
                    "message_en": item.message.en,
                    "remedy_zh": item.remedy.zh,
                    "remedy_en": item.remedy.en,
                }
            )
        texts = dict.fromkeys(lines[0], pl.String) | {"masked": pl.Boolean, "place": pl.Boolean}
        return pl.DataFrame(lines, schema=texts)

    def counted(self) -> tuple[FindingCount, ...]:
        """How often each rule was broken in each column, in a fixed order."""
        columns = list(self.dataset.columns)
        places = {name: place for place, name in enumerate(columns)}
        found = [
            FindingCount(
                rule=item.rule,
                severity=item.severity,
                column=item.column,
                title=self.dataset.columns[item.column].title if item.column in places else None,
                message=item.message,
                remedy=item.remedy,
                source=item.source,
                count=self.counts[number],
            )
            for number, item in enumerate(self.wordings)
            if self.counts[number]
        ]
        severities = list(Severity)
        return tuple(
            sorted(
                found,
                key=lambda item: (
                    severities.index(item.severity),
                    places.get(item.column or "", -1),
                    item.rule,
                ),
            )
        )

    def follow(self, followers: Mapping[tuple[Told, Told], int]) -> None:
        """Count findings that are not told, because they only follow from others."""
        for pair, count in followers.items():
            self.followers[pair] += count

    def followed(self) -> tuple[Follower, ...]:
        """How many findings followed from which, in a fixed order."""
        return tuple(
            Follower(
                rule=rule, column=column, follows=lead, follows_column=lead_column, count=count
            )
            for ((rule, column), (lead, lead_column)), count in sorted(
                self.followers.items(), key=repr
            )
        )

    def close(self) -> None:
        """End the file; nothing can be added afterwards."""
        self._writer.close()


def _unless(hidden: pl.Series, numbers: pl.Series, name: str) -> pl.Expr:
    """The column, with what the wordings in question hide masked."""
    if not hidden.gather(numbers.unique()).any():
        return pl.col(name)
    is_hidden = pl.lit(hidden.gather(numbers)) & pl.col(name).is_not_null()
    return pl.when(is_hidden).then(pl.lit(MASKED)).otherwise(pl.col(name)).alias(name)


def _cell(texts: pl.DataFrame, numbers: pl.Series) -> pl.Expr:
    """Sheet and cell as a spreadsheet calls them, null where there is no sheet."""
    if texts["letter"].null_count() == texts.height:
        return pl.lit(None, dtype=pl.String)
    column = texts.select(pl.format("{}!{}", "sheet", "letter")).to_series().gather(numbers)
    return pl.concat_str(pl.lit(column), pl.col("row").cast(pl.String))


def key_text(dataset: Dataset) -> pl.Expr:
    """The business key of a row as people read it, personal parts masked.

    Where the key is empty the alternative key stands for it.
    """
    text = _joined(dataset, dataset.key)
    if not dataset.alternative_key:
        return text
    empty = pl.all_horizontal(pl.col(name).is_null() for name in dataset.key)
    return pl.when(empty).then(_joined(dataset, dataset.alternative_key)).otherwise(text)


def _joined(dataset: Dataset, names: Iterable[str]) -> pl.Expr:
    parts = [
        pl.when(pl.col(name).is_not_null()).then(pl.lit(MASKED))
        if dataset.columns[name].sensitivity.is_masked
        else pl.col(name).cast(pl.String)
        for name in names
    ]
    return pl.concat_str(parts, separator=" / ", ignore_nulls=True)
