"""Teachers as a whole: against the numbers of their school, and nobody full-time twice.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T81 | `persons_are_not_the_fulltime_teachers`, `persons_are_not_the_double_qualified`, `persons_are_not_the_industry_professors`; also in institution_year |
| T82 in two institutions | `teacher_is_full_time_at_two_schools` |
| T82 in two provinces | between provinces: `teacher_is_full_time_in_two_provinces` |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

from functools import partial

import polars as pl

from validations import measures, sides
from yrdx.model import Severity
from yrdx.table_rule import About, between, no_lines, snapshot, table_rule

_of_school = partial(
    table_rule,
    key=["inst_code", "school_year"],
    needs=[snapshot("institution_year")],
    severity=Severity.WARNING,
    remedy_zh="请核对是否漏报、重报教师或教师类别填错；两张表口径应一致。",
    remedy_en="Look for teachers who are missing, there twice, or of another kind.",
    source="T81",
)


@_of_school(
    between("fulltime_off", 0, 0),
    column="teacher_type",
    value="fulltime",
    zh="学校 {inst_code} 教师表有专任教师 {fulltime} 人，年度办学条件表填 {fulltime_teachers} 人，"
    "相差 {fulltime_off:+d} 人。",
    en="The list has {fulltime} full-time teachers of school {inst_code}, its own report states "
    "{fulltime_teachers}: {fulltime_off:+d}.",
)
def persons_are_not_the_fulltime_teachers(about: About) -> pl.LazyFrame:
    """Persons of the kind 1, and full-time teachers."""
    return sides.teachers(about.snapshot("institution_year"), about.rows)


@_of_school(
    between("double_off", 0, 0),
    column="double_level",
    value="double",
    zh="学校 {inst_code} 教师表有双师等级的专任教师 {double} 人，年度办学条件表填双师型教师 "
    "{double_qualified} 人，相差 {double_off:+d} 人。",
    en="The list has {double} double-qualified teachers of school {inst_code}, its own report "
    "states {double_qualified}: {double_off:+d}.",
)
def persons_are_not_the_double_qualified(about: About) -> pl.LazyFrame:
    """Persons with a double-qualified level, and the school's number."""
    return sides.teachers(about.snapshot("institution_year"), about.rows)


@_of_school(
    between("professors_off", 0, 0),
    column="teacher_type",
    value="professors",
    zh="学校 {inst_code} 教师表有产业教授 {professors} 人，年度办学条件表填 {industry_professors} "
    "人，相差 {professors_off:+d} 人。",
    en="The list has {professors} industry professors of school {inst_code}, its own report states "
    "{industry_professors}: {professors_off:+d}.",
)
def persons_are_not_the_industry_professors(about: About) -> pl.LazyFrame:
    """Persons of the kind 3, and the school's number."""
    return sides.teachers(about.snapshot("institution_year"), about.rows)


@table_rule(
    no_lines(),
    key=["inst_code"],
    column="teacher_key",
    value="schools",
    severity=Severity.WARNING,
    zh="学校 {inst_code} 的一名专任教师同时是 {schools} 所学校的专任教师：{where}。",
    en="A full-time teacher of school {inst_code} is one of {schools} schools: {where}.",
    remedy_zh="专任教师只在一所学校统计，请与对方学校核对；兼课的一方改为校外外聘（5）。",
    remedy_en="A full-time teacher counts at one school: settle it with the other, which should "
    "report an external teacher (5).",
    source="T82",
)
def teacher_is_full_time_at_two_schools(about: About) -> pl.LazyFrame:
    """The rows of teachers who are full-time at several schools of the delivery."""
    fulltime = about.rows.filter(pl.col("teacher_type") == "1")
    suspects = measures.beside_several(fulltime, ["teacher_key", "school_year"], "inst_code")
    often = suspects.group_by("teacher_key", "school_year").agg(
        schools=pl.col("inst_code").n_unique(), where=measures.joined("inst_code")
    )
    found = suspects.join(often, on=["teacher_key", "school_year"])
    return found.select("inst_code", "schools", "where")
