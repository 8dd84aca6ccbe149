"""Deliveries of the examples in `validations/examples`, as the rules about the whole see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from yrdx import catalogue
from yrdx.checking.result import Terms
from yrdx.dataset import Dataset
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
    TableExample,
    TableRule,
    snapshot,
)

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """A rule where it applies, and the example that shows it."""

    rule: TableRule
    dataset: str
    module: str
    example: TableExample | None


def cases() -> Iterator[Case]:
    """Every rule once, with its example; those for all datasets where their example is."""
    seen: set[str] = set()
    for name in catalogue.dataset_names():
        modules = {path.stem for path in catalogue.table_rule_modules(name)}
        for rule in catalogue.table_rules(name):
            module = rule.measure.__module__.rpartition(".")[2]
            assert module in modules
            example = catalogue.table_examples(module).get(rule.code)
            place = example.dataset if example and example.dataset else name
            if rule.code not in seen and place == name:
                seen.add(rule.code)
                yield Case(rule, name, module, example)


def about_of(situation: Situation, dataset: Dataset) -> About:
    """What the rules are given in a situation."""
    of = {"period": situation.period, "province": situation.province}
    given: dict[Need, pl.LazyFrame] = {}
    if situation.previous is not None:
        earlier = of | {"period": situation.previous_period}
        given[PREVIOUS] = published(dataset, situation.previous, **earlier)
    if situation.neighbours is not None:
        other = "31" if situation.province != "31" else "33"
        given[NEIGHBOURS] = published(dataset, situation.neighbours, **of | {"province": other})
    for name, rows in situation.snapshots.items():
        given[snapshot(name)] = published(catalogue.dataset(name), rows, **of)
    terms = Terms(province=situation.province, period=situation.period, today=EXAMPLE_DAY)
    return About(
        dataset=dataset,
        province=situation.province,
        unit="jyt",
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
    assert not unknown, f"the example of {dataset.name} names fields that it does not have"
    fields = [{k: v for k, v in change.items() if k in good} for change in changes]
    return typed(dataset, [{**good, **change} for change in fields])


def published(
    dataset: Dataset, changes: Sequence[Changes], *, period: str, province: str
) -> pl.LazyFrame:
    """Rows as a snapshot has them: with where they come from."""
    origin = {PROVINCE: province, UNIT: "jyt", PERIOD: period}
    return (
        rows_of(dataset, changes)
        .with_columns(
            pl.Series(name, [change.get(name, usual) for change in changes], dtype=pl.String)
            for name, usual in origin.items()
        )
        .lazy()
    )


def write_csv(path: Path, dataset: Dataset, changes: Sequence[Changes]) -> None:
    """A delivery with these rows, in canonical spelling."""
    from yrdx.example import as_text

    frame = rows_of(dataset, changes)
    lines = [[as_text(value) for value in row] for row in frame.iter_rows()]
    texts = pl.DataFrame(lines, schema=list(dataset.columns), orient="row")
    texts.write_csv(path)
