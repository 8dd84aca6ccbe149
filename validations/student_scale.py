"""Student numbers as a whole: against the school's total, and each cohort against itself.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T11 | `students_do_not_add_up_to_the_total`, `students_do_not_add_up_to_the_total_with_attached_classes`; also in institution_year |
| T51 | control totals: `control_total_disagrees`, with both figures; a warning, not the error that the agreement has: a total is no row, and which of the rows below it is wrong nobody can tell |
| T52 | `cohort_has_grown`, `cohort_has_shrunk_much` |
| T53 | on publication: small cells are suppressed there |
"""  # noqa: E501 - lines of a table

from __future__ import annotations

import polars as pl

from validations import measures, sides
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, between, no_lines, snapshot, table_rule

_SCHOOL = ["inst_code", "school_year"]
_COHORT = ["inst_code", "catalog_version", "major_code", "grade_year", "study_form"]
_FEW = 2
"""A cohort that moved by so few persons is not spoken of, whatever the share."""


@table_rule(
    between("difference", 0, 0),
    key=_SCHOOL,
    column="enrolled",
    value="by_major",
    needs=[snapshot("institution_year")],
    severity=Severity.ERROR,
    zh="学校 {inst_code} {school_year} 学年分专业在校生合计 {by_major} 人，"
    "年度办学条件表填 {enrolled_total} 人，相差 {difference:+d} 人。",
    en="The majors of school {inst_code} have {by_major} students in {school_year}, its own report "
    "states {enrolled_total}: {difference:+d}.",
    remedy_zh="请核对是否漏报专业、年级或重复填报；该校有行被退回的，请改正后重报。",
    remedy_en="Look for majors and grades that are missing or given twice; correct the school's "
    "rows that were sent back.",
    source="T11",
)
def students_do_not_add_up_to_the_total(about: About) -> pl.LazyFrame:
    """Schools without attached classes."""
    both = sides.students(about.snapshot("institution_year"), about.rows)
    return both.filter(~pl.col("attached"))


@table_rule(
    between("difference", 0, 0),
    key=_SCHOOL,
    column="enrolled",
    value="by_major",
    needs=[snapshot("institution_year")],
    severity=Severity.WARNING,
    zh="学校 {inst_code} {school_year} 学年分专业在校生合计 {by_major} 人，年度办学条件表填 "
    "{enrolled_total} 人，相差 {difference:+d} 人（该校有附设中职班）。",
    en="The majors of school {inst_code} have {by_major} students in {school_year}, its own report "
    "states {enrolled_total}: {difference:+d} (it has attached secondary classes).",
    remedy_zh="请确认附设中职班是否计入本校在校生数；两张表应采用同一口径。",
    remedy_en="Make sure that both tables count the attached classes, or that neither does.",
    source="T11",
)
def students_do_not_add_up_to_the_total_with_attached_classes(about: About) -> pl.LazyFrame:
    """Schools with attached classes."""
    both = sides.students(about.snapshot("institution_year"), about.rows)
    return both.filter("attached")


def _cohorts(about: About) -> pl.LazyFrame:
    """Each cohort of the last period that should still be here: its students then and now.

    Directions are added up, because a cohort chooses among them on the way. Who began last year
    must still be there; an older grade that is gone may have graduated.
    """
    size = pl.col("enrolled").sum()
    now = about.rows.group_by(_COHORT).agg(enrolled=size)
    earlier = about.previous.group_by(_COHORT).agg(
        enrolled_before=size, began=measures.begins().max()
    )
    both = earlier.join(now, on=_COHORT, how="left")
    newest = pl.col("grade_year") == pl.col("began")
    lines = both.with_columns(
        pl.when(newest)
        .then(pl.col("enrolled").fill_null(0))
        .otherwise("enrolled")
        .alias("enrolled")
    )
    lines = lines.with_columns(change=measures.change("enrolled", "enrolled_before"))
    moved = (pl.col("enrolled").cast(pl.Int64) - pl.col("enrolled_before")).abs()
    return measures.before(about, lines.filter(moved > _FEW).sort(_COHORT))


@table_rule(
    no_lines(),
    key=_COHORT,
    column="enrolled",
    value="enrolled",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 专业 {major_code} 的 {grade_year} 级由上期（{previous_period}）的 "
    "{enrolled_before} 人增至 {enrolled} 人（{change:+.1%}），超过 5%。",
    en="Grade {grade_year} of major {major_code} at school {inst_code} grew from "
    "{enrolled_before} in {previous_period} to {enrolled} ({change:+.1%}), by more than 5%.",
    remedy_zh="请核对年级和人数是否错行；转入、合班属实的可不修改。",
    remedy_en="Check grade and numbers; leave them if students came from elsewhere.",
    source="T52",
)
def cohort_has_grown(about: About) -> pl.LazyFrame:
    """Cohorts that became bigger."""
    return _cohorts(about).filter(pl.col("change") > 0.05)


@table_rule(
    no_lines(),
    key=_COHORT,
    column="enrolled",
    value="enrolled",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 专业 {major_code} 的 {grade_year} 级由上期（{previous_period}）的 "
    "{enrolled_before} 人减至 {enrolled} 人（{change:+.1%}），流失超过 15%。",
    en="Grade {grade_year} of major {major_code} at school {inst_code} fell from "
    "{enrolled_before} in {previous_period} to {enrolled} ({change:+.1%}), by more than 15%.",
    remedy_zh="请核对是否漏报班级；转专业、分流、退学属实的可不修改，请在报送说明中注明。",
    remedy_en="Look for classes that are missing; leave it if students left, and say so.",
    source="T52",
)
def cohort_has_shrunk_much(about: About) -> pl.LazyFrame:
    """Cohorts that became smaller."""
    return _cohorts(about).filter(pl.col("change") < -0.15)
