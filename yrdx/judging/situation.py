"""Examples of whole deliveries, as the rules about them see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from yrdx import catalogue
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.example import EXAMPLE_DAY, typed
from yrdx.table_rule import (
    NEIGHBOURS,
    PERIOD,
    PREVIOUS,
    PROVINCE,
    UNIT,
    About,
    Need,
    Situation,
    snapshot,
)

Changes = Mapping[str, Any]

_UNIT = "jyt"


def about_of(situation: Situation, dataset: Dataset) -> About:
    """What the rules are given in a situation."""
    here = {"period": situation.period, "province": situation.province}
    given: dict[Need, pl.LazyFrame] = {}
    if situation.previous is not None:
        earlier = here | {"period": situation.previous_period}
        given[PREVIOUS] = published(dataset, situation.previous, **earlier)
    if situation.neighbours is not None:
        elsewhere = here | {"province": "31" if situation.province != "31" else "33"}
        given[NEIGHBOURS] = published(dataset, situation.neighbours, **elsewhere)
    for name, rows in situation.snapshots.items():
        given[snapshot(name)] = published(catalogue.dataset(name), rows, **here)
    terms = Terms(province=situation.province, period=situation.period, today=EXAMPLE_DAY)
    return About(
        dataset=dataset,
        province=situation.province,
        unit=_UNIT,
        period=situation.period,
        today=terms.today,
        spoken_of=terms.spoken_of,
        rows=rows_of(dataset, situation.rows).lazy(),
        control_totals=situation.control_totals,
        previous_period=situation.previous_period if situation.previous is not None else None,
        given=given,
    )


def rows_of(dataset: Dataset, changes: Sequence[Changes]) -> pl.DataFrame:
    """Rows given as changes to the dataset's good row."""
    good = dict(catalogue.examples(dataset).good)
    unknown = {name for change in changes for name in change} - {*good, PERIOD, PROVINCE, UNIT}
    if unknown:
        raise ConfigurationError(
            f"an example in validations/examples names fields that {dataset.name} does not have: "
            f"{', '.join(sorted(unknown))}"
        )
    fields = [{k: v for k, v in change.items() if k in good} for change in changes]
    return typed(dataset, [{**good, **change} for change in fields])


def published(
    dataset: Dataset, changes: Sequence[Changes], *, period: str, province: str
) -> pl.LazyFrame:
    """Rows as a snapshot has them: with where they come from."""
    origin = {PROVINCE: province, UNIT: _UNIT, PERIOD: period}
    rows = rows_of(dataset, changes).with_columns(
        pl.Series(name, [change.get(name, usual) for change in changes], dtype=pl.String)
        for name, usual in origin.items()
    )
    return rows.lazy()
