"""Great Expectations, pandas engine: a suite, run by a validation definition.

`COMPLETE` is the result format that its guide names for finding every failing row; the others
report a sample of twenty. Types: columns are read as text, and numbers converted, so that what is
no number fails as missing. Statements about two cells are expectations with a row condition.
Check digits and dates would be custom expectations in Python.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "False"  # read when the package is imported

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.expectations.row_conditions import Column

from bench.peers.rules import Condition, Field, Filled, Rules, Type


def validate(path: Path, rules: Rules) -> dict[str, int]:
    """Count the rows, and those in any expectation's list of unexpected ones."""
    frame = pd.read_csv(
        path, header=0, names=rules.names, dtype=str, keep_default_na=False, na_values=[""]
    )
    for field in rules.fields:
        if field.type is Type.INTEGER:
            frame[field.name] = pd.to_numeric(frame[field.name], errors="coerce")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("rows")
    suite = context.suites.add(gx.ExpectationSuite("contract", expectations=[*_suite(rules)]))
    definition = gx.ValidationDefinition(
        name="check", data=asset.add_batch_definition_whole_dataframe("all"), suite=suite
    )
    outcome = context.validation_definitions.add(definition).run(
        batch_parameters={"dataframe": frame}, result_format="COMPLETE"
    )
    failing: set[int] = set()
    for result in outcome.results:
        if result.exception_info.get("raised_exception"):
            raise SystemExit(f"{result.expectation_config}: {result.exception_info}")
        failing.update(result.result.get("unexpected_index_list") or ())
    return {"rows": len(frame), "failing": len(failing)}


def _suite(rules: Rules) -> Iterator[gxe.Expectation]:
    for field in rules.fields:
        yield from _expectations(field)
        if field.reference:
            known = list(rules.lists[field.reference])
            yield gxe.ExpectColumnValuesToBeInSet(column=field.name, value_set=known)
    yield from map(_conditional, rules.conditions)
    yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(rules.key))


def _conditional(condition: Condition) -> gxe.Expectation:
    where = Column(condition.field).is_in(list(condition.values))
    facts = {"column": condition.then, "row_condition": where, "condition_parser": "pandas"}
    match condition.allowed:
        case Filled.YES:
            return gxe.ExpectColumnValuesToNotBeNull(**facts)
        case Filled.NO:
            return gxe.ExpectColumnValuesToBeNull(**facts)
        case values:
            return gxe.ExpectColumnValuesToBeInSet(value_set=list(values), **facts)


def _expectations(field: Field) -> Iterator[gxe.Expectation]:
    column = field.name
    if field.required:
        yield gxe.ExpectColumnValuesToNotBeNull(column=column)
    if field.values:
        yield gxe.ExpectColumnValuesToBeInSet(column=column, value_set=list(field.values))
    if field.pattern:
        yield gxe.ExpectColumnValuesToMatchRegex(column=column, regex=field.pattern)
    if field.length:
        yield gxe.ExpectColumnValueLengthsToEqual(column=column, value=field.length)
    if field.max_length:
        yield gxe.ExpectColumnValueLengthsToBeBetween(column=column, max_value=field.max_length)
    if field.minimum is not None or field.maximum is not None:
        yield gxe.ExpectColumnValuesToBeBetween(
            column=column, min_value=field.minimum, max_value=field.maximum
        )
