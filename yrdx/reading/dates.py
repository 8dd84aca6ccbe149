"""Repairs of dates, months, years and school years in all the forms that people write."""

from __future__ import annotations

from datetime import date

import polars as pl

from yrdx.dataset import Column, Kind
from yrdx.reading.cells import Cells, V
from yrdx.reading.codes import make_plain

CANONICAL = {
    Kind.DATE: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    Kind.YEAR: r"^[0-9]{4}$",
    Kind.YEAR_MONTH: r"^[0-9]{6}$",
    Kind.SCHOOL_YEAR: r"^[0-9]{4}-[0-9]{4}$",
}

_TIME = r"(?:[ T][0-9:.]+(?:Z|[+-][0-9:]+)?)?"
_FULL = rf"^([0-9]{{4}})(?:[-/.]|年)([0-9]{{1,2}})(?:[-/.]|月)([0-9]{{1,2}})日?{_TIME}$"
_COMPACT = rf"^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?:\.0)?{_TIME}$"
_SHORT = r"^'?([0-9]{2})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?$"
_NO_DAY = r"^([0-9]{4})(?:[-/.]|年)([0-9]{1,2})月?$"
_SHORT_NO_DAY = r"^'?([0-9]{2})(?:[-/.]|年)([0-9]{1,2})月?$"
_YEAR_LAST = r"^[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}$"
_SERIAL = r"^([2-5][0-9]{4}|60000)(?:\.[0-9]+)?$"
_MONTH = r"^([0-9]{4})(?:[-/]|年)([0-9]{1,2})月?$"
_MONTH_DOTTED = r"^([0-9]{4})\.([0-9]{2})$"
_MONTH_OF_DAY = rf"^([0-9]{{4}})[-/.年]?([0-9]{{2}})[-/.月]?[0-9]{{2}}日?{_TIME}$"
_MONTH_1_TO_12 = "(?:0?[1-9]|1[0-2])"
_DAY_1_TO_31 = "(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR_OF_DAY = (
    rf"^([12][0-9]{{3}})(?:[-/.]|年){_MONTH_1_TO_12}"
    rf"(?:月|(?:[-/.]|月){_DAY_1_TO_31}日?{_TIME})?$"
)
_YEAR_OF_COMPACT = r"^([12][0-9]{3})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?(?:\.0)?$"
_SHORT_MONTH = rf"^([0-9]{{2}})年({_MONTH_1_TO_12})月$"
_SPAN = r"^([0-9]{4})(?:-+|/|~|～|至|到)([0-9]{4}|[0-9]{2})(?:学年度?|年度?)?$"
_SHORT_SPAN = r"^([0-9]{2})(?:-+|/|~|至)([0-9]{2})(?:学年度?)?$"
_DIGITS = {"〇": "0", "零": "0", "○": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5",
           "六": "6", "七": "7", "八": "8", "九": "9"}  # fmt: skip


def _spelled() -> dict[str, str]:
    """Numbers from 10 to 31 in Chinese, longest first, then single digits."""
    ones = list(_DIGITS)[3:]
    words: dict[str, str] = {}
    for tens, lead in (("三十", "3"), ("二十", "2"), ("十", "1")):
        words |= {tens + one: lead + _DIGITS[one] for one in ones}
        words[tens] = lead + "0"
    return words | _DIGITS


_SPELLED = _spelled()


FIRST_DAY = date(1899, 12, 30)
"""Excel's day 0: it counts 1900 as a leap year, so this holds for every date since March 1900."""


def is_odd_date(column: Column) -> pl.Expr:
    """Whether a date, month or year is not in its canonical form."""
    return ~V.str.contains(CANONICAL[column.kind])


def repair_date(cells: Cells, column: Column, *, first_day: date = FIRST_DAY) -> None:
    """Bring dates, months, years and school years into canonical form.

    `first_day` is day 0 of the workbook: some count from 1904.
    """
    make_plain(cells)
    cells.repair("blanks_were_removed", V.str.replace_all(r"\s*([-/.年月日])\s*", "$1"))
    match column.kind:
        case Kind.DATE:
            _repair_day(cells, first_day)
        case Kind.YEAR_MONTH:
            _repair_month(cells)
        case Kind.SCHOOL_YEAR:
            _repair_school_year(cells)
        case _:
            _repair_year(cells)


def _in_digits() -> pl.Expr:
    """二〇二一年九月十日 → 2021年9月10日."""
    return (
        pl.when(V.str.contains("[〇零○一二三四五六七八九十]"))
        .then(V.str.replace_many(list(_SPELLED), list(_SPELLED.values()), leftmost=True))
        .otherwise(V)
    )


def _day(pattern: str, century: pl.Expr | None = None) -> pl.Expr:
    """YYYY-MM-DD from the three groups of a pattern, null where it does not match."""
    year = V.str.extract(pattern, 1)
    parts = [year if century is None else century + year]
    parts += [V.str.extract(pattern, group).str.zfill(2) for group in (2, 3)]
    return pl.concat_str(parts, separator="-")


def _first_of_month(pattern: str, century: pl.Expr | None = None) -> pl.Expr:
    """The first day of a month, null for a month that does not exist."""
    year = V.str.extract(pattern, 1)
    month = V.str.extract(pattern, 2).str.zfill(2)
    parts = [year if century is None else century + year, month, pl.lit("01")]
    exists = month.str.contains("^(?:0[1-9]|1[0-2])$")
    return pl.when(exists).then(pl.concat_str(parts, separator="-"))


def _century(year: pl.Expr) -> pl.Expr:
    return pl.when(year.cast(pl.Int8, strict=False) < 50).then(pl.lit("20")).otherwise(pl.lit("19"))


def _repair_day(cells: Cells, first_day: date) -> None:
    cells.repair("date_was_rewritten", _in_digits())
    full = pl.coalesce(_day(_FULL), _day(_COMPACT), V)
    cells.repair("date_was_rewritten", full)
    days = V.str.extract(_SERIAL, 1).cast(pl.Int32, strict=False)
    before = (first_day - date(1970, 1, 1)).days
    serial = (pl.lit(before, pl.Int32) + days).cast(pl.Date).dt.to_string("%Y-%m-%d")
    cells.repair("serial_number_was_read_as_date", pl.coalesce(serial, V))
    short = V.str.contains(_SHORT)
    cells.warn("year_has_two_digits", short, _day(_SHORT, _century(V.str.head(2))))
    cells.warn("day_is_missing", V.str.contains(_NO_DAY), _first_of_month(_NO_DAY))
    short = V.str.contains(_SHORT_NO_DAY)
    century = _century(V.str.extract(_SHORT_NO_DAY, 1))
    cells.warn("year_has_two_digits", short, _first_of_month(_SHORT_NO_DAY, century))
    cells.doubt("date_order_is_ambiguous", V.str.contains(_YEAR_LAST))


def _repair_month(cells: Cells) -> None:
    cells.repair("month_was_rewritten", _in_digits())
    cells.repair("month_was_rewritten", V.str.replace(r"^([0-9]{6})\.0$", "$1"))
    either = pl.concat_str([V.str.head(4) + "01", V.str.head(4) + "10"], separator="、")
    cells.withhold("month_is_ambiguous", V.str.contains(r"^[0-9]{4}\.1$"), either)
    pairs = [
        V.str.extract(pattern, 1) + V.str.extract(pattern, 2).str.zfill(2)
        for pattern in (_MONTH, _MONTH_DOTTED, r"^([0-9]{4})\.([2-9])$", _MONTH_OF_DAY, _FULL)
    ]
    canonical = V.str.contains(CANONICAL[Kind.YEAR_MONTH])
    cells.repair(
        "month_was_rewritten", pl.when(canonical).then(V).otherwise(pl.coalesce(*pairs, V))
    )
    year, month = V.str.extract(_SHORT_MONTH, 1), V.str.extract(_SHORT_MONTH, 2)
    cells.warn(
        "year_has_two_digits", year.is_not_null(), _century(year) + year + month.str.zfill(2)
    )


def _repair_year(cells: Cells) -> None:
    cells.repair("year_was_rewritten", _in_digits())
    named = V.str.extract(r"^([0-9]{4})(?:年度?|届|级|学年|\.0)$", 1)
    of_day = pl.coalesce(V.str.extract(pattern, 1) for pattern in (_YEAR_OF_DAY, _YEAR_OF_COMPACT))
    # 2009-10 may be October, or the school year.
    next_year = V.str.extract("^[0-9]{4}[-/]([0-9]{2})$", 1).cast(pl.Int8, strict=False)
    is_span = next_year == V.str.slice(2, 2).cast(pl.Int8, strict=False) + 1
    of_day = pl.when(~is_span.fill_null(value=False)).then(of_day)
    cells.repair("year_was_rewritten", pl.coalesce(named, of_day, V))
    short = V.str.extract(r"^'?([0-9]{2})(?:年度?|届|级)$", 1)
    cells.warn("year_has_two_digits", short.is_not_null(), _century(short) + short)


def _repair_school_year(cells: Cells) -> None:
    first, second = V.str.extract(_SPAN, 1), V.str.extract(_SPAN, 2)
    full = pl.when(second.str.len_bytes() == 2).then(first.str.head(2) + second).otherwise(second)
    cells.repair(
        "school_year_was_rewritten",
        pl.coalesce(pl.concat_str([first, full], separator="-"), V),
    )
    a, b = V.str.extract(_SHORT_SPAN, 1), V.str.extract(_SHORT_SPAN, 2)
    spelled = pl.concat_str([_century(a) + a, _century(b) + b], separator="-")
    cells.repair("school_year_was_rewritten", pl.coalesce(spelled, V))
    named = V.str.extract(r"^([0-9]{4})学年度?$", 1)
    cells.repair("school_year_was_rewritten", pl.coalesce(_following(named), V))
    alone = V.str.extract(r"^([0-9]{4})(?:年度?|\.0)?$", 1)
    cells.doubt("school_year_is_ambiguous", alone.is_not_null(), _following(alone))


def _following(year: pl.Expr) -> pl.Expr:
    """The school year that begins in a year."""
    after = (year.cast(pl.Int32, strict=False) + 1).cast(pl.String)
    return pl.concat_str([year, after], separator="-")
