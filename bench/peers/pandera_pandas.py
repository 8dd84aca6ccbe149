"""pandera on pandas: a `DataFrameSchema`, validated lazily so that it reports every failure.

Statements about two cells are checks of the whole frame. Check digits it could take only as
Python functions of our own.
Each column is coerced to its type, as pandera's guide does for data that come as text.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from bench.peers.rules import Condition, Field, Filled, Rules, Type


def validate(path: Path, rules: Rules) -> dict[str, int]:
    """Count the rows, and those among pandera's failure cases."""
    frame = pd.read_csv(
        path, header=0, names=rules.names, dtype=str, keep_default_na=False, na_values=[""]
    )
    columns = {field.name: _column(field, rules) for field in rules.fields}
    checks = [_check(condition) for condition in rules.conditions]
    schema = pa.DataFrameSchema(columns, checks, unique=list(rules.key))
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return {"rows": len(frame), "failing": error.failure_cases["index"].dropna().nunique()}
    return {"rows": len(frame), "failing": 0}


def _check(condition: Condition) -> pa.Check:
    def holds(frame: pd.DataFrame) -> pd.Series:
        cell = frame[condition.then]
        match condition.allowed:
            case Filled.YES:
                allowed = cell.notna()
            case Filled.NO:
                allowed = cell.isna()
            case values:
                allowed = cell.isin(values)
        return ~frame[condition.field].isin(condition.values) | allowed

    return pa.Check(holds, name=condition.title)


def _column(field: Field, rules: Rules) -> pa.Column:
    checks = []
    if field.reference:
        checks.append(pa.Check.isin(rules.lists[field.reference]))
    if field.values:
        checks.append(pa.Check.isin(field.values))
    if field.pattern:
        checks.append(pa.Check.str_matches(field.pattern))
    if field.length or field.max_length:
        checks.append(pa.Check.str_length(field.length, field.length or field.max_length))
    if field.minimum is not None:
        checks.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        checks.append(pa.Check.le(field.maximum))
    whole = field.type is Type.INTEGER
    return pa.Column("Int64" if whole else str, checks, nullable=not field.required, coerce=whole)
