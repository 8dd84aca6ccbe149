"""One row of a dataset as JSON Schema (draft 2020-12).

The schema says what a schema can say about one row: types, required values, code lists, patterns,
lengths, bounds. It never refuses a row that the exchange admits.
"""

from __future__ import annotations

from typing import Any

from yrdx.dataset import Column, Dataset, Kind, Requirement

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(dataset: Dataset) -> dict[str, Any]:
    """The schema of one row of published, typed values."""
    required = [
        name
        for name, column in dataset.columns.items()
        if column.requirement is Requirement.MANDATORY
    ]
    return {
        "$schema": DRAFT,
        "$id": f"urn:yrdx:dataset:{dataset.name}:{dataset.version}",
        "title": f"{dataset.title.zh} {dataset.title.en}",
        "description": f"{dataset.grain.zh} {dataset.grain.en}",
        "type": "object",
        "properties": {name: _property(column) for name, column in dataset.columns.items()},
        "required": required,
        "x-key": list(dataset.key),
        "x-version": dataset.version,
    }


def _property(column: Column) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "title": column.title.zh,
        "description": f"{column.title.en}。{column.description.zh} {column.description.en}"
        if column.description
        else column.title.en,
    }
    limits = _limits(column)
    if column.kind is Kind.CODES:
        facts |= {"type": "array", "items": limits}
    else:
        facts |= limits
    if column.requirement is not Requirement.MANDATORY:
        facts["type"] = [facts["type"], "null"]
        if "enum" in facts:
            facts["enum"] = [*facts["enum"], None]
    for name, value in (
        ("x-unit", column.unit),
        ("x-code-list", column.codes.name if column.codes else None),
        ("x-sensitivity", column.sensitivity.value),
    ):
        if value:
            facts[name] = value
    return facts


def _limits(column: Column) -> dict[str, Any]:
    match column.kind:
        case Kind.INTEGER | Kind.YEAR:
            facts: dict[str, Any] = {"type": "integer"}
        case Kind.DECIMAL:
            facts = {"type": "number"}
        case Kind.BOOLEAN:
            return {"type": "boolean"}
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case _:
            facts = {"type": "string"}
    if column.codes and column.is_closed:
        numeric = facts["type"] != "string"
        values = [float(value) if numeric else value for value in column.codes.values]
        # The default of an empty cell is no entry of the list, and is admitted.
        facts["enum"] = [*values, *([column.default] if column.default is not None else [])]
    stated = {
        "pattern": column.pattern,
        "maxLength": column.max_length,
        "minimum": column.minimum,
        "maximum": column.maximum,
    }
    return facts | {name: value for name, value in stated.items() if value is not None}
