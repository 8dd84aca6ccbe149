"""Rules that need a list which an operator loads: occupations, 1+X certificates, industries.

Each function builds a `ListRule` for the column `name`, and the rule's code is the function's
name; those for majors stand in `major_list_rules`. Until the list is imported the rule is named in
the report as not checked; the form of the codes is judged without it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from schemas.code_rules import MAJOR_CODE, OCCUPATION_CODE
from yrdx.lists import ReferenceList
from yrdx.model import Severity, Text
from yrdx.rule import ListRule

MAJOR = ReferenceList(
    name="major",
    title=Text(zh="职业教育专业目录", en="Catalogue of majors"),
    source="职业教育专业目录（教育部、人力资源社会保障部各版）",
    pattern=MAJOR_CODE,
    has_editions=True,
)
OCCUPATION = ReferenceList(
    name="occupation",
    title=Text(zh="职业分类大典", en="Classification of occupations"),
    source="中华人民共和国职业分类大典（1999、2015、2022年版）及历次新职业公告",
    pattern=OCCUPATION_CODE,
    has_editions=True,
)
ONEX = ReferenceList(
    name="onex",
    title=Text(zh="1+X职业技能等级证书目录", en="List of 1+X certificates"),
    source="1+X职业技能等级证书目录（教育部）",
    pattern="^[0-9A-Z-]{1,20}$",
    by_level=True,
)
INDUSTRY = ReferenceList(
    name="industry",
    title=Text(zh="国民经济行业分类（含小类）", en="Classification of industries, with classes"),
    source="GB/T 4754-2017",
    pattern="^([A-T]|[0-9]{2,4})$",
)

JOIN = "|"
Build = Callable[[pl.DataFrame, date], pl.Expr]


def list_rule(
    code: str,
    name: str,
    needs: ReferenceList,
    build: Build,
    *,
    zh: tuple[str, str],
    en: tuple[str, str],
    candidate: Build | None = None,
    severity: Severity = Severity.ERROR,
) -> ListRule:
    """A rule of one column; `zh` and `en` each hold the message and the remedy."""
    return ListRule(
        code=code,
        column=name,
        needs=needs,
        severity=severity,
        message=Text(zh=zh[0], en=en[0]),
        remedy=Text(zh=zh[1], en=en[1]),
        source=needs.source,
        build=build,
        candidate=candidate,
    )


def joined(*names: str) -> pl.Expr:
    """Several columns as one text, null where one is."""
    return pl.concat_str([pl.col(name) for name in names], separator=JOIN)


def look_up(key: pl.Expr, texts: dict[str, str]) -> pl.Expr:
    """What a key stands for, null where it stands for nothing."""
    return key.replace_strict(
        list(texts), list(texts.values()), default=None, return_dtype=pl.String
    )


def even(name: pl.Expr) -> pl.Expr:
    """A name with its blanks and brackets evened out, for comparing."""
    return name.str.replace_all(r"\s+", "").str.replace_many(["(", ")"], ["（", "）"])


def current(entries: pl.DataFrame, day: date) -> pl.DataFrame:
    """The entries that are valid on a day."""
    begins, ends = pl.col("valid_from"), pl.col("valid_to")
    return entries.filter(begins.is_null() | (begins <= day), ends.is_null() | (pl.lit(day) < ends))


def occupation_code_is_not_in_classification(name: str) -> ListRule:
    """An occupation should stand in some edition; new ones are announced between editions."""
    return list_rule(
        "occupation_code_is_not_in_classification",
        name,
        OCCUPATION,
        lambda entries, _day: pl.col(name).is_in(entries["code"].unique().to_list()),
        severity=Severity.WARNING,
        zh=(
            "已导入的各版职业分类大典中都没有这个职业编码。",
            "请核对编码；新公布的职业请告知数据交换中心更新参考数据。",
        ),
        en=(
            "No imported edition of the classification has this occupation.",
            "Check the code; tell the exchange if the occupation was announced lately.",
        ),
    )


def occupation_code_is_retired(name: str) -> ListRule:
    """An occupation should be one of the edition that is in force on the day of the data."""

    def build(entries: pl.DataFrame, day: date) -> pl.Expr:
        valid = set(current(entries, day)["code"])
        outside = [code for code in entries["code"].unique() if code not in valid]
        return ~pl.col(name).is_in(sorted(outside))

    def candidate(entries: pl.DataFrame, _day: date) -> pl.Expr:
        after = entries.filter(pl.col("successor").is_not_null()).sort("edition")
        return look_up(pl.col(name), dict(after.select("code", "successor").iter_rows()))

    return list_rule(
        "occupation_code_is_retired",
        name,
        OCCUPATION,
        build,
        candidate=candidate,
        severity=Severity.WARNING,
        zh=(
            "该职业编码属于旧版职业分类大典，在数据所属日期已不再使用。",
            "请改填现行版本的职业编码；有对应编码的见“候选值”。",
        ),
        en=(
            "The occupation is one of an older edition, out of use on the day of the data.",
            "Use the code of the edition in force; the candidate is its successor, if known.",
        ),
    )


_LEVELS = {"初级": "C", "中级": "Z", "高级": "G"}


def _certificate(name: pl.Expr) -> pl.Expr:
    return even(name).str.replace("(职业技能等级)?证书$", "")


def onex_certificate_is_not_on_the_list(name: str) -> ListRule:
    """A 1+X certificate must be on the national list."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        known = entries.select(_certificate(pl.col("name"))).to_series().unique().to_list()
        return (pl.col("cert_category") != "3") | _certificate(pl.col(name)).is_in(known)

    return list_rule(
        "onex_certificate_is_not_on_the_list",
        name,
        ONEX,
        build,
        zh=(
            "证书类别为 1+X，但国家 1+X 证书目录中没有这个证书。",
            "请按目录填写证书全称，或核对证书类别。",
        ),
        en=(
            "The category is 1+X, but the national list has no certificate of this name.",
            "Give the name as the list has it, or correct the category.",
        ),
    )


def onex_certificate_has_no_such_level(name: str, *, title: str = "cert_name") -> ListRule:
    """A 1+X certificate must exist at the level that the row names."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        levels = entries.select(
            _certificate(pl.col("name")).alias("name"), pl.col("level").replace(_LEVELS)
        )
        known = levels.select(joined("name", "level")).to_series().drop_nulls().to_list()
        certificate = _certificate(pl.col(title))
        listed = certificate.is_in(levels["name"].unique().to_list())
        pair = pl.concat_str([certificate, pl.col(name)], separator=JOIN)
        return (pl.col("cert_category") != "3") | ~listed | pair.is_in(known)

    return list_rule(
        "onex_certificate_has_no_such_level",
        name,
        ONEX,
        build,
        zh=(
            "国家 1+X 证书目录中该证书没有这个等级。",
            "请对照证书核对等级：C 初级、Z 中级、G 高级。",
        ),
        en=(
            "The national list of 1+X certificates has this one, but not at this level.",
            "Compare the level with the certificate: C beginner, Z intermediate, G advanced.",
        ),
    )


def industry_code_is_not_in_classification(name: str) -> ListRule:
    """Groups and classes must exist, not only their division."""
    return list_rule(
        "industry_code_is_not_in_classification",
        name,
        INDUSTRY,
        lambda entries, _day: pl.col(name).is_in(entries["code"].unique().to_list()),
        zh=(
            "国民经济行业分类中没有这个行业代码。",
            "请核对中类、小类代码；不确定时可只填大类（前两位）。",
        ),
        en=(
            "The classification of industries has no such group or class.",
            "Check the code; give its first two digits if you are not sure.",
        ),
    )
