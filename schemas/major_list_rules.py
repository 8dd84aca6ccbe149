"""Rules that hold a major to the catalogue that an operator loads: code, name and edition.

The same six digits mean different majors in different editions, so a code is judged together with
the edition that its row names.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas.list_rules import JOIN, MAJOR, current, even, joined, list_rule, look_up
from yrdx.model import Severity, Text
from yrdx.rule import ListRule, Repair

_SEVERAL = "；"
"""Between the meanings of one code."""


def _majors(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries with the code as the catalogue means it: a K where it is state-controlled."""
    code = pl.col("code")
    controlled = pl.col("is_controlled").fill_null(value=False) & ~code.str.ends_with("K")
    meant = pl.when(controlled).then(code + "K").otherwise(code)
    return entries.with_columns(meant.alias("code")).with_columns(
        key=joined("edition", "code"), name=even(pl.col("name"))
    )


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
        known = joined("catalog_version", name).is_in(majors["key"].to_list())
        return pl.col(name).is_null() | unknown | known

    return list_rule(
        "major_code_is_not_in_catalogue",
        name,
        MAJOR,
        build,
        candidate=lambda entries, _day: look_up(pl.col(name), _meanings(_majors(entries))),
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
        valid = set(current(majors, day)["key"])
        outside = [key for key in majors["key"].unique(maintain_order=True) if key not in valid]
        return ~joined("catalog_version", name).is_in(outside)

    def candidate(entries: pl.DataFrame, _day: date) -> pl.Expr:
        after = _majors(entries).filter(pl.col("successor").is_not_null())
        texts = dict(after.select("key", "successor").iter_rows())
        return look_up(joined("catalog_version", name), texts)

    return list_rule(
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


def codes_of_any_edition(entries: pl.DataFrame) -> list[str]:
    """All codes of majors, with and without the K whose place the edition decides."""
    codes = _majors(entries)["code"]
    bare = codes.str.strip_suffix("K")
    return [*codes, *(bare + "K"), *bare]


def major_code_is_in_no_edition(name: str) -> ListRule:
    """A major whose edition does not stand in the row must stand in one of them."""

    def build(entries: pl.DataFrame, _day: date) -> pl.Expr:
        return pl.col(name).is_in(codes_of_any_edition(entries))

    return list_rule(
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
        key = joined("catalog_version", code)
        named = _with_name(key, name).is_in(_names_of(majors, "key"))
        foreign = _with_name(pl.col(code), name).is_in(_names_of(majors, "code"))
        return ~key.is_in(majors["key"].to_list()) | named | foreign

    def candidate(entries: pl.DataFrame, day: date) -> pl.Expr:
        majors = _majors(entries)
        newest = pl.concat([majors, current(majors, day)])
        texts = dict(newest.select("key", "name").iter_rows())
        return look_up(joined("catalog_version", code), texts)

    return list_rule(
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
        key = joined(name, code)
        named = _with_name(key, title).is_in(_names_of(majors, "key"))
        foreign = _with_name(pl.col(code), title).is_in(_names_of(majors, "code"))
        return ~key.is_in(majors["key"].to_list()) | named | ~foreign

    return list_rule(
        "major_is_of_another_edition",
        name,
        MAJOR,
        build,
        candidate=lambda entries, _day: look_up(pl.col(code), _meanings(_majors(entries))),
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
    return pl.concat_str([key, even(pl.col(name))], separator=JOIN)


def _names_of(majors: pl.DataFrame, key: str) -> list[str]:
    """Each key with each of its names."""
    return majors.select(pl.concat_str([key, "name"], separator=JOIN)).to_series().to_list()


def trailing_k_follows_the_catalogue(name: str) -> Repair:
    """A K that is missing, or too many, is set right where the edition has just the other form."""

    def build(entries: pl.DataFrame) -> pl.Expr:
        majors = _majors(entries)
        known = set(majors["key"].drop_nulls())
        other = {
            (key.removesuffix("K") if key.endswith("K") else f"{key}K"): key.partition(JOIN)[2]
            for key in known
        }
        meant = {key: code for key, code in other.items() if key not in known}
        return pl.coalesce(look_up(joined("catalog_version", name), meant), pl.col(name))

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
