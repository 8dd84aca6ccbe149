"""Conditions of an institution in a school year (院校年度办学条件).

Serves clauses 三（一） and 三（四） of the notice: the size of schools, and the denominators of
certificates and 1+X. Judged over whole deliveries: graduates against last year's students (E11);
students by major against the total (T11); changes against last year (T12); institutions that are
running and did not report (T13).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED, part_exceeds_whole
from schemas.columns import O
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import Rule, row_rule


def _inside(name: str, whole: str, whole_zh: str) -> tuple[Rule, ...]:
    """The rule that a part is counted inside a whole of the row."""
    return (part_exceeds_whole(name, whole, whole_zh=whole_zh, source=AGREED),)


class InstitutionYear(pa.DataFrameModel):
    """Students, staff, premises and equipment of an institution on 1 September."""

    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    school_year: str = columns.school_year()
    stat_date: date = columns.day(
        "stat_date",
        "统计时点",
        en="Day of the statistics",
        synonyms=("统计日期", "时点", "统计时间"),
        description=("学年起始年份的 9 月 1 日。", "1 September of the year it begins in."),
    )
    enrolled_total: int = columns.count(
        "enrolled_total",
        "在校生数",
        en="Students enrolled",
        synonyms=("XYXSS", "在校学生数", "现有学生数", "在校生总数", "在校生", "在校生人数"),
    )
    new_total: int = columns.count(
        "new_total",
        "招生数（实到）",
        en="New students registered",
        synonyms=("招生数", "招生数(实到)", "实际招生数", "本年招生数", "新生报到数"),
    )
    graduates_total: int = columns.count(
        "graduates_total",
        "毕业生数",
        en="Graduates",
        synonyms=("毕业生人数", "本年毕业生数", "毕业生总数", "毕业生"),
    )
    staff_total: int = columns.count(
        "staff_total",
        "教职工数",
        en="Staff",
        synonyms=("XYJZGZS", "教职工总数", "现有教职工总数", "教职工人数", "教职工"),
    )
    fulltime_teachers: int = columns.count(
        "fulltime_teachers",
        "专任教师数",
        checks=_inside("fulltime_teachers", "staff_total", "教职工数"),
        en="Full-time teachers",
        synonyms=("#专任教师", "专任教师", "其中：专任教师", "专任教师人数", "其中专任教师"),
    )
    double_qualified: int = columns.count(
        "double_qualified",
        "双师型教师数",
        checks=_inside("double_qualified", "fulltime_teachers", "专任教师数"),
        en="Double-qualified teachers",
        synonyms=("双师素质教师", "双师型教师", "“双师型”教师数", "双师型专任教师数", "双师教师数"),
    )
    ent_parttime_teachers: int = columns.count(
        "ent_parttime_teachers",
        "企业兼职教师数",
        en="Part-time teachers from enterprises",
        requirement=O,
        synonyms=("企业兼职教师", "行业企业兼职教师数", "兼职教师数"),
    )
    industry_professors: int = columns.count(
        "industry_professors",
        "产业教授数",
        en="Industry professors",
        requirement=O,
        synonyms=("产业教授", "产业教授人数"),
    )
    campus_area: Annotated[pl.Decimal, 14, 2] = columns.decimal(
        "campus_area",
        "占地面积",
        size=(14, 2),
        between=(0, None),
        en="Area of the campus",
        requirement=O,
        unit="㎡",
        synonyms=("校园占地面积", "学校占地面积", "占地"),
        description=(
            "以平方米报送；表头注明“亩”的按 1 亩 = 666.67 平方米换算。",
            "In square metres; areas headed 亩 are converted at 666.67 square metres.",
        ),
    )
    building_area: Annotated[pl.Decimal, 14, 2] = columns.decimal(
        "building_area",
        "校舍建筑面积",
        size=(14, 2),
        between=(0, None),
        en="Floor area of the buildings",
        requirement=O,
        unit="㎡",
        synonyms=("建筑面积", "校舍面积", "校舍总建筑面积"),
    )
    equip_value: Annotated[pl.Decimal, 16, 4] = columns.decimal(
        "equip_value",
        "教学科研实训仪器设备值",
        size=(16, 4),
        between=(0, None),
        en="Value of equipment for teaching, research and training",
        unit="万元",
        synonyms=(
            "设备值",
            "教学仪器设备值",
            "教学科研仪器设备值",
            "仪器设备值",
            "教学、科研、实训仪器设备值",
            "教学科研仪器设备总值",
        ),
    )
    training_stations: int = columns.count(
        "training_stations",
        "实训工位数",
        en="Training stations",
        requirement=O,
        unit="个",
        synonyms=("工位数", "校内实训工位数", "实践教学工位数", "实训工位"),
    )
    onex_participants: int = columns.count(
        "onex_participants",
        "参与1+X学生数",
        checks=_inside("onex_participants", "enrolled_total", "在校生数"),
        en="Students taking part in 1+X",
        requirement=O,
        synonyms=("参与1+X", "1+X学生数", "参与1+X学生", "1+X证书学生数", "1+X参与学生数"),
    )
    external_training_persons: int = columns.count(
        "external_training_persons",
        "社会培训人次",
        en="Persons trained from outside",
        requirement=O,
        unit="人次",
        synonyms=("社会培训", "社会培训数", "非学历培训人次", "培训人次"),
    )

    @row_rule(
        "stat_date",
        severity=Severity.ERROR,
        zh="统计时点不是学年起始年份的 9 月 1 日。",
        en="The day of the statistics is not 1 September of the year the school year begins in.",
        remedy_zh="请核对学年和统计时点：2024-2025 学年的时点是 2024-09-01。",
        remedy_en="Check both: the day of 2024-2025 is 2024-09-01.",
        source=AGREED,
    )
    def statistics_day_is_not_first_of_september() -> pl.Expr:
        expected = pl.col("school_year").str.head(4).cast(pl.Int32, strict=False)
        return pl.col("stat_date") == pl.date(expected, 9, 1)

    @row_rule(
        "fulltime_teachers",
        severity=Severity.WARNING,
        zh="生师比（在校生数 ÷ 专任教师数）不在 3 至 40 之间。",
        en="The ratio of students to full-time teachers is not between 3 and 40.",
        remedy_zh="请核对在校生数和专任教师数；新建学校等特殊情况可不修改。",
        remedy_en="Check both numbers; leave them if the case is special, as in a new school.",
        source=f"{AGREED}；E12",
    )
    def student_teacher_ratio_is_unusual() -> pl.Expr:
        teachers = pl.col("fulltime_teachers")
        return pl.col("enrolled_total").is_between(3 * teachers, 40 * teachers)

    @row_rule(
        "campus_area",
        severity=Severity.WARNING,
        zh="生均占地面积不足 1 平方米，占地面积可能误以亩或万平方米填报。",
        en="Less than one square metre a student: the area may have been given in 亩.",
        remedy_zh="请以平方米填报（1 亩 = 666.67 平方米），或在表头注明单位“亩”。",
        remedy_en="Give square metres (1 亩 is 666.67), or state 亩 in the header.",
        source=AGREED,
    )
    def campus_area_looks_like_mu() -> pl.Expr:
        area = pl.col("campus_area")
        return (area <= 0) | (area >= pl.col("enrolled_total"))

    @row_rule(
        "equip_value",
        severity=Severity.WARNING,
        zh="生均设备值不在 0.01 至 100 万元之间，设备值可能误以元、千元或亿元填报。",
        en="Equipment a student is not worth 0.01 to 100 ten thousand yuan: the unit may be wrong.",
        remedy_zh="请核对：该项以万元填报；表头可注明其他单位。",
        remedy_en="The unit is ten thousand yuan; the header may state another one.",
        source=AGREED,
    )
    def equipment_value_is_of_unlikely_size() -> pl.Expr:
        value, students = pl.col("equip_value"), pl.col("enrolled_total")
        likely = (value * 100 >= students) & (value <= students * 100)
        return (value <= 0) | (students <= 0) | likely


DATASET = Dataset(
    model=InstitutionYear,
    title=Text(zh="院校年度办学条件", en="Conditions of institutions by school year"),
    grain=Text(zh="每校每学年一行", en="One row per institution and school year"),
    version="1.0.0",
    key=("inst_code", "school_year"),
    references=(Reference("inst_code", "institution", "inst_code"),),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=Text(
        zh="学校报省教育厅（教育统计、高职状态数据）",
        en="Schools, through the provincial education authority",
    ),
    clauses=("三（一）", "三（四）"),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="school_year",
)
