"""Cooperation projects as a whole: interns against students, one college of several schools.

| Rule of the agreement | Where it is judged |
| --- | --- |
| E103 | `interns_exceed_the_students_of_the_school` |
| T94 | reference to enterprise: `reference_does_not_exist` |
| T101 | enterprise: `participation_differs_from_projects` |
| T102 | `industry_college_is_reported_by_several_schools` |
"""

from __future__ import annotations

import polars as pl

from validations import measures, sides
from yrdx.model import Severity
from yrdx.table_rule import About, at_most, no_lines, snapshot, table_rule


@table_rule(
    at_most("interns", "enrolled_total"),
    key=["coop_no", "school_year"],
    column="interns",
    value="interns",
    needs=[snapshot("institution_year")],
    severity=Severity.ERROR,
    zh="项目 {coop_no} 接收实习生 {interns} 人，超过学校 {inst_code} 的在校生 "
    "{enrolled_total} 人。",
    en="Project {coop_no} takes {interns} interns, more than the {enrolled_total} students of "
    "school {inst_code}.",
    remedy_zh="请核对实习生数是否含外校学生、人次或填错单位。",
    remedy_en="Look for students of other schools, or for a count of days or visits.",
    source="E103",
)
def interns_exceed_the_students_of_the_school(about: About) -> pl.LazyFrame:
    """Interns of each project, and the students of its school."""
    return sides.interns(about.snapshot("institution_year"), about.rows)


@table_rule(
    no_lines(),
    key=["partner_uscc", "start_ym", "school_year"],
    column="inst_code",
    value="schools",
    severity=Severity.WARNING,
    zh="同一企业“{partner_name}”（{partner_uscc}）{start_ym} 起的产业学院由 {schools} 所学校分别"
    "填报：{which}。",
    en="The industry college with “{partner_name}” ({partner_uscc}) since {start_ym} is reported "
    "by {schools} schools: {which}.",
    remedy_zh="如为同一产业学院，只由牵头学校报 01 类一行，其他学校改报参与的合作类型；"
    "确为不同产业学院的可不修改。",
    remedy_en="If it is one college, the leading school reports it as 01 and the others report "
    "what they take part in; leave it if these are several colleges.",
    source="T102",
)
def industry_college_is_reported_by_several_schools(about: About) -> pl.LazyFrame:
    """Industry colleges of one partner and one beginning that several schools report."""
    colleges = about.rows.filter(pl.col("coop_type") == "01", pl.col("partner_uscc").is_not_null())
    found = colleges.group_by("partner_uscc", "start_ym", "school_year").agg(
        partner_name=pl.col("partner_name").min(),
        schools=pl.col("inst_code").n_unique(),
        which=measures.joined("inst_code"),
    )
    return found.filter(pl.col("schools") > 1)
