"""Turns the text of suspicious rows into canonical text; what is ambiguous becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from yrdx.dataset import Dataset
from yrdx.model import Note, Severity, Text
from yrdx.reading.table import ROW, Table

FINDINGS: dict[str, tuple[Severity, Text, Text, str]] = {}
"""Rule code → severity, message, remedy, source."""

FINDING_SCHEMA = {
    ROW: pl.UInt32(),
    "column": pl.String(),
    "rule": pl.String(),
    "candidate": pl.String(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """Rows in canonical text, what was repaired, and what could not be decided."""

    rows: pl.DataFrame
    notes: tuple[Note, ...]
    findings: pl.DataFrame


def normalise(rows: pl.DataFrame, table: Table, dataset: Dataset) -> Normalised:
    """Bring the cells of suspicious rows into canonical form."""
    return Normalised(rows=rows, notes=(), findings=pl.DataFrame(schema=FINDING_SCHEMA))
