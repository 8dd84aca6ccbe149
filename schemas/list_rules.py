"""Rules that need a list which an operator loads: majors, occupations, 1+X, industries.

Each function builds a `ListRule` for the column `name`, and the rule's code is the function's
name. Until the list is imported the rule is named in the report as not checked; the form of the
codes is judged without it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from schemas.code_rules import MAJOR_CODE, OCCUPATION_CODE
from yrdx.lists import ReferenceList
from yrdx.model import Severity, Text
from yrdx.rule import ListRule, Repair

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

_JOIN = "|"
_SEVERAL = "；"
Build = Callable[[pl.DataFrame, date], pl.Expr]


def _rule(
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


def _joined(*names: str) -> pl.Expr:
    """Several columns as one text, null where one is."""
    return pl.concat_str([pl.col(name) for name in names], separator=_JOIN)


def _look_up(key: pl.Expr, texts: dict[str, str]) -> pl.Expr:
    return key.replace_strict(
        list(texts), list(texts.values()), default=None, return_dtype=pl.String
    )


def _majors(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries with the code as the catalogue means it: a K where it is state-controlled."""
    code = pl.col("code")
    controlled = pl.col("is_controlled").fill_null(value=False) & ~code.str.ends_with("K")
    meant = pl.when(controlled).then(code + "K").otherwise(code)
    return entries.with_columns(meant.alias("code")).with_columns(
        key=_joined("edition", "code"), name=_even(pl.col("name"))
    )


def _even(name: pl.Expr) -> pl.Expr:
    """A name with its blanks and brackets evened out, for comparing."""
    return name.str.replace_all(r"\s+", "").str.replace_many(["(", ")"], ["（", "）"])


def _current(entries: pl.DataFrame, day: date) -> pl.DataFrame:
    """The entries that are valid on a day."""
    begins, ends = pl.col("valid_from"), pl.col("valid_to")
    return entries.filter(begins.is_null() | (begins <= day), ends.is_null() | (pl.lit(day) < ends))


def _meanings(entries: pl.DataFrame) -> dict[str, str]:
    """Code of a major → what it means in each edition."""
    told = (
        entries.sort("edition")
        .select("code", told=pl.format("{} {}", "edition", "name"))
        .unique(maintain_order=True)
        .group_by("code", maintain_order=True)
        .agg(pl.col("told").str.join(_SEVERAL))
    )
    return dict(told.iter_rows())


def major_code_is_not_in_catalogue(name: str) -> ListRule:
    """A major must stand in the edition of the catalogue that the row names."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        majors = _majors(entries)
        # An edition that nobody imported cannot say that a code is wrong.
        unknown = ~pl.col("catalog_version").is_in(majors["edition"].unique().to_list())
        known = _joined("catalog_version", name).is_in(majors["key"].to_list())
        return pl.col(name).is_null() | unknown | known

    return _rule(
        "major_code_is_not_in_catalogue",
        name,
        MAJOR,
        build,
        candidate=lambda entries, _day: _look_up(pl.col(name), _meanings(_majors(entries))),
        zh=(
            "所填目录版本的专业目录中没有这个专业代码。",
            "请核对专业代码和目录版本；“候选值”列出该代码在其他版本中的专业名称。",
        ),
        en=(
            "The edition of the catalogue that the row names has no such major.",
            "Check code and edition; the candidate says what the code means in other editions.",
        ),
    )


def major_code_is_not_in_force(name: str) -> ListRule:
    """A major should be in force on the day of the data: supplements come, and majors go."""

    def build(entries: pl.DataFrame, day: date) -> pl.Expr:
        majors = _majors(entries)
        current = set(_current(majors, day)["key"])
        outside = [key for key in majors["key"].unique(maintain_order=True) if key not in current]
        return ~_joined("catalog_version", name).is_in(outside)

    def candidate(entries: pl.DataFrame, _day: date) -> pl.Expr:
        after = _majors(entries).filter(pl.col("successor").is_not_null())
        texts = dict(after.select("key", "successor").iter_rows())
        return _look_up(_joined("catalog_version", name), texts)

    return _rule(
        "major_code_is_not_in_force",
        name,
        MAJOR,
        build,
        candidate=candidate,
        severity=Severity.WARNING,
        zh=(
            "该专业在数据所属日期不在目录有效期内（已撤销、更名合并，或增补后尚未启用）。",
            "请核对专业代码；有替代专业的见“候选值”。",
        ),
        en=(
            "The major was not in force on the day of the data: withdrawn, or not yet added.",
            "Check the code; the candidate is the major that replaced it, where there is one.",
        ),
    )


def major_code_is_in_no_edition(name: str) -> ListRule:
    """A major whose edition does not stand in the row must stand in one of them."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        codes = _majors(entries)["code"]
        bare = codes.str.strip_suffix("K")
        return pl.col(name).is_in([*codes, *(bare + "K"), *bare])

    return _rule(
        "major_code_is_in_no_edition",
        name,
        MAJOR,
        build,
        severity=Severity.WARNING,
        zh=("已导入的各版专业目录中都没有这个专业代码。", "请核对专业代码。"),
        en=("No imported edition of the catalogue has this major.", "Check the code."),
    )


def major_name_differs_from_catalogue(name: str, *, code: str = "major_code") -> ListRule:
    """The name of a major should be the catalogue's, unless it betrays another edition."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        majors = _majors(entries)
        key = _joined("catalog_version", code)
        named = _with_name(key, name).is_in(_names_of(majors, "key"))
        foreign = _with_name(pl.col(code), name).is_in(_names_of(majors, "code"))
        return ~key.is_in(majors["key"].to_list()) | named | foreign

    def candidate(entries: pl.DataFrame, day: date) -> pl.Expr:
        majors = _majors(entries)
        newest = pl.concat([majors, _current(majors, day)])
        texts = dict(newest.select("key", "name").iter_rows())
        return _look_up(_joined("catalog_version", code), texts)

    return _rule(
        "major_name_differs_from_catalogue",
        name,
        MAJOR,
        build,
        candidate=candidate,
        severity=Severity.WARNING,
        zh=(
            "专业名称与专业目录中该代码的名称不一致。",
            "请改用目录中的专业名称（见“候选值”），方向另填“专业（技能）方向”。",
        ),
        en=(
            "The name is not the one that the catalogue gives to this code.",
            "Use the catalogue's name, which is the candidate; a direction has its own column.",
        ),
    )


def major_is_of_another_edition(
    name: str = "catalog_version", *, code: str = "major_code", title: str = "major_name"
) -> ListRule:
    """The same digits mean other majors in other editions: the name tells which one is meant."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        majors = _majors(entries)
        key = _joined(name, code)
        named = _with_name(key, title).is_in(_names_of(majors, "key"))
        foreign = _with_name(pl.col(code), title).is_in(_names_of(majors, "code"))
        return ~key.is_in(majors["key"].to_list()) | named | ~foreign

    return _rule(
        "major_is_of_another_edition",
        name,
        MAJOR,
        build,
        candidate=lambda entries, _day: _look_up(pl.col(code), _meanings(_majors(entries))),
        zh=(
            "目录版本不符：专业名称是另一版本专业目录中该代码的名称，两个名称见“候选值”。",
            "请核对后改正目录版本，或改填所填版本中的专业代码。",
        ),
        en=(
            "The name is the one that another edition gives to this code; the candidate has both.",
            "Correct the edition, or give the code of the edition that is named.",
        ),
    )


def _with_name(key: pl.Expr, name: str) -> pl.Expr:
    return pl.concat_str([key, _even(pl.col(name))], separator=_JOIN)


def _names_of(majors: pl.DataFrame, key: str) -> list[str]:
    """Each key with each of its names."""
    return majors.select(pl.concat_str([key, "name"], separator=_JOIN)).to_series().to_list()


def trailing_k_follows_the_catalogue(name: str) -> Repair:
    """A K that is missing, or too many, is set right where the edition has just the other form."""

    def build(entries: pl.DataFrame) -> pl.Expr:
        majors = _majors(entries)
        known = set(majors["key"].drop_nulls())
        other = {
            (key.removesuffix("K") if key.endswith("K") else f"{key}K"): key.partition(_JOIN)[2]
            for key in known
        }
        meant = {key: code for key, code in other.items() if key not in known}
        return pl.coalesce(_look_up(_joined("catalog_version", name), meant), pl.col(name))

    return Repair(
        rule="trailing_k_was_set_by_the_catalogue",
        column=name,
        needs=MAJOR,
        note=Text(
            zh="按专业目录补上或去掉了专业代码末尾的“K”（国家控制布点）。",
            en="The K at the end of a major code was set as the catalogue has it.",
        ),
        build=build,
    )


def occupation_code_is_not_in_classification(name: str) -> ListRule:
    """An occupation should stand in some edition; new ones are announced between editions."""
    return _rule(
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
        current = set(_current(entries, day)["code"])
        outside = [code for code in entries["code"].unique() if code not in current]
        return ~pl.col(name).is_in(sorted(outside))

    def candidate(entries: pl.DataFrame, _day: date) -> pl.Expr:
        after = entries.filter(pl.col("successor").is_not_null()).sort("edition")
        return _look_up(pl.col(name), dict(after.select("code", "successor").iter_rows()))

    return _rule(
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
    return _even(name).str.replace("(职业技能等级)?证书$", "")


def onex_certificate_is_not_on_the_list(name: str) -> ListRule:
    """A 1+X certificate must be on the national list."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        known = entries.select(_certificate(pl.col("name"))).to_series().unique().to_list()
        return (pl.col("cert_category") != "3") | _certificate(pl.col(name)).is_in(known)

    return _rule(
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
        known = levels.select(_joined("name", "level")).to_series().drop_nulls().to_list()
        certificate = _certificate(pl.col(title))
        listed = certificate.is_in(levels["name"].unique().to_list())
        pair = pl.concat_str([certificate, pl.col(name)], separator=_JOIN)
        return (pl.col("cert_category") != "3") | ~listed | pair.is_in(known)

    return _rule(
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
    return _rule(
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
