"""A small dataset and plain tables of it, for tests of the checking engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandera.polars as pa
import polars as pl
from pandera.api.dataframe.model_components import FieldInfo

from yrdx.checking import Terms
from yrdx.dataset import COLUMN, Column, Dataset, Kind, Periodicity, Reference, Requirement
from yrdx.model import ColumnMatch, Reading, Sensitivity, Severity, Text
from yrdx.reading import Table
from yrdx.rule import Rule, as_check, row_rule

TODAY = date(2026, 3, 1)


def rule(code: str, column: str, build: pl.Expr, severity: Severity = Severity.ERROR) -> Rule:
    text = Text(zh=f"{code}：不对。", en=f"{code}: wrong.")
    return Rule(
        code=code,
        column=column,
        severity=severity,
        message=text,
        remedy=text,
        source="test",
        build=lambda _today: build,
    )


def field(name: str, kind: Kind, *rules: Rule, required: bool = True, **facts):
    if required:
        rules = (rule("required_value_is_missing", name, pl.col(name).is_not_null()), *rules)
    column = Column(
        title=Text(zh=f"字段{name}", en=name),
        kind=kind,
        requirement=Requirement.MANDATORY if required else Requirement.OPTIONAL,
        sensitivity=facts.pop("sensitivity", Sensitivity.PUBLIC),
        rules=rules,
        **facts,
    )
    return FieldInfo(
        checks=[as_check(item) for item in rules],
        nullable=True,
        nullable_explicit=True,
        metadata={COLUMN: column},
    )


def _is_code(name: str) -> pl.Expr:
    return pl.col(name).str.contains("^[0-9]{6}$")


class School(pa.DataFrameModel):
    """Schools with their students, as simple as a dataset can be."""

    code: str = field("code", Kind.CODE, rule("code_is_malformed", "code", _is_code("code")))
    direction: str = field("direction", Kind.TEXT, required=False, default="")
    name: str = field("name", Kind.TEXT)
    students: pl.Int64 = field(
        "students",
        Kind.INTEGER,
        rule("number_is_negative", "students", pl.col("students") >= 0),
    )
    budget: pl.Decimal(10, 2) = field("budget", Kind.DECIMAL, required=False, precision=10, scale=2)
    opened: pl.Date = field("opened", Kind.DATE, required=False)
    year: pl.Int16 = field("year", Kind.YEAR)
    is_public: pl.Boolean = field("is_public", Kind.BOOLEAN, required=False)
    contact: str = field("contact", Kind.TEXT, required=False, sensitivity=Sensitivity.PERSONAL)
    parent: str = field("parent", Kind.CODE, required=False)

    @row_rule(
        "students",
        severity=Severity.WARNING,
        zh="学生数过大。",
        en="There are very many students.",
        remedy_zh="请核对。",
        remedy_en="Check it.",
        source="test",
    )
    def students_are_many() -> pl.Expr:
        return pl.col("students") < 50_000


SCHOOL = Dataset(
    model=School,
    title=Text(zh="学校", en="Schools"),
    grain=Text(zh="一校一行", en="One row per school"),
    version="1.0.0",
    key=("code", "direction"),
    references=(Reference("parent", "school", "code"),),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="测试", en="test"),
    clauses=(),
    province=pl.col("code").str.head(2),
    period_column="year",
)

GOOD = "330101,,第一学校,100,12.50,1999-09-01,2025,1,,"
HEADER = "code,direction,name,students,budget,opened,year,is_public,contact,parent"


def table_of(path: Path, *, sheet: str | None = None) -> Table:
    """A plain UTF-8 file as the reader would give it: header in row 1, data from row 2."""
    frame = pl.scan_csv(path, infer_schema=False, row_index_name="_row", row_index_offset=2)
    frame = frame.with_columns(pl.col("_row").cast(pl.UInt32))
    names = tuple(name for name in frame.collect_schema().names() if name != "_row")
    letters = {name: "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place] for place, name in enumerate(names)}
    columns = tuple(
        ColumnMatch(column=name, header=f"字段{name}", letter=letters[name], how="title")
        for name in names
    )
    return Table(
        frame=frame,
        source_columns=names,
        letters=letters,
        units={},
        reading=Reading(format="csv", sheet=sheet, header_row=1, columns=columns),
        findings=(),
        notes=(),
        locate=lambda rows: rows,
        rows_estimate=None,
    )


def terms(**facts) -> Terms:
    return Terms(**{"province": "33", "period": "2025", "today": TODAY} | facts)
