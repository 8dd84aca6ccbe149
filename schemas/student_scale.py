"""Students by major and grade (学生规模).

Judged over whole deliveries: sums against the totals that the file states (T51); a cohort against
itself a year before (T52). Small cells are suppressed when the figures become public (T53).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED, part_exceeds_whole
from schemas.columns import O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import Rule, row_rule


def _inside(name: str) -> tuple[Rule, ...]:
    """The rule that a part is counted among the students enrolled."""
    return (part_exceeds_whole(name, "enrolled", whole_zh="在校生", source=f"{AGREED}；E53"),)


def _first_year() -> pl.Expr:
    """The year in which the school year begins."""
    return pl.col("school_year").str.head(4).cast(pl.Int16, strict=False)


class StudentScale(pa.DataFrameModel):
    """Students of a school year by institution, major, grade and form of study, 1 September."""

    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    school_year: str = columns.school_year()
    catalog_version: str = columns.catalog_version()
    major_code: str = columns.major_code()
    direction: str = columns.direction()
    grade_year: pl.Int16 = columns.year(
        "grade_year",
        "入学年级",
        en="Year of entry",
        synonyms=("年级", "入学年份", "入学年度", "NJ", "级"),
        description=("填入学年份，如 2023 级填 2023。", "The year of entry: 2023 for 2023级."),
    )
    study_form: str = columns.code(
        "study_form",
        "学习形式",
        codes=code_list("study_form"),
        en="Form of study",
        synonyms=("学习方式", "就读形式", "XXXS"),
    )
    enrolled: int = columns.count(
        "enrolled",
        "在校生",
        en="Enrolled",
        synonyms=("在校生数", "在校学生数", "在校人数", "在校学生", "ZXSS"),
    )
    male: int = columns.count(
        "male", "男", en="Male", synonyms=("男生", "男生数", "其中男", "男生人数")
    )
    female: int = columns.count(
        "female", "女", en="Female", synonyms=("女生", "女生数", "其中女", "女生人数")
    )
    minority: int = columns.count(
        "minority",
        "少数民族",
        checks=_inside("minority"),
        en="Of ethnic minorities",
        requirement=O,
        synonyms=("少数民族学生", "少数民族学生数", "少数民族人数"),
    )
    out_province: int = columns.count(
        "out_province",
        "省外户籍",
        checks=_inside("out_province"),
        en="Registered outside the province",
        requirement=O,
        synonyms=("外省户籍", "省外学生", "外省学生", "省外户籍学生"),
    )
    newly_enrolled: int = columns.count(
        "newly_enrolled",
        "本年招生",
        en="Newly enrolled this year",
        synonyms=("本年招生数", "招生数", "招生人数", "新生数"),
    )
    graduated: int = columns.count(
        "graduated",
        "本年毕业",
        en="Graduated this year",
        synonyms=("本年毕业生", "毕业生数", "毕业生", "毕业人数", "BYSS"),
    )
    gt_students: int = columns.count(
        "gt_students",
        "贯通培养学生",
        checks=_inside("gt_students"),
        en="In articulated programmes",
        synonyms=("贯通培养学生数", "贯通学生", "长学制学生", "贯通培养人数"),
    )
    onex_students: int = columns.count(
        "onex_students",
        "参与1+X",
        checks=_inside("onex_students"),
        en="Taking part in 1+X",
        requirement=O,
        synonyms=("参与1+X学生", "1+X学生数", "1+X学生", "参与1+X学生数", "1+X证书学生数"),
    )
    intern_students: int = columns.count(
        "intern_students",
        "岗位实习学生",
        checks=_inside("intern_students"),
        en="On internships",
        requirement=O,
        synonyms=("实习生数", "岗位实习生", "实习学生数", "顶岗实习学生", "岗位实习学生数"),
    )

    @row_rule(
        "grade_year",
        severity=Severity.ERROR,
        zh="入学年级晚于学年的起始年份。",
        en="The grade entered after the school year began.",
        remedy_zh="请核对入学年级和学年：2024-2025 学年最新的年级是 2024。",
        remedy_en="Check both: the newest grade of 2024-2025 is 2024.",
        source=AGREED,
    )
    def grade_is_later_than_school_year() -> pl.Expr:
        return pl.col("grade_year") <= _first_year()

    @row_rule(
        "enrolled",
        severity=Severity.ERROR,
        zh="在校生不等于男生与女生之和。",
        en="The number enrolled is not male plus female.",
        remedy_zh="请核对在校生、男、女三项数字。",
        remedy_en="Check the three numbers.",
        source=f"{AGREED}；E51",
    )
    def enrolled_is_not_male_plus_female() -> pl.Expr:
        return pl.col("enrolled") == pl.col("male") + pl.col("female")

    @row_rule(
        "newly_enrolled",
        severity=Severity.ERROR,
        zh="非本年入学的年级填了本年招生数。",
        en="A grade of an earlier year has newly enrolled students.",
        remedy_zh="本年招生只填在入学年份等于学年起始年份的行，其余年级填 0。",
        remedy_en="Only the grade of the first year of the school year has them; others have 0.",
        source=f"{AGREED}；E52",
    )
    def newly_enrolled_in_an_older_grade() -> pl.Expr:
        return (pl.col("newly_enrolled") <= 0) | (pl.col("grade_year") >= _first_year())


DATASET = Dataset(
    model=StudentScale,
    title=Text(zh="学生规模（分专业年级）", en="Students by major and grade"),
    grain=Text(
        zh="每校、每学年、每专业方向、每年级、每种学习形式一行",
        en="One row per school, school year, major, direction, grade and form of study",
    ),
    version="1.0.0",
    key=(
        "inst_code",
        "school_year",
        "catalog_version",
        "major_code",
        "direction",
        "grade_year",
        "study_form",
    ),
    references=(Reference("inst_code", "institution", "inst_code"),),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=Text(zh="学校报省", en="Schools, through the province"),
    clauses=("三（一）", "三（二）", "三（四）"),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="school_year",
    reference_data=(code_list("major_category"),),
)
