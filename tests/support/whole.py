"""Deliveries of the examples in `validations/examples`, as the rules about the whole see them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from yrdx import catalogue
from yrdx.dataset import Dataset
from yrdx.example import as_text
from yrdx.judging.situation import about_of, rows_of
from yrdx.table_rule import TableExample, TableRule

__all__ = ["Case", "about_of", "cases", "write_csv"]

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


def write_csv(path: Path, dataset: Dataset, changes: Sequence[Changes]) -> None:
    """A delivery with these rows, in canonical spelling."""
    frame = rows_of(dataset, changes)
    lines = [[as_text(value) for value in row] for row in frame.iter_rows()]
    texts = pl.DataFrame(lines, schema=list(dataset.columns), orient="row")
    texts.write_csv(path)
