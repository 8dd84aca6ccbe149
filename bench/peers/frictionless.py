"""frictionless: a resource with a Table Schema, validated as its guide does.

The schools are a second resource, to which a foreign key refers; statements about two cells are
its `row-constraint`, a formula. It has no check digits but by Python code of our own. Of rows that
share a key it reports the later ones. Its limit of 1,000 errors is lifted, so that it reports all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frictionless import Checklist, Package, Resource, Schema, checks, system

from bench.peers.rules import Condition, Field, Filled, Rules, Type


def validate(path: Path, rules: Rules) -> dict[str, int]:
    """Count the rows, and those with any error."""
    headers = {field.name: field.header for field in rules.fields}
    schema = Schema.from_descriptor(
        {
            "fields": [_field(field) for field in rules.fields],
            "primaryKey": [headers[name] for name in rules.key],
            "missingValues": [""],
            "foreignKeys": [
                {
                    "fields": [field.header],
                    "reference": {"resource": field.reference, "fields": ["code"]},
                }
                for field in rules.fields
                if field.reference
            ],
        }
    )
    formulas = [_formula(condition, headers) for condition in rules.conditions]
    checklist = Checklist(checks=[checks.row_constraint(formula=item) for item in formulas])
    with system.use_context(trusted=True):
        code = Schema.from_descriptor({"fields": [{"name": "code", "type": "string"}]})
        known = [
            Resource(name=name, data=[["code"], *([value] for value in values)], schema=code)
            for name, values in rules.lists.items()
        ]
        rows = Resource(name="rows", path=str(path), schema=schema, encoding="utf-8")
        package = Package(resources=[rows, *known])
        report = package.get_resource("rows").validate(checklist, limit_errors=10**9)
    task = report.task
    whole = [error for error in task.errors if getattr(error, "row_number", None) is None]
    if whole or report.errors:
        raise SystemExit(f"frictionless could not read the file: {[*whole, *report.errors][:3]}")
    return {
        "rows": int(task.stats.get("rows") or 0),
        "failing": len({error.row_number for error in task.errors}),
    }


def _formula(condition: Condition, headers: dict[str, str]) -> str:
    cell = headers[condition.then]
    match condition.allowed:
        case Filled.YES:
            holds = f"{cell} is not None"
        case Filled.NO:
            holds = f"{cell} is None"
        case values:
            holds = f"{cell} in {values!r}"
    return f"{headers[condition.field]} not in {condition.values!r} or {holds}"


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
