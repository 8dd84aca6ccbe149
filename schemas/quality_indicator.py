"""Quality monitoring and smart assessment (质量监测与智评指标).

Serves clauses 三（二）, 三（四）, 三（五） and 四（一） of the notice: core skills and general
knowledge by province and city, the dimensions of smart assessment, the environment of education,
the inspection of governments. Judged over whole deliveries: whether the object exists; provinces
against their cities (T131); an object that province and city both report (T132); the version of
the test (T133). Percentages of a measure that is given in shares throughout are read as such
(second half of E131).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers
from schemas.code_rules import MAJOR_CODE
from schemas.column_rules import AGREED, part_exceeds_whole
from schemas.columns import C, O
from schemas.conditions import Condition, conditional_value_is_missing
from schemas.reference import code_list, divisions
from yrdx.dataset import Dataset, Periodicity, UnitBeside
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import Rule, row_rule

_TESTED = Condition(
    holds=pl.col("domain").is_in(["01", "02"]),
    zh="监测领域为专业核心技能或文化基础知识",
    en="the domain is core skills or general knowledge",
)
_IN_POINTS = Condition(holds=pl.col("unit") == "分", zh="单位为“分”", en="the unit is points")
_FEW = 30


def _numbers(name: str, whole: str | None = None, whole_zh: str = "") -> tuple[Rule, ...]:
    """A number of persons that a test must state, counted inside a wider one."""
    needed = conditional_value_is_missing(name, _TESTED)
    if whole is None:
        return (needed,)
    return (needed, part_exceeds_whole(name, whole, whole_zh=whole_zh, source=AGREED))


class QualityIndicator(pa.DataFrameModel):
    """Results of monitoring by object, domain, subject, measure and round."""

    round_no: str = identifiers.identifier(
        "round_no",
        "监测轮次",
        max_length=10,
        en="Round",
        synonyms=("批次", "轮次", "监测批次", "测评轮次"),
        description=("年份加学期，如 2024-S1、2024-S2。", "Year and term, such as 2024-S1."),
    )
    org_level: str = columns.code(
        "org_level",
        "组织层级",
        codes=code_list("organisation_level"),
        en="Level of the organiser",
        synonyms=("组织级别", "监测层级", "组织单位层级"),
    )
    object_type: str = columns.code(
        "object_type",
        "对象类型",
        codes=code_list("monitored_object"),
        en="Kind of object",
        synonyms=("监测对象类型", "对象类别"),
    )
    object_code: str = identifiers.identifier(
        "object_code",
        "对象代码",
        max_length=18,
        en="Object",
        synonyms=("监测对象代码", "对象编码"),
        description=(
            (
                "省、市（县）填 6 位行政区划代码；校填 10 位标识码（没有的填信用代码）；"
                "校×专业填“标识码-专业代码”。"
            ),
            (
                "A division of six digits; a school code, or the credit code of a school without "
                "one; school code and major joined by a hyphen."
            ),
        ),
    )
    domain: str = columns.code(
        "domain",
        "监测领域",
        codes=code_list("monitored_domain"),
        en="Domain",
        synonyms=("领域", "监测内容", "指标领域"),
    )
    subject_code: str = identifiers.identifier(
        "subject_code",
        "科目/专业",
        max_length=10,
        en="Subject or major",
        synonyms=("科目（专业）", "科目代码", "科目", "专业（科目）代码"),
        description=(
            "领域 01 填专业代码；02 填科目代码（YW 语文、SX 数学、YY 英语等）；其他填 00。",
            "Domain 01 a major; 02 a subject such as YW, SX, YY, XX; 00 for all others.",
        ),
    )
    indicator_code: str = columns.code(
        "indicator_code",
        "指标代码",
        codes=code_list("quality_measure"),
        en="Measure",
        synonyms=("指标", "监测指标", "指标编码"),
    )
    population_n: int = columns.count(
        "population_n",
        "应测人数",
        checks=_numbers("population_n"),
        en="Population",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("应测数", "应参测人数", "总体人数"),
    )
    sample_n: int = columns.count(
        "sample_n",
        "抽测人数",
        checks=_numbers("sample_n", "population_n", "应测人数"),
        en="Sample",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("抽测数", "参测人数", "样本人数"),
    )
    valid_n: int = columns.count(
        "valid_n",
        "有效人数",
        checks=_numbers("valid_n", "sample_n", "抽测人数"),
        en="Valid results",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("有效数", "有效样本数", "有效答卷数"),
    )
    value: Annotated[pl.Decimal, 12, 4] = columns.decimal(
        "value",
        "指标值",
        size=(12, 4),
        between=(0, None),
        en="Value",
        sensitivity=Sensitivity.INTERNAL,
        unit_beside=UnitBeside(column="unit", by="indicator_code", also=("std_dev",)),
        synonyms=("数值", "监测值", "结果"),
        description=(
            "单位见“单位”列；百分比按 85.6 填报，同一指标全部以 0–1 小数填报的自动乘以 100。",
            (
                "In the unit of the row; percentages as 85.6. If all those of a measure are "
                "shares of one, they are multiplied by 100."
            ),
        ),
    )
    unit: str = columns.code(
        "unit",
        "单位",
        codes=code_list("measure_unit"),
        en="Unit",
        synonyms=("计量单位", "指标单位"),
    )
    std_dev: Annotated[pl.Decimal, 12, 4] = columns.decimal(
        "std_dev",
        "标准差",
        size=(12, 4),
        between=(0, None),
        en="Standard deviation",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("标准偏差", "SD"),
    )
    full_score: Annotated[pl.Decimal, 8, 2] = columns.decimal(
        "full_score",
        "满分",
        size=(8, 2),
        between=(0, None),
        checks=(conditional_value_is_missing("full_score", _IN_POINTS),),
        en="Full score",
        requirement=C,
        synonyms=("满分值", "总分", "卷面满分"),
    )
    method_doc: str = columns.text(
        "method_doc",
        "方案文号",
        max_length=60,
        en="Document of the method",
        synonyms=("监测方案文号", "方案", "监测方案"),
    )

    @row_rule(
        "round_no",
        severity=Severity.ERROR,
        zh="监测轮次应写作 YYYY-S1 或 YYYY-S2。",
        en="A round is written YYYY-S1 or YYYY-S2.",
        remedy_zh="请填年份和学期，如 2024-S1。",
        remedy_en="Give year and term, such as 2024-S1.",
        source=AGREED,
    )
    def monitoring_round_is_malformed() -> pl.Expr:
        return pl.col("round_no").str.contains("^(19|20)[0-9]{2}-S[12]$")

    @row_rule(
        "object_code",
        severity=Severity.ERROR,
        zh="对象代码与对象类型不符。",
        en="The code of the object is not of its kind.",
        remedy_zh="省填 xx0000；市（县）填 6 位区划代码；校填 10 位标识码；"
        "校×专业填“标识码-专业代码”。",
        remedy_en="Provinces are xx0000, cities and counties six digits, schools ten digits; a "
        "major of a school is school code, hyphen, major code.",
        source=f"GB/T 2260；{AGREED}",
    )
    def object_code_is_of_another_type() -> pl.Expr:
        kind, name = pl.col("object_type"), "object_code"
        province = identifiers.is_province(name)
        return (
            pl.when(kind == "1")
            .then(province)
            .when(kind == "2")
            .then(identifiers.is_division(name) & ~province)
            .when(kind == "3")
            .then(identifiers.is_school(name))
            .when(kind == "4")
            .then(identifiers.is_major_of_school(name))
        )

    @row_rule(
        "subject_code",
        severity=Severity.ERROR,
        zh="科目/专业与监测领域不符。",
        en="The subject does not fit the domain.",
        remedy_zh="领域 01 填专业代码，02 填科目代码（YW、SX、YY、XX 等），其他领域填 00。",
        remedy_en="Give a major for domain 01, a subject for 02 (YW, SX, YY, XX), else 00.",
        source=AGREED,
    )
    def subject_is_not_of_the_domain() -> pl.Expr:
        domain, subject = pl.col("domain"), pl.col("subject_code")
        return (
            pl.when(domain == "01")
            .then(subject.str.contains(MAJOR_CODE))
            .when(domain == "02")
            .then(subject.is_in(list(code_list("general_subject").values)))
            .when(domain.is_in(list(code_list("monitored_domain").values)))
            .then(subject == "00")
        )

    @row_rule(
        "value",
        severity=Severity.ERROR,
        zh="指标值超出范围：以分计的不超过满分，百分比不超过 100。",
        en="The value is beyond its scale: the full score for points, 100 for percentages.",
        remedy_zh="请核对指标值、单位和满分。",
        remedy_en="Check value, unit and full score.",
        source=f"{AGREED}；E131",
    )
    def value_is_beyond_its_scale() -> pl.Expr:
        value, unit = pl.col("value"), pl.col("unit")
        within = (unit != "分") | (value <= pl.col("full_score"))
        return within & ((unit != "%") | (value <= 100))

    @row_rule(
        "value",
        severity=Severity.WARNING,
        zh="百分比大于 0 且不超过 1，可能误以小数填报。",
        en="A percentage above 0 and up to 1 may have been given as a share.",
        remedy_zh="百分比按 85.6 填报，不填 0.856；确为百分之一以下的可不修改。",
        remedy_en="Give 85.6 rather than 0.856; leave it if it is below one per cent indeed.",
        source=f"{AGREED}；E131",
    )
    def percentage_looks_like_a_share() -> pl.Expr:
        value = pl.col("value")
        return (pl.col("unit") != "%") | (value <= 0) | (value > 1)

    @row_rule(
        "valid_n",
        severity=Severity.WARNING,
        zh=f"有效人数不足 {_FEW}，平均分不予公布。",
        en=f"The mean rests on fewer than {_FEW} results and will not be published.",
        remedy_zh="数据可以入库；如需公布，请扩大抽测人数或合并轮次。",
        remedy_en="The row is admitted; test more students if the mean is to be published.",
        source=f"{AGREED}；E132",
    )
    def mean_rests_on_few_results() -> pl.Expr:
        return (pl.col("indicator_code") != "AVG") | (pl.col("valid_n") >= _FEW)


DATASET = Dataset(
    model=QualityIndicator,
    title=Text(zh="质量监测与智评指标", en="Quality monitoring and smart assessment"),
    grain=Text(
        zh="每个对象、领域、科目、指标、轮次一行",
        en="One row per object, domain, subject, measure and round",
    ),
    version="1.0.0",
    key=("object_type", "object_code", "domain", "subject_code", "indicator_code", "round_no"),
    periodicity=Periodicity.TERM,
    supplier=Text(
        zh="省、设区市教研机构；教育督导机构",
        en="Teaching-research and inspection bodies of provinces and cities",
    ),
    clauses=("三（二）", "三（四）", "三（五）", "四（一）"),
    province=identifiers.province_of("object_code"),
    reference_data=(code_list("general_subject"), divisions()),
)
