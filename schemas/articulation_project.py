"""Articulated training from one level to the next (贯通培养项目).

Serves clause 三（二） of the notice: long programmes and their share, five-year and bachelor
pilots, comprehensive high schools. Whether a project crosses provinces follows from both school
codes (E33) and is not delivered. The national header SXQDDM names the channel of further study,
whose codes mean something else, so it is not read as the mode. Judged over whole deliveries:
transfers against the cohort that was admitted; a project of two provinces as both report it
(T31), which is why such a row counts for either of them; plans against the enrolment plan (T32).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.conditions import Condition, conditional_value_is_missing
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import row_rule

_TWO_SCHOOLS = Condition(
    holds=pl.col("mode") != "2",
    zh="贯通模式不是“五年一贯制”",
    en="the mode is not the five-year integrated programme",
)


def _broad(name: str) -> pl.Expr:
    """The first two digits of a major of six digits; null for skilled-worker schools."""
    six = pl.col(name).str.len_bytes() >= 6
    return pl.when(six).then(pl.col(name).str.head(2).cast(pl.Int8, strict=False))


def _rank(name: str) -> pl.Expr:
    """1 secondary, 2 college, 3 bachelor (01 to 14 are majors of ordinary universities)."""
    broad = _broad(name)
    return (
        pl.when(broad.is_between(61, 79))
        .then(1)
        .when(broad.is_between(41, 59))
        .then(2)
        .when(broad.is_between(21, 39) | broad.is_between(1, 14))
        .then(3)
    )


def _province(name: str) -> pl.Expr:
    return pl.col(name).str.slice(2, 2)


class ArticulationProject(pa.DataFrameModel):
    """Projects in which students pass from one institution or level to the next."""

    project_no: str = identifiers.identifier(
        "project_no",
        "项目编号",
        max_length=30,
        en="Project number",
        synonyms=("贯通项目编号", "项目代码", "项目号"),
        description=(
            "以起始或对接院校所在省的两位代码开头，其后由省级自编；跨省项目两省填同一编号。",
            (
                "Begins with two digits of the province of either school; two provinces that "
                "share a project give it the same number."
            ),
        ),
    )
    school_year: str = columns.school_year()
    mode: str = columns.code(
        "mode",
        "贯通模式",
        codes=code_list("articulation_mode"),
        en="Mode",
        synonyms=("培养模式", "贯通培养模式", "贯通类型", "贯通培养类型"),
    )
    up_inst: str = identifiers.any_school_code(
        "up_inst",
        "起始院校",
        en="School of the first stage",
        synonyms=("中职学校代码", "起始院校代码", "起始学校代码", "起始院校标识码", "前段院校代码"),
    )
    up_major: str = identifiers.major_of_any_edition(
        "up_major",
        "起始专业代码",
        en="Major of the first stage",
        synonyms=("中职专业代码", "起始专业", "前段专业代码"),
    )
    down_inst: str = identifiers.any_school_code(
        "down_inst",
        "对接院校",
        checks=(conditional_value_is_missing("down_inst", _TWO_SCHOOLS),),
        en="School of the second stage",
        requirement=C,
        synonyms=("高校代码", "对接院校代码", "对接学校代码", "对接院校标识码", "后段院校代码"),
        description=(
            "五年一贯制可不填；综合高中填合作的普通高中。",
            "May be empty for five-year programmes; the partner where high schools take part.",
        ),
    )
    down_major: str = identifiers.major_of_any_edition(
        "down_major",
        "对接专业代码",
        checks=(conditional_value_is_missing("down_major", _TWO_SCHOOLS),),
        en="Major of the second stage",
        requirement=C,
        synonyms=("高校专业代码", "对接专业", "后段专业代码"),
        description=(
            "普通本科专业填 6 位本科专业代码。",
            "Six digits of the catalogue of ordinary universities where it is one of theirs.",
        ),
    )
    total_years: Annotated[pl.Decimal, 2, 1] = columns.study_length(
        "total_years",
        "总学制",
        en="Years in all",
        unit="年",
        synonyms=("学制", "总学制年数", "贯通学制", "总年限"),
    )
    plan_num: int = columns.count(
        "plan_num",
        "计划数",
        en="Places planned",
        synonyms=("招生计划", "招生计划数", "计划人数"),
    )
    admitted_num: int = columns.count(
        "admitted_num",
        "录取数",
        en="Admitted",
        synonyms=("录取人数", "实际录取数"),
    )
    transfer_num: int = columns.count(
        "transfer_num",
        "转段人数",
        en="Transferred",
        requirement=O,
        synonyms=("升学人数", "转段数", "转段升学人数"),
    )
    transfer_rule: str = columns.code(
        "transfer_rule",
        "转段方式",
        codes=code_list("transfer_rule"),
        en="Way of transfer",
        requirement=O,
        synonyms=("转段考核方式", "转段形式", "升学方式"),
    )

    @row_rule(
        "project_no",
        severity=Severity.ERROR,
        zh="项目编号没有以起始院校或对接院校所在省的两位代码开头。",
        en="The project number does not begin with the province of either school.",
        remedy_zh="请在编号前加两位省级代码，如浙江 33；已有的请核对院校代码。",
        remedy_en="Put the two digits of the province first, or check the school codes.",
        source=AGREED,
    )
    def project_number_lacks_province() -> pl.Expr:
        stated = pl.col("project_no").str.head(2)
        down = (stated == _province("down_inst")).fill_null(value=False)
        return (stated == _province("up_inst")) | down

    @row_rule(
        "down_major",
        severity=Severity.WARNING,
        zh="起始专业与对接专业不在同一专业大类。",
        en="The two majors are not of the same broad category.",
        remedy_zh="请核对两个专业代码；确属跨大类贯通的可不修改。",
        remedy_en="Check both codes; leave them if the project does cross categories.",
        source=f"职业教育专业目录（2021年）；{AGREED}；E31",
    )
    def majors_are_of_different_categories() -> pl.Expr:
        up, down = _broad("up_major"), _broad("down_major")
        return (up < 21) | (down < 21) | (up % 20 == down % 20)

    @row_rule(
        "down_major",
        severity=Severity.ERROR,
        zh="对接专业的层次不高于起始专业。",
        en="The second major is not of a higher level than the first.",
        remedy_zh="请核对是否填反：起始专业应为较低层次（中职 61–79、高职 41–59）。",
        remedy_en="They may be swapped: the first is of the lower level (61 to 79, 41 to 59).",
        source=f"职业教育专业目录（2021年）；{AGREED}；E32",
    )
    def second_stage_is_no_higher_level() -> pl.Expr:
        # In comprehensive high schools, and in one school, both stages may be of one level.
        same_level = pl.col("mode").is_in(["2", "6"])
        # A first stage 01 to 19 is of the catalogue of 2010: beside it 61 to 69 are college (2015).
        is_older = _broad("up_major") < 20
        return same_level | is_older | (_rank("up_major") < _rank("down_major"))

    @row_rule(
        "total_years",
        severity=Severity.ERROR,
        zh="总学制与贯通模式不符：中高职“3+2”、五年一贯制为 5 年，中本“3+4”为 7 年。",
        en="The years do not fit the mode: 5 for 3+2 and five-year programmes, 7 for 3+4.",
        remedy_zh="请核对贯通模式和总学制。",
        remedy_en="Check mode and years.",
        source=AGREED,
    )
    def total_years_do_not_fit_mode() -> pl.Expr:
        mode, years = pl.col("mode"), pl.col("total_years")
        return (~mode.is_in(["1", "2"]) | (years == 5)) & ((mode != "3") | (years == 7))

    @row_rule(
        "admitted_num",
        severity=Severity.WARNING,
        zh="录取数超过计划数的 1.05 倍。",
        en="More than 1.05 times as many students were admitted as planned.",
        remedy_zh="请核对计划数（含调整后的追加计划）和录取数。",
        remedy_en="Check both; places added later belong to the plan.",
        source=AGREED,
    )
    def admitted_exceeds_project_plan() -> pl.Expr:
        return pl.col("admitted_num") * 100 <= pl.col("plan_num") * 105


DATASET = Dataset(
    model=ArticulationProject,
    title=Text(zh="贯通培养项目", en="Articulation projects"),
    grain=Text(zh="每个项目每学年一行", en="One row per project and school year"),
    version="1.0.0",
    key=("project_no", "school_year"),
    references=(
        Reference("up_inst", "institution", "inst_code"),
        # Ordinary high schools and universities elsewhere are partners, but on no list of ours.
        Reference("down_inst", "institution", "inst_code", severity=Severity.WARNING),
    ),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=Text(zh="省教育厅", en="Provincial education authority"),
    clauses=("三（二）",),
    # A project of two provinces is reported by both of them: it belongs to no single one.
    province=pl.when(
        _province("up_inst") == _province("down_inst").fill_null(_province("up_inst"))
    ).then(_province("up_inst")),
    period_column="school_year",
    reference_data=(code_list("major_category"),),
)
