"""dlt with a schema contract: a pydantic model as `columns`, rows that break it discarded.

It cannot state that a key is unique (a primary key only steers merging). Statements about two
cells are a validator of the model; check digits would be one of our own. It says how many rows it
kept, and not why the others are gone.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt
import pydantic

from bench.peers.rules import Condition, Field, Filled, Rules, Type

PAGE = 10_000
"""Rows a page: dlt's guide asks for pages instead of single rows."""

Page = list[dict[str, str | None]]


def validate(path: Path, rules: Rules) -> dict[str, int]:
    """Count the rows, and those that the contract discards while they are extracted."""
    return _through(path, rules, load=False)


def load(path: Path, rules: Rules) -> dict[str, int]:
    """The same, with what dlt is for: the rows that are left are loaded, into Parquet."""
    return _through(path, rules, load=True)


def _through(path: Path, rules: Rules, *, load: bool) -> dict[str, int]:
    read = 0

    def pages() -> Iterator[Page]:
        nonlocal read
        for page in _pages(path, rules):
            read += len(page)
            yield page

    resource = dlt.resource(
        pages,
        name="awards",
        columns=_model(rules),
        schema_contract={"tables": "evolve", "columns": "freeze", "data_type": "discard_row"},
    )
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        target = dlt.destinations.filesystem(f"{Path(folder).resolve().as_uri()}/loaded")
        pipeline = dlt.pipeline("delivery", destination=target, pipelines_dir=folder)
        if load:
            pipeline.run(resource, loader_file_format="parquet").raise_on_failed_jobs()
        else:
            pipeline.extract(resource)
        metrics = pipeline.last_trace.last_extract_info.metrics
        tables = [step["table_metrics"] for steps in metrics.values() for step in steps]
    kept = sum(table["awards"].items_count for table in tables if "awards" in table)
    return {"rows": read, "failing": read - kept}


def _pages(path: Path, rules: Rules) -> Iterator[Page]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, fieldnames=rules.names)
        next(rows)
        while page := [
            {name: value or None for name, value in row.items()} for row in islice(rows, PAGE)
        ]:
            yield page


def _model(rules: Rules) -> type[pydantic.BaseModel]:
    fields: dict[str, Any] = {field.name: _annotated(field, rules) for field in rules.fields}
    whole = pydantic.model_validator(mode="after")(_conditions(rules.conditions))
    return pydantic.create_model("Award", __validators__={"conditions": whole}, **fields)


def _conditions(conditions: tuple[Condition, ...]) -> Any:
    def validate(award: Any) -> Any:
        for condition in conditions:
            if getattr(award, condition.field) in condition.values:
                cell = getattr(award, condition.then)
                match condition.allowed:
                    case Filled.YES:
                        holds = cell is not None
                    case Filled.NO:
                        holds = cell is None
                    case values:
                        holds = cell in values
                if not holds:
                    raise ValueError(condition.title)
        return award

    return validate


def _annotated(field: Field, rules: Rules) -> Any:
    kind: Any
    if field.type is Type.INTEGER:
        kind = Annotated[int, pydantic.Field(ge=field.minimum, le=field.maximum)]
    elif field.values:
        kind = Literal[field.values]
    elif field.reference:
        kind = Literal[rules.lists[field.reference]]
    else:
        kind = Annotated[
            str,
            pydantic.StringConstraints(
                pattern=field.pattern,
                min_length=field.length,
                max_length=field.length or field.max_length,
            ),
        ]
    return (kind, ...) if field.required else (kind | None, None)
