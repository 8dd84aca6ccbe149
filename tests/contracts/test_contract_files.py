"""The contract of every dataset, as files that other programs accept and that agree with us."""

import json
import warnings
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pyarrow as pa
import pytest

from tests.support.contract_values import as_csv, as_instance, read_back
from yrdx import catalogue, pipeline
from yrdx.checking.result import Terms
from yrdx.contract.arrow import arrow_bytes, arrow_json
from yrdx.contract.cell_examples import cell_example
from yrdx.contract.files import Format, contract_files
from yrdx.contract.frictionless import resource
from yrdx.contract.json_schema import json_schema
from yrdx.contract.odcs import as_yaml, odcs
from yrdx.contract.pages import dictionary_html, dictionary_markdown, rule_markdown
from yrdx.contract.reference import (
    CONTRACTS,
    broken_baselines,
    opened,
    out_of_date,
    reference_files,
)
from yrdx.contract.rules import explanations, rule_page
from yrdx.dataset import Dataset
from yrdx.example import Examples, as_text, broken, typed
from yrdx.model import Severity
from yrdx.publication.parquet import arrow_schema
from yrdx.rule import Rule
from yrdx.template.sample import sample_rows

EVERY = pytest.mark.parametrize("name", catalogue.dataset_names())
TODAY = date(2025, 11, 20)

EXPRESSED = frozenset(
    {
        "required_value_is_missing",
        "value_is_not_in_code_list",
        "values_are_not_in_code_list",
        "text_is_too_long",
        "code_is_not_all_digits",
        "school_code_is_malformed",
        "school_code_prefix_is_unknown",
        "major_code_is_malformed",
        "occupation_code_is_malformed",
        "industry_code_is_malformed",
        "industry_codes_are_malformed",
        "major_codes_are_malformed",
        "unit_codes_are_malformed",
        "certificate_prefix_is_malformed",
        "hash_is_malformed",
        "year_month_is_malformed",
        "number_is_negative",
        "number_is_out_of_range",
    }
)
"""Rules that a schema can express: presence, lists, lengths, patterns, bounds."""


@cache
def examples(name: str) -> Examples:
    return catalogue.examples(catalogue.dataset(name))


def wrong_rows(dataset: Dataset) -> list[tuple[Rule, dict[str, Any]]]:
    known = examples(dataset.name)
    return [
        (rule, {**known.good, **wrong.changes})
        for rule in dataset.rules
        if (wrong := known.wrong(rule))
    ]


def is_expressed(dataset: Dataset, rule: Rule) -> bool:
    """Whether the files claim the rule: it is an error, and its limit is stated of the column."""
    column = dataset.columns[rule.column]
    if rule.severity is not Severity.ERROR or rule.code not in EXPRESSED:
        return False
    if rule.code in ("required_value_is_missing", "text_is_too_long"):
        return True
    if rule.code.startswith("number_"):
        return column.minimum is not None
    return column.is_closed or column.pattern is not None


@EVERY
def test_the_odcs_file_is_valid_by_the_standard_itself(name: str) -> None:
    package = "open_data_contract_standard"
    if find_spec(package) is None:
        pytest.skip(f"{package}, which ships the JSON schema of ODCS, is not installed")
    schema = json.loads((files(package) / "schema.json").read_text(encoding="utf-8"))
    contract = odcs(catalogue.dataset(name))
    wrong = [
        f"{'/'.join(map(str, error.path))}: {error.message}"
        for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(contract)
    ]
    assert wrong == []


@EVERY
def test_the_odcs_file_tells_all_that_the_contract_knows(name: str) -> None:
    dataset = catalogue.dataset(name)
    contract = opened(odcs(dataset), called=name)
    assert list(contract.fields) == list(dataset.columns)
    assert contract.facts["key"] == list(dataset.key)
    assert contract.facts["clauses"] == list(dataset.clauses)
    for field, column in dataset.columns.items():
        told = contract.fields[field]
        assert told["requirement"] == column.requirement.value
        assert told.get("unit") == column.unit
        assert {item["name"] for item in told.get("quality", ()) if item["type"] == "text"} == {
            rule.code for rule in dataset.rules if rule.column == field
        }
    assert as_yaml(odcs(dataset)) == as_yaml(odcs(dataset))


@EVERY
def test_the_json_schema_accepts_what_is_good_and_refuses_what_it_can_express(name: str) -> None:
    dataset = catalogue.dataset(name)
    schema = json_schema(dataset)
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    known = examples(name)
    for row in (known.good, *({**known.good, **change} for change in known.good_too)):
        assert [error.message for error in judge.iter_errors(as_instance(row))] == []
    for rule, row in wrong_rows(dataset):
        refused = not judge.is_valid(as_instance(row))
        if is_expressed(dataset, rule):
            assert refused, f"the schema does not see {rule.code} on {rule.column}"
        (found,) = broken(dataset.rules, typed(dataset, [row]))
        errors = [item.code for item in found if item.severity is Severity.ERROR]
        assert not refused or errors, f"the schema refuses what we admit: {rule.code}"


@EVERY
def test_frictionless_accepts_the_sample_and_finds_what_the_descriptor_can_express(
    name: str, tmp_path: Path
) -> None:
    if find_spec("frictionless") is None:
        pytest.skip("frictionless is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless
    dataset = catalogue.dataset(name)
    rows = sample_rows(dataset)
    wrongs = [item for item in wrong_rows(dataset) if is_expressed(dataset, item[0])]

    def errors_of(some: list[Any]) -> list[Any]:
        (tmp_path / f"{name}.csv").write_text(as_csv(dataset, some), encoding="utf-8")
        with frictionless.system.use_context(trusted=True):
            described = frictionless.Resource.from_descriptor(
                resource(dataset), basepath=str(tmp_path)
            )
            report = described.validate(limit_errors=10_000)
        assert [error.message for error in report.errors] == []
        return report.flatten(["type", "rowNumber", "fieldName"])

    assert errors_of(rows) == []
    found = {(row, field) for _, row, field in errors_of([row for _, row in wrongs])}
    for number, (rule, _) in enumerate(wrongs, start=2):
        assert (number, rule.column) in found, f"{rule.code} on {rule.column} was not seen"
    if not (dataset.alternative_key and rows[0][dataset.key[0]] is None):
        twice = {kind for kind, _, _ in errors_of([rows[0], rows[0]])}
        assert twice <= {"primary-key", "unique-error"}
        assert twice, "the key may be used twice"


@EVERY
def test_the_arrow_schema_is_that_of_published_files(name: str) -> None:
    dataset = catalogue.dataset(name)
    told = read_back(arrow_bytes(dataset))
    assert told.equals(arrow_schema(dataset), check_metadata=True)
    described = arrow_json(dataset)
    assert [field["name"] for field in described["fields"]] == told.names
    assert described["metadata"]["yrdx.contract"] == dataset.version
    frame = typed(dataset, sample_rows(dataset))
    kept = pa.schema([told.field(field) for field in dataset.columns])
    assert pl.from_arrow(frame.to_arrow().cast(kept)).equals(frame)


@EVERY
def test_the_dictionary_tells_every_field_rule_code_and_clause(name: str) -> None:
    dataset = catalogue.dataset(name)
    markdown, html = dictionary_markdown(dataset), dictionary_html(dataset)
    for page in (markdown, html):
        for field, column in dataset.columns.items():
            for told in (field, column.title.zh, *column.synonyms):
                assert told.replace("<", "&lt;") in page
        for text in (*dataset.clauses, *(rule.code for rule in dataset.rules)):
            assert text in page
    for rule in dataset.rules:
        assert f"](../rules/{rule.code}.md)" in markdown
    assert "http" not in html
    assert "<script" not in html


@EVERY
def test_every_format_gives_files_that_name_the_dataset(name: str) -> None:
    dataset = catalogue.dataset(name)
    for form in Format:
        for file, content in contract_files(dataset, form).items():
            assert file.startswith(f"{name}.")
            assert content


@EVERY
def test_every_rule_has_a_page_with_an_example_that_was_run(name: str) -> None:
    dataset = catalogue.dataset(name)
    known = explanations()
    for code in dict.fromkeys(rule.code for rule in dataset.rules):
        page = rule_page(code, known[code])
        assert page.example, f"no example of {code}; add one to schemas/examples/{name}.py"
        assert any(cell.right != cell.wrong for cell in page.example)
        assert len(page.repair) >= 2
        told = rule_markdown(page)
        for wording in page.wordings:
            assert wording.message.zh in told
            assert wording.remedy.zh in told


def test_every_rule_that_a_receipt_can_name_has_a_page_with_right_and_wrong() -> None:
    bare = [
        code for code, wordings in explanations().items() if not rule_page(code, wordings).example
    ]
    assert bare == [], "add right and wrong to yrdx/contract/cell_examples.py or file_examples.py"


CELL_RULES = [
    code
    for code in explanations()
    if cell_example(
        code,
        (
            (dataset, field, catalogue.examples(dataset))
            for dataset in catalogue.datasets()
            for field in dataset.columns
        ),
    )
]


@pytest.mark.parametrize("code", CELL_RULES)
def test_the_wrong_cell_of_a_page_gets_just_its_rule_from_a_real_check(
    code: str, tmp_path: Path
) -> None:
    page = rule_page(code, explanations()[code])
    (cell,) = page.example
    dataset = catalogue.dataset(str(page.dataset))
    row = {name: as_text(value) for name, value in examples(dataset.name).good.items()}
    row[cell.field] = cell.wrong
    path = tmp_path / f"{dataset.name}.csv"
    pl.DataFrame([row]).write_csv(path)
    delivery = pipeline.identify(
        path, filename=path.name, province="00", unit="self", dataset=dataset.name, period="undated"
    )
    into = tmp_path / "receipt"
    into.mkdir()
    terms = Terms(province="00", period="undated", today=TODAY)
    report = pipeline.check_file(path, delivery, terms=terms, store=None, into=into)
    assert report.faults == ()
    assert code in {item.rule for item in report.findings if item.column == cell.field}


def test_the_pages_in_the_reference_folder_are_current(project: Path) -> None:
    folder = project / "docs" / "reference"
    stale = [path.relative_to(folder).as_posix() for path in out_of_date(folder, reference_files())]
    assert stale == [], "renew the pages: .venv/bin/yrdx docs -o docs/reference"


def test_no_contract_breaks_its_baseline_without_a_new_major_version(project: Path) -> None:
    found = broken_baselines(project / "docs" / "reference" / CONTRACTS)
    told = {
        path.name: [
            (change.place, change.text.en)
            for change in changed.changes
            if change.provider or change.reader
        ]
        for path, changed in found.items()
    }
    assert told == {}, "raise the major version of these datasets"
