"""Good deliveries of every dataset: as many rows as wanted, all keys different, nothing wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from yrdx import catalogue
from yrdx.dataset import Column, Dataset, Kind
from yrdx.example import EXAMPLE_DAY, as_text, broken, typed
from yrdx.rule import Rule

Row = Mapping[str, Any]
Grid = list[list[str]]

_MOST = 400
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int, *, division: str = "330100") -> str:
    """A unified social credit code with both of its check characters right."""
    body = f"{47010000 + number:08d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    whole = f"12{division}{body}{'0X987654321'[total % 11]}"
    inner = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(whole))
    return whole + _SIGNS[(31 - inner % 31) % 31]


_LINKED = {
    "institution": lambda i: {
        "inst_code": f"4133{20000 + i:06d}",
        "moe5_code": f"{20000 + i:05d}",
        "uscc": credit_code(i),
    },
}
"""Columns that change together with the key."""


def _candidates(value: Any, column: Column) -> list[Any]:  # noqa: C901 - one case a form
    """Other values of a key column, the present one first."""
    texts: list[Any] = []
    match value:
        case bool():
            texts = [not value]
        case int():
            texts = [value - step for step in range(1, 15)]
        case str() if column.codes is not None and column.is_closed:
            texts = list(column.codes.values)
        case str() if column.width == 64:
            texts = [f"{number:064x}" for number in range(1, _MOST)]
        case str() if column.width == 18:
            texts = [credit_code(number, division=value[2:8]) for number in range(_MOST)]
        case str() if column.width == 10:
            texts = [f"{value[:4]}{number:06d}" for number in range(20_000, 20_000 + _MOST)]
        case str() if column.kind is Kind.SCHOOL_YEAR:
            first = int(value[:4])
            texts = [f"{first - step}-{first - step + 1}" for step in range(1, 10)]
        case "":
            texts = [f"方向{number}" for number in range(1, _MOST)]
        case str() if re.fullmatch("[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
            texts = [f"{value[:5]}{n // 90 + 1:02d}-{n % 90 + 1:02d}" for n in range(_MOST)]
        case str() if found := re.search("[0-9]+$", value):
            width = len(found[0])
            texts = [
                f"{value[: found.start()]}{n:0{width}d}" for n in range(1, min(_MOST, 10**width))
            ]
    return [value, *(text for text in texts if text != value)]


@cache
def good_rows(name: str, *, needs_lists: bool = False) -> tuple[Row, ...]:
    """Rows of different keys that break no rule of the dataset, the stated one first."""
    dataset = catalogue.dataset(name)
    examples = catalogue.examples(dataset)
    good = dict(examples.good)
    rules: tuple[Rule, ...] = dataset.rules
    if needs_lists:
        rules = (*rules, *catalogue.rules_given_examples(dataset))
    kept = _unbroken(dataset, rules, islice(_variants(dataset, good), 4 * _MOST))
    return tuple(kept[:_MOST])


def _variants(dataset: Dataset, good: dict[str, Any]) -> Iterator[Row]:
    linked = _LINKED.get(dataset.name)
    yield good
    if linked is not None:
        yield from ({**good, **linked(number)} for number in range(_MOST))
        return
    choices = {name: _candidates(good[name], dataset.columns[name]) for name in dataset.key}
    for name in sorted(choices, key=lambda name: -len(choices[name])):
        yield from ({**good, name: value} for value in choices[name][1:])
    # Columns with few values make many rows together.
    few = [name for name in dataset.key if 1 < len(choices[name]) < _MOST]
    yield from (
        {**good, **dict(zip(few, values, strict=True))}
        for values in product(*(choices[name] for name in few))
    )


def _unbroken(dataset: Dataset, rules: Sequence[Rule], rows: Iterator[Row]) -> list[Row]:
    different: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        different.setdefault(tuple(row[name] for name in dataset.key), row)
    found = broken(rules, typed(dataset, different.values()))
    return [row for row, wrong in zip(different.values(), found, strict=True) if not wrong]


def lawful_rows(dataset: Dataset) -> list[Row]:
    """All kinds of good rows: the variants that the examples state, and optional cells empty."""
    examples = catalogue.examples(dataset)
    empty: list[Row] = [
        {name: None}
        for name, column in dataset.columns.items()
        if column.requirement == "O" and column.default is None
    ]
    spare = iter(good_rows(dataset.name))
    changed = [
        {**row, **change} for change, row in zip([*examples.good_too, *empty], spare, strict=False)
    ]
    rest = list(spare)
    keys = {tuple(row[name] for name in dataset.key) for row in changed}
    different = {tuple(row[name] for name in dataset.key): row for row in changed}
    more = [row for row in rest if tuple(row[name] for name in dataset.key) not in keys]
    return [*different.values(), *more[:30]]


def grid(dataset: Dataset, rows: Sequence[Row]) -> Grid:
    """Rows as text below a header of Chinese titles."""
    header = [column.title.zh for column in dataset.columns.values()]
    return [header, *([as_text(row[name]) for name in dataset.columns] for row in rows)]


def write_csv(cells: Sequence[Sequence[str]], path: Path, *, encoding: str = "utf-8") -> Path:
    """Write a delimited text; cells that need quotes get them."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(cells)
    return path


def write_xlsx(cells: Sequence[Sequence[str]], path: Path) -> Path:
    """Write a workbook of text cells."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("数据")
        for number, row in enumerate(cells):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(number, column, text)
    return path


def keys_of(dataset: Dataset, name: str) -> pl.Series:
    """All values that good rows have in a column: what references are checked against."""
    values = {row[name] for row in good_rows(dataset.name) if row[name] is not None}
    return pl.Series(sorted(map(str, values)), dtype=pl.String)


TODAY = EXAMPLE_DAY
