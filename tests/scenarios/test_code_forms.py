"""Codes in all the forms that people write: repaired where one is meant, told where not."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support.spoiling import good_row
from yrdx import catalogue, pipeline
from yrdx.checking import Terms
from yrdx.example import as_text

TODAY = date(2025, 11, 20)
Outcome = tuple[str | None, set[str]]
"""The value admitted, None where the row was rejected; and the rules of its column."""


def outcome(
    folder: Path, name: str, column: str, written: str, *, beside: dict[str, Any] | None = None
) -> Outcome:
    """What becomes of one cell in a row that is good otherwise."""
    dataset = catalogue.dataset(name)
    row = {key: as_text(value) for key, value in {**good_row(dataset), **(beside or {})}.items()}
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(dataset.columns))
        writer.writeheader()
        writer.writerow({key: row[key] for key in dataset.columns} | {column: written})
    delivery = pipeline.identify(
        path, filename=path.name, province="00", unit="self", dataset=name, period="undated"
    )
    into = folder / "receipt"
    into.mkdir()
    terms = Terms(province="00", period="undated", today=TODAY)
    report = pipeline.check_file(path, delivery, terms=terms, store=None, into=into)
    assert report.faults == ()
    values = pl.read_parquet(into / "rows.parquet")[column].to_list()
    told = {item.rule for item in report.findings if item.column == column}
    return (as_text(values[0]) if values else None), told


@pytest.mark.parametrize(
    ("written", "code", "told"),
    [
        ("0111", "0111", set()),
        ("A0111", "0111", set()),
        ("a0111", "0111", set()),
        ("A 0111", "0111", set()),
        ("Ａ０１１１", "0111", set()),
        ("I6513", "6513", set()),
        ("6513.0", "6513", set()),
        ("111", "111", {"leading_zeros_are_ambiguous", "industry_code_is_not_a_class"}),
        ("A", "A", {"industry_code_is_not_a_class"}),
        ("65", "65", {"industry_code_is_not_a_class"}),
    ],
)
def test_an_industry_is_read_with_its_section_its_zeros_or_without(
    written: str, code: str, told: set[str], tmp_path: Path
) -> None:
    assert outcome(tmp_path, "enterprise", "industry_code", written) == (code, told)


@pytest.mark.parametrize("written", ["9913", "Z0111", "农业小类"])
def test_what_is_no_industry_is_rejected(written: str, tmp_path: Path) -> None:
    value, told = outcome(tmp_path, "enterprise", "industry_code", written)
    assert value is None
    assert "industry_code_is_malformed" in told


@pytest.mark.parametrize("dash", list("-‐‑‒–—―−－"))
def test_an_occupation_is_read_with_any_hyphen(dash: str, tmp_path: Path) -> None:
    written = dash.join(("6", "30", "99", "00"))
    found = outcome(tmp_path, "talent_demand", "occupation_code", written)
    assert found == ("6-30-99-00", set())


@pytest.mark.parametrize("written", ["6.30.99.00", "6309900", "6-30-99", "9-30-99-00"])
def test_an_occupation_of_another_form_is_not_guessed(written: str, tmp_path: Path) -> None:
    found = outcome(tmp_path, "talent_demand", "occupation_code", written)
    assert found == (None, {"occupation_code_is_malformed"})


_WORKER = {"cert_no_prefix": "3301000000123"}
"""An old number of Shanghai, which shows no level."""
_ONEX = {"cert_category": "3", "cert_no_prefix": None, "occupation_code": None}
_OTHER = {"cert_category": "9", "cert_no_prefix": None, "occupation_code": None, "is_high": False}


@pytest.mark.parametrize(
    ("written", "beside", "code"),
    [
        ("高级", _WORKER, "3"),
        ("高级", _ONEX, "G"),
        ("中级", {**_WORKER, "is_high": False}, "4"),
        ("中级", {**_ONEX, "is_high": False}, "Z"),
        ("初级", {**_WORKER, "is_high": False}, "5"),
        ("初级", {**_ONEX, "is_high": False}, "C"),
        ("高级工", _WORKER, "3"),
        ("三级（高级工）", _WORKER, "3"),
        ("一级", _WORKER, "1"),
        ("高级技师", _WORKER, "1"),
        ("1+X高级", _ONEX, "G"),
    ],
)
def test_a_word_of_two_scales_is_read_in_that_of_the_category(
    written: str, beside: dict[str, Any], code: str, tmp_path: Path
) -> None:
    found = outcome(tmp_path, "certificate_award", "level", written, beside=beside)
    assert found == (code, set())


def test_a_word_of_two_scales_means_nothing_where_the_category_has_neither(
    tmp_path: Path,
) -> None:
    value, told = outcome(tmp_path, "certificate_award", "level", "高级", beside=_OTHER)
    assert value is None
    assert "value_is_not_in_code_list" in told


@pytest.mark.parametrize(
    "written",
    [
        "2024-2025",
        "2024—2025",
        "2024－2025",
        "2024/2025",
        "2024~2025",
        "2024-25",
        "24-25学年",
        "2024-2025学年",
        "2024至2025学年度",
        "2024学年",
        " 2024 - 2025 ",
    ],
)
def test_a_school_year_is_read_in_every_form(written: str, tmp_path: Path) -> None:
    value, told = outcome(tmp_path, "student_scale", "school_year", written)
    assert value == "2024-2025"
    assert told <= {"year_has_two_digits"}


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("2024", "school_year_is_ambiguous"),
        ("2024-2026", "value_is_not_a_school_year"),
        ("2024-2025-1", "value_is_not_a_school_year"),
        ("2024-2025学年第二学期", "value_is_not_a_school_year"),
    ],
)
def test_one_year_alone_and_a_term_are_no_school_year(
    written: str, rule: str, tmp_path: Path
) -> None:
    value, told = outcome(tmp_path, "student_scale", "school_year", written)
    assert value is None
    assert rule in told
