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
from yrdx.comparison import OTHERS, TOLD, Snapshots, comparison
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


@comparison(
    "articulation_project",
    key=["project_no", "school_year"],
    shows=["transfer_num", "admitted_num"],
    severity=Severity.WARNING,
    zh="项目 {project_no} {school_year} 学年的转段人数多于此前各届中录取最多的一届。",
    en="Project {project_no} has more transfers in {school_year} than its largest earlier cohort.",
    remedy_zh="请核对转段人数是否含其他项目或往届；插班、转入的请在报送说明中注明。",
    remedy_en="Look for students of other projects or years; say so if some came from elsewhere.",
    source="贯通培养项目约定：转段人数不超过该届录取数",
)
def transfers_exceed_every_earlier_cohort(snapshots: Snapshots) -> pl.LazyFrame:
    """Transfers of each project, and the largest cohort that it admitted in an earlier year.

    How many years the first stage lasts is not reported, so no one cohort is taken.
    """
    rows = snapshots.rows("articulation_project").with_columns(year=measures.begins())
    cohorts = rows.select("project_no", PROVINCE, "admitted_num", began="year")
    earlier = rows.join(cohorts, on=["project_no", PROVINCE], suffix="_then").filter(
        pl.col("began") < pl.col("year")
    )
    largest = earlier.group_by("project_no", "school_year", PROVINCE).agg(
        transfers=pl.col("transfer_num").max(), largest=pl.col("admitted_num_then").max()
    )
    nobody = pl.lit([], pl.List(pl.String))
    found = largest.filter(pl.col("transfers") > pl.col("largest"))
    return found.select(
        "project_no", "school_year", pl.col(PROVINCE).alias(TOLD), nobody.alias(OTHERS)
    )
