"""Enrolment plans as a whole: programmes that are open, registrations, the year before.

| Rule of the agreement | Where it is judged |
| --- | --- |
| E42 | `programme_is_not_open` |
| T22 | here and in program_offering |
| T41 | `registered_do_not_add_up_to_new_students`; also in institution_year |
| T42 | between provinces: `plan_is_reported_differently_by_the_other` and its like |
| T43, change of a school | `plans_have_changed_much` |
| T43, general to vocational ratio | nowhere: no dataset of the agreement has general high schools |
"""

from __future__ import annotations

import polars as pl

from validations import measures, sides
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, between, one_of, snapshot, table_rule


@table_rule(
    one_of("is_open", [True]),
    key=["inst_code", "major_code", "enroll_year"],
    column="major_code",
    value="status",
    needs=[snapshot("program_offering")],
    severity=Severity.ERROR,
    zh="学校 {inst_code} {enroll_year} 年专业 {major_code} 计划招生 {plan_num} 人，"
    "而专业布点中该专业不在招（布点状态：{status}）。",
    en="School {inst_code} plans {plan_num} for major {major_code} in {enroll_year}, and does not "
    "offer it (status: {status}).",
    remedy_zh="请核对专业代码；新增或恢复招生的专业，请先更新专业布点；布点行被退回的，请先改正。",
    remedy_en="Check the major; if it is new or open again, update the programmes offered first, "
    "or correct their rows that were sent back.",
    source="E42；T22",
)
def programme_is_not_open(about: About) -> pl.LazyFrame:
    """Majors with a plan, and whether the school offers each."""
    own = measures.own_schools(about, about.rows)
    return sides.offers(own, about.snapshot("program_offering"))


@table_rule(
    between("difference", 0, 0),
    key=["inst_code", "enroll_year"],
    column="registered_num",
    value="registered",
    needs=[snapshot("institution_year")],
    severity=Severity.WARNING,
    zh="学校 {inst_code} {enroll_year} 年报到合计 {registered} 人，年度办学条件表招生数为 "
    "{new_total} 人，相差 {difference:+d} 人。",
    en="{registered} registered at school {inst_code} in {enroll_year}, its own report states "
    "{new_total} new students: {difference:+d}.",
    remedy_zh="请核对是否漏报专业、生源省或渠道；两张表口径应一致。",
    remedy_en="Look for majors, provinces or channels that are missing; both tables must count "
    "alike.",
    source="T41",
)
def registered_do_not_add_up_to_new_students(about: About) -> pl.LazyFrame:
    """Those who registered, and the new students that the school states."""
    own = measures.own_schools(about, about.rows)
    return sides.entrants(about.snapshot("institution_year"), own)


@table_rule(
    between("change", -0.4, 0.4),
    key=["inst_code"],
    column="plan_num",
    value="plan_num",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 计划数由上期（{previous_period}）的 {plan_before} 人变为 {plan_num} 人"
    "（{change:+.1%}），变动超过 40%。",
    en="School {inst_code} planned {plan_before} in {previous_period} and plans {plan_num} "
    "({change:+.1%}): a change of more than 40%.",
    remedy_zh="请核对是否漏报专业、生源省，或把录取数填成计划数；扩招、停招属实的可不修改。",
    remedy_en="Look for majors and provinces that are missing, or other figures in this column; "
    "leave it if the school grew or shrank.",
    source="T43",
)
def plans_have_changed_much(about: About) -> pl.LazyFrame:
    """All plans of each school, now and before."""
    plan = measures.total("plan_num")
    now = measures.own_schools(about, about.rows).group_by("inst_code").agg(plan)
    earlier = about.previous.group_by("inst_code").agg(plan.alias("plan_before"))
    both = now.join(earlier, on="inst_code")
    return measures.before(
        about, both.with_columns(change=measures.change("plan_num", "plan_before"))
    )
