"""What several provinces report of the same thing, compared over the newest snapshots of all.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T01 credit code in two provinces | `credit_code_is_used_in_another_province` |
| T31 | `shared_project_is_reported_differently`, `shared_project_is_not_reported_by_the_other`, `shared_project_is_reported_by_the_other_only` |
| T42 | `plan_is_reported_differently_by_the_other`, `plan_is_not_reported_by_the_other`, `plan_is_reported_by_the_other_only` |
| T61 | `certificate_is_reported_by_two_provinces` |
| T72 | `graduate_is_reported_by_two_provinces` |
| T82 | `teacher_is_full_time_in_two_provinces` |
| T92 | `enterprise_is_named_differently_by_the_other` |
| T122 | industry_major_map |

Persons and certificates can only be compared where the provinces seal with the same key.
"""  # noqa: E501 - lines of a table

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from validations import measures
from validations.measures import TALK_EN, TALK_ZH, province_of_school
from yrdx.comparison import OTHERS, TOLD, Snapshots, comparison
from yrdx.model import Severity
from yrdx.table_rule import PROVINCE


def _in_several_provinces(rows: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    """Each thing that more than one province reports, once for each of them."""
    needed = rows.select(*key, PROVINCE).drop_nulls()
    there = measures.beside_several(needed, key, PROVINCE)
    several = there.group_by(key).agg(pl.col(PROVINCE).unique().sort().alias("all"))
    lines = several.with_columns(pl.col("all").alias(TOLD)).explode(TOLD)
    return lines.with_columns(_without_oneself("all")).drop("all")


def _without_oneself(everyone: str) -> pl.Expr:
    return pl.col(everyone).list.set_difference(pl.concat_list(TOLD)).list.sort().alias(OTHERS)


@comparison(
    "institution",
    key=["uscc"],
    shows=["inst_code", "inst_name"],
    severity=Severity.WARNING,
    zh="统一社会信用代码 {uscc} 也出现在{others}的职业院校名录中。",
    en="Credit code {uscc} is also on the list of institutions of {others}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
    source="T01；GB 32100-2015",
)
def credit_code_is_used_in_another_province(snapshots: Snapshots) -> pl.LazyFrame:
    """Credit codes of schools in several provinces, each by its newest list."""
    return _in_several_provinces(measures.last_period(snapshots.rows("institution")), ["uscc"])


_PROJECT = ["school_year", "up_inst", "up_major", "down_inst", "down_major"]
"""Each province numbers projects by itself: schools and majors say that it is the same one."""

_PROJECT_ZH = (
    "{school_year} 学年跨省贯通项目（起始院校 {up_inst} 专业 {up_major}，对接院校 {down_inst} 专业 "
    "{down_major}）"
)
_PROJECT_EN = (
    "The project from {up_inst}, major {up_major}, to {down_inst}, major {down_major}, in "
    "{school_year} "
)


def _shared_projects(snapshots: Snapshots) -> pl.LazyFrame:
    """Projects of two member provinces, with the figures that each of the two reports.

    Only where both have reported projects of that school year: a province that has not is
    overdue, and is told so elsewhere.
    """
    rows = snapshots.rows("articulation_project")
    up, down = province_of_school("up_inst"), province_of_school("down_inst")
    shared = rows.filter(up != down, up.is_in(measures.MEMBERS), down.is_in(measures.MEMBERS))
    both = pl.concat_list(up, down).alias(TOLD)
    asked = shared.select(*_PROJECT, both).unique().with_columns(pl.col(TOLD).alias("all"))
    lines = asked.explode(TOLD).with_columns(_without_oneself("all")).drop("all")
    figures = shared.group_by(*_PROJECT, PROVINCE).agg(
        measures.total("plan_num"), measures.total("admitted_num")
    )
    return _both_sides(lines, figures, _PROJECT, takes_part=_of_year(rows))


def _of_year(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.select(PROVINCE, "school_year").unique()


def _both_sides(
    lines: pl.LazyFrame, figures: pl.LazyFrame, key: Sequence[str], *, takes_part: pl.LazyFrame
) -> pl.LazyFrame:
    """The figures of whom is told and of the other, with whether either reports the thing.

    Left out where one of the two takes no part in this at all.
    """
    by = [name for name in takes_part.collect_schema().names() if name != PROVINCE]
    pairs = lines.with_columns(pl.col(OTHERS).list.first().alias("other"))
    for name in (TOLD, "other"):
        pairs = pairs.join(takes_part, left_on=[name, *by], right_on=[PROVINCE, *by], how="semi")
    there = figures.with_columns(there=pl.lit(value=True))
    own = pairs.join(
        there, left_on=[*key, TOLD], right_on=[*key, PROVINCE], how="left", nulls_equal=True
    )
    both = own.join(
        there,
        left_on=[*key, "other"],
        right_on=[*key, PROVINCE],
        how="left",
        suffix="_of_other",
        nulls_equal=True,
    )
    return both.with_columns(pl.col("there", "there_of_other").fill_null(value=False))


def _differs(name: str) -> pl.Expr:
    """Whether a figure that both report is not the same."""
    return (pl.col(name) != pl.col(f"{name}_of_other")).fill_null(value=False)


def _only_told_reports(both: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    """The things that only the one who is told reports."""
    return both.filter(pl.col("there"), ~pl.col("there_of_other")).select(TOLD, OTHERS, *key)


def _only_other_reports(both: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    """The things that only the other one reports."""
    return both.filter(~pl.col("there"), pl.col("there_of_other")).select(TOLD, OTHERS, *key)


_of_projects = partial(
    comparison,
    "articulation_project",
    key=_PROJECT,
    shows=["project_no", "plan_num", "admitted_num"],
    severity=Severity.ERROR,
    source="T31；K24",
)


@_of_projects(
    zh=_PROJECT_ZH + "的计划数或录取数与{others}报送的不一致。",
    en=_PROJECT_EN + "has another plan or another number of admissions in {others}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
)
def shared_project_is_reported_differently(snapshots: Snapshots) -> pl.LazyFrame:
    """Projects that both report, with figures that are not the same."""
    both = _shared_projects(snapshots).filter("there", "there_of_other")
    return both.filter(_differs("plan_num") | _differs("admitted_num")).select(
        TOLD, OTHERS, *_PROJECT
    )


@_of_projects(
    zh=_PROJECT_ZH + "贵方已报送，{others}没有报送。",
    en=_PROJECT_EN + "is reported by you, and not by {others}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
)
def shared_project_is_not_reported_by_the_other(snapshots: Snapshots) -> pl.LazyFrame:
    """Projects that only the one who is told reports."""
    return _only_told_reports(_shared_projects(snapshots), _PROJECT)


@_of_projects(
    zh=_PROJECT_ZH + "{others}已报送，贵方没有报送。",
    en=_PROJECT_EN + "is reported by {others}, and not by you.",
    remedy_zh="跨省项目由双方分别报送；请补报，或与{others}的对口单位核对该项目是否属实。",
    remedy_en="Both sides report a shared project: add it, or settle with {others} whether there "
    "is one.",
)
def shared_project_is_reported_by_the_other_only(snapshots: Snapshots) -> pl.LazyFrame:
    """Projects that only the other one reports."""
    return _only_other_reports(_shared_projects(snapshots), _PROJECT)


_PLAN = [
    "enroll_year",
    "inst_code",
    "major_code",
    "catalog_version",
    "source_province",
    "channel",
]
_PLAN_ZH = (
    "{enroll_year} 年学校 {inst_code} 专业 {major_code} 面向生源省 {source_province} 的招生计划"
)
_PLAN_EN = (
    "The plan of school {inst_code} for major {major_code} and entrants of {source_province} in "
    "{enroll_year} "
)
_of_plans = partial(
    comparison,
    "enrollment_plan",
    key=_PLAN,
    shows=["plan_num", "admitted_num", "registered_num", "round"],
    severity=Severity.WARNING,
    source="T42",
)


def _plans_across(snapshots: Snapshots) -> pl.LazyFrame:
    """Plans for entrants of another member province, as its school's and their province report.

    Only between two provinces that both report plans of this direction and year.
    """
    rows = snapshots.rows("enrollment_plan").with_columns(host=province_of_school())
    source = pl.col("source_province")
    across = rows.filter(pl.col("host") != source, source.is_in(measures.MEMBERS)).filter(
        pl.col("host").is_in(measures.MEMBERS)
    )
    both = pl.concat_list("host", "source_province")
    asked = across.select(*_PLAN, "host", both.alias("all"), both.alias(TOLD)).unique()
    lines = asked.explode(TOLD).with_columns(_without_oneself("all")).drop("all")
    figures = across.group_by(*_PLAN, PROVINCE).agg(
        measures.total("plan_num"),
        measures.total("admitted_num"),
        measures.total("registered_num"),
    )
    takes_part = across.select(PROVINCE, "host", "source_province", "enroll_year").unique()
    return _both_sides(lines, figures, _PLAN, takes_part=takes_part)


@_of_plans(
    zh=_PLAN_ZH + "，计划、录取或报到数与{others}报送的不一致。",
    en=_PLAN_EN + "has other figures in {others}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
)
def plan_is_reported_differently_by_the_other(snapshots: Snapshots) -> pl.LazyFrame:
    """Plans that both report, with figures that are not the same."""
    both = _plans_across(snapshots).filter("there", "there_of_other")
    other = _differs("plan_num") | _differs("admitted_num") | _differs("registered_num")
    return both.filter(other).select(TOLD, OTHERS, *_PLAN)


@_of_plans(
    zh=_PLAN_ZH + "，贵方已报送，{others}没有报送。",
    en=_PLAN_EN + "is reported by you, and not by {others}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
)
def plan_is_not_reported_by_the_other(snapshots: Snapshots) -> pl.LazyFrame:
    """Plans that only the one who is told reports."""
    return _only_told_reports(_plans_across(snapshots), _PLAN)


@_of_plans(
    zh=_PLAN_ZH + "，{others}已报送，贵方没有报送。",
    en=_PLAN_EN + "is reported by {others}, and not by you.",
    remedy_zh="请核对本省来源计划或本省学校的省外计划是否漏报，并与{others}的对口单位核对。",
    remedy_en="Look for plans that are missing on your side, and settle it with {others}.",
)
def plan_is_reported_by_the_other_only(snapshots: Snapshots) -> pl.LazyFrame:
    """Plans that only the other one reports."""
    return _only_other_reports(_plans_across(snapshots), _PLAN)


@comparison(
    "certificate_award",
    key=["cert_no_hash"],
    shows=["inst_code", "major_code", "cert_name", "level", "issue_date"],
    severity=Severity.ERROR,
    zh="同一张证书也由{others}报送。",
    en="The same certificate is also reported by {others}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
    source="T61",
)
def certificate_is_reported_by_two_provinces(snapshots: Snapshots) -> pl.LazyFrame:
    """Certificates with one sealed number in several provinces."""
    return _in_several_provinces(snapshots.rows("certificate_award"), ["cert_no_hash"])


@comparison(
    "graduate_destination",
    key=["person_key", "survey_date"],
    shows=["inst_code", "major_code", "edu_level", "grad_year"],
    severity=Severity.ERROR,
    zh="同一毕业生（统计日期 {survey_date}）也由{others}报送。",
    en="The same graduate is also reported by {others} for {survey_date}.",
    remedy_zh=TALK_ZH,
    remedy_en=TALK_EN,
    source="T72",
)
def graduate_is_reported_by_two_provinces(snapshots: Snapshots) -> pl.LazyFrame:
    """Graduates with one sealed number in several provinces at one survey."""
    rows = snapshots.rows("graduate_destination")
    return _in_several_provinces(rows, ["person_key", "survey_date"])


@comparison(
    "teacher",
    key=["teacher_key", "school_year"],
    shows=["inst_code", "teacher_type"],
    severity=Severity.ERROR,
    zh="{school_year} 学年的一名专任教师也由{others}报为专任教师。",
    en="A full-time teacher of {school_year} is also full-time in {others}.",
    remedy_zh="专任教师只在一所学校统计。" + TALK_ZH,
    remedy_en="A full-time teacher counts at one school. " + TALK_EN,
    source="T82",
)
def teacher_is_full_time_in_two_provinces(snapshots: Snapshots) -> pl.LazyFrame:
    """Full-time teachers with one sealed number in several provinces in one school year."""
    fulltime = snapshots.rows("teacher").filter(pl.col("teacher_type") == "1")
    return _in_several_provinces(fulltime, ["teacher_key", "school_year"])


@comparison(
    "enterprise",
    key=["uscc", "stat_year"],
    shows=["ent_name", "division_code"],
    severity=Severity.WARNING,
    zh="{stat_year} 年企业 {uscc} 的名称与{others}报送的不一致。",
    en="Enterprise {uscc} has another name in {others} in {stat_year}.",
    remedy_zh="请以营业执照为准核对企业名称；" + TALK_ZH,
    remedy_en="The business licence has the right name. " + TALK_EN,
    source="T92",
)
def enterprise_is_named_differently_by_the_other(snapshots: Snapshots) -> pl.LazyFrame:
    """Enterprises on the lists of several provinces under several names."""
    rows, key = snapshots.rows("enterprise"), ["uscc", "stat_year"]
    named = rows.group_by(key).agg(names=pl.col("ent_name").n_unique())
    several = named.filter(pl.col("names") > 1)
    return _in_several_provinces(rows.join(several, on=key, how="semi"), key)
