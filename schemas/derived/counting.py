"""Counts of datasets about people: their columns, and the ledger that they are read off.

How it is decided which counts are told, docs/disclosure.md says. A column has `all` where a count
does not look at it, and `none` where the rows have no value.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas import columns
from schemas.column_rules import AGREED
from schemas.columns import C, O
from schemas.reference import code_list
from yrdx.derivation import WHOLE_REGION, Given
from yrdx.disclosure import ALL, NONE, Axis, Design
from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import row_rule

PLACE = Axis(("inst_code", "city_code", "province_code"))
PROVINCE = Axis(("province_code",))

AREA = pl.when(pl.col("province_code") == ALL).then(pl.lit(WHOLE_REGION)).otherwise("province_code")
"""Where a count lies: in its province, or under the whole region."""


def cut(name: str, zh: str, *, en: str, what: tuple[str, str] = ("", "")) -> Any:
    """A column that counts are cut by; its values are the codes of the rows."""
    return columns.text(
        name,
        zh,
        max_length=20,
        en=en,
        description=(
            f"{what[0]}all 为合计，none 为未填。",
            f"{what[1]}all: of all values; none: of rows without one.",
        ),
    )


def province() -> Any:
    """The province of the school."""
    return cut("province_code", "省级代码", en="Province")


def city() -> Any:
    """The city of the school."""
    said = ("学校所在地的市级代码。", "City of the school, by the newest list of institutions. ")
    return cut("city_code", "市级代码", en="City", what=said)


def school() -> Any:
    """The school."""
    return cut("inst_code", "学校标识码", en="School code")


def state() -> Any:
    """Whether the count is told."""
    return columns.code(
        "count_state",
        "计数状态",
        codes=code_list("count_state"),
        en="State of the count",
        description=(
            "不公布的原因不说明：说明原因会透露人数。",
            "Why a count is not told is not told either: that would tell of it.",
        ),
    )


def counted(zh: str, *, en: str, unit: str) -> Any:
    """The count, where it is told."""
    return columns.count("counted", zh, en=en, unit=unit, requirement=C)


def counted_in() -> Any:
    """Which version of the rows a count is from that was told before."""
    return columns.text(
        "counted_in",
        "沿用数所依据的版本",
        max_length=40,
        en="Counted in",
        requirement=O,
        description=(
            "计数状态为 held 时，该数所依据的明细数据版本。",
            "Of a held count: the version of the rows that it was counted in.",
        ),
    )


def step() -> Any:
    """Which published state of the period."""
    return columns.count("step", "步次", en="Step", sensitivity=Sensitivity.INTERNAL, unit="次")


def true_count() -> Any:
    """The count, told or not."""
    return columns.count("true_count", "实际数", en="True count", sensitivity=Sensitivity.INTERNAL)


def at_least() -> Any:
    """How many values had to stay possible for counts that are not told."""
    return columns.count(
        "at_least", "最少可能值数", en="Values left", sensitivity=Sensitivity.INTERNAL, unit="个"
    )


def in_force() -> Any:
    """Whether the row is of the last step of its period."""
    return columns.boolean("in_force", "现行", en="In force", sensitivity=Sensitivity.INTERNAL)


def told_counts_are_there() -> Any:
    """A count is there just where its state says so."""

    @row_rule(
        "counted",
        severity=Severity.ERROR,
        zh="计数状态与数值不符。",
        en="The state contradicts the count.",
        remedy_zh="公布和沿用的有数，不公布的为空。",
        remedy_en="Told and held counts are there, others are empty.",
        source=f"{AGREED}（披露控制口径 1.0）",
    )
    def count_contradicts_its_state() -> pl.Expr:
        return (pl.col("count_state") == "suppressed") == pl.col("counted").is_null()

    return count_contradicts_its_state


def placed(given: Given, name: str) -> pl.LazyFrame:
    """Rows of a dataset with the province and the city of their school."""
    schools = given.rows("institution").sort("src_period", "src_unit", "src_row_no")
    cities = schools.group_by("inst_code").agg(
        city_code=pl.col("division_code").last().str.head(4) + "00"
    )
    province = pl.col("inst_code").str.slice(2, 2)
    own_city = pl.coalesce("city_code", pl.format("{}{}", province, pl.lit(NONE)))
    return (
        given.rows(name)
        .join(cities, on="inst_code", how="left", maintain_order="left")
        .with_columns(
            province_code=province,
            city_code=pl.when(own_city.str.head(2) == province)
            .then(own_city)
            .otherwise(pl.format("{}{}", province, pl.lit(NONE))),
        )
    )


def ledger_rows(given: Given, name: str, rows: pl.LazyFrame, design: Design) -> pl.LazyFrame:
    """The ledger, with the counts of these rows."""
    from yrdx.disclosure.ledger import enter  # noqa: PLC0415 - needed to derive alone

    source = given.source(name)
    if not source.is_published:
        rows = rows.clear()
    return enter(rows, design, given, source=source)


def count_rows(given: Given, ledger: str, design: Design) -> pl.LazyFrame:
    """The counts for everybody, read off the ledger."""
    from yrdx.disclosure.ledger import counts_for_all  # noqa: PLC0415 - needed to derive alone

    return counts_for_all(given.rows(ledger), design, given)


SUPPLIER = Text(zh="平台计算", en="Derived by the exchange")
