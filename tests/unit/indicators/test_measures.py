"""Indicators counted from small snapshots made by hand, and definitions that are wrong."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from yrdx import catalogue, indicators
from yrdx.errors import ConfigurationError
from yrdx.indicators import STATES
from yrdx.judging.situation import published
from yrdx.publication.facts import columns_of, dtype_of

Rows = Sequence[Mapping[str, Any]]

DEFINITIONS = catalogue.indicator_folder()
PLACES = ("310000", "320000", "330000", "340000", "300000")
NO_STATES = dict.fromkeys(("dataset", "src_province", "province", "period", "state"), pl.String)


def measured(
    name: str, given: Mapping[str, Rows], *, states: Rows = (), folder: Path = DEFINITIONS
) -> pl.DataFrame:
    """The rows of one measure, from rows given as changes to the good row of their dataset."""
    rows = {dataset: nothing(dataset) for dataset in catalogue.published_names()}
    for dataset, changes in given.items():
        rows[dataset] = published(
            catalogue.dataset(dataset), changes, period="2024-2025", province="33"
        )
    rows[STATES] = pl.LazyFrame(list(states), schema=NO_STATES)
    wanted = [item for item in indicators.load_indicators(folder) if item.name == name]
    assert wanted, f"there is no definition {name}"
    measuring = indicators.Measuring(
        rows=rows, whole_lists=indicators.load_whole_lists(folder), least=10
    )
    return indicators.measure(wanted, measuring)


def nothing(dataset: str) -> pl.LazyFrame:
    columns = columns_of(catalogue.dataset(dataset))
    return pl.LazyFrame(schema={item.name: dtype_of(item) for item in columns})


def value(rows: pl.DataFrame, region: str, cut: str = "all", of: str = "all") -> Any:
    """Numerator, denominator and value, or the reason why there is none."""
    (row,) = rows.filter(region_code=region, cut=cut, cut_value=of).iter_rows(named=True)
    if row["reason"]:
        return row["reason"]
    parts = row["numerator"], row["denominator"], row["value"]
    return tuple(None if item is None else float(item) for item in parts)


def test_committees_cover_categories_of_nineteen() -> None:
    rows = measured(
        "K02",
        {
            "guidance_committee": [
                {
                    "committee_no": "1",
                    "level": "1",
                    "status": "1",
                    "category_ordinals": ["01", "02"],
                },
                {
                    "committee_no": "2",
                    "level": "1",
                    "status": "1",
                    "category_ordinals": ["02", "03"],
                },
                {"committee_no": "3", "level": "2", "status": "1", "category_ordinals": ["04"]},
                {"committee_no": "4", "level": "1", "status": "3", "category_ordinals": ["05"]},
            ]
        },
    )
    assert value(rows, "330000") == (3, 19, 15.7895)
    assert value(rows, "310000") == "source_missing"
    assert set(rows["region_code"]) == set(PLACES) - {"300000"}, "no committee is of the region"


SECONDARY = "3633000001"


def test_articulated_projects_count_where_they_begin_and_once() -> None:
    project = {"school_year": "2024-2025", "up_inst": SECONDARY, "mode": "1"}
    rows = measured(
        "K05",
        {
            "articulation_project": [
                {**project, "project_no": "A", "admitted_num": 40},
                {**project, "project_no": "B", "admitted_num": 20, "mode": "3"},
                {**project, "project_no": "C", "admitted_num": 99, "mode": "6"},
                {**project, "project_no": "A", "admitted_num": 40, "src_province": "34"},
            ],
            "institution_year": [
                {"inst_code": SECONDARY, "school_year": "2024-2025", "new_total": 400},
                {"inst_code": "4133000001", "school_year": "2024-2025", "new_total": 900},
            ],
        },
    )
    assert value(rows, "330000") == (60, 400, 15)
    assert value(rows, "330000", "articulation_mode", "1") == (40, 400, 10)
    assert value(rows, "330000", "articulation_mode", "3") == (20, 400, 5)
    assert value(rows, "300000") == "provinces_missing"
    (missing,) = rows.filter(region_code="300000", cut="all")["provinces_missing"].to_list()
    assert missing == ["31", "32", "34"], "of Anhui projects are there, but no enrolment"


def money(code: str, item: str, amount: int, kind: str = "4", **more: Any) -> dict[str, Any]:
    return {
        "object_type": kind,
        "object_code": code,
        "item_code": item,
        "amount": Decimal(amount),
        "fiscal_year": 2024,
        **more,
    }


def test_performance_pay_rises_where_both_figures_are_stated() -> None:
    funds = [
        money("4133000001", "F10", 100),
        money("4133000001", "F11", 130),
        money("4133000002", "F10", 300),
        money("4133000002", "F11", 300),
        money("4133000003", "F10", 999),
    ]
    rows = measured("K06", {"funding_year": funds})
    assert value(rows, "330000") == (30, 400, 7.5)
    assert rows.filter(region_code="330000")["is_reached"].to_list() == [True]
    assert value(measured("K06b", {"funding_year": funds}), "330000") == (1, 2, 50)


def test_what_a_province_states_is_not_the_sum_of_its_cities() -> None:
    funds = [
        money("330000", "F03", 1000, "1"),
        money("330000", "F04", 300, "1"),
        money("330100", "F03", 200, "2"),
        money("330100", "F04", 20, "2"),
    ]
    rows = measured("K07", {"funding_year": funds})
    assert value(rows, "330000") == (300, 1000, 30)
    assert value(rows, "330100") == (20, 200, 10)


def test_standards_per_student_are_set_and_met() -> None:
    funds = [
        money("330100", "F05", 9000, "2", standard_doc="文号1", edu_level="1"),
        money("330100", "F05", 12000, "2", standard_doc="文号1", edu_level="2"),
        money("330200", "F05", 9000, "2", standard_doc=None, edu_level="1"),
        money("4133000001", "F05", 100, edu_level="2"),
        money("4133000001", "F06", 100, edu_level="2"),
        money("4133000002", "F05", 100, edu_level="2"),
        money("4133000002", "F06", 99, edu_level="2"),
        money("4133000003", "F06", 500, edu_level="2"),
    ]
    assert value(measured("K08", {"funding_year": funds}), "330000") == (1, 11, 9.0909)
    assert value(measured("K08b", {"funding_year": funds}), "330000") == (1, 2, 50)


def test_monitored_rates_are_weighted_by_valid_results() -> None:
    result = {
        "round_no": "2024-S1",
        "org_level": "1",
        "object_type": "1",
        "object_code": "330000",
        "indicator_code": "PASS",
        "unit": "%",
    }
    rows = measured(
        "K14",
        {
            "quality_indicator": [
                {**result, "domain": "01", "value": Decimal(90), "valid_n": 300},
                {**result, "domain": "02", "value": Decimal(60), "valid_n": 100},
                {**result, "domain": "02", "value": Decimal(1), "valid_n": 900, "org_level": "2"},
                {**result, "domain": "01", "value": Decimal(1), "indicator_code": "EXC"},
            ]
        },
    )
    assert value(rows, "330000") == (330, 400, 82.5)
    assert value(rows, "330000", "monitored_domain", "02") == (60, 100, 60)


def test_projects_count_while_they_run() -> None:
    project = {
        "school_year": "2024-2025",
        "inst_code": "4133000001",
        "coop_status": "1",
        "agreement_status": "1",
    }
    given: Mapping[str, Rows] = {
        "coop_project": [
            {**project, "coop_no": "1", "coop_type": "01", "students_order": 80},
            {**project, "coop_no": "2", "coop_type": "01", "students_order": None},
            {**project, "coop_no": "3", "coop_type": "01", "coop_status": "0"},
            {**project, "coop_no": "4", "coop_type": "08", "partner_country": "DEU"},
            {**project, "coop_no": "5", "coop_type": "10", "partner_country": "HKG"},
            {**project, "coop_no": "6", "coop_type": "10", "partner_country": "MAC"},
        ]
    }
    assert value(measured("K17", given), "330000") == (2, None, 2)
    assert value(measured("K17b", given), "330000") == (80, None, 80)
    assert value(measured("K19a", given), "330000") == (1, None, 1)
    assert value(measured("K19b", given), "330000") == (1, None, 1)


def test_the_last_report_of_the_year_tells_of_a_task() -> None:
    task = {"unit_code": "330100"}
    rows = {
        "policy_task": [
            {**task, "task_no": "1", "report_period": "2024Q1", "progress": "2"},
            {**task, "task_no": "1", "report_period": "2024Q3", "progress": "3"},
            {**task, "task_no": "2", "report_period": "2024Q3", "progress": "4"},
            {**task, "task_no": "3", "report_period": "2024Q3", "progress": "5"},
        ]
    }
    assert value(measured("K22", rows), "330000") == (1, 2, 50)
    assert value(measured("K22b", rows), "330000") == (1, None, 1)


def graduates(count: int, region: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "person_key": f"{number:064x}",
            "survey_date": date(2024, 12, 31),
            "grad_year": 2024,
            "inst_code": "4133000001",
            "dest_type": "1",
            "region_code": region,
            **more,
        }
        for number in range(count)
    ]


def test_graduates_stay_in_the_delta_as_the_survey_at_the_end_of_the_year_says() -> None:
    people = [
        *graduates(60, "330100"),
        *graduates(20, "310100"),
        *graduates(20, "440100"),
        *graduates(50, "440100", survey_date=date(2024, 8, 31)),
    ]
    assert value(measured("K23", {"graduate_destination": people}), "330000") == (80, 100, 80)
    away = measured("K23b", {"graduate_destination": people})
    assert value(away, "330000") == (20, 100, 20)
    assert value(away, "330000", "destination_province", "31") == (20, 100, 20)


@pytest.mark.parametrize(("inside", "outside"), [(95, 5), (5, 95), (4, 3)])
def test_few_persons_are_told_by_no_value(inside: int, outside: int) -> None:
    people = [*graduates(inside, "330100"), *graduates(outside, "440100")]
    rows = measured("K23", {"graduate_destination": people})
    assert value(rows, "330000") == "too_few_persons"
    assert rows.filter(region_code="330000")["numerator"].to_list()[0] is None


def test_a_sum_of_the_region_gives_away_no_province() -> None:
    people = [
        {**person, "inst_code": f"41{province}000001", "src_province": province}
        for province, many in (("31", 50), ("32", 50), ("33", 50), ("34", 5))
        for person in [
            *graduates(many, "330100"),
            *graduates(50, "440100"),
        ]
    ]
    rows = measured("K23", {"graduate_destination": people})
    assert value(rows, "310000") == (50, 100, 50)
    assert value(rows, "340000") == "too_few_persons"
    assert value(rows, "300000") == "too_few_persons", "it would give Anhui by subtraction"


def test_a_part_of_a_cut_is_not_left_to_be_subtracted() -> None:
    people = [
        *graduates(40, "330100", edu_level="2"),
        *graduates(40, "440100", edu_level="2"),
        *graduates(40, "330100", edu_level="3"),
        *graduates(4, "440100", edu_level="3"),
    ]
    rows = measured("K23", {"graduate_destination": people})
    assert value(rows, "330000") == (80, 124, 64.5161)
    for level in ("2", "3"):
        assert value(rows, "330000", "edu_level", level) == "too_few_persons"


def test_deliveries_arrive_or_not() -> None:
    states = [
        {"dataset": "teacher", "province": "33", "period": "2024-2025", "state": "arrived"},
        {"dataset": "institution", "province": "33", "period": "2024", "state": "missing"},
        {"dataset": "institution", "province": "33", "period": "2023", "state": "arrived"},
    ]
    rows = measured("K24c", {}, states=[{**item, "src_province": "33"} for item in states])
    assert value(rows.filter(stat_year=2024), "330000") == (1, 2, 50)
    assert value(rows.filter(stat_year=2023), "330000") == (1, 1, 100)


def test_a_figure_that_nobody_filled_in_is_no_zero() -> None:
    year = {"inst_code": "4133000001", "school_year": "2024-2025"}
    empty = measured("K10", {"institution_year": [{**year, "industry_professors": None}]})
    assert value(empty, "330000") == "not_supplied"
    zero = measured("K10", {"institution_year": [{**year, "industry_professors": 0}]})
    assert value(zero, "330000") == (0, None, 0)


K09 = (DEFINITIONS / "K09.yaml").read_text(encoding="utf-8")
YEARS = {
    "institution_year": [
        {
            "inst_code": "4133000001",
            "school_year": f"{year}-{year + 1}",
            "double_qualified": 30,
            "fulltime_teachers": 120,
            "staff_total": 150,
        }
        for year in (2023, 2024)
    ]
}


def folder_with(text: str, folder: Path, *, name: str = "K09.yaml") -> Path:
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_new_version_changes_no_earlier_year(tmp_path: Path) -> None:
    before = measured("K09", YEARS, folder=folder_with(K09, tmp_path / "old"))
    head, _, body = K09.partition('  - version: "1.0"\n    from: 2020\n')
    old = '  - version: "1.0"\n    from: 2020\n    to: 2023\n' + body
    new = '  - version: "2.0"\n    from: 2024\n' + body.replace(
        "sum: fulltime_teachers", "sum: staff_total"
    )
    after = measured("K09", YEARS, folder=folder_with(head + old + new, tmp_path / "new"))
    assert after.filter(stat_year=2023).equals(before.filter(stat_year=2023))
    changed = after.filter(stat_year=2024)
    assert set(changed["definition_version"]) == {"2.0"}
    assert value(changed, "330000") == (30, 150, 20)
    assert value(before.filter(stat_year=2024), "330000") == (30, 120, 25)


EARLIER = '{version: "0.9", from: 2019, meaning: {zh: 无, en: none}, withheld: {zh: 无, en: none}}'
WRONGS = {
    "no SQL": ("sum: double_qualified", "sum: double_qualified +", "no expression in SQL"),
    "no column": (
        "sum: double_qualified",
        "sum: doubles",
        "numerator.sum: 'doubles' reads doubles",
    ),
    "no dataset": ("dataset: institution_year", "dataset: schools", "there is no 'schools'"),
    "no field": ("    scale: 100", "    scales: 100", "versions.0.scales"),
    "no year": ("    from: 2020", "    from: soon", "versions.0.from"),
    "no such school": ("schools: school_edu_level", "schools: level", "schools: .*reads level"),
    "two amounts": (
        "sum: fulltime_teachers",
        "sum: staff_total\n      distinct: inst_code",
        "sum or distinct",
    ),
    "two places": (
        "place: {school: inst_code}",
        "place: {school: inst_code, stated: inst_code}",
        "exactly one of school",
    ),
    "two definitions of a year": (
        "versions:\n",
        f"versions:\n  - {EARLIER}\n",
        "each year has one definition",
    ),
    "another indicator": ("indicator: K09", "indicator: K10", "name it K10.yaml"),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_wrong_definition_is_told_by_file_field_and_fix(wrong: str, tmp_path: Path) -> None:
    there, instead, told = WRONGS[wrong]
    assert there in K09
    folder = folder_with(K09.replace(there, instead), tmp_path / "definitions")
    with pytest.raises(ConfigurationError, match=f"(?s)K09.yaml.*{told}"):
        measured("K09", YEARS, folder=folder)


def test_a_folder_without_definitions_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"K01[.]yaml"):
        indicators.load_indicators(tmp_path)


def test_every_indicator_of_the_policy_has_a_definition() -> None:
    codes = next(
        column.codes
        for name, column in catalogue.dataset("policy_indicator").columns.items()
        if name == "indicator_code"
    )
    assert codes is not None
    defined = {item.indicator for item in indicators.load_indicators(DEFINITIONS)}
    assert defined == set(codes.values)


def test_definitions_that_look_the_same_are_told_apart_by_their_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(DEFINITIONS, copy)
    assert indicators.digest_of(copy) == indicators.digest_of(DEFINITIONS)
    (copy / "K09.yaml").write_text(K09 + "# a note\n", encoding="utf-8")
    assert indicators.digest_of(copy) != indicators.digest_of(DEFINITIONS)
