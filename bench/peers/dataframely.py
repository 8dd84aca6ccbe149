"""dataframely: a schema of polars columns; `filter` with casts parts good rows from bad ones.

One fused polars pass, and of all peers the nearest to ours. Its `max_length` counts bytes, which
is wrong for Chinese, so lengths are checks of our own. Statements about two cells are rules of
the schema. Check digits would need a plug-in of ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from bench.peers.rules import Condition, Field, Filled, Rules, Type


def validate(path: Path, rules: Rules) -> dict[str, int]:
    """Count the rows, and those that the schema filters out."""
    frame = pl.read_csv(path, infer_schema=False, new_columns=rules.names)
    columns = {
        field.name: _column(field, rules, key=field.name in rules.key) for field in rules.fields
    }
    stated = {condition.title: dy.rule()(_rule(condition)) for condition in rules.conditions}
    schema: Any = type("Contract", (dy.Schema,), columns | stated)
    _good, failure = schema.filter(frame, cast=True)
    return {"rows": frame.height, "failing": len(failure)}


def _rule(condition: Condition) -> Any:
    cell = pl.col(condition.then)
    match condition.allowed:
        case Filled.YES:
            holds = cell.is_not_null()
        case Filled.NO:
            holds = cell.is_null()
        case values:
            holds = cell.is_in(values)
    return lambda _schema: ~pl.col(condition.field).is_in(condition.values) | holds


def _column(field: Field, rules: Rules, *, key: bool) -> dy.Column:
    facts: dict[str, Any] = {"nullable": not field.required, "primary_key": key}
    if field.type is Type.INTEGER:
        return dy.Int64(min=field.minimum, max=field.maximum, **facts)
    checks = {}
    if field.values:
        checks["listed"] = lambda text: text.is_in(field.values)
    if field.reference:
        checks["known"] = lambda text: text.is_in(rules.lists[field.reference])
    if field.length:
        checks["length"] = lambda text: text.str.len_chars() == field.length
    if field.max_length:
        checks["max_length"] = lambda text: text.str.len_chars() <= field.max_length
    return dy.String(regex=field.pattern, check=checks or None, **facts)
