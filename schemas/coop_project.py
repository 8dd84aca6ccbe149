"""Cooperation with enterprises, regions and other countries (校企、区域、国际合作项目).

Serves clauses 三（一）, 三（三）, 三（五）, 三（六）, 四（一） and 四（三） of the notice: industry
colleges, mixed ownership, dual-system and Hong Kong projects, training bases. Judged over whole
deliveries: interns against the students of the institution (E103); which enterprises take part in
depth (T101); one industry college as several schools report it (T102).
"""

from __future__ import annotations

from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, measures, several_codes
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.conditions import (
    Condition,
    conditional_value_is_missing,
    end_is_not_after_beginning,
)
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity, Reference
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import row_rule

_HOME = Condition(
    holds=pl.col("partner_country").fill_null("CHN") == "CHN",
    zh="合作方不在境外",
    en="the partner is not from abroad",
)
_ABROAD = Condition(
    holds=pl.col("coop_type").is_in(["08", "09", "10"]),
    zh="合作类型为双元制、中外合作办学或港澳合作",
    en="the project is of the dual system, Sino-foreign, or with Hong Kong or Macao",
)
_BASE = Condition(
    holds=pl.col("coop_type") == "04",
    zh="合作类型为实训基地（实践中心）",
    en="the project is a training base or practice centre",
)
_COLLEGE = Condition(
    holds=pl.col("coop_type").is_in(["01", "11"]),
    zh="合作类型为产业学院或混合所有制学院",
    en="the project is an industry college or of mixed ownership",
)
_YUAN_LIMIT = 100_000


class CoopProject(pa.DataFrameModel):
    """Every cooperation of an institution in a school year, and what came of it."""

    coop_no: str = identifiers.identifier(
        "coop_no",
        "合作项目编号",
        max_length=30,
        en="Project number",
        synonyms=("项目编号", "合作编号", "合作项目代码"),
    )
    school_year: str = columns.school_year()
    inst_code: str = columns.school_code(
        "inst_code", "学校标识码", en="School code", synonyms=columns.SCHOOL_HEADERS
    )
    coop_type: str = columns.code(
        "coop_type",
        "合作类型",
        codes=code_list("cooperation_type"),
        en="Kind of cooperation",
        synonyms=("合作形式", "合作方式", "合作类别", "项目类型"),
    )
    partner_uscc: str = columns.uscc(
        "partner_uscc",
        "合作企业信用代码",
        checks=(conditional_value_is_missing("partner_uscc", _HOME),),
        en="Credit code of the partner",
        requirement=C,
        synonyms=(
            "HZQYTYSHXYDM",
            "合作企业统一社会信用代码",
            "合作方统一社会信用代码",
            "企业统一社会信用代码",
        ),
        description=("境外合作方可不填。", "May be empty for partners from abroad."),
    )
    partner_name: str = columns.text(
        "partner_name",
        "合作方名称",
        max_length=80,
        en="Partner",
        synonyms=("HZQYMC", "WFYXMC", "合作企业名称", "合作企业", "合作单位", "外方院校名称"),
    )
    partner_country: str = columns.code(
        "partner_country",
        "合作国家/地区",
        codes=code_list("country"),
        checks=(conditional_value_is_missing("partner_country", _ABROAD),),
        en="Country or region of the partner",
        requirement=C,
        synonyms=("HZGJDM", "合作国家（地区）", "合作国家", "合作国家代码", "国家（地区）", "国别"),
        description=("国内合作可不填。", "May be empty for partners in this country."),
    )
    major_codes: Annotated[pl.List, pl.String()] = several_codes.major_codes(
        "major_codes",
        "涉及专业",
        en="Majors concerned",
        synonyms=("涉及专业代码", "合作专业", "合作专业代码", "面向专业", "ZYH"),
        description=("多个代码之间用“；”分隔。", "Several codes are separated by “；”."),
    )
    start_ym: str = columns.year_month(
        "start_ym",
        "开始年月",
        en="Month of the beginning",
        synonyms=("HZKSNY", "合作开始年月", "开始时间", "合作开始时间"),
    )
    end_ym: str = measures.month_ahead(
        "end_ym",
        "结束年月",
        checks=(end_is_not_after_beginning("end_ym", "start_ym", beginning_zh="开始年月"),),
        en="Month of the end",
        requirement=O,
        synonyms=("合作结束年月", "终止年月", "结束时间", "合作结束时间"),
    )
    agreement_status: str = columns.code(
        "agreement_status",
        "协议状态",
        codes=code_list("agreement_status"),
        en="State of the agreement",
        synonyms=("协议签署状态", "合作协议签署状态", "HZXYQSZTM", "HZXYQSZTDM"),
    )
    coop_status: str = columns.code(
        "coop_status",
        "合作状态",
        codes=code_list("cooperation_status"),
        en="State of the cooperation",
        synonyms=("HZZTM", "HZZTDM", "项目状态"),
    )
    students_order: int = columns.count(
        "students_order",
        "订单/学徒人数",
        en="Students in order-based classes and apprentices",
        requirement=O,
        synonyms=("DDPYRS", "订单（学徒）人数", "订单培养人数", "学徒人数", "订单人数"),
    )
    interns: int = columns.count(
        "interns",
        "接收实习生数",
        en="Interns received",
        requirement=O,
        synonyms=("JSDGSXXSS", "接受顶岗实习学生数", "接收岗位实习学生数", "实习生数"),
    )
    hired: int = columns.count(
        "hired",
        "接收就业人数",
        en="Graduates hired",
        requirement=O,
        synonyms=("JSBYSJYS", "接受毕业生就业数", "接收毕业生就业数", "录用毕业生数"),
    )
    courses: int = columns.count(
        "courses",
        "共同开发课程",
        en="Courses developed together",
        requirement=O,
        unit="门",
        synonyms=("GTKFKCMS", "共同开发课程门数", "共同开发课程数", "合作开发课程"),
    )
    textbooks: int = columns.count(
        "textbooks",
        "共同开发教材",
        en="Textbooks developed together",
        requirement=O,
        unit="种",
        synonyms=("GTKFJCS", "共同开发教材数", "合作开发教材"),
    )
    ent_teachers: int = columns.count(
        "ent_teachers",
        "企业兼职教师",
        en="Teachers from the enterprise",
        requirement=O,
        synonyms=("ZCXXJZJSS", "支持学校兼职教师数", "企业兼职教师数"),
    )
    invest_amount: Annotated[pl.Decimal, 16, 4] = columns.decimal(
        "invest_amount",
        "企业投入",
        size=(16, 4),
        between=(0, None),
        checks=(measures.amount_looks_like_yuan("invest_amount", _YUAN_LIMIT),),
        en="Investment of the enterprise",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        unit="万元",
        synonyms=("企业投入金额", "企业投入资金", "投入金额"),
    )
    service_income: Annotated[pl.Decimal, 16, 4] = columns.decimal(
        "service_income",
        "学校技术服务收入",
        size=(16, 4),
        between=(0, None),
        checks=(measures.amount_looks_like_yuan("service_income", _YUAN_LIMIT),),
        en="Income of the school from technical service",
        requirement=O,
        sensitivity=Sensitivity.INTERNAL,
        unit="万元",
        synonyms=("XXWQYJSFWNSR", "学校为企业技术服务年收入", "技术服务收入", "技术服务年收入"),
    )
    stations: int = columns.count(
        "stations",
        "工位数",
        checks=(conditional_value_is_missing("stations", _BASE),),
        en="Training stations",
        requirement=C,
        unit="个",
        synonyms=("GWS", "实训工位数", "基地工位数"),
    )
    governance: str = columns.code(
        "governance",
        "治理结构",
        codes=code_list("governance"),
        checks=(conditional_value_is_missing("governance", _COLLEGE),),
        en="Governance",
        requirement=C,
        synonyms=("治理机构", "管理体制", "治理模式"),
    )

    @row_rule(
        "agreement_status",
        severity=Severity.ERROR,
        zh="产业学院、混合所有制学院的协议状态应为“签署”或“续签”。",
        en="An industry college or one of mixed ownership needs a signed or renewed agreement.",
        remedy_zh="请核对协议状态；尚未签署协议的，请待签署后再报。",
        remedy_en="Check the state, or report the project once its agreement is signed.",
        source=f"{AGREED}；E101",
    )
    def college_has_no_signed_agreement() -> pl.Expr:
        signed = pl.col("agreement_status").is_in(["1", "2"])
        return ~_COLLEGE.holds | signed

    @row_rule(
        "partner_country",
        severity=Severity.ERROR,
        zh="双元制项目的合作国家应为德国（DEU）。",
        en="The partner of a dual-system project must be from Germany (DEU).",
        remedy_zh="请核对合作类型和合作国家；其他国家的项目填“中外合作办学”。",
        remedy_en="Check both; projects with other countries are Sino-foreign programmes.",
        source=f"{AGREED}；E102",
    )
    def dual_system_partner_is_not_german() -> pl.Expr:
        return (pl.col("coop_type") != "08") | (pl.col("partner_country") == "DEU")

    @row_rule(
        "partner_country",
        severity=Severity.ERROR,
        zh="港澳合作项目的合作地区应为香港（HKG）或澳门（MAC）。",
        en="The partner must be from Hong Kong (HKG) or Macao (MAC).",
        remedy_zh="请核对合作类型和合作国家/地区。",
        remedy_en="Check kind and region.",
        source=f"{AGREED}；E102",
    )
    def partner_is_not_of_hong_kong_or_macao() -> pl.Expr:
        return (pl.col("coop_type") != "10") | pl.col("partner_country").is_in(["HKG", "MAC"])


DATASET = Dataset(
    model=CoopProject,
    title=Text(zh="校企、区域、国际合作项目", en="Cooperation projects"),
    grain=Text(zh="每个合作项目每学年一行", en="One row per project and school year"),
    version="1.0.0",
    key=("coop_no", "school_year"),
    references=(
        Reference("inst_code", "institution", "inst_code"),
        Reference("partner_uscc", "enterprise", "uscc", severity=Severity.WARNING),
    ),
    periodicity=Periodicity.SCHOOL_YEAR,
    supplier=Text(
        zh="学校；行业协会；外事部门", en="Schools; industry associations; foreign-affairs offices"
    ),
    clauses=("三（一）", "三（三）", "三（五）", "三（六）", "四（一）", "四（三）"),
    province=pl.col("inst_code").str.slice(2, 2),
    period_column="school_year",
    reference_data=(code_list("major_category"),),
)
