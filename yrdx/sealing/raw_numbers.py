"""Raw numbers: brought into one spelling, and judged before anything is made of them."""

from __future__ import annotations

import polars as pl

from yrdx.kernels import code_has_odd_bytes, resident_id_is_valid
from yrdx.reading.characters import latin_x
from yrdx.sealing import reasons

RESIDENT_ID = "1"
DOCUMENT_TYPES: dict[str, tuple[str, ...]] = {
    RESIDENT_ID: ("居民身份证", "身份证", "中华人民共和国居民身份证", "港澳台居民居住证"),
    "2": ("军官证",),
    "3": ("士兵证",),
    "4": ("文职干部证",),
    "5": ("部队离退休证",),
    "6": ("香港特区护照/身份证明", "香港特区护照", "香港特区身份证明"),
    "7": ("澳门特区护照/身份证明", "澳门特区护照", "澳门特区身份证明"),
    "8": ("台湾居民来往大陆通行证", "台胞证"),
    "9": ("境外永久居住证", "外国人永久居留身份证"),
    "A": ("护照",),
    "B": ("户口簿", "户口薄"),
    "Z": ("其他",),
}
"""Identity documents of JY/T 1001, with the words that files use for them."""

_LIKE_RESIDENT_ID = (RESIDENT_ID, "B")
"""Documents that carry the resident ID number."""

DOCUMENT_HEADERS = (
    "证件类型",
    "身份证件类型",
    "身份证件类型码",
    "证件类别",
    "证件种类",
    "SFZJLX",
    "SFZJLXM",
    "ZJLX",
)

_NUMBER, _TYPE = pl.col("number"), pl.col("type")
_INVISIBLE = r"[\s\p{Cf}\p{Cc}]+"
_SEALED = "^[0-9A-F]{64}$"
_EXPONENT = r"^[0-9][0-9.]*E\+?[0-9]+$"
_OTHER_DOCUMENT = "^[0-9A-Z][0-9A-Z()/-]{3,29}$"
_NEW_LAYOUT = "^(?:[YSJL][0-9]{21}|[A-Z]{2}[0-9]{20})$"
_LONGEST_CERTIFICATE = 64


def normalised(texts: pl.Series) -> pl.Series:
    """Numbers in half-width capitals without blanks, Cyrillic Х as X; null where nothing is left.

    Only cells that need it pass through the dear part of this.
    """
    plain = texts.str.strip_chars_start("'").str.to_uppercase().alias("number")
    odd = plain.to_frame().select(code_has_odd_bytes("number")).to_series()
    if odd.any():
        spelt = latin_x(_NUMBER.str.normalize("NFKC")).str.replace_all(_INVISIBLE, "")
        spelt = spelt.str.strip_chars_start("'‘’`").str.to_uppercase()
        cells = plain.filter(odd).to_frame().select(spelt).to_series()
        plain = plain.scatter(odd.arg_true(), cells)
    if (plain == "").any():
        plain = pl.select(pl.when(plain != "").then(plain).alias("number")).to_series()
    return plain


def document_types(texts: pl.Series) -> pl.Series:
    """Codes of document types from codes or names; null where it is neither."""
    names = {word: code for code, words in DOCUMENT_TYPES.items() for word in (code, *words)}
    return normalised(texts).replace_strict(names, default=None, return_dtype=pl.String)


def doubts_about_persons(numbers: pl.Series, types: pl.Series, *, damaged: bool) -> pl.Series:
    """Why a number of a person cannot be sealed, null where it can.

    In a file that Excel has `damaged`, a number with 000 at its end is doubtful even if its check
    character is right by chance, as one in eleven is.
    """
    frame = pl.DataFrame({"number": numbers, "type": types})
    is_good = resident_id_is_valid("number") & _TYPE.is_in(_LIKE_RESIDENT_ID)
    if damaged:
        is_good &= ~_NUMBER.str.ends_with("000")
    good = frame.select(is_good.fill_null(value=False)).to_series()
    return _doubts(frame, good, _doubt_about_person())


def _doubts(frame: pl.DataFrame, good: pl.Series, doubt: pl.Expr) -> pl.Series:
    """The doubt about each row that is not good, found on these rows only."""
    nothing = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, frame.height)
    if good.all():
        return nothing
    found = frame.filter(~good).select(doubt).to_series()
    return nothing.scatter((~good).arg_true(), found)


def _doubt_about_person() -> pl.Expr:
    size = _NUMBER.str.len_bytes()
    return (
        pl.when(_NUMBER.is_null())
        .then(pl.lit(reasons.NUMBER_IS_MISSING))
        .when(_NUMBER.str.contains(_SEALED))
        .then(pl.lit(reasons.NUMBER_IS_SEALED_ALREADY))
        .when(_TYPE.is_null())
        .then(pl.lit(reasons.DOCUMENT_TYPE_IS_UNKNOWN))
        .when(~_TYPE.is_in(_LIKE_RESIDENT_ID) & _NUMBER.str.contains(_OTHER_DOCUMENT))
        .then(None)
        .when(~_TYPE.is_in(_LIKE_RESIDENT_ID))
        .then(pl.lit(reasons.DOCUMENT_NUMBER_IS_MALFORMED))
        .when(_NUMBER.str.contains(_EXPONENT) | ((size == 18) & _NUMBER.str.ends_with("000")))
        .then(pl.lit(reasons.NUMBER_WAS_DAMAGED))
        .when(_NUMBER.str.contains("^[0-9]{15}$"))
        .then(pl.lit(reasons.NUMBER_HAS_15_DIGITS))
        .when(_NUMBER.str.len_chars() != 18)
        .then(pl.lit(reasons.NUMBER_HAS_WRONG_LENGTH))
        .otherwise(pl.lit(reasons.NUMBER_FAILS_ITS_CHECK))
    )


def looks_damaged(numbers: pl.Series) -> bool:
    """Whether Excel has cut numbers to 15 digits: most that end in 000 then fail their check."""
    cut = numbers.filter(numbers.str.contains("^[0-9]{15}000$").fill_null(value=False))
    valid = cut.to_frame("number").select(resident_id_is_valid("number")).to_series().sum()
    failing = len(cut) - int(valid)
    return failing >= 3 and failing > int(valid)


def doubts_about_certificates(numbers: pl.Series) -> pl.Series:
    """Why a certificate number cannot be sealed, null where it can."""
    frame = numbers.alias("number").to_frame()
    size = _NUMBER.str.len_bytes()
    usual = (size >= 4) & (size <= 32) & ~_NUMBER.str.contains("E+", literal=True)
    doubt = (
        pl.when(_NUMBER.is_null())
        .then(pl.lit(reasons.NUMBER_IS_MISSING))
        .when(_NUMBER.str.contains(_SEALED))
        .then(pl.lit(reasons.NUMBER_IS_SEALED_ALREADY))
        .when(_NUMBER.str.contains(_EXPONENT))
        .then(pl.lit(reasons.NUMBER_WAS_DAMAGED))
        .when((size < 4) | (_NUMBER.str.len_chars() > _LONGEST_CERTIFICATE))
        .then(pl.lit(reasons.CERTIFICATE_NUMBER_IS_MALFORMED))
    )
    return _doubts(frame, frame.select(usual.fill_null(value=False)).to_series(), doubt)


def beginnings(numbers: pl.Series) -> pl.Series:
    """What stands before the serial of a certificate number; null where it has no known layout.

    Sixteen of the 22 characters, eleven of the 16 digits of an old number. Shanghai's old numbers
    of 13 digits keep their length, with zeros for the serial.
    """
    size = _NUMBER.str.len_bytes()
    beginning = (
        pl.when(size == 22)
        .then(pl.when(_NUMBER.str.contains(_NEW_LAYOUT)).then(_NUMBER.str.head(16)))
        .when((size == 16) & _NUMBER.str.contains("^[0-9]{16}$"))
        .then(_NUMBER.str.head(11))
        .when((size == 13) & _NUMBER.str.contains("^[0-9]{13}$"))
        .then(_NUMBER.str.head(8) + "00000")
    )
    return numbers.alias("number").to_frame().select(beginning).to_series()
