"""Guidance committees of industries (行业教学指导委员会).

Serves clauses 三（三） and 三（五） of the notice: provincial committees cover every broad category
of majors, and associations of industries take part. Judged over whole deliveries: the categories
that committees in office cover together, and those that are missing (T161).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pandera.polars as pa
import polars as pl

from schemas import columns, identifiers, measures, several_codes
from schemas.column_rules import AGREED, part_exceeds_whole
from schemas.columns import O
from schemas.reference import code_list
from yrdx.dataset import Dataset, Periodicity
from yrdx.model import Severity, Text
from yrdx.rule import row_rule


class GuidanceCommittee(pa.DataFrameModel):
    """Committees of a year, the majors they guide, and who leads them."""

    committee_no: str = identifiers.identifier(
        "committee_no",
        "行指委编号",
        max_length=20,
        en="Committee number",
        synonyms=("编号", "行指委代码", "委员会编号"),
    )
    stat_year: pl.Int16 = columns.year(
        "stat_year", "年度", en="Year", synonyms=("统计年度", "年份", "统计年份", "ND")
    )
    province: str = columns.code(
        "province",
        "省",
        codes=code_list("member_province"),
        en="Province",
        synonyms=("省代码", "所在省", "省份", "省（市）"),
    )
    name: str = columns.text(
        "name",
        "名称",
        max_length=60,
        en="Name",
        synonyms=("行指委名称", "委员会名称", "行业教学指导委员会名称"),
    )
    level: str = columns.code(
        "level",
        "层级",
        codes=code_list("committee_level"),
        en="Level",
        synonyms=("级别", "行指委层级", "行指委级别"),
    )
    category_ordinals: Annotated[pl.List, pl.String()] = columns.codes_of(
        "category_ordinals",
        "覆盖专业大类",
        codes=code_list("category_ordinal"),
        en="Broad categories covered",
        synonyms=("专业大类", "覆盖大类", "对应专业大类", "覆盖专业大类序号"),
        description=(
            "填大类序号 01–19（专业代码前两位除以 20 的余数），多个之间用“；”分隔。",
            "Ordinals 01 to 19, separated by “；”: the first two digits of a major modulo 20.",
        ),
    )
    industry_codes: Annotated[pl.List, pl.String()] = several_codes.industry_codes(
        "industry_codes",
        "对接行业",
        en="Industries served",
        requirement=O,
        synonyms=("对接行业代码", "行业代码", "对应行业"),
    )
    lead_unit_uscc: str = columns.uscc(
        "lead_unit_uscc",
        "牵头单位",
        en="Credit code of the leading unit",
        synonyms=("牵头单位代码", "牵头单位统一社会信用代码", "牵头单位信用代码"),
        description=("填统一社会信用代码，不填单位名称。", "The credit code, not the name."),
    )
    members: int = columns.count(
        "members",
        "委员数",
        en="Members",
        requirement=O,
        synonyms=("委员人数", "委员总数"),
    )
    ent_members: int = columns.count(
        "ent_members",
        "企业委员数",
        checks=(part_exceeds_whole("ent_members", "members", whole_zh="委员数", source=AGREED),),
        en="Members from enterprises",
        requirement=O,
        synonyms=("企业委员人数", "其中企业委员", "行业企业委员数"),
    )
    status: str = columns.code(
        "status",
        "状态",
        codes=code_list("committee_status"),
        en="Status",
        synonyms=("行指委状态", "任期状态"),
    )
    term_end: date = measures.day_ahead(
        "term_end",
        "届满",
        en="End of the term",
        requirement=O,
        synonyms=("届满日期", "届满时间", "任期届满"),
    )

    @row_rule(
        "category_ordinals",
        severity=Severity.ERROR,
        zh="同一专业大类重复填写。",
        en="A broad category stands there twice.",
        remedy_zh="请删除重复的大类序号。",
        remedy_en="Remove the repeated ordinal.",
        source=f"{AGREED}；E161",
    )
    def broad_category_is_repeated() -> pl.Expr:
        ordinals = pl.col("category_ordinals")
        return ordinals.list.n_unique() == ordinals.list.len()


DATASET = Dataset(
    model=GuidanceCommittee,
    title=Text(zh="行业教学指导委员会", en="Guidance committees of industries"),
    grain=Text(zh="每个行指委每年一行", en="One row per committee and year"),
    version="1.0.0",
    key=("committee_no", "stat_year"),
    periodicity=Periodicity.YEAR,
    supplier=Text(zh="省教育厅", en="Provincial education authority"),
    clauses=("三（三）", "三（五）"),
    province=pl.col("province"),
    period_column="stat_year",
    reference_data=(code_list("industry"),),
)
