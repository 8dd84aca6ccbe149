"""Every rule that needs a loaded list tells right from wrong, alone and through a page."""

import pytest

from tests.support.spoiling import TODAY, frame_of, good_row
from yrdx import catalogue
from yrdx.contract.rules import explanations, rule_page
from yrdx.dataset import Dataset

DATASETS = [item.name for item in catalogue.datasets() if item.list_rules]


@pytest.fixture(params=DATASETS)
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """Each dataset that has such rules."""
    return catalogue.dataset(request.param)


def test_each_finds_the_wrong_planted_for_it_and_no_other_does(dataset: Dataset) -> None:
    rules = catalogue.rules_given_examples(dataset)
    examples = catalogue.examples(dataset)
    for rule in rules:
        wrong = examples.wrong(rule)
        assert wrong is not None, f"schemas/examples/lists.py shows no wrong for {rule.code}"
        frame = frame_of(dataset, [good_row(dataset), {**good_row(dataset), **wrong.changes}])
        broken = {
            (row, item.code)
            for item in rules
            for row, holds in enumerate(frame.select(item.holds(TODAY)).to_series())
            if not holds
        }
        assert broken == {(1, rule.code)}


def test_each_says_what_to_do_in_both_languages(dataset: Dataset) -> None:
    for rule in dataset.list_rules:
        assert rule.source
        for text in (rule.message, rule.remedy):
            assert text.zh.endswith("。")
            assert text.en.endswith(".")


def test_each_reads_columns_that_exist(dataset: Dataset) -> None:
    for rule in catalogue.rules_given_examples(dataset):
        assert rule.columns <= set(dataset.columns)
        if rule.candidate is not None:
            assert set(rule.candidate(TODAY).meta.root_names()) <= set(dataset.columns)


def test_each_has_a_page_with_its_example() -> None:
    known = explanations()
    codes = {rule.code for name in DATASETS for rule in catalogue.dataset(name).list_rules}
    for code in codes:
        assert rule_page(code, known[code]).example, code
