"""Every rule about a whole delivery finds its wrong by Great Expectations, and nothing else."""

from functools import cache

import polars as pl
import pytest

from tests.support.whole import Case, about_of, cases
from yrdx import catalogue, judging
from yrdx.judging.measuring import measure
from yrdx.judging.wording import judged_column, placeholders
from yrdx.model import Finding, Severity
from yrdx.table_rule import Situation, TableRule

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CASES = [pytest.param(case, id=f"{case.module}-{case.rule.code}") for case in cases()]


@cache
def _all_rules() -> dict[str, list[TableRule]]:
    return {name: list(catalogue.table_rules(name)) for name in catalogue.dataset_names()}


def found(case: Case, situation: Situation) -> tuple[Finding, ...]:
    about = about_of(situation, catalogue.dataset(case.dataset))
    judged = judging.judge_whole([case.rule], about)
    assert not judged.faults, judged.faults
    return judged.findings


@pytest.mark.parametrize("case", CASES)
def test_a_good_delivery_is_found_good_and_a_bad_one_bad_where_it_is(case: Case) -> None:
    assert case.example is not None, (
        f"{case.rule.code} has no example; add one to EXAMPLES in "
        f"validations/examples/{case.module}.py"
    )
    assert found(case, case.example.good) == ()
    findings = found(case, case.example.bad)
    assert [item.key for item in findings] == list(case.example.keys)
    assert findings, "the bad example shows no wrong"
    for item in findings:
        assert item.rule == case.rule.code
        assert "{" not in item.message.zh + item.message.en + item.remedy.zh + item.remedy.en
        assert item.column is None or item.column in catalogue.dataset(case.dataset).columns


@pytest.mark.parametrize("case", CASES)
def test_the_order_of_rows_makes_no_difference(case: Case) -> None:
    assert case.example is not None
    situation = case.example.bad
    about = about_of(situation, catalogue.dataset(case.dataset))
    turned = about_of(
        Situation(
            rows=situation.rows[::-1],
            previous=None if situation.previous is None else situation.previous[::-1],
            neighbours=None if situation.neighbours is None else situation.neighbours[::-1],
            snapshots={name: rows[::-1] for name, rows in situation.snapshots.items()},
            control_totals=situation.control_totals[::-1],
            province=situation.province,
            period=situation.period,
            previous_period=situation.previous_period,
        ),
        catalogue.dataset(case.dataset),
    )
    one, other = (measure(case.rule, item).lines for item in (about, turned))
    assert one.equals(other), "the measure depends on the order of rows"


@pytest.mark.parametrize("case", CASES)
def test_a_rule_says_where_it_comes_from_and_what_it_has_measured(case: Case) -> None:
    rule = case.rule
    assert rule.source, f"{rule.code} does not say where it comes from"
    assert rule.severity in Severity
    assert rule.measure.__doc__, f"{rule.code} does not say what it measures"
    assert rule.measure.__name__ == rule.code
    for text in (rule.message, rule.remedy):
        assert text.zh.endswith("。"), f"{rule.code}: {text.zh!r} is no Chinese sentence"
        assert text.en.endswith("."), f"{rule.code}: {text.en!r} is no English sentence"
    if rule.blocking:
        assert rule.severity is Severity.ERROR, "only an error can reject a delivery"
    assert case.example is not None
    lines = measure(rule, about_of(case.example.bad, catalogue.dataset(case.dataset))).lines
    named = placeholders(rule.message) | placeholders(rule.remedy) | set(rule.key)
    named |= {name for name in (rule.value, judged_column(rule.expect)) if name}
    assert named <= set(lines.columns), f"{rule.code} names what it does not measure"
    plain = pl.Boolean, pl.String, pl.Date, pl.Null
    odd = [n for n, t in lines.schema.items() if not (t.is_numeric() or t in plain)]
    assert not odd, f"{rule.code} measures what is no figure, text, day or yes/no: {odd}"


@pytest.mark.parametrize("case", CASES)
def test_a_rule_survives_an_empty_and_a_null_filled_delivery(case: Case) -> None:
    assert case.example is not None
    dataset = catalogue.dataset(case.dataset)
    good = about_of(case.example.good, dataset)
    for rows in (
        pl.LazyFrame(schema=dataset.schema),
        pl.LazyFrame({n: [None] * 2 for n in dataset.columns}, schema=dataset.schema),
    ):
        from dataclasses import replace

        assert measure(case.rule, replace(good, rows=rows)).lines.height >= 0


def test_no_two_rules_share_a_code() -> None:
    codes: dict[str, str] = {}
    for name, rules in _all_rules().items():
        of_rows = {rule.code for rule in catalogue.dataset(name).rules}
        for rule in rules:
            assert rule.code not in of_rows, f"{rule.code} is a rule of rows too"
            place = rule.measure.__module__
            assert codes.setdefault(rule.code, place) == place


def test_every_example_is_of_a_rule_that_exists() -> None:
    rules = {rule.code for found in _all_rules().values() for rule in found}
    modules = {path.stem for name in _all_rules() for path in catalogue.table_rule_modules(name)}
    for module in modules:
        assert set(catalogue.table_examples(module)) <= rules
