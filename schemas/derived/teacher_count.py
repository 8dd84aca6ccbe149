"""How many: counts of teachers that everybody may read.

Serves clause 三（五） and 四（三） of the notice. Counts of few persons are not told, nor others
from which they would follow; docs/disclosure.md says how that is decided.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.derived import counting
from schemas.derived.teacher_count_ledger import DESIGN
from yrdx.dataset import Dataset, Periodicity
from yrdx.derivation import Derivation, Given
from yrdx.model import Text


class TeacherCount(pa.DataFrameModel):
    """Counts by school, city and province, and for the whole region."""

    school_year: str = columns.school_year()
    province_code: str = counting.province()
    city_code: str = counting.city()
    inst_code: str = counting.school()
    teacher_type: str = counting.cut("teacher_type", "教师类别", en="Kind of teacher")
    double_level: str = counting.cut(
        "double_level", "双师等级", en="Level as a double-qualified teacher"
    )
    sex: str = counting.cut("sex", "性别", en="Sex")
    edu_code: str = counting.cut("edu_code", "学历", en="Education")
    count_state: str = counting.state()
    counted: int = counting.counted("教师数", en="Teachers", unit="人")
    counted_in: str = counting.counted_in()

    count_contradicts_its_state = counting.told_counts_are_there()


DATASET = Dataset(
    model=TeacherCount,
    title=Text(zh="职教师资计数", en="Counts of teachers"),
    grain=Text(zh="每期每个汇总单元一行", en="One row per period and cell of the tables"),
    version="1.0.0",
    key=(
        "school_year",
        "province_code",
        "city_code",
        "inst_code",
        "teacher_type",
        "double_level",
        "sex",
        "edu_code",
    ),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=counting.SUPPLIER,
    clauses=("三（五）", "四（三）"),
    province=counting.AREA,
    period_column="school_year",
)


def _rows(given: Given) -> pl.LazyFrame:
    return counting.count_rows(given, "teacher_count_ledger", DESIGN)


DERIVATION = Derivation(needs=("teacher_count_ledger",), make=_rows, looks_back=True)
