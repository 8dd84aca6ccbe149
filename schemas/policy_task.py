"""Tasks of the notice and how they proceed (政策任务清单与进展).

Serves every clause of the notice that sets a task, from the study of the Opinions in 二（一） to
the environment in 四（四）, its preamble, the first paragraph of 三, and its last one, which asks
for a report by the end of 2021. Judged over whole deliveries: clauses that are a task and stand in
no row of a city (T171); the value reported against the indicator computed from data (T172).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, measures, several_codes
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.conditions import Condition, conditional_value_is_missing
from schemas.reference import code_list, divisions
from yrdx.dataset import Dataset, Periodicity
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import row_rule

_MEASURED = Condition(
    holds=pl.col("indicator_code").is_not_null(),
    zh="填了量化指标",
    en="the task has an indicator",
)
_MEASURED_AND_BEGUN = Condition(
    holds=pl.col("indicator_code").is_not_null() & pl.col("progress").is_in(["2", "3", "4"]),
    zh="填了量化指标且任务已启动",
    en="the task has an indicator and has begun",
)


class PolicyTask(pa.DataFrameModel):
    """Every task with the unit responsible for it, its deadline and its progress in a period."""

    task_no: str = identifiers.identifier(
        "task_no",
        "任务编号",
        max_length=20,
        en="Task number",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("编号", "任务代码", "任务号"),
    )
    clause_no: str = columns.code(
        "clause_no",
        "条款号",
        codes=code_list("policy_clause"),
        en="Clause",
        synonyms=("条款", "对应条款", "条款编号"),
        description=("如“三（三）”。", "Such as 三（三）."),
    )
    doc_name: str = columns.code(
        "doc_name",
        "来源文件",
        codes=code_list("policy_document"),
        en="Source document",
        synonyms=("文件名称", "政策文件", "任务来源"),
    )
    task_text: str = columns.text(
        "task_text",
        "任务内容",
        max_length=300,
        en="Task",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("任务", "工作任务", "任务描述", "重点任务"),
    )
    unit_code: str = identifiers.unit_code(
        "unit_code",
        "责任单位代码",
        en="Unit responsible",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("牵头单位", "责任单位", "牵头单位代码"),
        description=(
            "市、县填行政区划代码，部门和单位填统一社会信用代码，不填名称。",
            "The division of a city or county, else a credit code; not a name.",
        ),
    )
    coop_units: Annotated[pl.List, pl.String()] = several_codes.unit_codes(
        "coop_units",
        "配合单位",
        en="Other units taking part",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("配合单位代码", "协同单位", "参与单位"),
        description=(
            "填单位代码，不填名称，多个之间用“；”分隔。",
            "Codes, not names, separated by “；”.",
        ),
    )
    indicator_code: str = columns.code(
        "indicator_code",
        "量化指标",
        codes=code_list("policy_indicator"),
        en="Indicator",
        requirement=O,
        synonyms=("指标代码", "量化指标代码", "指标编号"),
    )
    target_value: Annotated[pl.Decimal, 16, 4] = columns.decimal(
        "target_value",
        "目标值",
        size=(16, 4),
        between=(0, None),
        checks=(conditional_value_is_missing("target_value", _MEASURED),),
        en="Target",
        requirement=C,
        synonyms=("目标", "指标目标值", "任务目标值"),
    )
    due_date: date = measures.day_ahead(
        "due_date",
        "完成时限",
        en="Deadline",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("完成期限", "截止日期", "时限", "完成时间"),
    )
    report_period: str = identifiers.identifier(
        "report_period",
        "报告期",
        max_length=7,
        en="Reporting period",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("报告周期", "填报期", "报送期"),
        description=(
            "季度填 2025Q3，半年填 2025H1，年终填 2025H2。",
            "A quarter is 2025Q3, a half-year 2025H1, the year's end 2025H2.",
        ),
    )
    progress: str = columns.code(
        "progress",
        "进展状态",
        codes=code_list("task_progress"),
        en="Progress",
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("进展", "完成情况", "进展情况", "任务状态"),
    )
    actual_value: Annotated[pl.Decimal, 16, 4] = columns.decimal(
        "actual_value",
        "当前值",
        size=(16, 4),
        between=(0, None),
        checks=(conditional_value_is_missing("actual_value", _MEASURED_AND_BEGUN),),
        en="Value reached",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("实际值", "完成值", "当前完成值"),
    )
    evidence: str = columns.text(
        "evidence",
        "佐证材料",
        max_length=200,
        en="Evidence",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("佐证", "佐证材料编号", "证明材料"),
        description=("填材料编号，不填内容。", "Numbers of files, not what they hold."),
    )
    remark: str = columns.text(
        "remark",
        "说明",
        max_length=500,
        en="Remark",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("备注", "情况说明", "BZ"),
    )

    @row_rule(
        "report_period",
        severity=Severity.ERROR,
        zh="报告期应写作 YYYYQ1–Q4 或 YYYYH1、YYYYH2。",
        en="A reporting period is written YYYYQ1 to Q4, or YYYYH1 or H2.",
        remedy_zh="季度填 2025Q3，上半年填 2025H1，年终填 2025H2。",
        remedy_en="Give 2025Q3 for a quarter, 2025H1 for a half-year, 2025H2 for the year's end.",
        source=AGREED,
    )
    def report_period_is_malformed() -> pl.Expr:
        return pl.col("report_period").str.contains("^(19|20)[0-9]{2}(Q[1-4]|H[12])$")

    @row_rule(
        "progress",
        severity=Severity.ERROR,
        zh="进展为“已完成”，但既无佐证材料，当前值也未达到目标值。",
        en="The task is said to be done, without evidence and without reaching its target.",
        remedy_zh="请补填佐证材料编号，或核对当前值、目标值和进展状态。",
        remedy_en="Give the numbers of the evidence, or check value, target and progress.",
        source=f"{AGREED}；E171",
    )
    def task_is_done_without_evidence() -> pl.Expr:
        reached = (pl.col("actual_value") >= pl.col("target_value")).fill_null(value=False)
        return (pl.col("progress") != "3") | pl.col("evidence").is_not_null() | reached

    @row_rule(
        "progress",
        severity=Severity.WARNING,
        zh="已过完成时限，进展仍为“未启动”或“推进中”，按“滞后”统计。",
        en="The deadline is past and the task is not done: it counts as late.",
        remedy_zh="请把进展改为“滞后”（4）；已调整时限的，请改填完成时限并说明。",
        remedy_en="Set the progress to 4, or give the new deadline and explain it.",
        source=f"{AGREED}；E172",
    )
    def task_is_past_its_deadline(today: date) -> pl.Expr:
        return (pl.col("due_date") >= today) | ~pl.col("progress").is_in(["1", "2"])


DATASET = Dataset(
    model=PolicyTask,
    title=Text(zh="政策任务清单与进展", en="Tasks of the policy and their progress"),
    grain=Text(
        zh="每项任务、每个责任单位、每个报告期一行",
        en="One row per task, responsible unit and reporting period",
    ),
    version="1.0.0",
    key=("task_no", "unit_code", "report_period"),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="各市党委教育工作部门；省直有关单位",
        en="Education offices of the city committees; provincial authorities",
    ),
    clauses=(
        "二（一）",
        "二（二）",
        "二（三）",
        "三（一）",
        "三（二）",
        "三（三）",
        "三（四）",
        "三（五）",
        "三（六）",
        "四（一）",
        "四（二）",
        "四（三）",
        "四（四）",
    ),
    province=identifiers.province_of("unit_code"),
    reference_data=(divisions(),),
)
