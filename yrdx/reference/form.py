"""What a file must look like to be imported as a list: a dataset like those of the partners.

So such a file may be a workbook, in any encoding, with its header anywhere, and what is wrong
with it is told like anything else that is wrong, with its place and in both languages.
"""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.dataframe.model_components import FieldInfo

from yrdx.dataset import COLUMN, Column, Dataset, Kind, Periodicity, Requirement
from yrdx.lists import ENTRIES, ReferenceList
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import Rule, as_check

_TITLES: dict[str, tuple[str, str, Kind, tuple[str, ...]]] = {
    "edition": (
        "目录版本",
        "Edition",
        Kind.CODE,
        ("version", "版本", "专业目录版本", "大典版本", "年版", "MLBB"),
    ),
    "code": (
        "代码",
        "Code",
        Kind.CODE,
        ("专业代码", "职业编码", "职业代码", "行业代码", "标准代码", "证书代码", "编码", "ZYDM"),
    ),
    "name": (
        "名称",
        "Name",
        Kind.TEXT,
        ("专业名称", "职业名称", "行业名称", "证书名称", "类别名称", "ZYMC"),
    ),
    "level": ("层次", "Level", Kind.CODE, ("级别", "等级", "办学层次", "证书等级")),
    "valid_from": (
        "启用日期",
        "Valid from",
        Kind.DATE,
        ("生效日期", "启用时间", "有效期起", "begin"),
    ),
    "valid_to": (
        "停用日期",
        "Valid until the day before",
        Kind.DATE,
        ("失效日期", "停用时间", "有效期止", "end"),
    ),
    "is_controlled": (
        "国家控制布点",
        "Is state-controlled",
        Kind.BOOLEAN,
        ("国控", "是否国控", "国控专业"),
    ),
    "successor": (
        "替代代码",
        "Successor",
        Kind.CODE,
        ("承接代码", "现代码", "新代码", "对应新代码"),
    ),
}


def _rule(
    code: str, column: str, good: pl.Expr, *, zh: tuple[str, str], en: tuple[str, str]
) -> Rule:
    return Rule(
        code=code,
        column=column,
        severity=Severity.ERROR,
        message=Text(zh=zh[0], en=en[0]),
        remedy=Text(zh=zh[1], en=en[1]),
        source="reference list",
        build=lambda _day: good,
    )


def _rules_of(name: str, shape: ReferenceList) -> list[Rule]:
    column, rules = pl.col(name), []
    if name in ("name", *shape.identity):
        rules.append(
            _rule(
                "required_value_is_missing",
                name,
                column.is_not_null(),
                zh=("必填项为空。", "请补填该项。"),
                en=("A required value is missing.", "Fill it in."),
            )
        )
    if name in ("code", "successor"):
        rules.append(
            _rule(
                "code_is_malformed",
                name,
                column.str.contains(shape.pattern),
                zh=(f"代码不符合“{shape.title.zh}”的写法。", "请核对代码；该列请设为“文本”格式。"),
                en=(
                    f"The code has not the form of one of “{shape.title.en}”.",
                    "Check it, and format the column as text.",
                ),
            )
        )
    if name == "valid_to":
        rules.append(
            _rule(
                "validity_ends_before_it_begins",
                name,
                pl.col("valid_from") < column,
                zh=("停用日期不晚于启用日期。", "请核对两个日期。"),
                en=("The entry ends before it begins.", "Check both dates."),
            )
        )
    return rules


def _field(name: str, shape: ReferenceList) -> Any:
    zh, en, kind, synonyms = _TITLES[name]
    rules = _rules_of(name, shape)
    is_needed = name in ("name", *shape.identity)
    column = Column(
        title=Text(zh=zh, en=en),
        kind=kind,
        requirement=Requirement.MANDATORY if is_needed else Requirement.OPTIONAL,
        sensitivity=Sensitivity.PUBLIC,
        synonyms=synonyms,
        rules=tuple(rules),
    )
    return FieldInfo(
        checks=[as_check(rule) for rule in rules],
        nullable=True,
        nullable_explicit=True,
        metadata={COLUMN: column},
    )


def form_of(shape: ReferenceList) -> Dataset:
    """The dataset that a file of this list is an instance of."""
    fields = {name: _field(name, shape) for name in ENTRIES}
    model = type(
        "Entries",
        (pa.DataFrameModel,),
        {"__module__": __name__, "__annotations__": dict(ENTRIES), **fields},
    )
    return Dataset(
        model=model,
        title=shape.title,
        grain=Text(zh="每个代码一行", en="One row per code"),
        version="1.0.0",
        key=(*shape.identity, "valid_from"),
        periodicity=Periodicity.YEAR,
        supplier=Text(zh="交换中心", en="The exchange"),
        clauses=(),
        province=pl.lit("00"),
    )
