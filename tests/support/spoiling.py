"""Spoils good rows: one planted wrong for every rule of a dataset, as `schemas/examples` says."""

import importlib
from typing import Any

import polars as pl

from yrdx import catalogue
from yrdx.dataset import Dataset
from yrdx.example import EXAMPLE_DAY as TODAY
from yrdx.example import Wrong

__all__ = ["TODAY", "Wrong", "findings", "frame_of", "good_row", "spoilings_of", "wrongs"]


def spoilings_of(dataset: Dataset) -> Any:
    """The module that states a good row (`GOOD`) and the wrongs (`SPOILINGS`) of a dataset."""
    return importlib.import_module(f"schemas.examples.{dataset.name}")


def wrongs(dataset: Dataset) -> list[Wrong]:
    """One wrong for every rule; a rule without one is left out, and missed by its test."""
    return list(catalogue.examples(dataset).wrongs)


def good_row(dataset: Dataset) -> dict[str, Any]:
    """A row that keeps every rule, with a value in every column."""
    return dict(catalogue.examples(dataset).good)


def frame_of(dataset: Dataset, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Typed rows of the dataset."""
    return pl.DataFrame(rows, schema=dataset.schema, orient="row")


def findings(dataset: Dataset, frame: pl.DataFrame) -> list[set[tuple[str, str]]]:
    """For each row the (code, column) of every rule whose expression it breaks."""
    rules = dataset.rules
    verdicts = frame.select(rule.holds(TODAY).alias(str(place)) for place, rule in enumerate(rules))
    return [
        {
            (rule.code, rule.column)
            for place, rule in enumerate(rules)
            if not verdicts.item(row, str(place))
        }
        for row in range(frame.height)
    ]
