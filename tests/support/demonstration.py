"""The rows of the demonstration as typed frames, before anything wrong is planted in them."""

from collections.abc import Sequence
from functools import cache

import polars as pl

from demo import rows as demo
from demo.generate import SCHOOL_YEAR, TERM, YEAR
from demo.rows import Row
from yrdx import catalogue
from yrdx.dataset import Dataset

DATASETS = (
    "institution",
    "program_offering",
    "enrollment_plan",
    "student_scale",
    "certificate_award",
    "enterprise",
)
PERIODS = {
    "program_offering": SCHOOL_YEAR,
    "student_scale": SCHOOL_YEAR,
    "certificate_award": TERM,
}


@cache
def generated(dataset: str, province: str) -> pl.DataFrame:
    """What a province of the demonstration delivers, before anything is planted."""
    schools = demo.institutions(province)
    match dataset:
        case "institution":
            rows: Sequence[Row] = schools
        case "program_offering":
            rows = demo.program_offerings(schools, school_year=SCHOOL_YEAR)
        case "enrollment_plan":
            rows = demo.enrollment_plans(schools, year=YEAR, province=province)
        case "student_scale":
            rows = demo.student_scales(schools, school_year=SCHOOL_YEAR)
        case "certificate_award":
            rows = demo.certificate_awards(schools, count=2_000, term=TERM, province=province)
        case _:
            rows = demo.enterprises(province, year=YEAR, count=300)
    return as_typed(catalogue.dataset(dataset), rows)


def as_typed(dataset: Dataset, rows: Sequence[Row]) -> pl.DataFrame:
    texts = pl.DataFrame([dict(row) for row in rows]).with_columns(
        pl.when(pl.all() != "").then(pl.all())
    )
    return texts.select(
        _typed(name, dtype) if name in texts.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in dataset.schema.items()
    )


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return column == "1"
    return column.str.to_date() if dtype == pl.Date else column.cast(dtype)
