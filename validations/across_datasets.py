"""Rules between datasets that no single column refers by: programmes with people in them.

A reference of one column is judged row by row. That a school offers the programme in which it has
students takes several columns, and speaks of schools whose programmes were delivered at all.
"""

from __future__ import annotations

import polars as pl

from yrdx.model import Severity
from yrdx.table_rule import About, one_of, snapshot, table_rule

PROGRAMME = ["inst_code", "catalog_version", "major_code"]


def _known(
    lines: pl.LazyFrame, others: pl.LazyFrame, *, year: str, programme: list[str]
) -> pl.LazyFrame:
    """Lines of schools that the other dataset speaks of in that year, and whether they are there.

    `year` names a column that both have.
    """
    schools = others.select("inst_code", year).drop_nulls().unique()
    there = others.select(*programme, year).drop_nulls().unique().with_columns(is_known=True)
    return (
        lines.join(schools, on=["inst_code", year])
        .join(there, on=[*programme, year], how="left")
        .with_columns(pl.col("is_known").fill_null(value=False))
    )


@table_rule(
    one_of("is_known", [True]),
    dataset="student_scale",
    key=PROGRAMME,
    column="major_code",
    value="enrolled",
    needs=[snapshot("program_offering")],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 专业 {major_code} 有在校生 {enrolled} 人，"
    "专业布点（{school_year}）中没有该专业。",
    en="School {inst_code} has {enrolled} students in major {major_code} and does not list it "
    "among its programmes of {school_year}.",
    remedy_zh="请核对专业代码和目录版本；确有该专业的，请补报专业布点（停招专业也应列出）。",
    remedy_en="Check the major and the edition of the catalogue; where they are right, add the "
    "programme, also if it no longer enrols.",
    source="T22",
)
def students_are_in_no_programme_of_their_school(about: About) -> pl.LazyFrame:
    """Students by school and major, and whether the school lists the programme that year."""
    keys = [*PROGRAMME, "school_year"]
    lines = (
        about.rows.drop_nulls(keys)
        .group_by(keys)
        .agg(pl.col("enrolled").sum())
        .filter(pl.col("enrolled") > 0)
    )
    offering = about.snapshot("program_offering")
    return _known(lines, offering, year="school_year", programme=PROGRAMME)


@table_rule(
    one_of("is_known", [True]),
    dataset="graduate_destination",
    key=[*PROGRAMME, "grad_year"],
    column="major_code",
    value="graduates",
    needs=[snapshot("student_scale")],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 专业 {major_code} {grad_year} 年有毕业生 {graduates} 人，"
    "而上一学年（{school_year}）该专业没有在校生。",
    en="School {inst_code} has {graduates} graduates of major {major_code} in {grad_year}, and had "
    "no students in it in {school_year}.",
    remedy_zh="请核对专业代码和目录版本；在校生漏报的，请补报学生规模。",
    remedy_en="Check the major and the edition of the catalogue; where students were left out, "
    "deliver them.",
    source="T71",
)
def graduates_come_from_no_programme_with_students(about: About) -> pl.LazyFrame:
    """Graduates by school and major, and whether there were students in it the year before."""
    keys = [*PROGRAMME, "grad_year"]
    year = pl.format("{}-{}", pl.col("grad_year") - 1, pl.col("grad_year"))
    lines = (
        about.rows.drop_nulls(keys)
        .group_by(keys)
        .agg(graduates=pl.len())
        .with_columns(school_year=year)
    )
    students = about.snapshot("student_scale").filter(pl.col("enrolled") > 0)
    return _known(lines, students, year="school_year", programme=PROGRAMME)
