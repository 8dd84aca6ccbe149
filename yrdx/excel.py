"""What a sheet of Excel holds, and how text is spelt in the XML of a workbook."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TypeVar

import polars as pl

ROWS_A_SHEET = 1_048_575
"""Rows below the header: Excel's limit of 2^20, less one."""

UNSPEAKABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
"""What XML cannot say at all; it becomes the replacement character."""

SPECIAL = f"[&<>]|{UNSPEAKABLE}|_x[0-9A-Fa-f]{{4}}_"
"""What cannot stand in the XML of a workbook as it is."""

Texts = TypeVar("Texts", pl.Series, pl.Expr)


def xml_texts(values: Texts) -> Texts:
    """Texts as they stand between the tags of a sheet."""
    return (
        values.str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("<", "&lt;", literal=True)
        .str.replace_all(">", "&gt;", literal=True)
        .str.replace_all(UNSPEAKABLE, "\ufffd")
        .str.replace_all("_x([0-9A-Fa-f]{4})_", "_x005F_x${1}_")
    )


@lru_cache(maxsize=4_096)
def xml_text(text: str, *, in_attribute: bool = True) -> str:
    """One text as it stands in a workbook; between tags, quotes may stay as they are."""
    speakable = re.sub(UNSPEAKABLE, "\ufffd", text)
    spelt = re.sub("_x([0-9A-Fa-f]{4})_", r"_x005F_x\1_", speakable)
    return escape(spelt, quote=in_attribute)
