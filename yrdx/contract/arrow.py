"""The Arrow schema of published files: the bytes that Arrow reads, and the same in JSON."""

from __future__ import annotations

import json
from typing import Any

from yrdx.dataset import Dataset
from yrdx.publication.parquet import arrow_schema


def arrow_bytes(dataset: Dataset) -> bytes:
    """The schema as an Arrow IPC message; `pyarrow.ipc.read_schema` reads it back."""
    return bytes(arrow_schema(dataset).serialize().to_pybytes())


def arrow_json(dataset: Dataset) -> dict[str, Any]:
    """The schema with all of its metadata, for people and for programs without Arrow."""
    schema = arrow_schema(dataset)
    return {
        "fields": [
            {
                "name": field.name,
                "type": str(field.type),
                "nullable": field.nullable,
                "metadata": _decoded(field.metadata),
            }
            for field in schema
        ],
        "metadata": _decoded(schema.metadata),
    }


def _decoded(metadata: dict[bytes, bytes] | None) -> dict[str, Any]:
    """Text as it is, and what is JSON as values."""
    found: dict[str, Any] = {}
    for name, value in (metadata or {}).items():
        text = value.decode()
        found[name.decode()] = json.loads(text) if text[:1] in "[{" else text
    return found
