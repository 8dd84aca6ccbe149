"""Columns that name things: projects, objects of several kinds, units.

They are built like those in `columns`; the expressions at the end tell what a code names, for
columns whose codes name a division in one row and a school in another.
"""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from schemas import code_rules, major_list_rules
from schemas import column_rules as rules
from schemas.columns import Facts, Shape, field
from schemas.reference import divisions
from yrdx.dataset import Kind
from yrdx.kernels import uscc_is_valid
from yrdx.rule import Rule

UNIT = "^([0-9A-HJ-NPQRTUWXY]{18}|[1-9][0-9]{5})$"
"""Form of a credit code or a division."""

_SCHOOL = "(36|41|42|93)[0-9]{8}"


def unit_code_is_unknown(name: str) -> Rule:
    """A responsible unit goes by its credit code, or by the division that it governs."""
    return rules.rule(
        "unit_code_is_unknown",
        name,
        is_division(name) | uscc_is_valid(name),
        zh=(
            "单位代码既不是校验通过的 18 位统一社会信用代码，也不是 6 位行政区划代码。",
            "市、县填行政区划代码，部门和单位填统一社会信用代码，不要填单位名称。",
        ),
        en=(
            "The code is neither a valid 18-character credit code nor a six-digit division.",
            "Cities and counties give their division, other units their credit code, not a name.",
        ),
        source="GB 32100-2015；GB/T 2260",
    )


def identifier(name: str, zh: str, *, max_length: int, **facts: Unpack[Facts]) -> Any:
    """A number that the supplier gives, judged by its length alone."""
    checks = [rules.text_is_too_long(name, max_length)]
    return field(
        name, zh, kind=Kind.CODE, checks=checks, shape={"max_length": max_length}, facts=facts
    )


def any_school_code(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """The ten-digit code of a school of whatever kind, high schools and universities included."""
    checks = [code_rules.school_code_is_malformed(name)]
    shape: Shape = {"width": 10, "pattern": "^[0-9]{10}$"}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def major_of_any_edition(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A major whose edition of the catalogue does not stand in the row."""
    checks = [code_rules.major_code_is_malformed(name)]
    facts["list_checks"] = (major_list_rules.major_code_is_in_no_edition(name),)
    shape: Shape = {"pattern": code_rules.MAJOR_CODE}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def unit_code(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """A unit of government or another body."""
    checks = [unit_code_is_unknown(name)]
    shape: Shape = {"max_length": 18, "pattern": UNIT}
    return field(name, zh, kind=Kind.CODE, checks=checks, shape=shape, facts=facts)


def is_division(name: str) -> pl.Expr:
    """Whether the code is an administrative division of any day."""
    return pl.col(name).is_in(list(divisions().values))


def is_province(name: str) -> pl.Expr:
    """Whether the code is the division of a province."""
    return is_division(name) & pl.col(name).str.ends_with("0000")


def is_school(name: str) -> pl.Expr:
    """Whether the code is a school's, or the credit code of a school without one."""
    ten = pl.col(name).str.contains(f"^{_SCHOOL}$")
    return ten | uscc_is_valid(name)


def is_major_of_school(name: str) -> pl.Expr:
    """Whether the code joins a school and a major by a hyphen."""
    return pl.col(name).str.contains(f"^{_SCHOOL}-{code_rules.MAJOR_CODE[1:]}")


def province_of(name: str) -> pl.Expr:
    """Two digits of the province that a division, school or credit code lies in.

    Schools and credit codes both name it by their third and fourth characters.
    """
    column = pl.col(name)
    return (
        pl.when(column.str.len_bytes() == 6)
        .then(column.str.head(2))
        .otherwise(column.str.slice(2, 2))
    )
