"""Codes with time in them: judged by the day of the data, and by lists that an operator loads."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.spoiling import good_row
from yrdx import catalogue, pipeline
from yrdx.checking import Terms
from yrdx.example import as_text
from yrdx.model import Report, Verdict
from yrdx.reference import import_list, keep
from yrdx.store.local import LocalStore, open_local

TODAY = date(2025, 11, 20)
MAJORS = """version,code,name,is_controlled,valid_from,valid_to,successor
2021,660301,机电技术应用,,2021-03-12,,
2021,510102,物联网应用技术,,2021-03-12,,
2021,720801K,中医,是,2021-03-12,,
2021,660302,新增专业,,2026-01-01,,
2021,660399,撤销专业,,2021-03-12,2023-09-01,660301
2015,510102,种子生产与经营,,2015-10-26,2021-03-12,
"""
OCCUPATIONS = """version,code,name,valid_from,valid_to,successor
2015,6-18-01-01,车工,2015-07-29,2022-09-28,6-18-01-02
2022,6-18-01-02,车工,2022-09-28,,
2022,6-30-99-00,工业机器人系统操作员,2022-09-28,,
"""
CERTIFICATES = """code,name,level
500001,Web前端开发,初级
500001,Web前端开发,高级
"""
INDUSTRIES = """code,name
65,软件和信息技术服务业
6513,应用软件开发
"""
Change = dict[str, Any]
Found = list[tuple[int, str, str | None]]
"""Row of the file (its header is row 1), rule, candidate."""


@pytest.fixture
def lists(tmp_path: Path) -> LocalStore:
    return open_local(tmp_path / "lists")


@pytest.fixture
def loaded(lists: LocalStore, tmp_path: Path) -> Callable[..., None]:
    """Imports a list from its text, as `yrdx reference import` does."""

    def load(name: str, text: str, version: str = "1") -> None:
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        into = tmp_path / f"import-{name}-{version}"
        into.mkdir()
        shape = catalogue.reference_lists()[name]
        found = import_list(path, shape, valid_from=None, today=TODAY, into=into)
        assert found.entries is not None, found.findings["message_en"].to_list()
        keep(lists, found.entries, name=name, version=version, source="test", filename=path.name)

    return load


@pytest.fixture
def judged(lists: LocalStore, tmp_path: Path) -> Callable[..., tuple[Report, Found]]:
    """Checks good rows with changes; what it finds that is about lists or divisions."""
    checks = iter(range(99))

    def judge(name: str, changes: list[Change], *, period: str = "undated") -> tuple[Report, Found]:
        dataset = catalogue.dataset(name)
        path = tmp_path / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(dataset.columns))
            writer.writeheader()
            for change in changes:
                row = {**good_row(dataset), **change}
                writer.writerow({key: as_text(row[key]) for key in dataset.columns})
        delivery = pipeline.identify(
            path, filename=path.name, province="00", unit="self", dataset=name, period=period
        )
        terms = Terms(province="00", period=period, today=TODAY)
        into = tmp_path / f"check-{next(checks)}"
        into.mkdir()
        report = pipeline.check_file(
            path, delivery, terms=terms, store=None, lists=lists, into=into
        )
        assert report.faults == ()
        found = pl.read_parquet(into / "findings.parquet").sort("row", "rule")
        found = found.filter(
            pl.col("rule").str.contains("^(major|occup|onex|indust|divis|zone|county)")
        )
        return report, list(found.select("row", "rule", "candidate").iter_rows())

    return judge


def test_without_a_list_its_rules_are_named_as_not_checked_with_the_reason(judged) -> None:
    report, found = judged("program_offering", [{}])
    assert found == []
    assert report.verdict is Verdict.ADMITTED
    unchecked = {item.rule: item.reason for item in report.not_checked}
    assert {
        "major_code_is_not_in_catalogue",
        "major_code_is_not_in_force",
        "major_name_differs_from_catalogue",
        "major_is_of_another_edition",
    } <= set(unchecked)
    reason = unchecked["major_code_is_not_in_catalogue"]
    assert "职业教育专业目录" in reason.zh
    assert "has not been imported" in reason.en
    assert not any(name.startswith("imported/") for name in report.versions.reference_data)


def test_the_catalogue_judges_code_name_and_edition_together(judged, loaded) -> None:
    loaded("major", MAJORS)
    offered = {"inst_code": "4133012861", "five_year_pilot": False}
    report, found = judged(
        "program_offering",
        [
            {},
            {"major_code": "660398"},
            {"major_name": "机电应用"},
            {"major_name": " 机电 技术应用"},
            {**offered, "major_code": "510102", "major_name": "种子生产与经营"},
            {**offered, "major_code": "510102", "major_name": "物联网应用技术"},
            {"catalog_version": "JG2022", "major_code": "0206", "major_name": "机床切削加工"},
        ],
    )
    both = "2015 种子生产与经营；2021 物联网应用技术"
    assert found == [
        (3, "major_code_is_not_in_catalogue", None),
        (4, "major_name_differs_from_catalogue", "机电技术应用"),
        (6, "major_is_of_another_edition", both),
    ]
    assert {item.rule for item in report.not_checked if item.rule.startswith("major")} == set()


def test_a_code_of_another_edition_is_told_with_its_name_there(judged, loaded) -> None:
    loaded("major", MAJORS.replace("2021,510102,物联网应用技术,,2021-03-12,,\n", ""))
    _, found = judged("student_scale", [{"major_code": "510102"}])
    assert found == [(2, "major_code_is_not_in_catalogue", "2015 种子生产与经营")]


def test_the_k_of_a_controlled_major_is_set_as_the_catalogue_has_it(
    judged, loaded, tmp_path: Path
) -> None:
    loaded("major", MAJORS)
    report, found = judged(
        "program_offering",
        [
            {"major_code": "720801", "major_name": "中医"},
            {"major_code": "660301K", "direction": "甲"},
            {"major_code": "720801K", "major_name": "中医", "direction": "乙"},
        ],
    )
    assert found == []
    (note,) = [n for n in report.notes if n.rule == "trailing_k_was_set_by_the_catalogue"]
    assert (note.column, note.cells) == ("major_code", 2)
    rows = pl.read_parquet(tmp_path / "check-0" / "rows.parquet").sort("_row")
    assert rows["major_code"].to_list() == ["720801K", "660301", "720801K"]


def test_a_catalogue_that_marks_control_in_a_column_of_its_own_asks_for_the_k_too(
    judged, loaded
) -> None:
    loaded("major", MAJORS.replace("720801K", "720801"))
    report, found = judged("program_offering", [{"major_code": "720801", "major_name": "中医"}])
    assert found == []
    assert any(n.rule == "trailing_k_was_set_by_the_catalogue" for n in report.notes)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2022-2023", [(2, "major_code_is_not_in_force", None)]),
        (
            "2023-2024",
            [
                (2, "major_code_is_not_in_force", None),
                (3, "major_code_is_not_in_force", "660301"),
            ],
        ),
    ],
)
def test_a_major_is_in_force_or_not_on_the_day_of_the_data(
    period: str, expected: Found, judged, loaded
) -> None:
    loaded("major", MAJORS)
    _, found = judged(
        "student_scale",
        [
            {"school_year": period, "major_code": "660302"},
            {"school_year": period, "major_code": "660399"},
        ],
        period=period,
    )
    assert found == expected


def test_an_occupation_of_an_older_edition_is_admitted_with_its_successor(judged, loaded) -> None:
    loaded("occupation", OCCUPATIONS)
    report, found = judged(
        "talent_demand",
        [
            {"occupation_code": "6-18-01-01"},
            {"occupation_code": "6—18－01–02", "edu_level": "1"},
            {"occupation_code": "6-99-99-99", "edu_level": "4"},
        ],
    )
    assert found == [
        (2, "occupation_code_is_retired", "6-18-01-02"),
        (4, "occupation_code_is_not_in_classification", None),
    ]
    assert report.rows.admitted == 3
    _, before = judged(
        "talent_demand", [{"stat_year": 2021, "occupation_code": "6-18-01-01"}], period="2021"
    )
    assert before == []


def test_a_1x_certificate_must_be_on_the_national_list_at_its_level(judged, loaded) -> None:
    loaded("onex", CERTIFICATES)
    onex = {
        "cert_category": "3",
        "cert_no_prefix": None,
        "occupation_code": None,
        "level": "G",
        "cert_name": "Web前端开发",
    }
    _, found = judged(
        "certificate_award",
        [
            {},
            {**onex, "cert_no_hash": "1" * 64},
            {**onex, "cert_no_hash": "2" * 64, "cert_name": "Web前端开发职业技能等级证书"},
            {**onex, "cert_no_hash": "3" * 64, "level": "Z", "is_high": False},
            {**onex, "cert_no_hash": "4" * 64, "cert_name": "网页设计"},
        ],
    )
    assert found == [
        (5, "onex_certificate_has_no_such_level", None),
        (6, "onex_certificate_is_not_on_the_list", None),
    ]


def test_a_class_of_industry_that_does_not_exist_is_found_with_the_list(judged, loaded) -> None:
    changes = [{}, {"industry_code": "6599", "stat_year": 2023}]
    assert judged("enterprise", changes)[1] == []
    loaded("industry", INDUSTRIES)
    assert judged("enterprise", changes)[1] == [(3, "industry_code_is_not_in_classification", None)]


def test_a_report_names_the_lists_it_rests_on_and_another_version_gives_another_report(
    judged, loaded
) -> None:
    loaded("major", MAJORS, "2021.12")
    loaded("industry", INDUSTRIES, "2017")
    first, _ = judged("student_scale", [{}])
    again, _ = judged("student_scale", [{}])
    stamps = first.versions.reference_data
    assert stamps["imported/major"].startswith("2021.12+")
    assert "imported/industry" not in stamps, "a dataset rests on the lists that it needs"
    assert again.versions.digest == first.versions.digest
    loaded("major", MAJORS + "2021,660303,又一专业,,,,\n", "2025.12")
    later, _ = judged("student_scale", [{}])
    assert later.versions.reference_data["imported/major"].startswith("2025.12+")
    assert later.versions.digest != first.versions.digest


@pytest.mark.parametrize(
    ("period", "stat_year", "code", "expected"),
    [
        ("2020", 2020, "330103", []),
        ("2021", 2021, "330103", [(2, "division_code_is_retired", "330105")]),
        ("2021", 2021, "330104", [(2, "division_code_is_retired", "330102、330114")]),
        ("2021", 2021, "330105", []),
        ("undated", 2024, "330104", [(2, "division_code_is_retired", "330102、330114")]),
        ("2010", 2010, "341422", []),
        ("2012", 2012, "341422", [(2, "division_code_is_retired", "340225")]),
        ("2022", 2022, "341422", [(2, "division_code_is_retired", "340281")]),
    ],
)
def test_a_division_is_judged_by_the_day_that_the_delivery_speaks_of(
    period: str, stat_year: int, code: str, expected: Found, judged
) -> None:
    change = {"division_code": code, "stat_year": stat_year}
    report, found = judged("enterprise", [change], period=period)
    dated = [item for item in found if item[1] == "division_code_is_retired"]
    assert dated == expected
    assert report.rows.admitted == 1


def test_a_row_that_states_its_own_day_is_judged_by_that(judged) -> None:
    _, found = judged(
        "graduate_destination",
        [
            {"region_code": "330103", "survey_date": date(2020, 12, 31), "grad_year": 2020},
            {"region_code": "330103", "survey_date": date(2021, 8, 31), "grad_year": 2021},
        ],
    )
    assert found == [(3, "division_code_is_retired", "330105")]


@pytest.mark.parametrize(
    ("written", "code"),
    [("320576", "320500"), ("340176", "340100")],
)
def test_a_zone_code_is_read_as_its_city_with_a_warning(
    written: str, code: str, judged, tmp_path: Path
) -> None:
    _, found = judged("enterprise", [{"division_code": written}])
    assert (2, "zone_was_read_as_its_city", code) in found
    rows = pl.read_parquet(tmp_path / "check-0" / "rows.parquet")
    assert rows["division_code"].to_list() == [code]


@pytest.mark.parametrize(
    ("written", "city"),
    [
        ("440305", "440300"),
        ("110108", "110000"),
        ("110100", "110000"),
        ("500241", "500000"),
        ("810001", "810000"),
        ("659001", None),
    ],
)
def test_a_graduate_who_works_in_a_county_far_away_is_counted_in_its_city(
    written: str, city: str | None, judged, tmp_path: Path
) -> None:
    _, found = judged("graduate_destination", [{"region_code": written}])
    assert found == ([(2, "county_was_read_as_its_city", city)] if city else [])
    rows = pl.read_parquet(tmp_path / "check-0" / "rows.parquet")
    assert rows["region_code"].to_list() == [city or written]


@pytest.mark.parametrize("written", ["330199", "990101", "44030", "441400305"])
def test_a_code_that_no_city_begins_with_is_still_none(written: str, judged) -> None:
    report, found = judged("graduate_destination", [{"region_code": written}])
    assert (found, report.rows.admitted) == ([], 0)


@pytest.mark.parametrize(
    ("written", "code"),
    [("杭州市本级", "330100"), ("温州市直属", "330300"), ("浙江省属", "330000")],
)
def test_what_a_city_governs_itself_is_read_as_the_city_with_a_note(
    written: str, code: str, judged, tmp_path: Path
) -> None:
    report, _ = judged("enterprise", [{"division_code": written}])
    assert any(
        (n.column, n.rule) == ("division_code", "label_was_replaced_by_code") for n in report.notes
    )
    rows = pl.read_parquet(tmp_path / "check-0" / "rows.parquet")
    assert rows["division_code"].to_list() == [code]


def test_the_bare_words_for_it_name_no_place_and_are_no_division(judged) -> None:
    report, _ = judged("enterprise", [{"division_code": "市直属"}])
    assert [item.rule for item in report.findings if item.severity == "error"] == [
        "value_is_not_in_code_list"
    ]


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2025", date(2025, 9, 1)),
        ("2024-2025", date(2024, 9, 1)),
        ("2024-2025-1", date(2024, 9, 1)),
        ("2024-2025-2", date(2025, 3, 1)),
        ("undated", TODAY),
        ("2026", TODAY),
    ],
)
def test_the_day_of_the_data_follows_from_the_period(period: str, day: date) -> None:
    assert Terms(province="33", period=period, today=TODAY).spoken_of == day


def test_several_codes_in_a_cell_are_held_to_the_lists_and_the_wrong_ones_named(
    judged, loaded
) -> None:
    rows = [
        {"major_codes": ["660301", "720801"]},
        {"major_codes": ["660301", "660398", "999999"], "school_year": "2023-2024"},
    ]
    report, found = judged("coop_project", rows)
    assert found == []
    unchecked = {item.rule: item.reason.en for item in report.not_checked}
    assert "has not been imported" in unchecked["major_codes_are_in_no_edition"]
    loaded("major", MAJORS)
    report, found = judged("coop_project", rows)
    assert found == [(3, "major_codes_are_in_no_edition", "660398；999999")]
    assert report.rows.admitted == 2
    loaded("industry", INDUSTRIES)
    report, found = judged(
        "guidance_committee",
        [
            {"industry_codes": ["I", "65", "6513", "34"]},
            {"industry_codes": ["6513", "6599"], "stat_year": 2023},
            {"industry_codes": ["6513", "9913"], "stat_year": 2022},
        ],
    )
    assert found == [
        (3, "industry_codes_are_not_in_classification", "6599"),
        (4, "industry_codes_are_malformed", "9913"),
    ]
    assert report.rows.admitted == 1
