"""The calendar of rules: what is in force on which day, for whom, and what a wrong file is told."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from yrdx import catalogue
from yrdx.errors import ConfigurationError
from yrdx.model import Severity
from yrdx.pipeline.terms import open_to_change
from yrdx.rule_calendar import (
    EVERY_DATASET,
    Calendar,
    InForce,
    Stage,
    Standing,
    in_force,
    load_calendar_of,
)

WALK = """
rules:
  - rule: totals_differ
    reason: {zh: 新规则, en: a new rule}
    steps:
      - {stage: draft, to: 2026-01-01}
      - {stage: shadow, from: 2026-01-01, to: 2026-04-01}
      - {stage: warn, from: 2026-04-01, to: 2026-09-01}
      - {stage: enforce, from: 2026-09-01, to: 2028-01-01}
      - {stage: retired, from: 2028-01-01}
"""


@dataclass(frozen=True)
class ARule:
    code: str = "totals_differ"
    column: str | None = "total_count"
    severity: Severity = Severity.ERROR


def calendar(tmp_path: Path, **files: str) -> Calendar:
    for stem, text in files.items():
        (tmp_path / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return load_calendar_of("student_scale", folder=tmp_path)


def stands(calendar: Calendar, day: date, *, rule: ARule = ARule(), province: str = "33"):
    return in_force(rule, calendar, dataset="student_scale", province=province, day=day)


@pytest.mark.parametrize(
    ("day", "stage", "severity"),
    [
        (date(2020, 1, 1), Stage.DRAFT, Severity.ERROR),
        (date(2025, 12, 31), Stage.DRAFT, Severity.ERROR),
        (date(2026, 1, 1), Stage.SHADOW, Severity.ERROR),
        (date(2026, 3, 31), Stage.SHADOW, Severity.ERROR),
        (date(2026, 4, 1), Stage.WARN, Severity.WARNING),
        (date(2026, 9, 1), Stage.ENFORCE, Severity.ERROR),
        (date(2028, 1, 1), Stage.RETIRED, Severity.ERROR),
    ],
)
def test_a_new_rule_walks_by_the_day(tmp_path, day, stage, severity):
    assert stands(calendar(tmp_path, student_scale=WALK), day) == Standing(stage, severity)


def test_a_rule_without_an_entry_holds_as_its_author_declared_it(tmp_path):
    other = ARule(code="another", severity=Severity.INFO)
    found = stands(calendar(tmp_path, student_scale=WALK), date(2026, 1, 1), rule=other)
    assert found == Standing(Stage.ENFORCE, Severity.INFO)


def test_a_hint_stays_a_hint_at_stage_warn(tmp_path):
    hint = ARule(severity=Severity.INFO)
    found = stands(calendar(tmp_path, student_scale=WALK), date(2026, 5, 1), rule=hint)
    assert found == Standing(Stage.WARN, Severity.INFO)


def test_the_closest_entry_holds_column_before_dataset_before_province(tmp_path):
    def always(stage: str, more: str = "") -> str:
        steps = f"steps: [{{stage: {stage}}}]"
        return f"  - {{rule: totals_differ, reason: {{zh: 例, en: e}}, {more}{steps}}}\n"

    found = calendar(
        tmp_path,
        every_dataset="rules:\n" + always("retired"),
        student_scale="rules:\n"
        + always("draft", 'provinces: ["34"], ')
        + always("warn")
        + always("shadow", "column: total_count, "),
    )
    day = date(2026, 1, 1)
    at = {
        (column, province): stands(found, day, rule=ARule(column=column), province=province).stage
        for column in ("total_count", "male_count")
        for province in ("33", "34")
    }
    assert at == {
        ("total_count", "33"): Stage.SHADOW,
        ("total_count", "34"): Stage.SHADOW,
        ("male_count", "33"): Stage.WARN,
        ("male_count", "34"): Stage.DRAFT,
    }
    other = in_force(ARule(), found, dataset="institution", province="33", day=day)
    assert other.stage is Stage.RETIRED


def test_a_step_may_state_another_severity(tmp_path):
    text = """
rules:
  - rule: totals_differ
    provinces: ["31"]
    reason: {zh: 例, en: e}
    steps:
      - {stage: enforce, to: 2026-01-01}
      - {stage: enforce, severity: info, from: 2026-01-01}
"""
    found = calendar(tmp_path, student_scale=text)
    assert stands(found, date(2026, 1, 1), province="31").severity is Severity.INFO
    assert stands(found, date(2025, 1, 1), province="31").severity is Severity.ERROR
    assert stands(found, date(2026, 1, 1), province="33").severity is Severity.ERROR


def test_the_digest_names_what_is_in_force_and_nothing_else(tmp_path):
    now = calendar(tmp_path, student_scale=WALK)

    def digest(of: Calendar, day: date) -> str:
        return of.on(day, dataset="student_scale", province="33").digest

    assert digest(now, date(2026, 1, 1)) == digest(now, date(2026, 3, 31))
    assert digest(now, date(2026, 1, 1)) != digest(now, date(2026, 4, 1))
    later = calendar(tmp_path, student_scale=WALK.replace("2028-01-01", "2029-01-01"))
    assert digest(later, date(2026, 1, 1)) == digest(now, date(2026, 1, 1))
    assert InForce().digest == ""
    assert now.on(date(2026, 1, 1), dataset="institution", province="33").digest == ""


def test_outside_the_exchange_a_rule_in_the_shadow_is_not_run(tmp_path):
    inside = calendar(tmp_path, student_scale=WALK).on(
        date(2026, 2, 1), dataset="student_scale", province="33"
    )
    assert inside.of(ARule()).stage is Stage.SHADOW
    assert inside.without_shadow().of(ARule()).stage is Stage.DRAFT


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("{stage: draft, to: 2026-01-01}\n      - ", ""), "put a first step {stage: draft, to:"),
        (("to: 2026-04-01", "to: 2026-03-01"), "write the same day in `to`"),
        (("from: 2028-01-01}", "from: 2028-01-01, to: 2029-01-01}"), "add a last step"),
        (("to: 2026-04-01", "to: 2025-04-01"), "is not before to 2025-04-01"),
        (("stage: warn,", "stage: warn, severity: info,"), "with stage: enforce only"),
        (("stage: warn,", "stage: loud,"), "rules.0.steps.2.stage"),
        (("reason: {zh: 新规则, en: a new rule}", ""), "rules.0.reason"),
        (("rules:", "rule:"), "rule: there is no such field"),
        (("rules:", "rules: ["), "is not readable YAML"),
    ],
)
def test_a_wrong_file_is_told_by_name_place_and_remedy(tmp_path, change, told):
    with pytest.raises(ConfigurationError, match=r"student_scale\.yaml") as error:
        calendar(tmp_path, student_scale=WALK.replace(*change))
    assert told in str(error.value)


def test_two_entries_for_the_same_place_are_refused(tmp_path):
    entry = WALK.removeprefix("\nrules:\n")
    with pytest.raises(ConfigurationError, match="two entries for all provinces; join their steps"):
        calendar(tmp_path, student_scale=WALK + entry)


def test_a_broken_file_of_another_dataset_does_no_harm(tmp_path):
    (tmp_path / "institution.yaml").write_text("rules: [", encoding="utf-8")
    (tmp_path / "student_scale.yaml").write_text(WALK, encoding="utf-8")
    found = load_calendar_of("student_scale", folder=tmp_path)
    assert stands(found, date(2026, 1, 1)).stage is Stage.SHADOW


def test_the_calendar_of_the_exchange_names_rules_that_there_are():
    folder = catalogue.calendar_folder()
    stems = {*catalogue.dataset_names(), EVERY_DATASET}
    assert {path.stem for path in folder.glob("*")} <= stems, "name the file after its dataset"
    places = {name: open_to_change(catalogue.dataset(name)) for name in catalogue.dataset_names()}
    places[EVERY_DATASET] = {key: value for of in places.values() for key, value in of.items()}
    for stem in stems:
        calendar = load_calendar_of(stem, folder=folder)
        assert not calendar.unknown(stem, known=places[stem]), f"{stem}.yaml: no such rule"
