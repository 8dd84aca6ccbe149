"""Spoils good rows: one planted wrong for every rule of a dataset.

Wrongs that follow from the column alone are the same for every dataset and made here; the module
`tests/contracts/spoilings/<dataset>.py` states one good row and all other wrongs.
"""

import importlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from yrdx.dataset import Column, Dataset, Kind
from yrdx.rule import Rule

TODAY = date(2025, 11, 20)
FAR = 2999

WRONG_CODE = {
    "school_code_is_malformed": "413301286",
    "school_code_prefix_is_unknown": "2133012861",
    "major_code_is_malformed": "61010",
    "occupation_code_is_malformed": "4‐04-05-02",
    "industry_code_is_malformed": "A0111",
    "industry_code_is_not_a_class": "65",
    "hash_is_malformed": "A" * 64,
    "year_month_is_malformed": "201013",
    "year_month_is_in_the_future": f"{FAR}01",
    "school_year_is_malformed": "2024/2025",
    "uscc_check_digit_is_wrong": "91330100799655058C",
    "certificate_prefix_is_malformed": "X000133000001243",
}
"""Wrong value of any column that has the rule."""


@dataclass(frozen=True)
class Wrong:
    """A good row with the `changes` that break just the rule `code` on `column`."""

    code: str
    column: str
    changes: dict[str, Any]


def _from_column(rule: Rule, column: Column) -> Any:
    """The wrong value that the rule's code and the column's facts suggest; None if they do not."""
    match rule.code:
        case "value_is_not_in_code_list":
            return Decimal("9.5") if column.kind is Kind.DECIMAL else "※"
        case "values_are_not_in_code_list":
            return ["※"]
        case "code_is_not_in_force":
            return "330103"
        case "text_is_too_long":
            return "长" * ((column.max_length or 0) + 1)
        case "code_has_wrong_length":
            return "9133010079965505"
        case "code_is_not_all_digits":
            return "O" * (column.width or 0)
        case "year_is_implausible":
            return FAR
        case "date_is_in_the_future":
            return date(FAR, 1, 1)
        case "number_is_negative":
            return Decimal(-1) if column.kind is Kind.DECIMAL else -1
        case _:
            return WRONG_CODE.get(rule.code)


def spoilings_of(dataset: Dataset) -> Any:
    """The module that states a good row (`GOOD`) and the wrongs (`SPOILINGS`) of a dataset."""
    return importlib.import_module(f"tests.contracts.spoilings.{dataset.name}")


def wrongs(dataset: Dataset) -> list[Wrong]:
    """One wrong for every rule; a rule without one is left out, and missed by its test."""
    stated: dict[tuple[str, str], dict[str, Any]] = spoilings_of(dataset).SPOILINGS
    found = []
    for rule in dataset.rules:
        place = (rule.code, rule.column)
        if place in stated:
            found.append(Wrong(*place, stated[place]))
        elif rule.code == "required_value_is_missing":
            found.append(Wrong(*place, {rule.column: None}))
        elif (value := _from_column(rule, dataset.columns[rule.column])) is not None:
            found.append(Wrong(*place, {rule.column: value}))
    return found


def good_row(dataset: Dataset) -> dict[str, Any]:
    """A row that keeps every rule, with a value in every column."""
    row: dict[str, Any] = spoilings_of(dataset).GOOD
    return row


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
