"""Funds of vocational education and performance pay (职教经费与绩效激励).

Serves clause 四（二） of the notice: additional funds, standards per student, income that may raise
performance pay by up to half, incentives for enterprises. Judged over whole deliveries: whether
the object exists; parts against their whole, F02 in F01 and F04 in F03 (E153); counties against
their city (T151); jumps by a factor of ten against last year (T152); grants per student times
students against the whole (T153). Amounts in another unit of money are converted by the unit
that their row states (E151).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, money
from schemas.column_rules import AGREED
from schemas.columns import C
from schemas.conditions import Condition, conditional_value_is_missing
from schemas.reference import code_list, divisions
from yrdx.dataset import Dataset, Periodicity, UnitBeside
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import row_rule

_PER_STUDENT = ["F05", "F06"]
_BY_LEVEL = Condition(
    holds=pl.col("item_code").is_in(_PER_STUDENT),
    zh="科目为生均经费标准或生均实际拨款",
    en="the item is a standard or grant per student",
)
_AGREED_UNIT = money.agreed_unit(
    pl.col("unit"),
    per_student=_BY_LEVEL.holds,
    whole=pl.col("item_code").is_in(
        [item for item in code_list("funding_item").values if item not in _PER_STUDENT]
    ),
)
_STANDARD = Condition(
    holds=pl.col("item_code") == "F05",
    zh="科目为生均经费标准",
    en="the item is a standard per student",
)
_GRANT = Condition(
    holds=pl.col("item_code") == "F06",
    zh="科目为生均实际拨款",
    en="the item is a grant per student",
)
_APPROVED = Condition(
    holds=pl.col("item_code") == "F11",
    zh="科目为核定绩效工资总量",
    en="the item is approved performance pay",
)
_RAISED = Condition(
    holds=pl.col("float_rate") > 0, zh="有绩效上浮", en="performance pay was raised"
)


class FundingYear(pa.DataFrameModel):
    """Amounts of a fiscal year by province, city, county or institution, and item."""

    fiscal_year: pl.Int16 = columns.year(
        "fiscal_year",
        "财政年度",
        en="Fiscal year",
        synonyms=("年度", "年份", "预算年度", "经费年度"),
        description=("自然年度，不是学年。", "The calendar year, not the school year."),
    )
    object_type: str = columns.code(
        "object_type",
        "对象",
        codes=code_list("funded_object"),
        en="Kind of object",
        synonyms=("对象类型", "对象类别", "经费对象"),
    )
    object_code: str = identifiers.identifier(
        "object_code",
        "对象代码",
        max_length=18,
        en="Object",
        synonyms=("对象编码", "单位代码", "地区（学校）代码"),
        description=(
            "省、市、县填 6 位行政区划代码；校填 10 位标识码，没有的填信用代码。",
            "A division of six digits; a school code, or the credit code of a school without one.",
        ),
    )
    item_code: str = columns.code(
        "item_code",
        "科目",
        codes=code_list("funding_item"),
        en="Item",
        synonyms=("科目代码", "经费科目", "项目", "经费项目"),
    )
    edu_level: str = columns.code(
        "edu_level",
        "层次",
        codes=code_list("edu_level"),
        checks=(conditional_value_is_missing("edu_level", _BY_LEVEL),),
        en="Education level",
        requirement=C,
        synonyms=("办学层次", "培养层次", "学段"),
    )
    amount: Annotated[pl.Decimal, 16, 2] = columns.decimal(
        "amount",
        "金额",
        size=(16, 2),
        between=(0, None),
        en="Amount",
        sensitivity=Sensitivity.INTERNAL,
        unit_beside=UnitBeside(column="unit", by="item_code"),
        repairs=money.amount_repairs("amount", unit="unit", agreed=_AGREED_UNIT, scale=2),
        synonyms=("经费金额", "数额", "经费数"),
        description=(
            "以万元入库，生均科目以元/生·年入库；以元、千元、亿元报送的按“单位”列换算。",
            (
                "Kept in ten thousand yuan, or in yuan per student and year for items per "
                "student; amounts in 元, 千元 and 亿元 are converted by the unit column."
            ),
        ),
    )
    unit: str = columns.code(
        "unit",
        "单位",
        codes=code_list("money_unit"),
        en="Unit",
        repairs=(money.unit_repair("unit", amount="amount", agreed=_AGREED_UNIT),),
        synonyms=("金额单位", "计量单位"),
        description=(
            "必须注明，平台不作推测；没有此列的，须在“金额”表头注明。",
            "It must be stated, here or in the header of the amount, and is never guessed.",
        ),
    )
    students_base: int = columns.count(
        "students_base",
        "折算学生数",
        checks=(conditional_value_is_missing("students_base", _GRANT),),
        en="Students the grant is based on",
        requirement=C,
        synonyms=("折算在校生数", "拨款学生数", "学生基数"),
    )
    float_rate: Annotated[pl.Decimal, 5, 2] = columns.decimal(
        "float_rate",
        "绩效上浮比例",
        size=(5, 2),
        between=(0, None),
        checks=(conditional_value_is_missing("float_rate", _APPROVED),),
        en="Rise of performance pay",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        unit="%",
        synonyms=("上浮比例", "绩效工资上浮比例", "绩效工资总量上浮比例", "上浮率"),
        description=(
            "核定绩效工资总量 ÷ 基数 − 1，没有上浮的填 0。",
            "Approved pay over its base, minus one; 0 where it was not raised.",
        ),
    )
    approve_doc: str = columns.text(
        "approve_doc",
        "批复文号",
        max_length=60,
        checks=(conditional_value_is_missing("approve_doc", _RAISED),),
        en="Document of approval",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("批复文件", "批准文号", "核定文号"),
    )
    standard_doc: str = columns.text(
        "standard_doc",
        "标准文件文号",
        max_length=60,
        checks=(conditional_value_is_missing("standard_doc", _STANDARD),),
        en="Document of the standard",
        requirement=C,
        synonyms=("标准文号", "生均标准文号", "标准文件"),
    )

    @row_rule(
        "object_code",
        severity=Severity.ERROR,
        zh="对象代码与对象类型不符。",
        en="The code of the object is not of its kind.",
        remedy_zh="省填 xx0000，市填 xxxx00，县填县级区划代码，校填 10 位标识码；"
        "省级、市级本级填所在省、市的代码。",
        remedy_en="Provinces are xx0000, cities xxxx00, counties six digits, schools ten; funds "
        "of a province or city itself stand under its own code.",
        source=f"GB/T 2260；{AGREED}",
    )
    def object_code_is_of_another_type() -> pl.Expr:
        kind, name = pl.col("object_type"), "object_code"
        province = identifiers.is_province(name)
        city = identifiers.is_division(name) & pl.col(name).str.ends_with("00") & ~province
        return (
            pl.when(kind == "1")
            .then(province)
            .when(kind == "2")
            .then(city)
            .when(kind == "3")
            .then(identifiers.is_division(name) & ~pl.col(name).str.ends_with("00"))
            .when(kind == "4")
            .then(identifiers.is_school(name))
        )

    @row_rule(
        "unit",
        severity=Severity.ERROR,
        zh="金额单位不是约定单位：生均科目（F05、F06）为元/生·年，其他科目为万元。",
        en="The unit is not the agreed one: yuan per student and year for F05 and F06, ten "
        "thousand yuan for all others.",
        remedy_zh="元、千元、亿元按“单位”列自动换算成万元，其他情况请换算后填报；"
        "生均科目请以元/生·年填报，填千元以上单位的无法判断是否为总额。",
        remedy_en="Yuan, thousands and hundred millions of yuan are converted by the platform. "
        "Give items per student in yuan per student and year: above 元 it may be a total.",
        source=f"{AGREED}；E151",
    )
    def amount_is_not_in_the_agreed_unit() -> pl.Expr:
        unit = pl.col("unit")
        known = unit.is_in(list(code_list("money_unit").values))
        per_student = pl.when(_BY_LEVEL.holds).then(unit == "元/生·年").otherwise(unit == "万元")
        return ~known | pl.col("item_code").is_null() | per_student

    @row_rule(
        "float_rate",
        severity=Severity.ERROR,
        zh="绩效上浮比例超过政策上限 50%。",
        en="The rise of performance pay is above the limit of 50 per cent.",
        remedy_zh="请核对核定总量和基数；比例按百分数填报，如 35 表示 35%。",
        remedy_en="Check pay and base; give a percentage, such as 35 for 35 per cent.",
        source="《关于推进现代职业教育高质量发展的通知》四（二）；E152",
    )
    def float_rate_is_above_the_limit() -> pl.Expr:
        return pl.col("float_rate") <= 50


DATASET = Dataset(
    model=FundingYear,
    title=Text(zh="职教经费与绩效激励", en="Funds and performance pay"),
    grain=Text(zh="每个财政年度、对象、科目一行", en="One row per fiscal year, object and item"),
    version="1.0.0",
    key=("object_type", "object_code", "fiscal_year", "item_code"),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="财政、教育、人力社保部门；学校",
        en="Finance, education and human-resources authorities; schools",
    ),
    clauses=("四（二）",),
    province=identifiers.province_of("object_code"),
    period_column="fiscal_year",
    reference_data=(divisions(),),
)
