"""Conditions of institutions as a whole: against the year before, other datasets, the list.

| Rule of the agreement | Where it is judged |
| --- | --- |
| E11 | `graduates_exceed_students_of_last_year` |
| T11 | `students_by_major_do_not_add_up`, where a college has attached classes `students_by_major_do_not_add_up_with_attached_classes`; also in student_scale |
| T12 | `enrolled_has_changed_much`, `equipment_has_changed_much` |
| T13 | `running_school_did_not_report` |
| T41, T71, T81, E103 | here when these figures come last: `registered_are_not_the_new_students`, `destinations_are_not_one_per_graduate`, `fulltime_teachers_do_not_add_up`, `double_qualified_do_not_add_up`, `industry_professors_do_not_add_up` |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

from functools import partial

import polars as pl

from validations import measures, sides
from yrdx.model import Severity
from yrdx.table_rule import (
    PREVIOUS,
    PROVINCE,
    About,
    at_most,
    between,
    one_of,
    snapshot,
    table_rule,
)

_SCHOOL = ["inst_code", "school_year"]
_CHECK_BOTH_ZH = "请核对两张表，口径应一致；某一方有行被退回的，改正重报后再比对。"
_CHECK_BOTH_EN = "Check both tables; where rows of one were sent back, correct those first."


def _with_last_year(about: About, *names: str) -> pl.LazyFrame:
    """Figures of each school, and the same ones of the last period as `<name>_before`."""
    earlier = about.previous.select(
        "inst_code", *(pl.col(name).alias(f"{name}_before") for name in names)
    )
    own = [name for name in names if name != "graduates_total"]
    now = about.rows.select(*_SCHOOL, "graduates_total", *own)
    return measures.before(about, now.join(earlier, on="inst_code").sort(_SCHOOL))


@table_rule(
    at_most("graduates_total", "most"),
    key=_SCHOOL,
    column="graduates_total",
    value="graduates_total",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 毕业生 {graduates_total} 人，超过上期（{previous_period}）在校生 "
    "{enrolled_total_before} 人的 1.2 倍。",
    en="School {inst_code} has {graduates_total} graduates, more than 1.2 times the "
    "{enrolled_total_before} students of {previous_period}.",
    remedy_zh="请核对毕业生数和在校生数，是否填反、错行或含往届、函授人数。",
    remedy_en="Check both numbers: they may be swapped, of another row, or of other students.",
    source="E11",
)
def graduates_exceed_students_of_last_year(about: About) -> pl.LazyFrame:
    """Graduates, and how many there could be at most."""
    lines = _with_last_year(about, "enrolled_total")
    return lines.with_columns(most=(pl.col("enrolled_total_before") * 1.2).floor().cast(pl.Int64))


_ADD_UP_ZH = (
    "学校 {inst_code} {school_year} 学年在校生数填 {enrolled_total} 人，"
    "分专业学生规模合计 {by_major} 人，相差 {difference:+d} 人"
)
_ADD_UP_EN = (
    "School {inst_code} states {enrolled_total} students in {school_year}, its majors have "
    "{by_major}: {difference:+d}"
)


@table_rule(
    between("difference", 0, 0),
    key=_SCHOOL,
    column="enrolled_total",
    value="enrolled_total",
    needs=[snapshot("student_scale")],
    severity=Severity.ERROR,
    zh=_ADD_UP_ZH + "。",
    en=_ADD_UP_EN + ".",
    remedy_zh=_CHECK_BOTH_ZH,
    remedy_en=_CHECK_BOTH_EN,
    source="T11",
)
def students_by_major_do_not_add_up(about: About) -> pl.LazyFrame:
    """Schools without attached classes."""
    both = sides.students(about.rows, about.snapshot("student_scale"))
    return both.filter(~pl.col("attached"))


@table_rule(
    between("difference", 0, 0),
    key=_SCHOOL,
    column="enrolled_total",
    value="enrolled_total",
    needs=[snapshot("student_scale")],
    severity=Severity.WARNING,
    zh=_ADD_UP_ZH + "（该校有附设中职班）。",
    en=_ADD_UP_EN + " (the school has attached secondary classes).",
    remedy_zh="请确认附设中职班是否计入本校在校生数；两张表应采用同一口径。",
    remedy_en="Make sure that both tables count the attached classes, or that neither does.",
    source="T11",
)
def students_by_major_do_not_add_up_with_attached_classes(about: About) -> pl.LazyFrame:
    """Schools with attached classes."""
    both = sides.students(about.rows, about.snapshot("student_scale"))
    return both.filter("attached")


def _changed(about: About, name: str) -> pl.LazyFrame:
    figure = pl.col(name, f"{name}_before").cast(pl.Float64)
    lines = _with_last_year(about, name).with_columns(figure)
    return lines.with_columns(change=measures.change(name, f"{name}_before"))


@table_rule(
    between("change", -0.3, 0.3),
    key=_SCHOOL,
    column="enrolled_total",
    value="enrolled_total",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 在校生由上期（{previous_period}）的 {enrolled_total_before:.0f} 人变为 "
    "{enrolled_total:.0f} 人（{change:+.1%}），变动超过 30%。",
    en="School {inst_code} had {enrolled_total_before:.0f} students in {previous_period} and has "
    "{enrolled_total:.0f} ({change:+.1%}): a change of more than 30%.",
    remedy_zh="请核对两期数字；合并、迁建、扩招等属实的可不修改，请在报送说明中注明。",
    remedy_en="Check both figures; leave them if the school merged, moved or grew, and say so.",
    source="T12",
)
def enrolled_has_changed_much(about: About) -> pl.LazyFrame:
    """Students now and before."""
    return _changed(about, "enrolled_total")


@table_rule(
    between("change", -0.2, 1.0),
    key=_SCHOOL,
    column="equip_value",
    value="equip_value",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 设备值由上期（{previous_period}）的 {equip_value_before:.2f} 万元变为 "
    "{equip_value:.2f} 万元（{change:+.1%}）。",
    en="The equipment of school {inst_code} was worth {equip_value_before:.2f} in "
    "{previous_period} and is worth {equip_value:.2f} ten thousand yuan ({change:+.1%}).",
    remedy_zh="请核对单位是否为万元、是否漏填或重复计算；大额购置、报废属实的可不修改。",
    remedy_en="Make sure that the unit is ten thousand yuan and nothing is missing or counted "
    "twice; leave it if equipment was bought or written off.",
    source="T12",
)
def equipment_has_changed_much(about: About) -> pl.LazyFrame:
    """Value of the equipment now and before."""
    return _changed(about, "equip_value")


@table_rule(
    one_of("is_there", [True]),
    key=["inst_code"],
    column="inst_code",
    value="inst_name",
    needs=[snapshot("institution")],
    severity=Severity.ERROR,
    zh="在办学校“{inst_name}”（{inst_code}）不在本次合格数据中。",
    en="The running school “{inst_name}” ({inst_code}) is not among the good rows.",
    remedy_zh="请补报该校；已停招、合并、撤销的，请在职业院校名录中更新机构状态；"
    "该校的行被退回的，请改正后重报。",
    remedy_en="Add the school; if it stopped, merged or closed, update its status in the list of "
    "institutions; if its row was sent back, correct it.",
    source="T13",
)
def running_school_did_not_report(about: About) -> pl.LazyFrame:
    """Running schools of the delivering authorities, and whether each reported.

    Schools of education and of human resources report through different units: only lines of
    authority that some school of the delivery belongs to are asked for. Schools founded after
    the statistics need not be there.
    """
    listed = measures.newest(
        measures.own_rows(about, about.snapshot("institution")), ["inst_code"]
    ).filter(pl.col("inst_code").is_not_null())
    reported = about.rows.select("inst_code").unique().with_columns(is_there=pl.lit(value=True))
    lines = listed.join(reported, on="inst_code", how="semi").select("competent_line").unique()
    cutoff = f"{about.spoken_of:%Y%m}"
    due = listed.filter(pl.col("status") == "1").filter(
        pl.col("found_ym").is_null() | (pl.col("found_ym") <= cutoff)
    )
    asked = due.join(lines, on="competent_line", how="semi").select("inst_code", "inst_name")
    found = asked.join(reported, on="inst_code", how="left").sort("inst_code")
    return found.with_columns(pl.col("is_there").fill_null(value=False))


@table_rule(
    between("difference", 0, 0),
    key=_SCHOOL,
    column="new_total",
    value="new_total",
    needs=[snapshot("enrollment_plan")],
    severity=Severity.WARNING,
    zh="学校 {inst_code} {school_year} 学年招生数填 {new_total} 人，招生计划表报到合计 "
    "{registered} 人，相差 {difference:+d} 人。",
    en="School {inst_code} states {new_total} new students in {school_year}, its enrolment plans "
    "have {registered} registered: {difference:+d}.",
    remedy_zh=_CHECK_BOTH_ZH,
    remedy_en=_CHECK_BOTH_EN,
    source="T41",
)
def registered_are_not_the_new_students(about: About) -> pl.LazyFrame:
    """New students, and those registered."""
    plans = about.snapshot("enrollment_plan")
    own = plans.filter(measures.province_of_school() == pl.col(PROVINCE))
    return sides.entrants(about.rows, own)


@table_rule(
    between("difference", 0, 0),
    key=["inst_code", "survey_date"],
    column="graduates_total",
    value="graduates_total",
    needs=[snapshot("graduate_destination")],
    severity=Severity.ERROR,
    zh="学校 {inst_code} {grad_year} 年毕业生数填 {graduates_total} 人，{survey_date} 毕业去向有 "
    "{destinations} 人，相差 {difference:+d} 人。",
    en="School {inst_code} states {graduates_total} graduates of {grad_year}; the destinations of "
    "{survey_date} are of {destinations}: {difference:+d}.",
    remedy_zh=_CHECK_BOTH_ZH,
    remedy_en=_CHECK_BOTH_EN,
    source="T71",
)
def destinations_are_not_one_per_graduate(about: About) -> pl.LazyFrame:
    """Graduates, and those whose destination is told."""
    return sides.leavers(about.rows, about.snapshot("graduate_destination"))


_of_teachers = partial(
    table_rule,
    key=_SCHOOL,
    needs=[snapshot("teacher")],
    severity=Severity.WARNING,
    remedy_zh=_CHECK_BOTH_ZH,
    remedy_en=_CHECK_BOTH_EN,
    source="T81",
)


@_of_teachers(
    between("fulltime_off", 0, 0),
    column="fulltime_teachers",
    value="fulltime_teachers",
    zh="学校 {inst_code} 专任教师数填 {fulltime_teachers} 人，教师表有 {fulltime} 人，"
    "相差 {fulltime_off:+d} 人。",
    en="School {inst_code} states {fulltime_teachers} full-time teachers, the list of teachers "
    "has {fulltime}: {fulltime_off:+d}.",
)
def fulltime_teachers_do_not_add_up(about: About) -> pl.LazyFrame:
    """Full-time teachers, and persons of the kind 1."""
    return sides.teachers(about.rows, about.snapshot("teacher"))


@_of_teachers(
    between("double_off", 0, 0),
    column="double_qualified",
    value="double_qualified",
    zh="学校 {inst_code} 双师型教师数填 {double_qualified} 人，教师表中有双师等级的专任教师 "
    "{double} 人，相差 {double_off:+d} 人。",
    en="School {inst_code} states {double_qualified} double-qualified teachers, the list of "
    "teachers has {double}: {double_off:+d}.",
)
def double_qualified_do_not_add_up(about: About) -> pl.LazyFrame:
    """Double-qualified teachers, and persons with such a level."""
    return sides.teachers(about.rows, about.snapshot("teacher"))


@_of_teachers(
    between("professors_off", 0, 0),
    column="industry_professors",
    value="industry_professors",
    zh="学校 {inst_code} 产业教授数填 {industry_professors} 人，教师表有 {professors} 人，"
    "相差 {professors_off:+d} 人。",
    en="School {inst_code} states {industry_professors} industry professors, the list of teachers "
    "has {professors}: {professors_off:+d}.",
)
def industry_professors_do_not_add_up(about: About) -> pl.LazyFrame:
    """Industry professors, and persons of the kind 3."""
    return sides.teachers(about.rows, about.snapshot("teacher"))
