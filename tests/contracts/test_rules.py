"""Every rule finds its wrong, and nothing else: by its expression and through pandera."""

import re
from functools import cache

import pytest
from pandera.errors import SchemaErrors

from tests.support.spoiling import (
    findings,
    frame_of,
    good_row,
    spoilings_of,
    wrongs,
)
from yrdx import catalogue
from yrdx.model import Severity

RULES = [
    pytest.param(
        dataset.name, rule.code, rule.column, id=f"{dataset.name}-{rule.column}-{rule.code}"
    )
    for dataset in map(catalogue.dataset, catalogue.published_names())
    for rule in dataset.rules
]

Places = set[tuple[str, str]]


@cache
def judged(name: str) -> dict[tuple[str, str], tuple[Places, Places]]:
    """For each planted wrong what the expressions find, and what pandera finds."""
    dataset = catalogue.dataset(name)
    planted = wrongs(dataset)
    good = good_row(dataset)
    frame = frame_of(dataset, [good, *({**good, **wrong.changes} for wrong in planted)])
    by_expression = findings(dataset, frame)
    by_pandera: list[Places] = [set() for _ in range(frame.height)]
    with pytest.raises(SchemaErrors) as caught:
        dataset.model.validate(frame, lazy=True)
    for case in caught.value.failure_cases.iter_rows(named=True):
        by_pandera[case["index"]].add((case["check"], case["column"]))
    assert by_expression[0] == set(), "the good row of the spoiling table breaks a rule"
    assert by_pandera[0] == set(), "pandera does not accept the good row"
    return {
        (wrong.code, wrong.column): (by_expression[row], by_pandera[row])
        for row, wrong in enumerate(planted, start=1)
    }


@pytest.mark.parametrize(("name", "code", "column"), RULES)
def test_each_rule_finds_the_wrong_planted_for_it_and_no_other(
    name: str, code: str, column: str
) -> None:
    found = judged(name).get((code, column))
    assert found is not None, (
        f"no wrong is planted for {code} on {column}; add one to SPOILINGS in "
        f"schemas/examples/{name}.py"
    )
    beside = getattr(spoilings_of(catalogue.dataset(name)), "ALSO", {}).get((code, column), set())
    by_expression, by_pandera = found
    assert by_expression == {(code, column)} | beside
    assert by_pandera == by_expression


@pytest.mark.parametrize("name", catalogue.published_names())
def test_a_good_row_stays_good_in_all_its_lawful_variants(name: str) -> None:
    dataset = catalogue.dataset(name)
    good = good_row(dataset)
    variants = getattr(spoilings_of(dataset), "GOOD_TOO", [])
    optional = [
        {column: None}
        for column, facts in dataset.columns.items()
        if facts.requirement == "O" and facts.default is None
    ]
    frame = frame_of(dataset, [{**good, **change} for change in [*variants, *optional, {}]])
    assert findings(dataset, frame) == [set()] * frame.height
    assert dataset.model.validate(frame, lazy=True).equals(frame)


@pytest.mark.parametrize("name", catalogue.published_names())
def test_a_row_without_any_value_lacks_its_mandatory_values_only(name: str) -> None:
    dataset = catalogue.dataset(name)
    (found,) = findings(dataset, frame_of(dataset, [dict.fromkeys(dataset.columns)]))
    missing = {
        ("required_value_is_missing", column)
        for column, facts in dataset.columns.items()
        if facts.requirement == "M"
    }
    assert {place for place in found if not place[0].endswith("_is_missing")} == set()
    assert missing <= found


@pytest.mark.parametrize("name", catalogue.published_names())
def test_the_table_plants_no_wrong_for_a_rule_that_does_not_exist(name: str) -> None:
    dataset = catalogue.dataset(name)
    rules = {(rule.code, rule.column) for rule in dataset.rules}
    assert set(spoilings_of(dataset).SPOILINGS) <= rules


@pytest.mark.parametrize("name", catalogue.published_names())
def test_every_rule_speaks_to_a_data_officer_in_both_languages(name: str) -> None:
    for rule in catalogue.dataset(name).rules:
        assert rule.source, f"{rule.code} does not say where it comes from"
        assert rule.severity in Severity
        for text in (rule.message, rule.remedy):
            assert text.zh.endswith("。"), f"{rule.code}: {text.zh!r} is no Chinese sentence"
            assert text.en.endswith("."), f"{rule.code}: {text.en!r} is no English sentence"


@pytest.mark.parametrize("name", catalogue.published_names())
def test_a_rule_names_the_unit_of_its_column_and_lists_lengths_as_a_sentence(name: str) -> None:
    columns = catalogue.dataset(name).columns
    for rule in catalogue.dataset(name).rules:
        unit = columns[rule.column].unit
        if rule.code == "number_is_out_of_range" and unit:
            assert f"“{unit}”" in rule.remedy.zh
            assert ("元" in rule.remedy.zh) == ("元" in unit), "only money is counted in yuan"
        assert not re.search(r"[0-9](?:、[0-9]+ 位|时)", rule.message.zh), rule.message.zh


@pytest.mark.parametrize("name", catalogue.published_names())
def test_rules_are_named_once_and_read_columns_that_exist(name: str) -> None:
    dataset = catalogue.dataset(name)
    places = [(rule.code, rule.column) for rule in dataset.rules]
    assert len(places) == len(set(places))
    for rule in dataset.rules:
        assert rule.columns <= set(dataset.columns), f"{rule.code} reads unknown columns"


@pytest.mark.parametrize("name", catalogue.published_names())
def test_the_verdict_on_a_row_does_not_depend_on_its_neighbours(name: str) -> None:
    dataset = catalogue.dataset(name)
    good = good_row(dataset)
    rows = [good, good, *({**good, **wrong.changes} for wrong in wrongs(dataset))]
    together = findings(dataset, frame_of(dataset, rows))
    alone = [findings(dataset, frame_of(dataset, [row]))[0] for row in rows]
    assert together == alone, "a rule looks beyond its row; make it a validation instead"
