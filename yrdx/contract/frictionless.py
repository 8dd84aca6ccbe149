"""A dataset as a Frictionless Table Schema and a resource descriptor.

They describe the canonical text form: UTF-8 CSV with field names as headers, codes of a list
joined by “；”, yes and no as 1 and 0, nothing where there is no value.
"""

from __future__ import annotations

import re
from typing import Any

from yrdx.dataset import Column, Dataset, Kind, Requirement

_TYPES = {
    Kind.INTEGER: "integer",
    Kind.DECIMAL: "number",
    Kind.YEAR: "year",
    Kind.DATE: "date",
    Kind.BOOLEAN: "boolean",
}


def table_schema(dataset: Dataset) -> dict[str, Any]:
    """The Table Schema of the dataset's fields.

    Where an alternative key exists, the key itself may be empty: then it is unique, not primary.
    """
    schema: dict[str, Any] = {
        "fields": [_field(dataset, name, column) for name, column in dataset.columns.items()],
        "missingValues": [""],
    }
    if not dataset.alternative_key:
        schema["primaryKey"] = list(dataset.key)
    return schema


def resource(dataset: Dataset, *, path: str | None = None) -> dict[str, Any]:
    """The descriptor of one CSV file of the dataset."""
    return {
        "name": dataset.name.replace("_", "-"),
        "type": "table",
        "title": dataset.title.zh,
        "description": f"{dataset.title.en}. {dataset.grain.zh} {dataset.grain.en}",
        "path": path or f"{dataset.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": table_schema(dataset),
        "x-version": dataset.version,
        "x-clauses": list(dataset.clauses),
    }


def _field(dataset: Dataset, name: str, column: Column) -> dict[str, Any]:
    said = column.description
    facts: dict[str, Any] = {
        "name": name,
        "type": _TYPES.get(column.kind, "string"),
        "title": column.title.zh,
        "description": f"{column.title.en}。{said.zh} {said.en}" if said else column.title.en,
    }
    if column.kind is Kind.BOOLEAN:
        facts |= {"trueValues": ["1"], "falseValues": ["0"]}
    if column.unit:
        facts["x-unit"] = column.unit
    if column.codes:
        facts["x-code-list"] = column.codes.name
    if constraints := _constraints(dataset, name, column):
        facts["constraints"] = constraints
    return facts


def _constraints(dataset: Dataset, name: str, column: Column) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "required": column.requirement is Requirement.MANDATORY or None,
        "unique": (dataset.key == (name,) and bool(dataset.alternative_key)) or None,
        "maxLength": column.max_length if _is_text(column) else None,
        "pattern": column.pattern if _is_text(column) else None,
        "minimum": column.minimum,
        "maximum": column.maximum,
    }
    if column.codes and column.is_closed:
        values = column.codes.values
        if column.kind is Kind.CODES:
            stated["pattern"] = _several("|".join(re.escape(value) for value in values))
        else:
            stated["enum"] = list(values) if _is_text(column) else [_number(v) for v in values]
    elif column.kind is Kind.CODES and column.pattern:
        stated["pattern"] = _several(column.pattern.removeprefix("^").removesuffix("$"))
    return {name: value for name, value in stated.items() if value is not None}


def _is_text(column: Column) -> bool:
    return column.kind not in _TYPES and column.kind is not Kind.CODES


def _number(value: str) -> int | float:
    number = float(value)
    return int(number) if number.is_integer() else number


def _several(one: str) -> str:
    return f"^(?:{one})(?:；(?:{one}))*$"
