"""Personal numbers in cells of text, however spelt: full-width, with blanks, in a sentence.

Nearly all cells are told from the others by one search for eleven digits; only what is left is
brought into one spelling and searched closely.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from yrdx.kernels import resident_id_is_valid
from yrdx.reading.characters import half_width

SHORTEST = 11
"""Bytes of the shortest number looked for: a mobile number."""

_WIDE_GAP = r"[-\s\u{a0}\u{2000}-\u{2015}\u{2212}\u{3000}\u{feff}\u{ff0d}]{0,3}"
_MANY_DIGITS = rf"(?:[0-9０-９]{_WIDE_GAP}){{10}}[0-9０-９]"
_END = r"(?-u:\b)"
"""A letter or digit on one side only; Chinese characters count as neither."""


def _id(gap: str, between: str) -> str:
    """The shape of 18 digits with gaps where people leave them, or in groups of four."""
    birth = f"(?:19|20)[0-9]{{2}}{gap}[0-9]{{2}}{gap}[0-9]{{2}}"
    division = f"[1-9][0-9]{{2}}{gap}[0-9]{{3}}"
    return (
        f"{_END}[GLJ]?(?:{division}{gap}{birth}{gap}[0-9]{{3}}{gap}[0-9X]"
        f"|[1-9][0-9]{{3}}(?:{between}[0-9]{{4}}){{3}}{between}[0-9][0-9X]){_END}"
    )


_ID, _SPACED_ID = _id("-{0,3}", "-"), _id("[- ]{0,3}", "[- ]")
"""Behind a letter it is a student number. Blanks also part columns of figures: a number may hold
them only where a cell has nothing else, or says what it is."""

_STUDENT = f"{_END}[GLJ][1-9][0-9]{{5}}"

# Division and date are judged closely: such a number has no check character.
_PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])"
_FIFTEEN = f"{_END}[0-9]{{15}}{_END}"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_OLD_ID = f"^{_PROVINCE}(?:0[1-9]|[1-6][0-9]|90)[0-9]{{2}}[2-9][0-9]{_DAY}[0-9]{{3}}$"
_SPOILT_ID = f"^{_PROVINCE}[0-9]{{4}}(?:19|20)[0-9]{{2}}{_DAY}[0-9]{{4}}$"
_SAYS_ID = "身份证|公民身份|证件"

_PHONE = f"{_END}(?:(?:00)?86[- ]?)?1[3-9][0-9]{{9}}{_END}"
_DASHED = f"{_END}[0-9]+(?:-{{1,2}}[0-9]+){{2,}}{_END}"
_SPACED = f"{_END}[0-9]+(?:[- ]{{1,2}}[0-9]+){{2,}}{_END}"
_SPACED_PHONE = (
    r"^(?:(?:00)?86[- ]{0,2})?1[3-9]"
    r"(?:[0-9][- ]{1,2}[0-9]{4}[- ]{1,2}[0-9]{4}|[0-9]{2}[- ]{1,2}[0-9]{3}[- ]{1,2}[0-9]{4})$"
)
_YEAR = "^19[0-9]{2}[- ]|-(?:19|20)[0-9]{2}-"
"""138-2024-0001 and 1998-001-0023 are numbers of documents."""
_SAYS_PHONE = "手机|电话|联系"

_AMOUNT = r"^[-+]?[0-9]+\.[0-9]{2,}$"
"""15812345678.00 is money; 13912345678.0 is what programs make of a mobile number."""

_TEXT = pl.col("text")
_BARE = "^[0-9X+ -]+$"


def numbers_in(texts: pl.Series) -> pl.DataFrame:
    """The cells that may hold personal numbers, by their `place` in the series, and what they hold.

    `ids` are valid resident IDs, those in student numbers among them (`students`); `old ids` have
    fifteen digits and no check; `spoilt` ones went through a program that keeps fifteen digits of a
    number; `phones` are mobile numbers. `bare` cells hold nothing beside numbers; `eleven`,
    `fifteen` and `eighteen` tell the length of those that are one number.
    """
    may_hold = (texts.str.len_bytes() >= SHORTEST) & texts.str.contains(_MANY_DIGITS)
    places = may_hold.fill_null(value=False).arg_true()
    cells = _spelt_alike(texts.gather(places).alias("text"))
    ids = _holding(cells, _ID, _is_resident_id)
    ids |= _spaced(cells, _SPACED_ID, _is_resident_id, says=_SAYS_ID)
    bare = cells.str.contains(_BARE)
    old_ids = _holding(cells, _FIFTEEN, lambda texts: texts.str.contains(_OLD_ID))
    phones = cells.str.contains(_PHONE) | _holding(cells, _DASHED, _is_spaced_phone)
    phones |= _spaced(cells, _SPACED, _is_spaced_phone, says=_SAYS_PHONE)
    return pl.DataFrame(
        [
            places.alias("place"),
            ids.alias("ids"),
            (ids & cells.str.contains(_STUDENT)).alias("students"),
            (old_ids & (bare | cells.str.contains(_SAYS_ID))).alias("old ids"),
            _is_spoilt(cells).alias("spoilt"),
            (phones & ~cells.str.contains(_AMOUNT)).alias("phones"),
            bare.alias("bare"),
            cells.str.contains("^[0-9]{11}$").alias("eleven"),
            cells.str.contains("^[0-9]{15}$").alias("fifteen"),
            cells.str.contains("^[0-9]{17}[0-9X]$").alias("eighteen"),
        ]
    )


def holds_a_number(texts: pl.Series) -> pl.Series:
    """Which cells hold a personal number of any kind."""
    found = numbers_in(texts)
    any_kind = found["ids"] | found["old ids"] | found["phones"]
    flags = np.zeros(len(texts), np.bool_)
    flags[found["place"].filter(any_kind).to_numpy()] = True
    return pl.Series(texts.name, flags)


def _spelt_alike(cells: pl.Series) -> pl.Series:
    """Half-width capitals without what stands around them or cannot be seen."""
    odd = cells.str.len_bytes() != cells.str.len_chars()
    if odd.any():
        plain = half_width(_TEXT).str.replace_all(r"\p{Cf}+", "")
        cells = cells.scatter(odd.arg_true(), cells.filter(odd).to_frame().select(plain)["text"])
    # A tab stands between cells; that it parts the digits of one number nobody would see.
    even = _TEXT.str.replace_all("[_\t]", ";").str.replace_all(r"\s", " ")
    even = even.str.strip_chars(" '‘’`\"").str.to_uppercase()
    return cells.to_frame().select(even)["text"]


def _holding(cells: pl.Series, shape: str, judge: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Which cells hold a text of this shape that the judge takes."""
    flags = np.zeros(len(cells), np.bool_)
    places = cells.str.contains(shape).arg_true()
    if len(places):
        inside = pl.DataFrame(
            {"place": places, "text": cells.gather(places).str.extract_all(shape)}
        ).explode("text")
        flags[inside["place"].filter(judge(inside["text"])).to_numpy()] = True
    return pl.Series(flags)


def _spaced(
    cells: pl.Series, shape: str, judge: Callable[[pl.Series], pl.Series], *, says: str
) -> pl.Series:
    """Which cells hold a number with blanks in it: alone, or beside a word that says what it is."""
    is_told = cells.str.contains(f"^{shape}$") | cells.str.contains(says)
    return _holding(cells, shape, judge) & is_told


def _is_resident_id(texts: pl.Series) -> pl.Series:
    numbers = texts.str.replace_all("[^0-9X]", "").to_frame("number")
    return numbers.select(resident_id_is_valid("number")).to_series()


def _is_spoilt(cells: pl.Series) -> pl.Series:
    """Which cells hold the beginning of a resident ID, the rest being what a float makes of it.

    Of all numbers of 18 digits one in sixty-four is a float.
    """
    number = cells.set(~cells.str.contains(_SPOILT_ID), None).cast(pl.Int64, strict=False)
    return (number == number.cast(pl.Float64).cast(pl.Int64)).fill_null(value=False)


def _is_spaced_phone(texts: pl.Series) -> pl.Series:
    return texts.str.contains(_SPACED_PHONE) & ~texts.str.contains(_YEAR)
