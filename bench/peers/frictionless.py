"""frictionless: a resource with a Table Schema, validated as its guide does.

It has no check digits and no statements across columns but by Python code of our own (a formula
for a row would be its `row-constraint`). Of rows that share a key it reports the later ones. Its
limit of 1,000 errors is lifted, so that it reports all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frictionless import Resource, Schema, system
from frictionless import validate as check

from bench.peers.rules import Field, Rules, Type


def validate(path: Path, rules: Rules) -> dict[str, int]:
    """Count the rows, and those with any error."""
    headers = {field.name: field.header for field in rules.fields}
    schema = Schema.from_descriptor(
        {
            "fields": [_field(field) for field in rules.fields],
            "primaryKey": [headers[name] for name in rules.key],
            "missingValues": [""],
        }
    )
    with system.use_context(trusted=True):
        resource = Resource(path=str(path), schema=schema, encoding="utf-8")
        report = check(resource, limit_errors=10**9)
    task = report.task
    whole = [error for error in task.errors if getattr(error, "row_number", None) is None]
    if whole or report.errors:
        raise SystemExit(f"frictionless could not read the file: {[*whole, *report.errors][:3]}")
    return {
        "rows": int(task.stats.get("rows") or 0),
        "failing": len({error.row_number for error in task.errors}),
    }


def _field(field: Field) -> dict[str, Any]:
    constraints = {
        "required": field.required or None,
        "enum": list(field.values) or None,
        "pattern": field.pattern,
        "minLength": field.length,
        "maxLength": field.length or field.max_length,
        "minimum": field.minimum,
        "maximum": field.maximum,
    }
    return {
        "name": field.header,
        "type": "integer" if field.type is Type.INTEGER else "string",
        "constraints": {name: value for name, value in constraints.items() if value is not None},
    }
