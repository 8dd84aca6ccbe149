"""Rules of every dataset, which follow from its contract and from the terms of the delivery.

They are rules like those of the schemas, built here because they need what a schema cannot know:
how a text failed to become a value, the province and period delivered, the keys of other datasets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from yrdx.checking.parsing import raw
from yrdx.checking.result import Terms
from yrdx.dataset import Column, Dataset, Kind, Reference
from yrdx.model import Severity, Text
from yrdx.rule import Rule

CONTRACT = "contract"
"""Source of the rules that follow from the dataset's contract and the terms of the delivery."""

ABOUT_THE_DELIVERY = frozenset(
    {
        "reference_does_not_exist",
        "row_is_of_another_province",
        "row_is_of_another_period",
        "key_is_used_twice",
        "control_total_disagrees",
    }
)
"""Rules that a value breaks by what is delivered, or was before, however right it is by itself."""

Wording = tuple[Text, Text]
"""Message and remedy."""


def _wording(zh: str, en: str, remedy_zh: str, remedy_en: str) -> Wording:
    return Text(zh=zh, en=en), Text(zh=remedy_zh, en=remedy_en)


PARSE_FAILURES: dict[Kind, tuple[str, Wording]] = {
    Kind.INTEGER: (
        "value_is_not_a_whole_number",
        _wording(
            "该单元格应为整数，填写的内容无法识别为整数。",
            "The cell must hold a whole number, and its text is none.",
            "请只填阿拉伯数字，不要带单位、文字、脚注序号、“约”“余”或范围。",
            "Write digits only: no unit, word, mark of a footnote, approximation or range.",
        ),
    ),
    Kind.DECIMAL: (
        "value_is_not_a_number",
        _wording(
            "该单元格应为数字，填写的内容无法识别，或小数位数超过约定。",
            "The cell must hold a number; its text is none, or has more decimals than agreed.",
            "请只填数字，按模板注明的单位和小数位数填写，不要带单位、文字、脚注序号或范围。",
            "Write a plain number in the unit and with the decimals that the template states.",
        ),
    ),
    Kind.YEAR: (
        "value_is_not_a_year",
        _wording(
            "该单元格应为四位年份。",
            "The cell must hold a year of four digits.",
            "请填写四位年份，例如 2025。",
            "Write a year of four digits, such as 2025.",
        ),
    ),
    Kind.YEAR_MONTH: (
        "value_is_not_a_year_and_month",
        _wording(
            "该单元格应为六位年月。",
            "The cell must hold a year and month of six digits.",
            "请按 YYYYMM 填写，例如 202509；月份为 01–12，列格式设为文本。",
            "Write YYYYMM, such as 202509, in a column formatted as text.",
        ),
    ),
    Kind.SCHOOL_YEAR: (
        "value_is_not_a_school_year",
        _wording(
            "该单元格应为学年，且后一年比前一年大 1。",
            "The cell must hold a school year of two consecutive years.",
            "请按 YYYY-YYYY 填写，例如 2024-2025。",
            "Write YYYY-YYYY, such as 2024-2025.",
        ),
    ),
    Kind.DATE: (
        "value_is_not_a_date",
        _wording(
            "该单元格应为日期，填写的内容不是真实存在的日期，或年份不在 1900 至 2100 之间。",
            "The cell must hold a date; its text is no date that exists, or of no year from 1900 "
            "to 2100.",
            "请按 YYYY-MM-DD 填写，例如 2025-09-01，并核对年份，以及月、日是否存在。",
            "Write YYYY-MM-DD, such as 2025-09-01; check the year, and that the day exists.",
        ),
    ),
    Kind.BOOLEAN: (
        "value_is_not_yes_or_no",
        _wording(
            "该单元格应为“是”或“否”（1 或 0）。",
            "The cell must say yes or no (1 or 0).",
            "请填 1（是）或 0（否）。",
            "Write 1 for yes or 0 for no.",
        ),
    ),
    Kind.CODES: (
        "value_is_not_a_list_of_codes",
        _wording(
            "该单元格应为一个或多个代码，填写的内容无法拆分成代码。",
            "The cell must hold one or more codes, and its text cannot be split into codes.",
            "请填写代码，多个代码之间用“；”分隔，末尾不加分隔符。",
            "Write codes with “；” between them and none at the end.",
        ),
    ),
}

_REFERENCE_NOT_FOUND = _wording(
    "填写的代码在被引用的数据集中不存在。",
    "The code does not exist in the dataset it refers to.",
    "请核对代码；如确属新增，请先报送被引用的数据集，再报送本数据集。",
    "Check the code; if it is new, deliver the dataset it refers to first.",
)
_OTHER_PROVINCE = _wording(
    "该行属于其他省（市）的数据，不在本次报送范围内。",
    "The row belongs to another province than the one that delivers it.",
    "请删除外省（市）的行，或核对学校、单位的代码是否填错。",
    "Remove rows of other provinces, or correct the code of the school or unit.",
)
_OTHER_PERIOD = _wording(
    "该行的期次与本次报送的期次不一致。",
    "The row states another period than the one delivered.",
    "请核对年份、学年或学期；不同期次的数据请分别报送。",
    "Check year, school year or term; deliver each period by itself.",
)

MISSING_COLUMN = _wording(
    "文件中没有这个必填字段的列。",
    "The file has no column for this required field.",
    "请按模板补上缺少的列后重新报送；暂时无法提供的字段，请先与省级联系人商定。",
    "Add what is missing as in the template; if it cannot be supplied yet, settle that first.",
)
KEY_USED_TWICE = _wording(
    "同一主键在本次报送中出现多次，且内容不一致，无法判断以哪一行为准；“候选值”指出另一行的行号。",
    "The same key appears more than once in the delivery with different values; the candidate "
    "names the other row.",
    "请核对后只保留正确的一行。",
    "Keep only the row that is right.",
)
TOTAL_DISAGREES = _wording(
    "合计（或分组标注）的数与明细行统计的结果不一致：“原值”为表中所填，“候选值”为按明细行统计。",
    "A total or band states another figure than its rows give: value is what the table states, "
    "candidate what the rows give.",
    "请核对明细是否缺行、重行，或合计是否未更新。",
    "Look for missing or repeated rows, or for a total that was not updated.",
)


def _rule(
    code: str,
    column: str,
    wording: Wording,
    build: pl.Expr | Callable[[date], pl.Expr],
    *,
    severity: Severity = Severity.ERROR,
) -> Rule:
    return Rule(
        code=code,
        column=column,
        severity=severity,
        message=wording[0],
        remedy=wording[1],
        source=CONTRACT,
        build=(lambda _today: build) if isinstance(build, pl.Expr) else build,
    )


def parse_failure(name: str, column: Column) -> Rule:
    """A cell that is not empty must become a value of its column's kind."""
    code, wording = PARSE_FAILURES[column.kind]
    return _rule(code, name, wording, pl.col(raw(name)).is_null() | pl.col(name).is_not_null())


def reference_exists(reference: Reference, known: pl.Series, *, dtype: pl.DataType) -> Rule:
    """A reference must be found among the keys of the newest snapshot of its dataset."""
    keys = known.drop_nulls()
    if isinstance(dtype, pl.List):
        found = pl.col(reference.column).list.eval(pl.element().is_in(keys.implode())).list.all()
    else:
        found = pl.col(reference.column).is_in(keys.implode())
    return _rule(
        "reference_does_not_exist",
        reference.column,
        _REFERENCE_NOT_FOUND,
        found,
        severity=reference.severity,
    )


def row_is_of_its_province(dataset: Dataset, province: str) -> Rule:
    """A row must belong to the province that delivers it."""
    column = dataset.province.meta.root_names()[0]
    return _rule(
        "row_is_of_another_province", column, _OTHER_PROVINCE, dataset.province == province
    )


def row_is_of_its_period(dataset: Dataset, period: str) -> Rule | None:
    """A row that states its period must state the delivery's; None where they do not compare."""
    name = dataset.period_column
    if name is None:
        return None
    column = pl.col(name)
    match dataset.columns[name].kind, period.split("-"):
        case Kind.YEAR, [year]:
            same = column == int(year)
        case Kind.YEAR, [first, second, *_]:
            same = column.is_in([int(first), int(second)])
        case Kind.SCHOOL_YEAR, [first, second, *_]:
            same = column == f"{first}-{second}"
        case Kind.YEAR_MONTH, [year]:
            same = column.str.head(4) == year
        case _:
            return None
    return _rule("row_is_of_another_period", name, _OTHER_PERIOD, same)


def not_stated(terms: Terms) -> frozenset[str]:
    """What the delivery does not state, and so cannot be held against its rows."""
    unknown = {"province"} if terms.province == "00" else set()
    return frozenset(unknown | ({"period"} if terms.period == "undated" else set()))


def references_of(
    dataset: Dataset, references: Mapping[Reference, pl.Series]
) -> tuple[list[Rule], list[Reference]]:
    """Rules for the references whose keys are known, and the references that cannot be judged."""
    rules = [
        reference_exists(item, references[item], dtype=dataset.columns[item.column].dtype)
        for item in dataset.references
        if item in references
    ]
    return rules, [item for item in dataset.references if item not in references]
