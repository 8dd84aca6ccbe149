"""The ledger of the counts of teachers: what was told and what was not.

Serves clause 三（五） and 四（三） of the notice through `teacher_count`, which everybody may
read. It remembers every step of every year, so that no later version gives away what an earlier
one did not tell.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.derived import counting
from yrdx.dataset import Dataset, Periodicity
from yrdx.derivation import Derivation, Given
from yrdx.disclosure import Axis, CountTable, Design
from yrdx.model import Text

DESIGN = Design(
    period="school_year",
    person="teacher_key",
    tables=(
        CountTable((counting.PLACE, Axis(("teacher_type",)), Axis(("double_level",)))),
        CountTable((counting.PROVINCE, Axis(("teacher_type",)), Axis(("sex",)))),
        CountTable((counting.PROVINCE, Axis(("teacher_type",)), Axis(("edu_code",)))),
    ),
)
"""What is counted, and in which tables."""


class TeacherCountLedger(pa.DataFrameModel):
    """Every count of every step, told or not; not for everybody."""

    school_year: str = columns.school_year()
    step: int = counting.step()
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
    true_count: int = counting.true_count()
    at_least: int = counting.at_least()
    in_force: bool = counting.in_force()

    count_contradicts_its_state = counting.told_counts_are_there()


DATASET = Dataset(
    model=TeacherCountLedger,
    title=Text(zh="职教师资计数台账", en="Ledger of the counts of teachers"),
    grain=Text(zh="每期每步每个汇总单元一行", en="One row per period, step and cell of the tables"),
    version="1.0.0",
    key=(
        "school_year",
        "step",
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
    restricted=True,
)


def _rows(given: Given) -> pl.LazyFrame:
    rows = counting.placed(given, "teacher")
    return counting.ledger_rows(given, "teacher", rows, DESIGN)


DERIVATION = Derivation(
    needs=("teacher", "institution"),
    make=_rows,
    rests_on=lambda settings: {"disclosure_k": str(settings.disclosure_k)},
    looks_back=True,
)
