"""How many: counts of graduate destinations that everybody may read.

Serves clause 三（四） of the notice. Counts of few persons are not told, nor others
from which they would follow; docs/disclosure.md says how that is decided.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.derived import counting
from schemas.derived.graduate_destination_count_ledger import DESIGN
from yrdx.dataset import Dataset, Periodicity
from yrdx.derivation import Derivation, Given
from yrdx.model import Text


class GraduateDestinationCount(pa.DataFrameModel):
    """Counts by school, city and province, and for the whole region."""

    grad_year: pl.Int16 = columns.year("grad_year", "毕业年度", ahead=7, en="Year of graduation")
    province_code: str = counting.province()
    city_code: str = counting.city()
    inst_code: str = counting.school()
    edu_level: str = counting.cut("edu_level", "培养层次", en="Education level")
    dest_type: str = counting.cut("dest_type", "毕业去向", en="Destination")
    major_category: str = counting.cut("major_category", "专业大类", en="Broad category of majors")
    match_level: str = counting.cut("match_level", "专业对口", en="Match of job and major")
    work_province: str = counting.cut("work_province", "就业地省级代码", en="Province of the job")
    count_state: str = counting.state()
    counted: int = counting.counted("毕业生数", en="Graduates", unit="人")
    counted_in: str = counting.counted_in()

    count_contradicts_its_state = counting.told_counts_are_there()


DATASET = Dataset(
    model=GraduateDestinationCount,
    title=Text(zh="毕业生去向计数", en="Counts of graduate destinations"),
    grain=Text(zh="每期每个汇总单元一行", en="One row per period and cell of the tables"),
    version="1.0.0",
    key=(
        "grad_year",
        "province_code",
        "city_code",
        "inst_code",
        "edu_level",
        "dest_type",
        "major_category",
        "match_level",
        "work_province",
    ),
    periodicity=Periodicity.YEAR,
    supplier=counting.SUPPLIER,
    clauses=("三（四）",),
    province=counting.AREA,
    period_column="grad_year",
)


def _rows(given: Given) -> pl.LazyFrame:
    return counting.count_rows(given, "graduate_destination_count_ledger", DESIGN)


DERIVATION = Derivation(needs=("graduate_destination_count_ledger",), make=_rows, looks_back=True)
