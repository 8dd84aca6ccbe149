"""Rules as they hold for one delivery: stages, waivers, and what stays inside the exchange."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tests.support.tables import GOOD, HEADER, SCHOOL, rule, table_of, terms
from yrdx.checking import Checked, check
from yrdx.checking.in_force import (
    SHADOW,
    as_in_force,
    declared_severities,
    take_shadow_out,
    told,
    within_limits,
)
from yrdx.dataset import Dataset
from yrdx.model import NotChecked, Severity, Text, Waiver
from yrdx.rule import Rule
from yrdx.rule_calendar import InForce, Stage

MALFORMED = "33O1O1,,第二学校,100,12.50,1999-09-01,2025,1,,"
NEGATIVE = GOOD.replace(",100,", ",-1,").replace("330101", "330102")
TOTAL = "合计,,合计,200,,,2025,,,"
WORD = Text(zh="样例", en="sample")


def waiver(**facts) -> Waiver:
    usual = {
        "id": "w1",
        "unit": "jyt",
        "dataset": "school",
        "period": "2025",
        "rule": "code_is_malformed",
        "column": "code",
        "limit": 1,
        "until": date(2026, 12, 31),
        "reason": WORD,
        "accepted_by": WORD,
        "accepted_on": date(2026, 1, 1),
    }
    return Waiver(**usual | facts)


def stage(stage: Stage, code: str = "code_is_malformed", column: str | None = "code") -> InForce:
    return InForce(((code, column, stage, None),))


@pytest.fixture
def judge(tmp_path: Path):
    """Checks lines of schools by some terms; gives what was checked, and what was written."""
    number = iter(range(9))

    def run(*lines: str, dataset=SCHOOL, **facts) -> tuple[Checked, Path]:
        into = tmp_path / f"checked-{next(number)}"
        into.mkdir()
        path = into / "schools.csv"
        path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
        found, _ = within_limits(
            lambda given: check(table_of(path), dataset, terms=given, references={}, into=into),
            terms(**facts),
            into=into,
        )
        return found, into

    return run


def with_rule(new: Rule) -> Dataset:
    """Schools with one more rule."""
    copy = replace(SCHOOL)
    copy.__dict__["rules"] = (*SCHOOL.rules, new)
    return copy


@pytest.mark.parametrize(
    "facts",
    [
        {"waivers": (waiver(limit=9),)},
        {"in_force": stage(Stage.WARN)},
        {"in_force": stage(Stage.SHADOW)},
    ],
    ids=["waived", "warned", "in the shadow"],
)
def test_a_total_is_no_data_though_the_only_rule_it_breaks_rejects_nothing(judge, facts):
    found, _ = judge(GOOD, MALFORMED, TOTAL, province="00", **facts)
    assert (found.counts.admitted, found.counts.rejected, found.counts.set_aside) == (2, 0, 1)
    assert [total.label for total in found.control_totals] == ["合计"]


def test_a_void_waiver_leaves_every_file_as_without_it(judge):
    two = (GOOD, MALFORMED, MALFORMED.replace("33O1O1", "33O1O2"))
    without, plain = judge(*two)
    exceeded, with_waiver = judge(*two, waivers=(waiver(),))
    assert exceeded.counts == without.counts
    assert exceeded.findings == without.findings
    for name in ("rows.parquet", "findings.parquet"):
        assert (plain / name).read_bytes() == (with_waiver / name).read_bytes(), name


def test_one_waiver_exceeded_leaves_another_in_force(judge):
    lines = (GOOD, MALFORMED, MALFORMED.replace("33O1O1", "33O1O2"), NEGATIVE)
    of_number = waiver(id="w2", rule="number_is_negative", column="students")
    found, _ = judge(*lines, waivers=(waiver(), of_number))
    severities = {item.rule: item.severity for item in found.findings}
    assert severities["code_is_malformed"] is Severity.ERROR
    assert severities["number_is_negative"] is Severity.WARNING


def test_a_rule_of_another_column_with_the_same_code_is_not_waived(judge):
    found, _ = judge(
        GOOD.replace("第一学校", ""), waivers=(waiver(rule="required_value_is_missing"),)
    )
    (missing,) = found.findings
    assert (missing.column, missing.severity) == ("name", Severity.ERROR)


def test_a_rule_in_the_shadow_that_breaks_takes_no_verdict_away(judge):
    def explode(_values: pl.Series) -> pl.Series:
        raise ZeroDivisionError("a bug in a new rule")

    new = rule("code_is_odd", "code", pl.col("code").map_batches(explode, pl.Boolean))
    dataset = with_rule(new)
    in_force = stage(Stage.SHADOW, "code_is_odd")
    found, into = judge(GOOD, NEGATIVE, dataset=dataset, in_force=in_force)
    (fault,) = found.faults
    declared = declared_severities(dataset)
    outside, shadow = take_shadow_out(found, declared, in_force=in_force, into=into)
    assert outside.faults == ()
    assert shadow.faults == (fault,)
    assert [item.rule for item in outside.findings if item.severity is Severity.ERROR] == [
        "number_is_negative"
    ]
    enforced, _ = take_shadow_out(found, declared, in_force=InForce(), into=into)
    assert enforced.faults == (fault,)


def test_findings_in_the_shadow_move_into_a_file_of_their_own(judge):
    in_force = stage(Stage.SHADOW)
    found, into = judge(GOOD, MALFORMED, NEGATIVE, in_force=in_force)
    outside, shadow = take_shadow_out(
        found, declared_severities(SCHOOL), in_force=in_force, into=into
    )
    (counted,) = shadow.findings
    assert (counted.rule, counted.severity, counted.count) == (
        "code_is_malformed",
        Severity.ERROR,
        1,
    )
    whole = pl.read_parquet(outside.findings_path)
    apart = pl.read_parquet(into / SHADOW)
    assert set(whole["rule"]) == {"number_is_negative"}
    assert apart["rule"].to_list() == ["code_is_malformed"]
    assert whole.schema == apart.schema


def test_drafts_and_retired_rules_do_not_run_and_no_partner_hears_of_them():
    rules = SCHOOL.rules
    for not_run in (Stage.DRAFT, Stage.RETIRED):
        given = terms(in_force=stage(not_run))
        assert "code_is_malformed" not in {item.code for item in as_in_force(rules, given)}
        unable = (
            NotChecked(rule="code_is_malformed", column="code", reason=WORD),
            NotChecked(rule="number_is_negative", column="students", reason=WORD),
        )
        assert [item.rule for item in told(unable, given)] == ["number_is_negative"]


def test_without_calendar_and_waivers_the_rules_are_the_very_same():
    assert [id(item) for item in as_in_force(SCHOOL.rules, terms())] == [
        id(item) for item in SCHOOL.rules
    ]


def test_what_is_no_value_can_be_neither_warned_of_nor_waived(judge):
    everything = InForce((("value_is_not_a_whole_number", None, Stage.WARN, None),))
    wrong = GOOD.replace(",100,", ",many,")
    of_number = waiver(rule="value_is_not_a_whole_number", column="students")
    found, _ = judge(wrong, in_force=everything, waivers=(of_number,))
    assert found.counts.rejected == 1
