"""What every dataset keeps, tested on each by its being there."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.support.spoiling import frame_of, good_row
from yrdx import catalogue
from yrdx.dataset import Dataset, Kind, Requirement
from yrdx.derivation import WHOLE_REGION
from yrdx.model import Sensitivity

PERIODS = {
    Kind.YEAR: "year",
    Kind.SCHOOL_YEAR: "school_year",
}
HOMONYMS = {"indicator_code", "level", "object_type", "region_code", "status", "unit"}
"""General words: each dataset has its own values for them. A region may be the whole delta."""

ALL_OF_THEM = "all 为合计"
"""What a column that counts are cut by says: beside the codes of the column of that name it has
words for all of them and for none."""

CLAUSE = re.compile("^[一二三四]（[一二三四五六]）$")


@pytest.fixture(params=catalogue.published_names())
def dataset(request: pytest.FixtureRequest) -> Dataset:
    """Each dataset in turn."""
    return catalogue.dataset(request.param)


def _source(project: Path, dataset: Dataset) -> Path:
    folder = "schemas/derived" if dataset.name in catalogue.derived_names() else "schemas"
    return project / folder / f"{dataset.name}.py"


def test_a_dataset_is_named_after_its_file(dataset: Dataset, project: Path) -> None:
    assert _source(project, dataset).is_file()
    assert dataset.description, "the model needs a docstring that says what the dataset holds"
    assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", dataset.version)


def test_the_type_annotated_is_the_type_that_the_column_has(dataset: Dataset) -> None:
    declared = {
        name: column.dtype.type for name, column in dataset.model.to_schema().columns.items()
    }
    assert declared == dataset.schema


def test_nulls_are_left_to_our_own_rule(dataset: Dataset) -> None:
    for name, column in dataset.model.to_schema().columns.items():
        assert column.nullable, f"{name} would get pandera's not_nullable beside our own rule"
        assert not column.coerce, f"{name} would be changed by pandera before it is judged"


def test_a_mandatory_column_begins_with_the_rule_that_it_is_there(dataset: Dataset) -> None:
    for name, column in dataset.columns.items():
        first = column.rules[0].code if column.rules else None
        is_mandatory = column.requirement is Requirement.MANDATORY
        assert (first == "required_value_is_missing") == is_mandatory, name


def test_a_conditional_value_is_asked_for_by_a_row_rule(dataset: Dataset) -> None:
    # Derived from other datasets, so that no condition stands in the row.
    derived = {("enterprise", "deep_participation")}
    asks = ("_is_missing", "_contradicts_its_state")
    asked = {rule.column for rule in dataset.rules if rule.code.endswith(asks)}
    for name, column in dataset.columns.items():
        if column.requirement is Requirement.CONDITIONAL:
            assert name in asked or (dataset.name, name) in derived, name


def test_the_rules_of_a_column_point_at_it(dataset: Dataset) -> None:
    for name, column in dataset.columns.items():
        assert {rule.column for rule in column.rules} <= {name}


def test_columns_have_titles_in_both_languages(dataset: Dataset) -> None:
    for name, column in dataset.columns.items():
        assert re.search("[\u4e00-\u9fff]", column.title.zh), name
        assert re.match("^[A-Z]", column.title.en), f"{name} needs an English title"


def test_no_header_means_two_columns(dataset: Dataset) -> None:
    owners: dict[str, str] = {}
    for name, column in dataset.columns.items():
        for header in {name, column.title.zh, *column.synonyms}:
            plain = header.casefold().replace("(", "（").replace(")", "）").replace(" ", "")
            assert owners.setdefault(plain, name) == name, f"{header!r} also means {owners[plain]}"


def test_key_columns_are_never_empty(dataset: Dataset) -> None:
    assert dataset.key, "a dataset needs a key"
    for name in dataset.key:
        column = dataset.columns[name]
        there = column.requirement is Requirement.MANDATORY or column.default is not None
        assert there or dataset.alternative_key, f"key column {name} may be empty without default"
    assert set(dataset.alternative_key) <= set(dataset.columns)


def test_references_lead_to_columns_that_exist(dataset: Dataset) -> None:
    for reference in dataset.references:
        assert reference.column in dataset.columns
        assert reference.target in catalogue.dataset(reference.dataset).columns


def test_the_period_column_has_the_shape_of_the_period(dataset: Dataset) -> None:
    if dataset.period_column:
        column = dataset.columns[dataset.period_column]
        assert PERIODS[column.kind] == dataset.periodicity


def test_every_row_belongs_to_a_province(dataset: Dataset) -> None:
    frame = frame_of(dataset, [good_row(dataset)])
    members = {"31", "32", "33", "34"}
    regions = {WHOLE_REGION} if dataset.name in catalogue.derived_names() else set()
    assert frame.select(dataset.province).item() in members | regions


def test_the_dataset_serves_clauses_of_the_notice(dataset: Dataset) -> None:
    assert dataset.clauses
    assert all(CLAUSE.match(clause) for clause in dataset.clauses), dataset.clauses


def test_text_that_no_code_list_bounds_has_a_length(dataset: Dataset) -> None:
    for name, column in dataset.columns.items():
        if column.kind is Kind.TEXT:
            assert column.max_length, f"{name} takes text of any length"


def test_code_lists_say_where_they_come_from_and_of_when_they_are(dataset: Dataset) -> None:
    for codes in dataset.code_lists:
        assert codes.source, codes.name
        assert re.match("^[0-9]{4}-[0-9]{2}", codes.version), codes.name


def test_sealed_values_are_personal_and_have_no_plain_twin(dataset: Dataset) -> None:
    for name, column in dataset.columns.items():
        if any(rule.code == "hash_is_malformed" for rule in column.rules):
            assert column.sensitivity is Sensitivity.PERSONAL, name
        headers = " ".join((column.title.zh, *column.synonyms))
        assert not re.search("身份证|手机|电话|学籍号", headers), f"{name} invites personal numbers"


def test_dataset_files_name_their_rules_in_words(project: Path, dataset: Dataset) -> None:
    tree = ast.parse(_source(project, dataset).read_text(encoding="utf-8"))
    models = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in (member for model in models for member in model.body):
        if isinstance(node, ast.FunctionDef):
            assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+){2,}", node.name), node.name


def test_the_same_column_means_the_same_in_every_dataset() -> None:
    kinds: dict[str, tuple[Kind, str, int | None]] = {}
    for dataset in map(catalogue.dataset, catalogue.published_names()):
        for name, column in dataset.columns.items():
            if column.description and ALL_OF_THEM in column.description.zh:
                continue
            if name in HOMONYMS:
                continue
            facts = (column.kind, column.codes.name if column.codes else "", column.width)
            assert kinds.setdefault(name, facts) == facts, f"{dataset.name}.{name}"


def test_a_rule_has_one_severity_wherever_it_stands() -> None:
    severities: dict[str, str] = {}
    for dataset in map(catalogue.dataset, catalogue.published_names()):
        for rule in dataset.rules:
            assert severities.setdefault(rule.code, rule.severity) == rule.severity, rule.code


def test_importing_a_dataset_costs_little_more_than_pandera() -> None:
    program = (
        "import time, pandera.polars, yrdx.dataset, yrdx.kernels\n"
        "start = time.process_time()\n"
        "import schemas.institution, schemas.certificate_award\n"
        "print(time.process_time() - start)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert float(run.stdout) < 0.5, "importing contracts slows every task; load less"


def test_published_types_hold_the_good_rows(dataset: Dataset, tmp_path: Path) -> None:
    frame = frame_of(dataset, [good_row(dataset)])
    frame.write_parquet(tmp_path / "rows.parquet")
    assert pl.read_parquet(tmp_path / "rows.parquet").schema == pl.Schema(dataset.schema)
