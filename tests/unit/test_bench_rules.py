"""The rules that the bench's peers get say what the dataset says, as far as peers can say it."""

import re
from datetime import date
from itertools import product

import polars as pl
import pytest

from bench.generate import HEADERS, INSTITUTIONS, block
from bench.peers import rules
from bench.peers.compare import check_counts
from yrdx import catalogue
from yrdx.dataset import Kind


@pytest.fixture(scope="module")
def award():
    return catalogue.dataset("certificate_award")


@pytest.fixture(scope="module")
def told(award):
    return rules.of_awards()


def _field(told, name):
    return next(field for field in told.fields if field.name == name)


def test_every_column_of_the_file_is_told_in_its_order_with_the_key(award, told):
    assert told.names == list(HEADERS)
    assert [field.header for field in told.fields] == list(HEADERS.values())
    assert set(told.names) == set(award.columns)
    assert told.key == award.key


def test_what_is_mandatory_is_required_and_what_is_conditional_is_not(told):
    free = {field.name for field in told.fields if not field.required}

    assert free == {"cert_no_prefix", "occupation_code"}


def test_a_closed_code_list_is_a_list_of_values(award, told):
    assert _field(told, "level").values == award.columns["level"].codes.values
    assert _field(told, "level").pattern is None
    assert _field(told, "is_high").values == ("0", "1")


def test_a_year_is_an_integer_within_its_range(award, told):
    year = _field(told, "grad_year")

    assert (year.type, year.minimum) == (rules.Type.INTEGER, award.columns["grad_year"].minimum)
    assert year.pattern is None


def test_a_length_is_told_where_nothing_else_implies_it(told):
    assert _field(told, "cert_name").max_length == 60
    assert {field.max_length for field in told.fields if field.pattern or field.values} == {None}
    assert {field.length for field in told.fields if field.pattern or field.values} == {None}


def test_patterns_are_anchored_and_take_no_full_width_digits(told):
    patterns = [field.pattern for field in told.fields if field.pattern]

    assert len(patterns) == 8
    assert all(item.startswith("^") and item.endswith("$") for item in patterns)
    assert not [item for item in patterns if r"\d" in item]
    assert not re.match(_field(told, "inst_code").pattern, "３６３３０００１００")


def test_all_three_spellings_of_a_date_pass_and_other_text_does_not():
    assert all(re.match(rules.DAY, text) for text in ("2025-02-03", "20250203", "2025/02/03"))
    assert not re.match(rules.DAY, "2025年2月3日")


def test_most_generated_rows_are_good_to_a_peer_and_the_planted_wrongs_are_not(told):
    rows = block(0, 5_000).to_dicts()
    failing = sum(any(not _good(field, row[field.name]) for field in told.fields) for row in rows)

    # Planted wrongs that a peer can see are about 0.3 % of the rows, harmless noise about 3 %.
    assert 0.02 < failing / len(rows) < 0.05


def _good(field, text):
    if text is None:
        return not field.required
    if field.type is rules.Type.INTEGER:
        return text.isascii() and text.isdigit() and int(text) >= field.minimum
    return (
        (not field.values or text in field.values)
        and (not field.pattern or re.match(field.pattern, text) is not None)
        and (not field.max_length or len(text) <= field.max_length)
    )


def test_a_school_must_be_on_the_list_of_schools(told):
    named = {field.name: field.reference for field in told.fields if field.reference}

    assert named == {"inst_code": "institution"}
    assert told.lists["institution"] == INSTITUTIONS


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("certificate_prefix_is_missing", 0),
        ("certificate_prefix_is_not_expected", 1),
        ("occupation_code_is_missing", 2),
        ("level_is_not_of_the_category", 3),
    ],
)
def test_a_condition_says_what_the_row_rule_says(award, told, code, number):
    condition = told.conditions[number]
    rule = next(rule for rule in award.rules if rule.code == code)
    cells = {
        "cert_category": condition.values,
        "cert_no_prefix": (None, "Y330020250000001"),
        "occupation_code": (None, "6-18-01-01"),
        "level": ("3", "C"),
    }
    rows = pl.DataFrame(list(product(*cells.values())), schema=list(cells), orient="row")

    told_good = [_holds(condition, row[condition.then]) for row in rows.to_dicts()]

    assert rows.select(rule.build(date(2026, 3, 1))).to_series().to_list() == told_good
    assert {True, False} == set(told_good)


def _holds(condition, cell):
    if isinstance(condition.allowed, rules.Filled):
        return (cell is not None) == (condition.allowed is rules.Filled.YES)
    return cell in condition.allowed


def test_rules_come_back_from_their_file_as_they_were(told, tmp_path):
    path = rules.beside(tmp_path / "generated.csv")
    rules.write(told, path)

    assert path.name == "generated.rules.json"
    assert rules.load(path) == told


def test_a_kind_of_column_that_no_peer_was_taught_is_refused():
    scale = catalogue.dataset("student_scale")
    name = next(name for name, column in scale.columns.items() if column.kind is Kind.SCHOOL_YEAR)

    with pytest.raises(ValueError, match=f"{name}: the peers have not been taught columns of kind"):
        rules.derive(scale, {name: "学年"})


@pytest.mark.parametrize(
    ("failing", "told_as"),
    [
        ({"one": 695, "two": 0}, "two finds 0"),
        ({"one": 695, "two": 400}, "two finds 400"),
        ({"one": 695, "two": 1_100}, "two finds 1100"),
    ],
    ids=["finds nothing", "finds less than the others", "finds more than there is"],
)
def test_a_peer_that_is_set_up_wrong_stops_the_bench(failing, told_as):
    with pytest.raises(SystemExit, match=told_as):
        check_counts(failing, ours=122, noise=800)


def test_peers_that_agree_pass():
    check_counts({"one": 695, "two": 669}, ours=122, noise=800)
