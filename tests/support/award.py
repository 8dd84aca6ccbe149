"""A small dataset for tests of publication: one certificate a row, of two short code lists."""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl

from yrdx.dataset import (
    COLUMN,
    Code,
    CodeList,
    Column,
    Dataset,
    Kind,
    Periodicity,
    Requirement,
)
from yrdx.model import Sensitivity, Text

LEVELS = CodeList(
    name="certificate_level",
    title=Text(zh="证书等级", en="Certificate level"),
    source="the exchange's own list",
    version="1",
    codes=(
        Code("1", Text(zh="初级", en="Elementary")),
        Code("2", Text(zh="中级", en="Intermediate"), valid_from=date(2019, 1, 1)),
        Code("3", Text(zh="高级", en="Advanced")),
    ),
)


def _field(zh: str, en: str, kind: Kind, **more: object) -> object:
    facts = {
        "title": Text(zh=zh, en=en),
        "kind": kind,
        "requirement": Requirement.MANDATORY,
        "sensitivity": Sensitivity.PUBLIC,
        **more,
    }
    return pa.Field(nullable=True, coerce=False, metadata={COLUMN: Column(**facts)})


class Award(pa.DataFrameModel):
    """Certificates that students were awarded."""

    cert_no: pl.String = _field("证书编号", "Certificate number", Kind.CODE)
    issuer: pl.String = _field("颁证机构", "Issuer", Kind.CODE)
    level_code: pl.String = _field("等级", "Level", Kind.CODE, codes=LEVELS)
    award_date: pl.Date = _field("颁发日期", "Award date", Kind.DATE)
    award_year: pl.Int16 = _field("年度", "Year", Kind.YEAR)
    score: pl.Decimal = _field("成绩", "Score", Kind.DECIMAL, precision=6, scale=2, unit="分")
    hours_count: pl.Int64 = _field(
        "学时",
        "Hours",
        Kind.INTEGER,
        unit="学时",
        description=Text(zh="培训学时总数", en="Hours of training in total"),
    )
    is_double: pl.Boolean = _field("是否双证", "Double certificate", Kind.BOOLEAN)
    major_codes: pl.List(pl.String) = _field("专业", "Majors", Kind.CODES)
    note_name: pl.String = _field("备注", "Note", Kind.TEXT, sensitivity=Sensitivity.INTERNAL)


DATASET = Dataset(
    model=Award,
    title=Text(zh="证书获得", en="Certificates awarded"),
    grain=Text(zh="一证一行", en="one certificate a row"),
    version="1.0.0",
    key=("cert_no", "issuer"),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="学校", en="schools"),
    clauses=(),
    province=pl.col("issuer").str.head(2),
    period_column=None,
)
