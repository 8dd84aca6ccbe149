"""The indicators of the policy, K01 to K24, by region, year and cut (政策指标).

Serves the whole notice; the targets are those that it names. What each measure means is
configuration with a version: `schemas/indicators/*.yaml`, explained in docs/indicators.md. Every
province and year has a row for every measure: a value, or the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Unpack

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED
from schemas.columns import C, Facts, O, Shape
from schemas.conditions import Condition, exactly
from schemas.reference import code_list
from yrdx import indicators
from yrdx.dataset import Dataset, Kind, Periodicity
from yrdx.derivation import Derivation, Given
from yrdx.indicators.regions import WHOLE
from yrdx.model import Severity, Text
from yrdx.rule import row_rule
from yrdx.settings import Settings

DEFINED = f"{AGREED}（指标口径）"

_LEAST = 10
"""So many persons at least stand behind a value about persons."""


_TOLD = Condition(holds=pl.col("value_state") == "1", zh="指标值可发布", en="the value is told")
_WITHHELD = Condition(
    holds=pl.col("value_state") == "2", zh="指标值暂不发布", en="the value is withheld"
)


def _amount(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A figure of an indicator; a difference may be below zero."""
    shape: Shape = {"precision": 20, "scale": 4}
    return columns.field(name, zh, kind=Kind.DECIMAL, checks=[], shape=shape, facts=facts)


class PolicyIndicator(pa.DataFrameModel):
    """Each measure of each indicator, for a region, a year and a cut."""

    indicator_code: str = columns.code(
        "indicator_code", "指标", codes=code_list("policy_indicator"), en="Indicator"
    )
    measure_code: str = columns.text(
        "measure_code",
        "分项指标",
        max_length=8,
        en="Measure",
        description=(
            "口径文件的名称；一项指标有几个分项的，以字母区分。",
            "Name of the definition; a letter tells measures of one indicator apart.",
        ),
    )
    region_code: str = columns.field(
        "region_code",
        "地区",
        kind=Kind.CODE,
        checks=[],
        shape={"width": 6, "pattern": "^[0-9]{6}$"},
        facts={
            "en": "Region",
            "description": (
                "省、市的行政区划代码；300000 为长三角合计。",
                "Division code of a province or city; 300000 is the Yangtze River Delta.",
            ),
        },
    )
    stat_year: pl.Int16 = columns.year(
        "stat_year",
        "年度",
        en="Year",
        description=(
            "学年数据取学年开始的年份。",
            "Of a school year the year in which it begins.",
        ),
    )
    cut: str = columns.code("cut", "分组", codes=code_list("indicator_cut"), en="Cut")
    cut_value: str = columns.text(
        "cut_value",
        "分组值",
        max_length=20,
        en="Value of the cut",
        description=("代码；不分组的为 all。", "A code; all where nothing is divided."),
    )
    definition_version: str = columns.text(
        "definition_version", "口径版本", max_length=10, en="Version of the definition"
    )
    value_state: str = columns.code(
        "value_state", "状态", codes=code_list("indicator_value_state"), en="State"
    )
    numerator: Annotated[pl.Decimal, 20, 4] = _amount(
        "numerator", "分子", en="Numerator", requirement=O
    )
    denominator: Annotated[pl.Decimal, 20, 4] = _amount(
        "denominator", "分母", en="Denominator", requirement=O
    )
    value: Annotated[pl.Decimal, 20, 4] = _amount(
        "value",
        "指标值",
        en="Value",
        requirement=C,
        checks=exactly("value", _TOLD, source=DEFINED),
        description=("以“单位”列的单位计。", "In the unit of the column beside it."),
    )
    unit: str = columns.text("unit", "单位", max_length=20, en="Unit")
    target_value: Annotated[pl.Decimal, 12, 4] = columns.decimal(
        "target_value",
        "目标值",
        size=(12, 4),
        between=(0, None),
        en="Target",
        requirement=O,
        description=("只有政策写明的才有。", "Only where the policy names one."),
    )
    target_comparison: str = columns.code(
        "target_comparison",
        "目标方向",
        codes=code_list("target_comparison"),
        en="Direction of the target",
        requirement=O,
    )
    target_year: pl.Int16 = columns.year(
        "target_year", "目标年", ahead=20, en="Year of the target", requirement=O
    )
    is_reached: bool = columns.boolean("is_reached", "是否达到", en="Reached", requirement=O)
    reason: str = columns.code(
        "reason",
        "暂不发布的原因",
        codes=code_list("indicator_reason"),
        en="Why it is withheld",
        requirement=C,
        checks=exactly("reason", _WITHHELD, source=DEFINED),
    )
    missing_datasets: str = columns.text(
        "missing_datasets",
        "缺少的数据集",
        max_length=200,
        en="Datasets that are missing",
        requirement=O,
        description=("以分号隔开。", "Separated by semicolons."),
    )
    provinces_missing: Annotated[pl.List, pl.String()] = columns.field(
        "provinces_missing",
        "缺少的省份",
        kind=Kind.CODES,
        checks=[],
        facts={"en": "Provinces that are missing", "requirement": O},
    )
    schools_expected: int = columns.count(
        "schools_expected",
        "应报学校数",
        en="Schools expected",
        requirement=O,
        unit="所",
        description=(
            "名录中该口径下在办的学校。",
            "Running schools of the directory that the definition is about.",
        ),
    )
    schools_arrived: int = columns.count(
        "schools_arrived", "已报学校数", en="Schools that arrived", requirement=O, unit="所"
    )
    is_complete: bool = columns.boolean(
        "is_complete",
        "数据齐全",
        en="Complete",
        description=(
            "有值，且应报的省份和学校都已报送。",
            "There is a value, and all provinces and schools expected have arrived.",
        ),
    )

    @row_rule(
        "measure_code",
        severity=Severity.ERROR,
        zh="分项指标不属于该指标。",
        en="The measure belongs to another indicator.",
        remedy_zh="分项指标以指标代码开头，如 K11a。",
        remedy_en="A measure begins with the code of its indicator, as K11a.",
        source=DEFINED,
    )
    def measure_is_of_another_indicator() -> pl.Expr:
        return pl.col("measure_code").str.head(3) == pl.col("indicator_code")

    @row_rule(
        "region_code",
        severity=Severity.ERROR,
        zh="地区既不是行政区划代码，也不是长三角合计。",
        en="The region is neither a division nor the Yangtze River Delta.",
        remedy_zh="请用省、市的 6 位区划代码，或 300000。",
        remedy_en="Use the code of a province or city, or 300000.",
        source="GB/T 2260",
    )
    def region_is_not_known() -> pl.Expr:
        known = [WHOLE, *code_list("division").values]
        return pl.col("region_code").is_in(known)

    @row_rule(
        "is_reached",
        severity=Severity.ERROR,
        zh="“是否达到”与指标值和目标值不符。",
        en="Whether the target is reached contradicts value and target.",
        remedy_zh="请按目标方向比较指标值与目标值。",
        remedy_en="Compare value and target in the direction of the target.",
        source=DEFINED,
    )
    def reached_contradicts_the_target() -> pl.Expr:
        value, target = pl.col("value"), pl.col("target_value")
        aim = pl.col("target_comparison")
        reached = pl.when(aim == "at_least").then(value >= target)
        return pl.col("is_reached") == reached.when(aim == "at_most").then(value <= target)


DATASET = Dataset(
    model=PolicyIndicator,
    title=Text(zh="政策指标", en="Indicators of the policy"),
    grain=Text(
        zh="每个分项指标、地区、年度、分组值一行",
        en="One row per measure, region, year and value of a cut",
    ),
    version="1.0.0",
    key=("measure_code", "region_code", "stat_year", "cut", "cut_value"),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="平台计算", en="Derived by the exchange"),
    clauses=(
        "三（一）",
        "三（二）",
        "三（三）",
        "三（四）",
        "三（五）",
        "三（六）",
        "四（一）",
        "四（二）",
    ),
    province=pl.col("region_code").str.head(2),
    period_column="stat_year",
    reference_data=(code_list("division"),),
)


def folder_of(settings: Settings) -> Path:
    """Where the definitions lie: beside the schemas, unless the settings name another folder."""
    return settings.indicators or Path(__file__).resolve().parent.parent / "indicators"


def make(given: Given) -> pl.LazyFrame:
    """The rows of all measures."""
    folder = folder_of(given.settings)
    rows = {name: given.rows(name) for name in given.sources}
    measuring = indicators.Measuring(
        rows=rows | {indicators.STATES: _states(given)},
        whole_lists=indicators.load_whole_lists(folder),
        least=_LEAST,
    )
    return indicators.measure(indicators.load_indicators(folder), measuring).lazy()


def _states(given: Given) -> pl.LazyFrame:
    """What was agreed of every dataset, and what of it arrived."""
    found = [
        item.states.with_columns(dataset=pl.lit(name), src_province=pl.col("province"))
        for name, item in sorted(given.sources.items())
    ]
    return pl.concat(found).lazy()


def rests_on(settings: Settings) -> Mapping[str, str]:
    """The definitions, and the smallest number of persons that is told."""
    return {"indicators": indicators.digest_of(folder_of(settings)), "least": str(_LEAST)}


DERIVATION = Derivation(
    needs=(
        "articulation_project",
        "certificate_award",
        "competition_award",
        "coop_project",
        "enrollment_plan",
        "enterprise",
        "funding_year",
        "graduate_destination",
        "guidance_committee",
        "industry_major_coverage",
        "institution",
        "institution_year",
        "policy_task",
        "program_offering",
        "quality_indicator",
        "student_scale",
        "talent_demand",
        "talent_supply_demand",
    ),
    make=make,
    rests_on=rests_on,
)
