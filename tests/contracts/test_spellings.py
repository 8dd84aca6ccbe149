"""Every header and label that a contract names is read as it says, in every dataset."""

import csv
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.support.spoiling import good_row
from yrdx import catalogue
from yrdx.dataset import Column, Dataset, Kind
from yrdx.example import as_text
from yrdx.reading import normalise, read
from yrdx.reading.table import Table


@pytest.fixture(params=catalogue.dataset_names())
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """Each dataset in turn."""
    return catalogue.dataset(request.param)


def canonical(dataset: Dataset) -> dict[str, str]:
    """The good row as canonical text."""
    return {name: as_text(value) for name, value in good_row(dataset).items()}


def table_of(dataset: Dataset, headers: list[str], rows: list[list[str]], path: Path) -> Table:
    """The table that reading finds in a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    table = read(path, filename=path.name, dataset=dataset)
    assert isinstance(table, Table), table
    return table


def labels(column: Column) -> list[tuple[str, str]]:
    """Spellings of a single code that mean exactly one entry of the list, with the entry."""
    if column.codes is None or column.kind not in (Kind.CODE, Kind.CODES):
        return []
    spellings = [
        (spelling, code.value)
        for code in column.codes.codes
        for spelling in (code.label.zh, code.label.en, *code.aliases)
    ]
    known = column.codes.by_label
    return [pair for pair in spellings if known.get(pair[0].strip().casefold()) == pair[1]]


def test_every_synonym_of_a_header_means_its_field(dataset: Dataset, tmp_path: Path) -> None:
    names = list(dataset.columns)
    values = list(canonical(dataset).values())
    spellings = [
        [name, column.title.zh, *column.synonyms] for name, column in dataset.columns.items()
    ]
    for number, headers in enumerate(zip_longest(*spellings)):
        filled = [header or name for header, name in zip(headers, names, strict=True)]
        table = table_of(dataset, filled, [values], tmp_path / f"{number}.csv")
        assert table.source_columns == tuple(names), filled


def test_every_label_of_a_code_list_is_read_as_its_code(dataset: Dataset, tmp_path: Path) -> None:
    good = canonical(dataset)
    # A code that is also somebody's label stays the code: it stands in the list.
    listed = {
        name: [
            pair
            for pair in labels(column)
            if column.codes
            and column.codes.name != "division"
            and pair[0] not in column.codes.values
        ]
        for name, column in dataset.columns.items()
    }
    length = max(1, *(len(pairs) for pairs in listed.values()))
    rows, expected = [], []
    for number in range(length):
        chosen = {name: pairs[number] for name, pairs in listed.items() if number < len(pairs)}
        rows.append(list({**good, **{name: pair[0] for name, pair in chosen.items()}}.values()))
        expected.append({name: pair[1] for name, pair in chosen.items()})
    table = table_of(dataset, list(good), rows, tmp_path / "labels.csv")
    normalised = normalise(table.frame.collect(), table, dataset)
    for name in (name for name, pairs in listed.items() if pairs):
        found = normalised.rows[name].to_list()
        wrong = {
            rows[place][list(good).index(name)]: (found[place], wanted[name])
            for place, wanted in enumerate(expected)
            if name in wanted and found[place] != wanted[name]
        }
        assert not wrong, f"{name}: {wrong}"
