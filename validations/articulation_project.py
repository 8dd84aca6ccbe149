"""Articulation projects as a whole: their plans against the enrolment plans.

| Rule of the agreement | Where it is judged |
| --- | --- |
| transfers against the cohort | between snapshots: `transfers_exceed_every_earlier_cohort` |
| T31 | between provinces: `shared_project_is_reported_differently` |
| T32 | `articulation_plans_exceed_the_enrolment_plan` |
"""

from __future__ import annotations

import polars as pl

from validations import measures
from yrdx.model import Severity
from yrdx.table_rule import PROVINCE, About, at_most, snapshot, table_rule


@table_rule(
    at_most("plan_num", "enrolment_plan"),
    key=["up_inst", "up_major", "enroll_year"],
    column="plan_num",
    value="plan_num",
    needs=[snapshot("enrollment_plan")],
    severity=Severity.WARNING,
    zh="学校 {up_inst} 专业 {up_major} 的贯通项目计划合计 {plan_num} 人，超过 {enroll_year} 年招生"
    "计划 {enrolment_plan} 人。",
    en="The articulation projects of major {up_major} at school {up_inst} plan {plan_num}, more "
    "than the {enrolment_plan} of the enrolment plan of {enroll_year}.",
    remedy_zh="请核对贯通项目计划数；招生计划表漏列贯通计划的，请补报招生计划。",
    remedy_en="Check the plans; if the enrolment plan lacks the projects, complete that one.",
    source="T32",
)
def articulation_plans_exceed_the_enrolment_plan(about: About) -> pl.LazyFrame:
    """Plans of all projects that begin in a major of a school, and its enrolment plan."""
    key = ["up_inst", "up_major", "enroll_year"]
    projects = about.rows.group_by("up_inst", "up_major", enroll_year=measures.begins()).agg(
        measures.total("plan_num")
    )
    own = about.snapshot("enrollment_plan").filter(
        measures.province_of_school() == pl.col(PROVINCE)
    )
    plans = own.group_by(up_inst="inst_code", up_major="major_code", enroll_year="enroll_year").agg(
        measures.total("plan_num").alias("enrolment_plan")
    )
    return projects.join(plans, on=key)
