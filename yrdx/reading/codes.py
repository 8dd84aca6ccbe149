"""Repairs of codes: width, case, labels for codes, lost zeros."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import polars as pl

from yrdx.dataset import BETWEEN_CODES, CodeList, Column, Kind
from yrdx.kernels import hash_is_well_formed, uscc_is_valid
from yrdx.reading.cells import Cells, V
from yrdx.reading.characters import half_width
from yrdx.reading.texts import BLANK, NULLS, in_standard_characters, read_nothing, strip_ends

USCC_WIDTH = 18
HASH_WIDTH = 64
PADDED_WIDTH = 6
"""Codes up to this width are padded with zeros; longer ones never begin with one."""

_SPLIT = r"^([^\s\-_|、.:：,，/]+)[\s\-_|、.:：,，/]+(.+)$"
_BRACKETED = r"^([^()]+)\((.+)\)$"
_GLUED = r"^([0-9A-Z]+)(\p{Han}.*)$"
_SCIENTIFIC = r"^[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{2}$"
_A_DAY = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}[ T]00:00:00|^[0-9]{1,2}月[0-9]{1,2}日$"
_MARK = (
    r"[\u{b2}\u{b3}\u{b9}\u{2070}\u{2074}-\u{2079}\u{2080}-\u{2089}"
    r"\u{2460}-\u{249b}\u{24ea}\u{3251}-\u{325f}\u{32b1}-\u{32bf}]"
)
_FOOTNOTE = rf"[0-9０-９]{BLANK}*{_MARK}|{_MARK}{BLANK}*[0-9０-９]"
"""A raised or circled number beside a figure: made half-width, it would be one more digit."""
_PLAIN_NULLS = tuple(text.upper() for text in NULLS if re.fullmatch("[A-Z-]+", text.upper()))
"""Spellings of "nothing" in the characters of a code."""

_YES = ("是", "有", "√", "✓", "✔", "☑", "y", "yes", "true", "t", "对", "1.0", "是的", "1是", "1-是")
_NO = ("否", "×", "✗", "✘", "☐", "n", "no", "false", "f", "0.0", "不是", "非", "0否", "0-否")


def is_odd_code(column: Column) -> pl.Expr:
    """Whether a code may be in need of repair."""
    if column.codes and column.kind is Kind.CODE:
        return ~V.is_in(column.codes.values)
    if column.width == HASH_WIDTH:
        return ~hash_is_well_formed("value")
    if column.width == USCC_WIDTH:
        return ~V.str.contains("^[0-9A-HJ-NP-RTUW-Y]{18}$")
    odd = ~V.str.contains("^[0-9A-Z-]+$") | V.is_in(_PLAIN_NULLS)
    return odd | (V.str.len_bytes() != column.width) if column.width else odd


def are_odd_codes(column: Column) -> pl.Expr:
    """Whether several codes may be in need of repair."""
    one = "|".join(map(re.escape, column.codes.values)) if column.codes else "[0-9A-Z]+"
    return ~V.str.contains(f"^(?:{one})(?:{BETWEEN_CODES}(?:{one}))*$")


def repair_code(cells: Cells, column: Column) -> None:
    """Bring codes into canonical form."""
    if column.codes:
        _take_whole_label(cells, column.codes)
    make_plain(cells)
    cells.doubt("number_lost_digits", V.str.contains(_SCIENTIFIC))
    cells.doubt("code_became_a_date", V.str.contains(_A_DAY))
    if column.width == HASH_WIDTH:
        cells.repair("letters_were_made_lower_case", V.str.to_lowercase())
        return
    if column.codes:
        take_from_list(cells, column.codes)
    cells.repair("decimal_point_was_removed", V.str.replace(r"^([0-9]+)\.0+$", "$1"))
    if column.codes:
        _restore_zeros_by_list(cells, column.codes)
        return
    cells.repair("letters_were_made_upper_case", V.str.to_uppercase())
    inner = V.str.contains(r"^[0-9A-Z\s-]+$")
    without = V.str.replace_all(r"\s+", "")
    cells.repair("blanks_were_removed", pl.when(inner).then(without).otherwise(V))
    if column.width and column.width <= PADDED_WIDTH:
        short = V.str.contains("^[0-9]+$") & (V.str.len_bytes() < column.width)
        padded = pl.when(short).then(V.str.zfill(column.width)).otherwise(V)
        cells.repair("leading_zeros_were_restored", padded)
    if column.width == USCC_WIDTH:
        cells.repair("hyphen_was_removed", V.str.replace("^([0-9A-Z]{8})-([0-9X])$", "$1$2"))
        _propose_digits(cells)


def make_plain(cells: Cells) -> None:
    """Half-width, without blanks; spellings of "nothing" become null."""
    strip_ends(cells)
    read_nothing(cells)
    plain = pl.when(V.str.contains(_FOOTNOTE)).then(V).otherwise(half_width(V))
    cells.repair("characters_were_made_half_width", plain)
    cells.repair("nothing_was_read_as_empty", pl.when(V.str.len_bytes() > 0).then(V))


@lru_cache(maxsize=64)
def _labels(codes: CodeList) -> dict[str, str]:
    """Label → code with width and blanks evened out, only where it still means one code."""
    meanings: dict[str, set[str]] = {}
    for label, code in codes.by_label.items():
        meanings.setdefault(even(label), set()).add(code)
    return {label: next(iter(found)) for label, found in meanings.items() if len(found) == 1}


def even(label: str) -> str:
    """A label without blanks and variants of width, for comparing."""
    return "".join(unicodedata.normalize("NFKC", label).split()).casefold()


@lru_cache(maxsize=64)
def _pairs(codes: CodeList) -> tuple[str, ...]:
    """Every code with each of its own labels, also those that other codes share.

    A division goes by its own name too (西湖区), not only by its full one (杭州市西湖区).
    """
    return tuple(
        f"{code.value} {even(part)}"
        for code in codes.codes
        for label in (code.label.zh, code.label.en, *code.aliases)
        for part in (label, re.split("[省市](?=.)", label)[-1])
    )


def _meaning(text: pl.Expr, codes: CodeList) -> pl.Expr:
    """The code that a label means, null where it means none."""
    labels = _labels(codes)
    if not labels:
        return pl.lit(None, pl.String)
    bare = text.str.replace_all(rf"{BLANK}+", "").str.to_lowercase()
    bare = in_standard_characters(bare)
    return bare.replace_strict(
        list(labels), list(labels.values()), default=None, return_dtype=pl.String
    )


def _take_whole_label(cells: Cells, codes: CodeList) -> None:
    """Read labels that would be taken for nothing (无) or for several codes (a, b)."""
    meant = _meaning(V, codes)
    cells.repair(
        "label_was_replaced_by_code",
        pl.when(~V.is_in(codes.values) & meant.is_not_null()).then(meant).otherwise(V),
    )


def take_from_list(cells: Cells, codes: CodeList) -> None:
    """Labels become codes; of code and label in one cell the code is taken."""
    if codes.by_zone:
        city = V.replace_strict(
            list(codes.by_zone), list(codes.by_zone.values()), default=None, return_dtype=pl.String
        )
        cells.warn("zone_was_read_as_its_city", city.is_not_null(), city)
    if codes.beginnings:
        _take_wider_area(cells, codes)
    if presumed := codes.by_presumption:
        least = V.replace_strict(
            list(presumed), list(presumed.values()), default=None, return_dtype=pl.String
        )
        cells.warn("level_was_presumed", least.is_not_null(), least)
    known = V.is_in(codes.values)
    upper = V.str.to_uppercase()
    cells.repair(
        "letters_were_made_upper_case",
        pl.when(~known & upper.is_in(codes.values)).then(upper).otherwise(V),
    )
    meant = _meaning(V, codes)
    cells.repair(
        "label_was_replaced_by_code",
        pl.when(~known & meant.is_not_null()).then(meant).otherwise(V),
    )
    for pattern in (_SPLIT, _BRACKETED, _GLUED):
        _take_from_pair(cells, codes, pattern)
    _remove_section_letter(cells, codes)
    _doubt_short_numbers(cells, codes)


def _take_wider_area(cells: Cells, codes: CodeList) -> None:
    """440305 → 440300 where the list of divisions stops at cities."""
    before, wider = zip(*codes.beginnings, strict=True)
    meant = V.str.head(len(before[0])).replace_strict(
        before, wider, default=None, return_dtype=pl.String
    )
    is_part = V.str.contains("^[0-9]{6}$") & ~V.is_in(codes.values)
    cells.warn("county_was_read_as_its_city", is_part & meant.is_not_null(), meant)


def _take_from_pair(cells: Cells, codes: CodeList, pattern: str) -> None:
    """Read "02 中专", "33-浙江省", "本科|2", "1(教育部门)"."""
    first = V.str.extract(pattern, 1)
    second = V.str.extract(pattern, 2)
    unknown = ~V.is_in(codes.values)
    # 02 中专, where the list knows 2.
    short = first.str.replace(r"^0+([0-9]+)$", "$1")
    code = (
        pl.when(first.is_in(codes.values)).then(first)
        .when(second.is_in(codes.values)).then(second)
        .when(short.is_in(codes.values)).then(short)
    )  # fmt: skip
    label = pl.when(code == second).then(first).otherwise(second)
    meant = _meaning(label, codes)
    paired = unknown & code.is_not_null()
    bare = label.str.replace_all(rf"{BLANK}+", "").str.to_lowercase()
    agree = pl.concat_str([code, bare], separator=" ").is_in(_pairs(codes))
    cells.doubt("code_and_label_disagree", paired & ~agree & (meant != code), meant)
    cells.repair(
        "code_was_taken_from_code_and_label",
        pl.when(paired & agree).then(code).otherwise(V),
    )


def _remove_section_letter(cells: Cells, codes: CodeList) -> None:
    """A0111, a 0111 → 0111 in a list that has both letters and digits (GB/T 4754)."""
    values = set(codes.values)
    if not {"A", "01"} <= values:
        return
    digits = V.str.extract("^[A-Ta-t]\\s*([0-9]{2,4})$", 1)
    known = digits.is_in(codes.values) | digits.str.head(2).is_in(codes.values)
    cells.repair("section_letter_was_removed", pl.when(known).then(digits).otherwise(V))


def _doubt_short_numbers(cells: Cells, codes: CodeList) -> None:
    """Three digits under a list of two-digit divisions: a group, or a class without its zero."""
    if not {"A", "01"} <= set(codes.values):
        return
    zero = pl.concat_str([pl.lit("0"), V])
    either = V.str.contains("^[1-9][0-9]{2}$") & zero.str.head(2).is_in(codes.values)
    cells.doubt("leading_zeros_are_ambiguous", either, zero)


def _restored_zeros(codes: CodeList) -> dict[str, str]:
    """What is left of a code without its leading zeros → the code, where just one is meant."""
    values = set(codes.values)
    return {
        rest: full[0]
        for rest, full in codes.by_rest.items()
        if len(full) == 1 and rest not in values
    }


def _restore_zeros_by_list(cells: Cells, codes: CodeList) -> None:
    """Pad with zeros where exactly one code of the list is meant."""
    if restored := _restored_zeros(codes):
        padded = V.replace(list(restored), list(restored.values()))
        cells.repair("leading_zeros_were_restored", padded)
    several = {rest: "、".join(full) for rest, full in codes.by_rest.items() if len(full) > 1}
    if several:
        proposal = V.replace_strict(
            list(several), list(several.values()), default=None, return_dtype=pl.String
        )
        cells.doubt("leading_zeros_are_ambiguous", V.is_in(list(several)), proposal)


def _propose_digits(cells: Cells) -> None:
    """Propose digits for look-alike letters, where the check character then is right."""
    digits = V.str.replace_many(["O", "I", "Z", "S"], ["0", "1", "2", "5"])
    cells.frame = cells.frame.with_columns(_digits=digits)
    right = (pl.col("_digits") != V) & uscc_is_valid("_digits")
    cells.doubt("code_has_lookalike_letters", right, pl.col("_digits"))
    cells.frame = cells.frame.drop("_digits")


def repair_boolean(cells: Cells, column: Column) -> None:
    """Yes and no in words, signs or numbers become 1 and 0."""
    low = V.str.strip_chars().str.to_lowercase()
    rewritten = pl.when(low.is_in(_YES)).then(pl.lit("1")).when(low.is_in(_NO)).then(pl.lit("0"))
    cells.repair("yes_or_no_was_rewritten", rewritten.otherwise(V))
    make_plain(cells)
    if column.codes:
        take_from_list(cells, column.codes)


def repair_codes(cells: Cells, column: Column) -> None:
    """Several codes in one cell: one separator between them, labels replaced."""
    if column.codes:
        _take_whole_label(cells, column.codes)
    make_plain(cells)
    if column.codes:
        _take_codes_from_pairs(cells, column.codes)
    else:
        cells.repair("letters_were_made_upper_case", V.str.to_uppercase())
    one = V.str.replace_all(r"[;；,，、/|\s]+", BETWEEN_CODES)
    parts = one.str.strip_chars(BETWEEN_CODES).str.split(BETWEEN_CODES)
    if column.codes:
        item = pl.element()
        known = item.is_in(column.codes.values)
        upper = item.str.to_uppercase()
        meant = _meaning(item, column.codes)
        code = (
            pl.when(known).then(item)
            .when(upper.is_in(column.codes.values)).then(upper)
            .otherwise(pl.coalesce(meant, item))
        )  # fmt: skip
        parts = parts.list.eval(code)
    cells.repair("codes_were_separated_anew", parts.list.join(BETWEEN_CODES))
    if column.codes and (restored := _restored_zeros(column.codes)):
        padded = pl.element().replace(list(restored), list(restored.values()))
        parts = V.str.split(BETWEEN_CODES).list.eval(padded)
        cells.repair("leading_zeros_were_restored", parts.list.join(BETWEEN_CODES))


def _take_codes_from_pairs(cells: Cells, codes: CodeList) -> None:
    """06 装备制造大类、11 电子与信息大类 → 06、11."""
    pairs = {
        f"{code.value}{between}{unicodedata.normalize('NFKC', label)}": code.value
        for code in codes.codes
        for label in (code.label.zh, *code.aliases)
        for between in ("", " ", "-", ".", ":")
    }
    longest_first = sorted(pairs, key=len, reverse=True)
    alone = V.str.replace_many(
        longest_first, [pairs[pair] for pair in longest_first], leftmost=True
    )
    cells.repair("code_was_taken_from_code_and_label", alone)
    # The blank between 07 and 装备制造大类 would make two codes of them.
    cells.doubt("code_and_label_disagree", V.str.contains(r"[0-9A-Z][ .:-]*\p{Han}"))
