"""Columns of several codes in one cell: majors, industries, units.

Their form is judged code by code; that each exists is asked of the lists that are part of the
contract, and of those that an operator loads. A finding names the codes it is about.
"""

from __future__ import annotations

from typing import Any, Unpack

import polars as pl

from schemas import code_rules, list_rules, major_list_rules
from schemas import column_rules as rules
from schemas.columns import Facts, Shape, field
from schemas.identifiers import UNIT
from schemas.reference import code_list, divisions
from yrdx.dataset import Kind
from yrdx.kernels import uscc_is_valid
from yrdx.model import Severity
from yrdx.rule import ListRule, Rule

_CODE = pl.element()


def major_codes(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """Several majors, whose edition of the catalogue does not stand in the row."""
    checks = [major_codes_are_malformed(name)]
    facts["list_checks"] = (major_codes_are_in_no_edition(name),)
    shape: Shape = {"pattern": code_rules.MAJOR_CODE}
    return field(name, zh, kind=Kind.CODES, checks=checks, shape=shape, facts=facts)


def industry_codes(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """Several industries of GB/T 4754-2017."""
    checks = [industry_codes_are_malformed(name)]
    facts["list_checks"] = (industry_codes_are_not_in_classification(name),)
    known = code_list("industry").values
    sections = "".join(value for value in known if value.isalpha())
    broad = "|".join(value for value in known if value.isdigit())
    shape: Shape = {"pattern": f"^([{sections}]|({broad})[0-9]{{0,2}})$"}
    return field(name, zh, kind=Kind.CODES, checks=checks, shape=shape, facts=facts)


def unit_codes(name: str, zh: str, **facts: Unpack[Facts]) -> Any:
    """Several units."""
    checks = [unit_codes_are_malformed(name), unit_codes_are_unknown(name)]
    return field(name, zh, kind=Kind.CODES, checks=checks, shape={"pattern": UNIT}, facts=facts)


def major_codes_are_malformed(name: str) -> Rule:
    """Each of several majors has the form of a major code."""
    good = _CODE.str.contains(code_rules.MAJOR_CODE)
    return rules.rule(
        "major_codes_are_malformed",
        name,
        rules.all_are(name, good),
        candidate=rules.those_that_are_not(name, good),
        zh=(
            (
                "涉及的专业代码中有不是 6 位数字（国控专业后加 K）或技工院校 4 位数字的，"
                "“候选值”栏列出是哪些。"
            ),
            "请填专业目录中的代码，多个代码之间用“；”分隔。",
        ),
        en=(
            (
                "Those of the major codes that stand as the candidate have neither six digits, "
                "perhaps with a K, nor four."
            ),
            "Give codes of the catalogue and separate them with “；”.",
        ),
        source="职业教育专业目录（2021年）；全国技工院校专业目录（2022年修订）",
    )


def major_codes_are_in_no_edition(name: str) -> ListRule:
    """Each of several majors must stand in one of the editions."""

    def known(entries: pl.DataFrame) -> pl.Expr:
        return _CODE.is_in(major_list_rules.codes_of_any_edition(entries))

    return list_rules.list_rule(
        "major_codes_are_in_no_edition",
        name,
        list_rules.MAJOR,
        lambda entries, _day: rules.all_are(name, known(entries)),
        candidate=lambda entries, _day: rules.those_that_are_not(name, known(entries)),
        severity=Severity.WARNING,
        zh=(
            "填写的多个专业代码中，“候选值”栏列出的代码在已导入的各版专业目录中都没有。",
            "请核对所列的专业代码。",
        ),
        en=(
            (
                "Of several majors, no imported edition of the catalogue has those that stand as "
                "the candidate."
            ),
            "Check these codes.",
        ),
    )


def industry_codes_are_malformed(name: str) -> Rule:
    """Each of several industries is a section, or two to four digits of a known division."""
    known = list(code_list("industry").values)
    numbers = _CODE.str.contains("^[0-9]{2,4}$") & _CODE.str.head(2).is_in(known)
    good = numbers | _CODE.is_in(known)
    return rules.rule(
        "industry_codes_are_malformed",
        name,
        rules.all_are(name, good),
        candidate=rules.those_that_are_not(name, good),
        zh=(
            (
                "行业代码中有不是门类字母（A–T）或国民经济行业分类 2–4 位数字的，"
                "“候选值”栏列出是哪些。"
            ),
            (
                "请核对行业代码，不要把字母和数字连写（C34 应填 34），"
                "多个代码之间用“；”分隔，保留前导零。"
            ),
        ),
        en=(
            (
                "Those of the industries that stand as the candidate are neither a section A to T "
                "nor two to four digits of a known division."
            ),
            "Write 34 rather than C34, separate the codes with “；” and keep leading zeros.",
        ),
        source="GB/T 4754-2017",
    )


def industry_codes_are_not_in_classification(name: str) -> ListRule:
    """Groups and classes among several industries must exist; the contract knows the others."""

    def known(entries: pl.DataFrame) -> pl.Expr:
        codes = {*entries["code"], *code_list("industry").values}
        return _CODE.is_in(sorted(codes))

    return list_rules.list_rule(
        "industry_codes_are_not_in_classification",
        name,
        list_rules.INDUSTRY,
        lambda entries, _day: rules.all_are(name, known(entries)),
        candidate=lambda entries, _day: rules.those_that_are_not(name, known(entries)),
        zh=(
            "填写的多个行业代码中，“候选值”栏列出的代码在国民经济行业分类中没有。",
            "请核对所列的中类、小类代码；不确定时可只填大类（前两位）。",
        ),
        en=(
            (
                "Of several industries, the classification has none of those that stand as the "
                "candidate."
            ),
            "Check these codes; give their first two digits if you are not sure.",
        ),
    )


def unit_codes_are_malformed(name: str) -> Rule:
    """Each of several units has the form of a credit code or of a division."""
    good = _CODE.str.contains(UNIT)
    return rules.rule(
        "unit_codes_are_malformed",
        name,
        rules.all_are(name, good),
        candidate=rules.those_that_are_not(name, good),
        zh=(
            (
                "单位代码中有既不是 18 位统一社会信用代码、也不是 6 位行政区划代码的，"
                "“候选值”栏列出是哪些。"
            ),
            "请逐个填写单位代码，用“；”分隔，不要填单位名称。",
        ),
        en=(
            (
                "Those of the units that stand as the candidate have neither the form of a credit "
                "code nor that of a six-digit division."
            ),
            "Give codes, not names, and separate them with “；”.",
        ),
        source="GB 32100-2015；GB/T 2260",
    )


def unit_codes_are_unknown(name: str) -> Rule:
    """Each of several units that have the right form exists, as far as its code can tell."""
    known = _CODE.is_in(list(divisions().values)) | _CODE.map_batches(
        _are_credit_codes, return_dtype=pl.Boolean
    )
    good = known | ~_CODE.str.contains(UNIT)
    return rules.rule(
        "unit_codes_are_unknown",
        name,
        rules.all_are(name, good),
        candidate=rules.those_that_are_not(name, good),
        zh=(
            (
                "填写的多个单位代码中，“候选值”栏列出的代码既不是校验通过的统一社会信用代码，"
                "也不是行政区划代码表中的代码。"
            ),
            "请对照证照或行政区划代码表核对所列的代码。",
        ),
        en=(
            (
                "Of several units, those that stand as the candidate are neither valid credit "
                "codes nor divisions of the list."
            ),
            "Compare these codes with the certificate or with the list of divisions.",
        ),
        source="GB 32100-2015；GB/T 2260",
    )


def _are_credit_codes(codes: pl.Series) -> pl.Series:
    return codes.to_frame("code").select(uscc_is_valid("code")).to_series()
