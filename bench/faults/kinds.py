"""The catalogue of faults: how each kind spoils a cell, and what must be said of it.

A kind names the columns it can happen to by what is known of them, so that a new dataset is
spoiled like the others. Expected is any of the rules named, at the very place; `REPAIRED` stands
for a repair that the receipt notes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yrdx.dataset import Column, Kind, Requirement

REPAIRED = "(repaired)"
"""Expected where the machine mends the cell and says so."""

Spoilt = tuple[str, frozenset[str]] | None
"""The wrong text, and the rules of which one must be found; None where the kind cannot happen."""


@dataclass(frozen=True, slots=True)
class CellFault:
    """One kind of wrong in one cell: what it is called, and how it changes a good text."""

    zh: str
    en: str
    spoil: Callable[[str, Column], Spoilt]


def _expect(text: str, *rules: str) -> Spoilt:
    return text, frozenset(rules)


_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_NOT_A = {
    Kind.INTEGER: "value_is_not_a_whole_number",
    Kind.DECIMAL: "value_is_not_a_number",
    Kind.YEAR: "value_is_not_a_year",
    Kind.YEAR_MONTH: "value_is_not_a_year_and_month",
    Kind.SCHOOL_YEAR: "value_is_not_a_school_year",
    Kind.DATE: "value_is_not_a_date",
    Kind.BOOLEAN: "value_is_not_yes_or_no",
    Kind.CODES: "value_is_not_a_list_of_codes",
}
_BAD_CODE = (
    "value_is_not_in_code_list",
    "code_has_wrong_length",
    "code_is_not_all_digits",
    "school_code_is_malformed",
    "hash_is_malformed",
    "major_code_is_malformed",
    "occupation_code_is_malformed",
    "industry_code_is_malformed",
    "uscc_check_digit_is_wrong",
    "certificate_prefix_is_malformed",
)


def _emptied(text: str, column: Column) -> Spoilt:
    if column.requirement is not Requirement.MANDATORY or column.default is not None or not text:
        return None
    return _expect("", "required_value_is_missing", REPAIRED)


def _slash(_text: str, column: Column) -> Spoilt:
    if column.requirement is not Requirement.MANDATORY or column.default is not None:
        return None
    return _expect("/", "required_value_is_missing", "value_is_not_in_code_list")


def _approximate(text: str, column: Column) -> Spoilt:
    if column.kind not in _NUMBERS or not text:
        return None
    return _expect(f"约{text}", "number_is_approximate")


def _words(_text: str, column: Column) -> Spoilt:
    if column.kind not in _NOT_A or column.kind is Kind.CODES:
        return None
    return _expect("待核实", _NOT_A[column.kind])


def _half(_text: str, column: Column) -> Spoilt:
    return _expect("12.5", _NOT_A[Kind.INTEGER]) if column.kind is Kind.INTEGER else None


def _negative(_text: str, column: Column) -> Spoilt:
    if column.kind not in _NUMBERS or column.minimum is None or column.codes is not None:
        return None
    return _expect("-7", "number_is_negative", "number_is_out_of_range")


def _huge(_text: str, column: Column) -> Spoilt:
    if column.kind not in _NUMBERS or column.maximum is None or column.codes is not None:
        return None
    return _expect(str(column.maximum + 1), "number_is_out_of_range")


def _no_such_day(_text: str, column: Column) -> Spoilt:
    return _expect("2024-02-30", _NOT_A[Kind.DATE]) if column.kind is Kind.DATE else None


def _day_or_month_first(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.DATE:
        return None
    return _expect("03/04/2024", "date_order_is_ambiguous")


def _far_day(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.DATE:
        return None
    return _expect("2099-01-01", "date_is_in_the_future", "date_is_implausible")


def _two_digit_year(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.YEAR:
        return None
    return _expect("24", "year_has_two_digits", _NOT_A[Kind.YEAR])


def _far_year(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.YEAR:
        return None
    return _expect("2999", "year_is_implausible", "age_is_not_of_a_teacher")


def _month_thirteen(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.YEAR_MONTH:
        return None
    return _expect("202413", "year_month_is_malformed", _NOT_A[Kind.YEAR_MONTH])


def _one_year_of_two(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.SCHOOL_YEAR:
        return None
    return _expect("2024", "school_year_is_ambiguous", _NOT_A[Kind.SCHOOL_YEAR])


def _years_apart(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.SCHOOL_YEAR:
        return None
    return _expect("2022-2024", "school_year_is_malformed", _NOT_A[Kind.SCHOOL_YEAR])


def _old_code(_text: str, column: Column) -> Spoilt:
    if not column.is_closed or column.kind is Kind.DECIMAL:
        return None
    if column.kind is Kind.CODES:
        return _expect("ZZ9", "values_are_not_in_code_list")
    return _expect("ZZ9", "value_is_not_in_code_list")


def _unknown_label(_text: str, column: Column) -> Spoilt:
    if not column.is_closed or column.kind is not Kind.CODE:
        return None
    return _expect("其他（旧版）", "value_is_not_in_code_list")


def _cut(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or column.width is None or len(text) != column.width:
        return None
    # Of a short code that began with a zero, the zero might have been lost as well.
    mended = [REPAIRED] if column.width <= 6 and text.isdigit() else []
    return _expect(text[:-1], *_BAD_CODE, *mended)


def _one_more(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or column.width is None or len(text) != column.width:
        return None
    return _expect(f"{text}1", *_BAD_CODE)


def _letter_for_zero(text: str, column: Column) -> Spoilt:
    wide = column.kind is Kind.CODE and column.width is not None and column.width >= 5
    if not wide or "0" not in text[4:]:
        return None
    place = text.index("0", 4)
    return _expect(f"{text[:place]}O{text[place + 1 :]}", *_BAD_CODE)


def _lost_digits(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or column.width != 18 or not text:
        return None
    return _expect("1.23301E+17", "number_lost_digits")


def _check_digit(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or column.width != 18 or not text:
        return None
    return _expect(text[:17] + ("1" if text[17] != "1" else "2"), "uscc_check_digit_is_wrong")


def _swapped_digits(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or column.width != 18 or not text:
        return None
    place = next(i for i in range(8, 16) if text[i] != text[i + 1])
    return _expect(
        text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        "uscc_check_digit_is_wrong",
        "uscc_organisation_code_is_wrong",
    )


def _lost_zeros(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or not text.isdigit() or not text.startswith("0"):
        return None
    if column.width is None and column.codes is None:
        return None
    rest = text.lstrip("0") or "0"
    return _expect(rest, REPAIRED, "leading_zeros_are_ambiguous", *_BAD_CODE)


def _error_value(_text: str, _column: Column) -> Spoilt:
    return _expect("#REF!", "cell_holds_an_error")


def _pasted_text(_text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.TEXT or column.max_length is None:
        return None
    return _expect("长" * (column.max_length + 1), "text_is_too_long")


def _label(text: str, column: Column) -> Spoilt:
    if column.kind is not Kind.CODE or column.codes is None or not column.is_closed:
        return None
    label = next((code.label.zh for code in column.codes.codes if code.value == text), None)
    if label is None or column.codes.by_label.get(label.casefold()) != text:
        return None
    return _expect(label, REPAIRED)


def _wide_digits(text: str, column: Column) -> Spoilt:
    if column.kind is Kind.TEXT or not text.isdigit():
        return None
    return _expect(text.translate({ord("0") + n: ord("０") + n for n in range(10)}), REPAIRED)


CELL_FAULTS = (
    CellFault("必填项空着", "a required cell is empty", _emptied),
    CellFault("必填项填“/”", "a required cell says “/”", _slash),
    CellFault("填约数", "an approximate number", _approximate),
    CellFault("数字、日期处填文字", "words for a number, date or year", _words),
    CellFault("人数有小数", "half a person", _half),
    CellFault("负数", "a negative number", _negative),
    CellFault("超出范围", "a number out of range", _huge),
    CellFault("不存在的日期", "a day that does not exist", _no_such_day),
    CellFault("日月次序不明", "day and month in unknown order", _day_or_month_first),
    CellFault("日期离谱", "a day far off", _far_day),
    CellFault("两位年份", "a year of two digits", _two_digit_year),
    CellFault("年份离谱", "a year far off", _far_year),
    CellFault("十三月", "a thirteenth month", _month_thirteen),
    CellFault("学年只写一年", "a school year of one year", _one_year_of_two),
    CellFault("学年不相邻", "a school year of years apart", _years_apart),
    CellFault("旧版代码", "a code of another edition of the list", _old_code),
    CellFault("代码表没有的名称", "a label that is on no list", _unknown_label),
    CellFault("代码截断", "a code that lost its last character", _cut),
    CellFault("代码多一位", "a code with one character too many", _one_more),
    CellFault("字母 O 误作 0", "the letter O for a zero", _letter_for_zero),
    CellFault("15 位以后丢失", "digits lost beyond the fifteenth", _lost_digits),
    CellFault("校验位错", "a wrong check character", _check_digit),
    CellFault("相邻两位颠倒", "two neighbouring digits swapped", _swapped_digits),
    CellFault("前导零丢失", "lost leading zeros", _lost_zeros),
    CellFault("公式错误值", "an error value of a formula", _error_value),
    CellFault("误贴大段文字", "a long text pasted in", _pasted_text),
    CellFault("名称代替代码", "a label in place of its code", _label),
    CellFault("全角数字", "full-width digits", _wide_digits),
)
