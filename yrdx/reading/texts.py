"""Repairs of names and other text: blanks, line breaks, brackets, odd characters."""

from __future__ import annotations

import re

import polars as pl

from yrdx.dataset import Column
from yrdx.reading.cells import Cells, V
from yrdx.reading.characters import TRADITIONAL, UNIFIED

BLANK = (
    r"[\s\u{00a0}\u{1680}\u{2000}-\u{200f}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}]"
)
EXCEL_ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
NULLS = (
    "-", "--", "---", "—", "——", "－", "–", "/", "\\", "…", "...", "……", "#n/a", "无", "暂无",
    "没有", "空", "n/a", "na", "null", "none", "nan", "nil", "(空)", "（空）", "(无)", "（无）",
)  # fmt: skip
ABOVE = (" (=", ")")
"""Reading puts the value of the row above between these, behind a cell that says "same"."""
SAME_AS_ABOVE = ("同上", "〃", "″", '"', "''", "同前")

CONTROLS = r"[\u{0}-\u{8}\u{e}-\u{1f}\u{7f}-\u{84}\u{86}-\u{9f}\u{202a}-\u{202e}\u{2066}-\u{2069}]"
"""C0 and C1 without what counts as a blank, and what turns the direction of writing."""

_HAN = r"[\p{Han}（）《》、，。；：·]"
_ODD = (
    rf"{BLANK}|{CONTROLS}|[()\[\]\u{{2e80}}-\u{{2fdf}}\u{{e000}}-\u{{f8ff}}\u{{fffd}}・•‧∙･．□]|\?\?|^['‘’]"
    r"|^#[A-Z/0]+[!?]?$"
)
_WIDE_DOT = r"(\p{Han})．(\p{Han})"
PROSE_FROM = 200
"""A text may be this long where it is prose; its line breaks and blanks are its writer's."""
_SUFFIX = (
    r"(.)(?:[（(](?:(?:世界)?一流(?:大学|学科)(?:建设)?(?:高校)?(?:[A-C]类)?|双一流(?:建设)?(?:高校)?"
    r"|985(?:工程)?(?:高校|院校)?|211(?:工程)?(?:高校|院校)?|省重点建设高校|省市共建重点高校"
    r"|入选[“\"]2011计划[”\"]高校)[）)])+$"
)
"""What admission lists write behind the name of a school."""
_TRADITIONAL = "[" + "".join(TRADITIONAL) + "]"
ODD_NAME = rf"{_SUFFIX}|{_TRADITIONAL}"
"""What makes an official name worth a closer look beside what does so in any text."""


def is_official_name(column: Column) -> bool:
    """Whether a text is the name of a school or enterprise, as its certificate spells it."""
    return any(rule.code == "name_has_half_width_brackets" for rule in column.rules)


def is_odd(column: Column) -> pl.Expr:
    """Whether a text needs a closer look."""
    odd = rf"{_ODD}|{ODD_NAME}" if is_official_name(column) else _ODD
    return V.str.contains(odd) | V.str.to_lowercase().is_in([*NULLS, *SAME_AS_ABOVE])


def repair_text(cells: Cells, column: Column, *, keeps_none: bool) -> None:
    """Bring names into canonical form; `keeps_none` where 无 is a statement, not an absence."""
    strip_ends(cells)
    read_nothing(cells, keeps_none=keeps_none)
    if (column.max_length or 0) < PROSE_FROM:
        cells.repair("name_was_joined", _joined())
        cells.repair(
            "brackets_were_made_full_width",
            pl.when(V.str.contains(r"\p{Han}"))
            .then(V.str.replace_many(["(", ")"], ["（", "）"]))
            .otherwise(V),
        )
    dotted = V.str.replace_all(_WIDE_DOT, "$1·$2")
    cells.repair(
        "characters_were_unified", dotted.str.replace_many(list(UNIFIED), list(UNIFIED.values()))
    )
    if is_official_name(column):
        bare = V.str.replace(_SUFFIX, "$1")
        cells.warn("name_suffix_was_removed", bare != V, bare)
        standard = in_standard_characters(V)
        cells.doubt("name_has_traditional_characters", standard != V, standard)
    bare = V.str.replace_all(CONTROLS, "")
    cells.doubt("text_has_control_characters", bare != V, pl.when(bare != "").then(bare))
    cells.doubt("text_has_private_characters", V.str.contains(r"[\u{e000}-\u{f8ff}\u{fffd}]"))
    cells.doubt("name_has_missing_characters", V.str.contains(r"\?\?|□"))


def in_standard_characters(text: pl.Expr) -> pl.Expr:
    """A text with simplified characters in place of traditional ones."""
    return text.map_batches(_in_standard_characters, return_dtype=pl.String, is_elementwise=True)


def _in_standard_characters(texts: pl.Series) -> pl.Series:
    # Making the replacement ready takes longer than a thousand texts: most need none.
    if (texts.str.len_bytes() == texts.str.len_chars()).all():
        return texts
    return texts.str.replace_many(list(TRADITIONAL), list(TRADITIONAL.values()))


def _joined() -> pl.Expr:
    """Blanks beside a Han character go, others become one blank; twice, as matches overlap."""
    once = V.str.replace_all(rf"({_HAN}){BLANK}+", "$1").str.replace_all(rf"{BLANK}+({_HAN})", "$1")
    return once.str.replace_all(rf"{BLANK}+", " ")


def strip_ends(cells: Cells) -> None:
    """Remove blanks around a text and an apostrophe in front; an empty text becomes null."""
    bare = V.str.replace_all(rf"^{BLANK}+|{BLANK}+$", "")
    cells.repair("blanks_were_removed", pl.when(bare != "").then(bare))
    cells.repair("apostrophe_was_removed", V.str.replace(r"^['‘’`]+(.+)$", "$1"))


def read_nothing(cells: Cells, *, keeps_none: bool = False) -> None:
    """Spellings of "nothing" become null; what points elsewhere is a finding."""
    nulls = [text for text in NULLS if not (keeps_none and text == "无")]
    cells.doubt("cell_holds_an_error", V.str.to_uppercase().is_in(EXCEL_ERRORS))
    before, after = map(re.escape, ABOVE)
    above = V.str.extract(f"^(?:{'|'.join(SAME_AS_ABOVE)}){before}(.+){after}$", 1)
    cells.warn("value_says_same_as_above", above.is_not_null(), above)
    cells.doubt("nothing_stands_above", V.is_in(SAME_AS_ABOVE))
    cells.repair(
        "nothing_was_read_as_empty",
        pl.when(~V.str.to_lowercase().is_in(nulls)).then(V),
    )
