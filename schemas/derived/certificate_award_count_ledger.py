"""The ledger of the counts of skill certificates: what was told and what was not.

Serves clause 三（四） of the notice through `certificate_award_count`, which everybody may
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
    period="grad_year",
    person="person_key",
    tables=(
        CountTable((counting.PLACE, Axis(("edu_level",)), Axis(("cert_category",)))),
        CountTable((counting.PLACE, Axis(("edu_level",)), Axis(("major_category",)))),
        CountTable((counting.PROVINCE, Axis(("cert_category",)), Axis(("level",)))),
    ),
)
"""What is counted, and in which tables."""


class CertificateAwardCountLedger(pa.DataFrameModel):
    """Every count of every step, told or not; not for everybody."""

    grad_year: pl.Int16 = columns.year("grad_year", "毕业年度", ahead=7, en="Year of graduation")
    step: int = counting.step()
    province_code: str = counting.province()
    city_code: str = counting.city()
    inst_code: str = counting.school()
    edu_level: str = counting.cut("edu_level", "培养层次", en="Education level")
    cert_category: str = counting.cut("cert_category", "证书类别", en="Category of certificate")
    major_category: str = counting.cut("major_category", "专业大类", en="Broad category of majors")
    level: str = counting.cut("level", "等级", en="Level")
    count_state: str = counting.state()
    counted: int = counting.counted("证书数", en="Certificates", unit="张")
    counted_in: str = counting.counted_in()
    true_count: int = counting.true_count()
    at_least: int = counting.at_least()
    in_force: bool = counting.in_force()

    count_contradicts_its_state = counting.told_counts_are_there()


DATASET = Dataset(
    model=CertificateAwardCountLedger,
    title=Text(zh="职业技能证书获得计数台账", en="Ledger of the counts of skill certificates"),
    grain=Text(zh="每期每步每个汇总单元一行", en="One row per period, step and cell of the tables"),
    version="1.0.0",
    key=(
        "grad_year",
        "step",
        "province_code",
        "city_code",
        "inst_code",
        "edu_level",
        "cert_category",
        "major_category",
        "level",
    ),
    periodicity=Periodicity.YEAR,
    supplier=counting.SUPPLIER,
    clauses=("三（四）",),
    province=counting.AREA,
    period_column="grad_year",
    restricted=True,
)


def _rows(given: Given) -> pl.LazyFrame:
    rows = counting.placed(given, "certificate_award").with_columns(
        major_category=pl.col("major_code").str.head(2),
    )
    return counting.ledger_rows(given, "certificate_award", rows, DESIGN)


DERIVATION = Derivation(
    needs=("certificate_award", "institution"),
    make=_rows,
    rests_on=lambda settings: {"disclosure_k": str(settings.disclosure_k)},
    looks_back=True,
)
