"""Which majors serve which links of an industrial chain (产教对接谱系图).

Serves clauses 三（三） and 三（四） of the notice: the map of industries and majors, programmes
that no industry asks for, certificates that fit a job. That an edge stands twice is told by its
key (E122). Judged over whole deliveries: broad categories that are missing, majors and industries
that no edge joins (T121); edges of two provinces that contradict each other (T122).
"""

from __future__ import annotations

from datetime import date

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, measures
from schemas.column_rules import AGREED
from schemas.columns import O
from schemas.conditions import end_is_not_after_beginning
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


class IndustryMajorMap(pa.DataFrameModel):
    """Edges between a link of an industrial chain, an occupation and a major."""

    map_version: str = identifiers.identifier(
        "map_version",
        "谱系图版本",
        max_length=12,
        en="Version of the map",
        synonyms=("版本", "版本号", "谱系图版本号"),
        description=("如 ZJ-2024.1。", "Such as ZJ-2024.1."),
    )
    owner_province: str = columns.code(
        "owner_province",
        "编制省",
        codes=code_list("map_owner"),
        en="Owner of the map",
        synonyms=("编制省份", "编制单位所在省", "编制省（市）"),
        description=("四省共同编制的填 YR。", "YR where the four provinces made it together."),
    )
    industry_code: str = columns.industry_code(
        "industry_code",
        "行业代码",
        en="Industry",
        synonyms=("所属行业", "行业", "国民经济行业代码", "HYDM"),
        description=("2–4 位，优先填 4 位小类。", "Two to four digits, preferably four."),
    )
    chain_node: str = columns.text(
        "chain_node",
        "产业链环节",
        max_length=40,
        en="Link of the industrial chain",
        synonyms=("产业环节", "产业链节点", "环节", "产业链"),
    )
    occupation_code: str = columns.occupation_code(
        "occupation_code",
        "职业（岗位）编码",
        en="Occupation code",
        synonyms=("职业(岗位)编码", "职业编码", "职业代码", "岗位编码", "ZYBM"),
    )
    job_name: str = columns.text(
        "job_name",
        "岗位名称",
        max_length=40,
        en="Job",
        synonyms=("岗位", "工作岗位名称", "职业岗位名称"),
    )
    catalog_version: str = columns.catalog_version()
    major_code: str = columns.major_code()
    edu_level: str = columns.code(
        "edu_level",
        "层次",
        codes=code_list("edu_level"),
        en="Education level",
        synonyms=("培养层次", "办学层次", "学历层次"),
    )
    relation: str = columns.code(
        "relation",
        "关联强度",
        codes=code_list("relation_strength"),
        en="Strength of the relation",
        synonyms=("关联程度", "关联度", "对接强度"),
    )
    cert_name: str = columns.text(
        "cert_name",
        "对应证书",
        max_length=60,
        en="Certificate that fits",
        requirement=O,
        synonyms=("证书名称", "对应证书名称", "对应职业技能证书"),
    )
    valid_from: date = measures.day_ahead(
        "valid_from",
        "生效",
        en="Valid from",
        synonyms=("生效日期", "生效时间", "启用日期"),
    )
    valid_to: date = measures.day_ahead(
        "valid_to",
        "失效",
        checks=(end_is_not_after_beginning("valid_to", "valid_from", beginning_zh="生效"),),
        en="Valid until",
        requirement=O,
        synonyms=("失效日期", "失效时间", "停用日期"),
    )

    @row_rule(
        "edu_level",
        severity=Severity.ERROR,
        zh="层次与专业代码的层次不一致。",
        en="The education level is not the level of the major.",
        remedy_zh="2021 版：61–79 为中职（1），41–59 为高职（2），21–39 为职业本科（3）；"
        "2015 版为高职，2010 版为中职，技工院校专业为 5。",
        remedy_en="2021: 61 to 79 is level 1, 41 to 59 level 2, 21 to 39 level 3; 2015 is level 2, "
        "2010 level 1, majors of skilled-worker schools level 5.",
        source=f"职业教育专业目录（2021年）；{AGREED}；E121",
    )
    def education_level_is_not_of_the_major() -> pl.Expr:
        broad = pl.col("major_code").str.head(2).cast(pl.Int8, strict=False)
        edition, level = pl.col("catalog_version"), pl.col("edu_level")
        of_2021 = pl.when(broad >= 61).then(pl.lit("1")).when(broad >= 41).then(pl.lit("2"))
        return broad.is_null() | (
            level
            == pl.when(edition == "2021")
            .then(of_2021.otherwise(pl.lit("3")))
            .when(edition == "2015")
            .then(pl.lit("2"))
            .when(edition == "2010")
            .then(pl.lit("1"))
            .when(edition == "JG2022")
            .then(pl.lit("5"))
        )


DATASET = Dataset(
    model=IndustryMajorMap,
    title=Text(zh="产教对接谱系图", en="Map of industries and majors"),
    grain=Text(
        zh="每个版本中产业环节、职业、专业的一条对接关系一行",
        en="One row per version, link of a chain, occupation and major",
    ),
    version="1.0.0",
    key=(
        "map_version",
        "industry_code",
        "chain_node",
        "occupation_code",
        "catalog_version",
        "major_code",
    ),
    periodicity=Periodicity.YEAR,
    supplier=Text(
        zh="省教育厅、行指委", en="Provincial education authority and guidance committees"
    ),
    clauses=("三（三）", "三（四）"),
    # A map that the four provinces made together belongs to none of them alone.
    province=pl.when(pl.col("owner_province") != "YR").then(pl.col("owner_province")),
    reference_data=(code_list("industry"), code_list("major_category")),
)
