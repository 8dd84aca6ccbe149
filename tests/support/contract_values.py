"""Typed rows and schemas as the programs see them that contract files are written for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from yrdx.dataset import Dataset
from yrdx.example import Row, as_text


def as_csv(dataset: Dataset, rows: Iterable[Row]) -> str:
    """Typed rows as the CSV text that a Frictionless descriptor is about."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(dataset.columns)
    for row in rows:
        writer.writerow([as_text(row.get(name)) for name in dataset.columns])
    return into.getvalue()


def as_instance(row: Row) -> dict[str, Any]:
    """A typed row as the JSON value that a JSON Schema describes."""
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case _:
            return value


def read_back(content: bytes) -> pa.Schema:
    """The Arrow schema that stands in these bytes."""
    return pa.ipc.read_schema(pa.py_buffer(content))
