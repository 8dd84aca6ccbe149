"""Awards at skills contests (技能竞赛成绩).

Serves clause 三（六） of the notice: contests, and exchange with students of other countries. No
names of people are delivered: a column of them is refused on reading, and an entry is known by
its number (E141). That an entry stands twice is told by its key (T142). Judged over whole
deliveries: the share of first prizes (T141).
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, measures
from schemas.column_rules import AGREED
from schemas.columns import O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


def _contest_names() -> list[str]:
    """Names of contests as the list writes them."""
    return [code.label.zh for code in code_list("contest").codes]


class CompetitionAward(pa.DataFrameModel):
    """Awards that students of an institution won, by contest, event and entry."""

    contest_code: str = identifiers.identifier(
        "contest_code",
        "赛事编码",
        max_length=20,
        en="Contest number",
        synonyms=("赛事活动编号", "赛事编号", "赛事代码", "SSHDBH"),
    )
    contest_name: str = columns.text(
        "contest_name",
        "赛事名称",
        max_length=60,
        en="Contest",
        synonyms=("赛事活动名称", "竞赛名称", "大赛名称", "SSHDMC"),
        description=(
            "填规范名称，如“全国职业院校技能大赛”，不加年份和届次。",
            "The official name, without year or number.",
        ),
    )
    contest_level: str = columns.code(
        "contest_level",
        "级别",
        codes=code_list("contest_level"),
        en="Level of the contest",
        synonyms=("主办单位级别", "赛事级别", "竞赛级别", "大赛级别", "JBDM"),
    )
    year: pl.Int16 = columns.year(
        "year", "年度", en="Year", synonyms=("年份", "赛季", "比赛年度", "竞赛年度", "ND")
    )
    event_code: str = identifiers.identifier(
        "event_code",
        "赛项编码",
        max_length=20,
        en="Event number",
        synonyms=("赛项编号", "赛项代码", "项目编码"),
    )
    event_name: str = columns.text(
        "event_name",
        "赛项名称",
        max_length=60,
        en="Event",
        synonyms=("赛项", "竞赛项目", "比赛项目", "项目名称"),
    )
    group: str = columns.code(
        "group",
        "组别",
        codes=code_list("contest_group"),
        en="Group",
        synonyms=("参赛组别", "竞赛组别", "赛项组别"),
    )
    entry_no: str = identifiers.identifier(
        "entry_no",
        "参赛队编号",
        max_length=20,
        en="Entry number",
        synonyms=("参赛编号", "队伍编号", "参赛队号", "队号"),
        description=("不填选手或教师姓名。", "Never the name of a person."),
    )
    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    award: str = columns.code(
        "award",
        "奖项",
        codes=code_list("award"),
        en="Award",
        synonyms=("获奖等级", "奖次", "奖项等级", "获奖等次", "奖级"),
    )
    students_n: int = measures.integer_between(
        "students_n",
        "学生数",
        low=1,
        high=10,
        en="Students",
        unit="人",
        synonyms=("参赛学生数", "学生人数", "选手数", "参赛人数", "CYXSS"),
    )
    intl_exchange: bool = columns.boolean(
        "intl_exchange",
        "国际交流项目",
        en="Is part of international exchange",
        requirement=O,
        synonyms=("是否国际交流项目", "国际交流", "是否国际交流"),
    )

    @row_rule(
        "entry_no",
        severity=Severity.ERROR,
        zh="参赛队编号像是人员姓名。",
        en="The entry number looks like the name of a person.",
        remedy_zh="请改填组委会或学校给出的参赛队编号，不得报送姓名。",
        remedy_en="Give the number of the entry; names of people must not be sent.",
        source=f"个人信息保护法第六条（最小必要）；{AGREED}；E141",
    )
    def entry_number_is_a_name() -> pl.Expr:
        name = r"^\p{Han}{2,4}([、，,；; ]+\p{Han}{2,4})*$|^\p{Han}+·\p{Han}+$"
        return ~pl.col("entry_no").str.contains(name)

    @row_rule(
        "contest_name",
        severity=Severity.WARNING,
        zh="赛事名称不在规范名单中。",
        en="The contest is not on the list of official names.",
        remedy_zh="请改用规范名称，去掉年份、届次和赛区；名单外的赛事可不修改。",
        remedy_en="Use the official name without year, number and region; leave other contests.",
        source=AGREED,
    )
    def contest_name_is_not_official() -> pl.Expr:
        return pl.col("contest_name").is_in(_contest_names())


DATASET = Dataset(
    model=CompetitionAward,
    title=Text(zh="技能竞赛成绩", en="Awards at skills contests"),
    grain=Text(zh="每个参赛队（人）在每个赛项的奖项一行", en="One row per entry and event"),
    version="1.0.0",
    key=("contest_code", "event_code", "entry_no"),
    references=(Reference("inst_code", "institution", "inst_code"),),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="省教育厅、省人力社保厅", en="Provincial education and human-resources authorities"
    ),
    clauses=("三（六）",),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="year",
    reference_data=(code_list("contest"),),
)
