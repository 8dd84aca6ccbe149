"""Destinations of graduates as a whole: one for each graduate, and rates that one can believe.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T71 | `graduates_without_a_destination`; also in institution_year |
| T72 | between provinces: `graduate_is_reported_by_two_provinces` |
| T73 | `employment_rate_has_moved`, `employment_rate_is_too_good` |
| T74 | on publication: small cells are suppressed there |
"""

from __future__ import annotations

import polars as pl

from validations import measures, sides
from validations.measures import ENOUGH
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, between, snapshot, table_rule

_SURVEY = ["inst_code", "survey_date"]


@table_rule(
    between("difference", 0, 0),
    key=_SURVEY,
    column="inst_code",
    value="destinations",
    needs=[snapshot("institution_year")],
    severity=Severity.ERROR,
    zh="学校 {inst_code} {grad_year} 年毕业生 {graduates_total} 人，{survey_date} 毕业去向有 "
    "{destinations} 人，相差 {difference:+d} 人。",
    en="School {inst_code} has {graduates_total} graduates of {grad_year}; the destinations of "
    "{survey_date} are of {destinations}: {difference:+d}.",
    remedy_zh="每个毕业生一行，不能只报已就业的；请补齐缺少的人员，或核对年度办学条件表的毕业生数。",
    remedy_en="There is one row for each graduate, employed or not: add who is missing, or check "
    "the number of graduates in the school's own report.",
    source="T71",
)
def graduates_without_a_destination(about: About) -> pl.LazyFrame:
    """Persons whose destination is told, and the graduates that their school states."""
    years = measures.own_rows(about, about.snapshot("institution_year"))
    return sides.leavers(years, about.rows)


def _rates(rows: pl.LazyFrame, key: list[str]) -> pl.LazyFrame:
    """Share of graduates who work or study on, where there are enough of them."""
    placed = pl.col("dest_type").is_in(["1", "2"])
    persons = pl.len()
    rates = rows.group_by(key).agg(persons=persons, rate=placed.mean())
    return rates.filter(pl.col("persons") >= ENOUGH)


@table_rule(
    between("moved", -0.1, 0.1),
    key=["inst_code"],
    column="dest_type",
    value="rate",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 毕业去向落实率由上期（{previous_period}）的 {rate_before:.1%} 变为 "
    "{rate:.1%}，变动超过 10 个百分点。",
    en="The share of graduates of school {inst_code} who work or study on went from "
    "{rate_before:.1%} in {previous_period} to {rate:.1%}, by more than 10 points.",
    remedy_zh="请核对毕业去向代码和统计日期，是否漏报未就业人员；属实的可不修改。",
    remedy_en="Check codes and day of the survey, and look for graduates without work who are "
    "missing; leave it if it is right.",
    source="T73",
)
def employment_rate_has_moved(about: About) -> pl.LazyFrame:
    """The rate at the last survey of each delivery, now and before."""
    now = _rates(_last_survey(about.rows), ["inst_code"])
    earlier = _rates(_last_survey(about.previous), ["inst_code"])
    both = now.join(earlier.select("inst_code", rate_before="rate"), on="inst_code")
    moved = pl.col("rate") - pl.col("rate_before")
    return measures.before(about, both.with_columns(moved=moved))


def _last_survey(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(pl.col("survey_date") == pl.col("survey_date").max())


@table_rule(
    between("rate", 0, 0.995),
    key=_SURVEY,
    column="dest_type",
    value="rate",
    severity=Severity.WARNING,
    zh="学校 {inst_code} {survey_date} 毕业去向落实率为 {rate:.1%}（{persons} 人），高于 99.5%。",
    en="{rate:.1%} of the {persons} graduates of school {inst_code} work or study on by "
    "{survey_date}: more than 99.5%.",
    remedy_zh="请核对是否只报了已就业人员，就业证明材料是否真实；确实如此的请在报送说明中注明。",
    remedy_en="Make sure that those without work are there and that the proofs are real; say so "
    "if it is right.",
    source="T73",
)
def employment_rate_is_too_good(about: About) -> pl.LazyFrame:
    """The rate of each school at each survey."""
    return _rates(about.rows, _SURVEY)
