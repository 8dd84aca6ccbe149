"""Enterprises that take part, and all large and medium ones (职教参与企业与大中型企业名录).

That a large or medium enterprise states its industry (E91) follows from the industry being
mandatory for all. Judged over whole deliveries: whether the list of large and medium enterprises
is complete (T91); one code with two names (T92), one name with two codes (T93); partners of
cooperation projects that are not on the list (T94).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import row_rule


class Enterprise(pa.DataFrameModel):
    """Enterprises of a year: size, industry, and their part in vocational education."""

    uscc: str = columns.uscc(
        "uscc",
        "统一社会信用代码",
        en="Unified social credit code",
        synonyms=(
            "企业代码",
            "信用代码",
            "社会信用代码",
            "企业统一社会信用代码",
            "QYJGDM",
            "TYSHXYDM",
            "HZQYTYSHXYDM",
        ),
    )
    stat_year: pl.Int16 = columns.year(
        "stat_year", "年度", en="Year", synonyms=("统计年度", "年份", "统计年份", "ND")
    )
    ent_name: str = columns.official_name(
        "ent_name",
        "企业名称",
        max_length=80,
        en="Name",
        synonyms=("HZQYMC", "单位名称", "企业全称", "单位详细名称", "QYMC"),
    )
    division_code: str = columns.division_code(
        "division_code",
        "注册地区划",
        en="Division of registration",
        synonyms=(
            "注册地区划代码",
            "注册地",
            "注册地址区划",
            "行政区划代码",
            "区划代码",
            "所在地",
            "所在地区",
            "XZQHM",
        ),
    )
    industry_code: str = columns.industry_code(
        "industry_code",
        "行业代码",
        en="Industry",
        required_by=f"{AGREED}；E91",
        synonyms=("所属行业", "行业", "国民经济行业代码", "行业小类代码", "HYDM", "QYSSHYM"),
        description=("优先填 4 位小类。", "Preferably the four-digit class."),
    )
    size_code: str = columns.code(
        "size_code",
        "企业规模",
        codes=code_list("size_code"),
        en="Size",
        synonyms=("规模", "单位规模", "企业规模代码", "QYGM"),
    )
    op_status: str = columns.code(
        "op_status",
        "经营状态",
        codes=code_list("operating_status"),
        en="Operating status",
        synonyms=("登记状态", "企业状态", "营业状态"),
    )
    pj_level: str = columns.code(
        "pj_level",
        "产教融合型企业",
        codes=code_list("pj_level"),
        en="Level as an industry-education integration enterprise",
        synonyms=("产教融合型企业级别", "产教融合型企业认定级别", "产教融合级别"),
    )
    deep_participation: bool = columns.boolean(
        "deep_participation",
        "深度参与职教",
        en="Takes part in depth",
        requirement=C,
        sensitivity=Sensitivity.INTERNAL,
        synonyms=("是否深度参与", "深度参与", "深度参与职业教育"),
        description=(
            "人工认定值；与按合作项目推定的结果并列保存。",
            "The value decided by hand; it is kept beside the one derived from cooperation.",
        ),
    )
    demo_status: str = columns.text(
        "demo_status",
        "示范企业称号",
        max_length=60,
        en="Title as a model enterprise",
        requirement=O,
        synonyms=("示范企业", "示范称号", "荣誉称号"),
    )
    incentive_amount: Annotated[pl.Decimal, 16, 4] = columns.decimal(
        "incentive_amount",
        "当年激励/抵免金额",
        size=(16, 4),
        between=(0, None),
        en="Incentives of the year",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        unit="万元",
        synonyms=("当年激励（抵免）金额", "激励金额", "抵免金额", "当年激励金额", "激励抵免金额"),
        description=(
            "金融、财政、税收、土地、信用各类激励之和。",
            "Finance, fiscal, tax, land and credit incentives together.",
        ),
    )
    soe_flag: bool = columns.boolean(
        "soe_flag",
        "国有企业",
        en="State-owned",
        requirement=O,
        synonyms=("是否国有企业", "国企", "国有"),
    )

    @row_rule(
        "division_code",
        severity=Severity.WARNING,
        zh="注册地区划与统一社会信用代码中的登记机关所在市不一致。",
        en="The division lies in another city than the registrar in the credit code.",
        remedy_zh="请核对注册地；企业迁址后代码不变，确认无误的可不修改。",
        remedy_en="Check it; a code stays when the enterprise moves: leave it if it is right.",
        source="GB 32100-2015；GB/T 2260",
    )
    def division_differs_from_credit_code() -> pl.Expr:
        # 3102 is Shanghai's county of Chongming before 2016, and 3101 all its districts.
        registrar = pl.col("uscc").str.slice(2, 4).replace("3102", "3101")
        division = pl.col("division_code").str.head(4).replace("3102", "3101")
        # Registrars of the whole province have 00 in place of a city.
        province = registrar.str.ends_with("00") | division.str.ends_with("00")
        same_province = registrar.str.head(2) == division.str.head(2)
        return (pl.col("uscc").str.len_bytes() != 18) | (
            (registrar == division) | (province & same_province)
        )

    @row_rule(
        "op_status",
        severity=Severity.ERROR,
        zh="国家级、省级产教融合型企业的经营状态不是“在营”。",
        en="A national or provincial integration enterprise is not in business.",
        remedy_zh="请核对经营状态；已注销或吊销的企业应取消产教融合型企业资格。",
        remedy_en="Check the status; an enterprise out of business loses its level.",
        source=f"{AGREED}；E92",
    )
    def certified_enterprise_is_not_in_business() -> pl.Expr:
        return ~pl.col("pj_level").is_in(["1", "2"]) | (pl.col("op_status") == "1")


DATASET = Dataset(
    model=Enterprise,
    title=Text(
        zh="职教参与企业与大中型企业名录",
        en="Enterprises in vocational education, and all large and medium ones",
    ),
    grain=Text(zh="每家企业每年一行", en="One row per enterprise and year"),
    version="1.0.0",
    key=("uscc", "stat_year"),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="省经信厅、省统计局（大中型企业全量名单）；省教育厅、省发展改革委（参与情况）",
        en="Industry and statistics authorities (the full list); education and development "
        "authorities (participation)",
    ),
    clauses=("三（三）", "四（一）", "四（二）"),
    province=pl.col("division_code").str.head(2),
    period_column="stat_year",
    reference_data=(code_list("industry"),),
)
