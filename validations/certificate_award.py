"""Certificates as a whole: one person each, once each, no more persons than graduates.

| Rule of the agreement | Where it is judged |
| --- | --- |
| T61 of two persons | `certificate_is_of_two_persons` |
| T61 from two provinces | between provinces: `certificate_is_reported_by_two_provinces` |
| T62 | `person_has_the_certificate_twice` |
| T63 | `more_certified_persons_than_graduates`; published figures count persons, never rows |
| T64 | `share_of_high_levels_has_moved` |
"""

from __future__ import annotations

import polars as pl

from validations import measures
from validations.measures import ENOUGH
from yrdx.model import Severity
from yrdx.table_rule import PREVIOUS, About, at_most, between, no_lines, snapshot, table_rule

_CERTIFICATE = ["inst_code", "major_code", "cert_name", "level", "issue_date"]
"""What a certificate is told by where its number and its owner must not be shown."""

_MAJOR = ["inst_code", "catalog_version", "major_code", "grad_year"]


@table_rule(
    no_lines(),
    key=_CERTIFICATE,
    column="cert_no_hash",
    value="persons",
    severity=Severity.ERROR,
    zh="学校 {inst_code} 的一张“{cert_name}”证书（等级 {level}）在本次报送中"
    "归 {persons} 个人所有。",
    en="A certificate “{cert_name}” (level {level}) of school {inst_code} belongs to {persons} "
    "persons in this delivery.",
    remedy_zh="请在原表中按学校、证书名称、等级和发证日期查找，对照证书原件，"
    "更正证书编号或人员后重新脱敏。",
    remedy_en="Find it by school, name, level and day of issue, compare it with the certificate, "
    "correct number or person, and seal again.",
    source="T61",
)
def certificate_is_of_two_persons(about: About) -> pl.LazyFrame:
    """The rows of certificates that more than one person has."""
    needed = about.rows.select("cert_no_hash", "person_key", *_CERTIFICATE)
    rows = measures.beside_several(needed, ["cert_no_hash"], "person_key")
    persons = rows.group_by("cert_no_hash").agg(persons=pl.col("person_key").n_unique())
    return rows.join(persons, on="cert_no_hash").select(*_CERTIFICATE, "persons")


@table_rule(
    no_lines(),
    key=_CERTIFICATE,
    column="cert_name",
    value="times",
    severity=Severity.ERROR,
    zh="学校 {inst_code} 同一人的“{cert_name}”（等级 {level}）出现 {times} 次。",
    en="One person of school {inst_code} has “{cert_name}” (level {level}) {times} times.",
    remedy_zh="同一人同名同级证书只报一行，请按学校、证书名称和发证日期查找，核对后保留一行。",
    remedy_en="A certificate of one name and level is reported once per person: keep one row.",
    source="T62",
)
def person_has_the_certificate_twice(about: About) -> pl.LazyFrame:
    """The rows of persons who have one name and level more than once."""
    same = ["person_key", "cert_name", "level"]
    rows = measures.standing_often(about.rows.select("person_key", *_CERTIFICATE), same)
    often = rows.group_by(same).agg(times=pl.len())
    return (
        rows.join(often, on=same).group_by("person_key", *_CERTIFICATE).agg(pl.col("times").max())
    )


@table_rule(
    at_most("persons", "graduated"),
    key=_MAJOR,
    column="person_key",
    value="persons",
    needs=[snapshot("student_scale")],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 专业 {major_code} {grad_year} 届持证 {persons} 人，"
    "多于学生规模表的毕业生 {graduated} 人。",
    en="{persons} persons of major {major_code} at school {inst_code} who graduate in {grad_year} "
    "have a certificate, more than its {graduated} graduates.",
    remedy_zh="请核对毕业年度和专业代码，或补报学生规模表的毕业生数。",
    remedy_en="Check year and major, or complete the graduates in the student numbers.",
    source="T63",
)
def more_certified_persons_than_graduates(about: About) -> pl.LazyFrame:
    """Persons with a certificate, and graduates of the same year, school and major."""
    graduates = (
        about.snapshot("student_scale")
        .with_columns(grad_year=measures.begins())
        .group_by(_MAJOR)
        .agg(measures.total("graduated"))
    )
    persons = about.rows.group_by(_MAJOR).agg(persons=pl.col("person_key").hash().n_unique())
    return persons.join(graduates, on=_MAJOR)


@table_rule(
    between("moved", -0.15, 0.15),
    key=["inst_code"],
    column="level",
    value="share",
    needs=[PREVIOUS],
    severity=Severity.WARNING,
    zh="学校 {inst_code} 高等级证书占比由上期（{previous_period}）的 {share_before:.1%} 变为 "
    "{share:.1%}，变动超过 15 个百分点。",
    en="The share of high levels at school {inst_code} went from {share_before:.1%} in "
    "{previous_period} to {share:.1%}, by more than 15 points.",
    remedy_zh="请核对等级代码的口径（1 为高级技师、5 为初级工），是否填反或整列错位。",
    remedy_en="Check the scale of levels (1 is a senior technician, 5 a beginner): the codes may "
    "be inverted or shifted.",
    source="T64",
)
def share_of_high_levels_has_moved(about: About) -> pl.LazyFrame:
    """The share of high levels, now and before, where there are enough certificates."""
    share, enough = pl.col("is_high").mean(), pl.len() >= ENOUGH
    now = about.rows.group_by("inst_code").agg(share=share, enough=enough)
    earlier = about.previous.group_by("inst_code").agg(share_before=share, enough_before=enough)
    both = now.join(earlier, on="inst_code").filter("enough", "enough_before")
    moved = pl.col("share") - pl.col("share_before")
    lines = both.with_columns(moved=moved).drop("enough", "enough_before")
    return measures.before(about, lines)
