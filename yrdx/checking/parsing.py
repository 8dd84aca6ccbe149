"""How the text of a cell becomes a typed value, as expressions of the streaming plan.

A parser takes canonical text only (the reader's normalising makes it canonical) and gives null
for anything else, so that "not null as text, null as value" is exactly a cell that failed.
"""

from __future__ import annotations

from itertools import product

import polars as pl

from yrdx.dataset import BETWEEN_CODES, Column, Kind
from yrdx.kernels import code_has_odd_bytes, date_from_text, text_has_odd_characters
from yrdx.reading.texts import (
    EXCEL_ERRORS,
    NULLS,
    ODD_NAME,
    SAME_AS_ABOVE,
    is_official_name,
)

_REPAIRED = r"[a-z]|^['`]|^[0-9]+\.0+$|^[0-9](?:\.[0-9]+)?E\+?[0-9]{2}$"
"""What normalising changes, or doubts, in an identifier of printable ASCII without blanks."""


def _in_any_case(text: str) -> set[str]:
    return {"".join(letters) for letters in product(*((c.lower(), c.upper()) for c in text))}


NULL_SPELLINGS = tuple(
    sorted(set().union(*(_in_any_case(text) for text in NULLS), SAME_AS_ABOVE, EXCEL_ERRORS))
)
"""Texts of a cell that may stand for "nothing"; whether they do is for normalising to say."""


def is_text(column: Column) -> bool:
    """Whether the typed value of a column is the canonical text itself."""
    return column.kind in (Kind.TEXT, Kind.CODE)


RAW = "text of "
"""What precedes a field's name where its text is meant and not its value."""


def raw(name: str) -> str:
    """Name under which the plan keeps the text of a column that it parses."""
    return f"{RAW}{name}"


def parse(name: str, column: Column) -> pl.Expr:
    """The typed value of the column of text `name`, null where the text is not canonical."""
    text = pl.col(name)
    match column.kind:
        case Kind.INTEGER:
            value = text.cast(pl.Int64, strict=False)
        case Kind.DECIMAL:
            value = pl.when(_is_plain_decimal(text, column.scale or 0)).then(
                text.cast(column.dtype, strict=False)
            )
        case Kind.YEAR:
            number = text.cast(pl.Int16, strict=False)
            plausible = (text.str.len_bytes() == 4) & number.is_between(1000, 9999)
            value = pl.when(plausible).then(number)
        case Kind.YEAR_MONTH:
            value = pl.when(text.str.contains("^[0-9]{4}(0[1-9]|1[0-2])$")).then(text)
        case Kind.SCHOOL_YEAR:
            value = pl.when(_is_school_year(text)).then(text)
        case Kind.DATE:
            value = date_from_text(name)
        case Kind.BOOLEAN:
            value = pl.when(text.is_in(["0", "1"])).then(text == "1")
        case Kind.CODES:
            whole = f"^[0-9A-Za-z.-]+({BETWEEN_CODES}[0-9A-Za-z.-]+)*$"
            value = pl.when(text.str.contains(whole)).then(text.str.split(BETWEEN_CODES))
        case _:
            value = text
    return value.alias(name)


def _is_plain_decimal(text: pl.Expr, scale: int) -> pl.Expr:
    """No exponent, and no digit but 0 beyond the scale: casting would silently round it."""
    return text.str.contains(rf"^[-+]?[0-9]+(\.[0-9]{{0,{scale}}}0*)?$")


def _is_school_year(text: pl.Expr) -> pl.Expr:
    first = text.str.head(4).cast(pl.Int16, strict=False)
    second = text.str.slice(5, 4).cast(pl.Int16, strict=False)
    return text.str.contains("^[0-9]{4}-[0-9]{4}$") & (second == first + 1)


def needs_closer_look(name: str, column: Column) -> pl.Expr | None:
    """Whether normalising may change a text that no rule finds wrong; None where it cannot."""
    if column.kind is Kind.TEXT:
        odd = text_has_odd_characters(name) | pl.col(name).is_in(NULL_SPELLINGS)
        return odd | pl.col(name).str.contains(ODD_NAME) if is_official_name(column) else odd
    if column.kind is not Kind.CODE:
        return None
    if column.codes is not None and all(_is_plain(value) for value in column.codes.values):
        # The list keeps out whatever is no code of it.
        return None
    if column.width is not None:
        # Noise changes the number of bytes or of characters; a blank in place of a digit is for
        # the rules of the column, as is any other wrong character.
        text = pl.col(name)
        return (text.str.len_bytes() != column.width) | (text.str.len_chars() != column.width)
    odd = code_has_odd_bytes(name) | pl.col(name).is_in(NULL_SPELLINGS)
    # Where the form of a code is judged, what is repaired here breaks a rule anyhow.
    return odd if column.pattern else odd | pl.col(name).str.contains(_REPAIRED)


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
