"""The demonstration's rows are sound: no rule about the whole, and no comparison, finds a wrong."""

from datetime import date
from functools import cache

import polars as pl
import pytest

from demo.generate import SCHOOL_YEAR, SLUGS, YEAR
from tests.support.demonstration import DATASETS, PERIODS, generated
from yrdx import catalogue, judging
from yrdx.comparing import Compared, Published, disagreements
from yrdx.model import Severity, Text
from yrdx.table_rule import (
    CONTROL_TOTALS,
    PERIOD,
    PREVIOUS,
    PROVINCE,
    UNIT,
    About,
    Kind,
    Need,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@cache
def snapshot_of(dataset: str, period: str | None = None) -> pl.LazyFrame:
    """All four provinces, as published for a period."""
    return pl.concat(
        generated(dataset, province).with_columns(
            pl.lit(province).alias(PROVINCE),
            pl.lit("jyt").alias(UNIT),
            pl.lit(period or PERIODS.get(dataset, str(YEAR))).alias(PERIOD),
            src_row_no=pl.int_range(2, 2 + pl.len(), dtype=pl.UInt32),
            file_sha256=pl.lit(province),
        )
        for province in SLUGS
    ).lazy()


def a_year_before(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The same cohorts a year before, when the newest had not begun and an older one was there."""
    first = pl.col("grade_year").max()
    grade = pl.when(pl.col("grade_year") == first).then(first - 3).otherwise("grade_year")
    before = f"{int(SCHOOL_YEAR[:4]) - 1}-{SCHOOL_YEAR[:4]}"
    return rows.with_columns(grade.alias("grade_year"), school_year=pl.lit(before))


def given(need: Need, dataset: str, province: str) -> pl.LazyFrame:
    match need.kind:
        case Kind.NEIGHBOURS:
            return snapshot_of(dataset).filter(pl.col(PROVINCE) != province)
        case Kind.PREVIOUS:
            earlier = snapshot_of(dataset, "2020").filter(pl.col(PROVINCE) == province)
            return a_year_before(earlier) if dataset == "student_scale" else earlier
        case _:
            assert need.dataset is not None
            return snapshot_of(need.dataset)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("province", SLUGS)
def test_no_rule_about_the_whole_finds_anything(dataset: str, province: str) -> None:
    rules = [
        rule
        for rule in catalogue.table_rules(dataset)
        if CONTROL_TOTALS not in rule.needs
        and all(need.dataset in (*DATASETS, None) for need in rule.needs)
    ]
    assert rules
    needs = {need for rule in rules for need in rule.needs}
    about = About(
        dataset=catalogue.dataset(dataset),
        province=province,
        unit="jyt",
        period=PERIODS.get(dataset, str(YEAR)),
        today=date(2025, 11, 20),
        spoken_of=date(2024, 9, 1),
        rows=generated(dataset, province).lazy(),
        not_supplied=(),
        previous_period="2020" if PREVIOUS in needs else None,
        given={need: given(need, dataset, province) for need in needs},
    )
    judged = judging.judge_whole(rules, about)
    assert not judged.faults, judged.faults
    assert len(judged.rules) == len(rules)
    wrongs = [item for item in judged.findings if item.severity is not Severity.INFO]
    assert wrongs == []


def test_no_two_provinces_disagree() -> None:
    published = {
        name: Published(
            dataset=catalogue.dataset(name), version="v1", rows=snapshot_of(name), filenames={}
        )
        for name in DATASETS
    }
    rules = [rule for rule in catalogue.comparisons() if set(rule.datasets) <= set(DATASETS)]
    names = {code: Text(zh=code, en=code) for code in SLUGS}
    found = list(disagreements(rules, published, names=names, titles={}))
    assert len(found) >= 5
    assert {item.rule.code: item.lines for item in found if isinstance(item, Compared)} == {
        rule.code: {} for rule in rules
    }
