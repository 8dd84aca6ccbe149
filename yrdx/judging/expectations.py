"""Great Expectations judges measured tables: the only module that imports it.

It takes seconds to import, so that happens in the background while rows are checked, and only
where there is something to judge. The base install does without it.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
import warnings
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from threading import Lock, Thread
from typing import Any

import polars as pl

from yrdx.judging.measuring import Measured
from yrdx.model import Severity
from yrdx.table_rule import TableRule

_LINE = "_line"
"""Column by which a wrong line is told."""

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "warning", Severity.INFO: "info"}
"""Our severities in the words of Great Expectations."""

_FIGURES = ("element_count", "missing_count", "unexpected_count", "observed_value")
"""What a result says in figures; the wrong lines themselves are told by us."""

_ONE_AT_A_TIME = Lock()
"""Great Expectations keeps its project in a global variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What Great Expectations says of one measured table.

    `wrong` are the numbers of its wrong lines, ascending. `expectation` and `figures` are its
    configuration and its result as Great Expectations writes them.
    """

    wrong: tuple[int, ...]
    success: bool
    expectation: dict[str, Any]
    figures: dict[str, Any]


def judge_version() -> str | None:
    """Name and version of the judge, None where it is not installed; imports nothing."""
    if importlib.util.find_spec("great_expectations") is None:
        return None
    return f"great-expectations {metadata.version('great-expectations')}"


def begin_loading() -> None:
    """Import Great Expectations in the background; whoever needs it waits for the rest of it."""
    if "great_expectations" not in sys.modules:
        Thread(target=_load, name="load great_expectations").start()


def _load() -> None:
    # It tells hundreds of lines about itself, which would fill the log of every task.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about modules that it uses
        importlib.import_module("great_expectations.expectations")


def judge(measured: Measured) -> Opinion:
    """Judge one measured table by its rule's expectation."""
    _load()
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = _validate(measured)
    return _opinion(measured, result)


def _validate(measured: Measured) -> dict[str, Any]:
    """The result of the one expectation of a suite of its own, as plain values."""
    import great_expectations as gx  # noqa: PLC0415 - see above
    from great_expectations.expectations.registry import get_expectation_impl  # noqa: PLC0415

    rule = measured.rule
    make = get_expectation_impl(rule.expect.type)
    expectation = make(
        **rule.expect.arguments, meta=_meta(rule), severity=_SEVERITIES[rule.severity]
    )
    suite = gx.ExpectationSuite(name=rule.code, expectations=[expectation])
    batch = _any_table().get_batch({"dataframe": _as_pandas(measured.lines)})
    result = batch.validate(
        suite,
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [_LINE]},
    )
    (only,) = result.to_json_dict()["results"]
    found: dict[str, Any] = only
    return found


@cache
def _any_table() -> Any:
    """What takes one measured table after the other; made once, because making it is slow."""
    import great_expectations as gx  # noqa: PLC0415 - see above
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("measured").add_dataframe_asset("lines")
    return asset.add_batch_definition_whole_dataframe("whole")


def _meta(rule: TableRule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "severity": rule.severity.value,
        "blocking": rule.blocking,
        "message": rule.message.model_dump(),
        "remedy": rule.remedy.model_dump(),
        "source": rule.source,
    }


def _as_pandas(lines: pl.DataFrame) -> Any:
    """The table as the judge takes it: what is null stays null, and no figure changes its type."""
    import pandas as pd  # noqa: PLC0415 - comes with Great Expectations

    columns = {name: pd.Series(lines[name].to_list(), dtype=object) for name in lines.columns}
    return pd.DataFrame({_LINE: range(lines.height), **columns})


def _opinion(measured: Measured, result: dict[str, Any]) -> Opinion:
    success, figures = bool(result["success"]), result["result"]
    raised = _raised(result.get("exception_info") or {})
    if raised or not figures:
        raise ValueError(f"the expectation of {measured.rule.code} cannot judge: {raised}")
    if "unexpected_index_list" in figures:
        wrong = sorted(int(item[_LINE]) for item in figures["unexpected_index_list"])
    else:
        wrong = [] if success else list(range(measured.lines.height))
    config = result["expectation_config"]
    arguments = {name: value for name, value in config["kwargs"].items() if name != "batch_id"}
    return Opinion(
        wrong=tuple(wrong),
        success=success,
        expectation={
            "type": config["type"],
            "kwargs": arguments,
            "meta": config["meta"],
            "severity": config.get("severity"),
        },
        figures={name: figures[name] for name in _FIGURES if name in figures},
    )


def _raised(info: dict[str, Any]) -> str | None:
    """The first exception of a result, which knows two forms of telling it."""
    if "raised_exception" in info:
        return str(info["exception_message"]) if info["raised_exception"] else None
    return next((str(item["exception_message"]) for item in info.values()), None)
