"""Repairs of names and other text: blanks, line breaks, brackets, odd characters."""

from __future__ import annotations

import unicodedata

import polars as pl

from yrdx.reading.cells import Cells, V

BLANK = (
    r"[\s\u{00a0}\u{1680}\u{2000}-\u{200f}\u{2028}\u{2029}\u{202f}\u{205f}\u{2060}\u{3000}\u{feff}]"
)
EXCEL_ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
NULLS = (
    "-", "--", "---", "—", "——", "－", "–", "/", "\\", "…", "...", "……", "#n/a", "无", "暂无",
    "没有", "空", "n/a", "na", "null", "none", "nan", "nil", "(空)", "（空）", "(无)", "（无）",
)  # fmt: skip
SAME_AS_ABOVE = ("同上", "〃", "″", '"', "''", "同前")

_HAN = r"[\p{Han}（）《》、，。；：·]"
_ODD = (
    rf"{BLANK}|[()\[\]\u{{2e80}}-\u{{2fdf}}\u{{e000}}-\u{{f8ff}}\u{{fffd}}・•‧∙□]|\?\?|^['‘’]"
    r"|^#[A-Z/0]+[!?]?$"
)
_RADICALS = {
    chr(point): unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)
}
_SUPPLEMENT = {
    "⺠": "民", "⻓": "长", "⻛": "风", "⻢": "马", "⻅": "见", "⻋": "车", "⻔": "门",
}  # fmt: skip
_DOTS = {"・": "·", "•": "·", "‧": "·", "∙": "·"}
_VARIANTS = {**_RADICALS, **_SUPPLEMENT, **_DOTS}


def is_odd() -> pl.Expr:
    """Whether a text needs a closer look."""
    return V.str.contains(_ODD) | V.str.to_lowercase().is_in([*NULLS, *SAME_AS_ABOVE])


def repair_text(cells: Cells, *, keeps_none: bool) -> None:
    """Bring names into canonical form; `keeps_none` where 无 is a statement, not an absence."""
    strip_ends(cells)
    read_nothing(cells, keeps_none=keeps_none)
    cells.repair("name_was_joined", _joined())
    cells.repair(
        "brackets_were_made_full_width",
        pl.when(V.str.contains(r"\p{Han}"))
        .then(V.str.replace_all("(", "（", literal=True).str.replace_all(")", "）", literal=True))
        .otherwise(V),
    )
    cells.repair(
        "characters_were_unified",
        V.str.replace_many(list(_VARIANTS), list(_VARIANTS.values())),
    )
    cells.doubt("text_has_private_characters", V.str.contains(r"[\u{e000}-\u{f8ff}\u{fffd}]"))
    cells.doubt("name_has_missing_characters", V.str.contains(r"\?\?|□"))


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
    cells.doubt("value_says_same_as_above", V.is_in(SAME_AS_ABOVE))
    cells.repair(
        "nothing_was_read_as_empty",
        pl.when(~V.str.to_lowercase().is_in(nulls)).then(V),
    )
