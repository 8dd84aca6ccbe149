"""Rules that follow from one column alone: the same wrong has the same code in every dataset.

Each function builds the rule for the column `name`, and the rule's code is the function's name.
The expressions stand on the hot path of large deliveries, so lengths and casts are preferred to
patterns.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from yrdx.dataset import CodeList
from yrdx.model import Severity, Text
from yrdx.rule import Rule

AGREED = "长三角职业教育数据交换约定"
"""Source of what no standard states: the agreement of the exchange itself."""

FIRST_YEAR = 1949


def rule(
    code: str,
    name: str,
    build: Callable[[date], pl.Expr] | pl.Expr,
    *,
    zh: tuple[str, str],
    en: tuple[str, str],
    source: str = AGREED,
    severity: Severity = Severity.ERROR,
    candidate: pl.Expr | None = None,
) -> Rule:
    """A rule of one column; `zh` and `en` each hold the message and the remedy."""
    return Rule(
        code=code,
        column=name,
        severity=severity,
        message=Text(zh=zh[0], en=en[0]),
        remedy=Text(zh=zh[1], en=en[1]),
        source=source,
        build=(lambda _today: build) if isinstance(build, pl.Expr) else build,
        candidate=None if candidate is None else lambda _today: candidate,
    )


def required_value_is_missing(name: str, *, source: str = AGREED) -> Rule:
    """A mandatory value must be there."""
    return rule(
        "required_value_is_missing",
        name,
        pl.col(name).is_not_null(),
        zh=("必填项为空。", "请补填该项；确实没有数据时，请先与省级联系人商定，不要填“无”或“/”。"),
        en=(
            "A required value is missing.",
            "Fill it in; if there is no such data, settle it with the provincial contact first.",
        ),
        source=source,
    )


def value_is_not_in_code_list(name: str, codes: CodeList, *, decimal: bool = False) -> Rule:
    """A code must be an entry of its list, whatever the day."""
    column = pl.col(name)
    if decimal:
        # Floats of one decimal place compare exactly with what a Decimal column casts to.
        known = column.cast(pl.Float64).is_in([float(value) for value in codes.values])
    else:
        known = column.is_in(list(codes.values))
    return rule(
        "value_is_not_in_code_list",
        name,
        known,
        zh=(
            f"填写的值不在代码表“{codes.title.zh}”中。",
            "请从模板“代码表”中选取代码；只写了名称且无法唯一对应代码时，请改填代码。",
        ),
        en=(
            f"The value is not in the code list “{codes.title.en}”.",
            "Pick a code from the sheet 代码表 of the template; a name must mean just one code.",
        ),
        source=codes.source,
    )


def values_are_not_in_code_list(name: str, codes: CodeList) -> Rule:
    """Each of several codes must be an entry of the list."""
    known = pl.element().is_in(list(codes.values))
    return rule(
        "values_are_not_in_code_list",
        name,
        all_are(name, known),
        candidate=those_that_are_not(name, known),
        zh=(
            f"填写的多个值中有不在代码表“{codes.title.zh}”中的，“候选值”栏列出是哪些。",
            "请从模板“代码表”中选取代码，多个代码之间用“；”分隔。",
        ),
        en=(
            (
                "Of several values, those that stand as the candidate are not in the code list "
                f"“{codes.title.en}”."
            ),
            "Pick codes from the sheet 代码表 of the template and separate them with “；”.",
        ),
        source=codes.source,
    )


def all_are(name: str, good: pl.Expr) -> pl.Expr:
    """Whether all codes of a cell are good, as `good` over an element tells."""
    return pl.col(name).list.eval(good).list.all()


def those_that_are_not(name: str, good: pl.Expr) -> pl.Expr:
    """The codes of a cell that are not good, each once, as one text."""
    wrong = pl.element().filter(~good).unique(maintain_order=True)
    return pl.col(name).list.eval(wrong).list.join("；")


def text_is_too_long(name: str, limit: int) -> Rule:
    """A text has at most `limit` characters."""
    return rule(
        "text_is_too_long",
        name,
        pl.col(name).str.len_chars() <= limit,
        zh=(
            f"内容超过 {limit} 个字符。",
            "请改用规范全称或简写，并检查是否粘贴了其他单元格的内容。",
        ),
        en=(
            f"The text is longer than {limit} characters.",
            "Use the official name, and check whether other cells were pasted into this one.",
        ),
    )


def code_has_wrong_length(name: str, *lengths: int) -> Rule:
    """A code has exactly as many characters as its standard says."""
    size = pl.col(name).str.len_bytes()
    fits = size == lengths[0] if len(lengths) == 1 else size.is_in(list(lengths))
    stated = " 位或 ".join(map(str, lengths)), " or ".join(map(str, lengths))
    return rule(
        "code_has_wrong_length",
        name,
        fits,
        zh=(
            f"代码应为 {stated[0]} 位。",
            "请核对是否缺位、多位或丢失前导零；录入前将该列设为“文本”格式。",
        ),
        en=(
            f"The code must have {stated[1]} characters.",
            (
                "Look for missing or extra characters and lost leading zeros; format the column as "
                "text before typing."
            ),
        ),
    )


def _is_digits(name: str, width: int) -> pl.Expr:
    """Exactly `width` ASCII digits, or null; a cast is half as dear as a pattern."""
    column = pl.col(name)
    digits = column.cast(pl.Int64, strict=False).is_not_null() & column.str.head(1).is_between(
        pl.lit("0"), pl.lit("9")
    )
    return column.is_null() | ((column.str.len_bytes() == width) & digits)


def code_is_not_all_digits(name: str, width: int) -> Rule:
    """A code consists of `width` digits."""
    return rule(
        "code_is_not_all_digits",
        name,
        _is_digits(name, width),
        zh=(
            f"代码应为 {width} 位数字。",
            "请核对位数和字符（常见：字母 O 误作 0、丢失前导零），该列请设为“文本”格式。",
        ),
        en=(
            f"The code must be {width} digits.",
            (
                "Check length and characters (letter O for 0, lost leading zeros); format the "
                "column as text."
            ),
        ),
    )


def year_is_implausible(name: str, *, ahead: int) -> Rule:
    """A year lies between 1949 and `ahead` years after the day of receipt."""
    when = "今年" if ahead == 0 else f"今年之后 {ahead} 年"
    return rule(
        "year_is_implausible",
        name,
        lambda today: pl.col(name).is_between(FIRST_YEAR, today.year + ahead),
        zh=(f"年份应在 {FIRST_YEAR} 年至{when}之间。", "请核对年份，填 4 位数字，如 2025。"),
        en=(
            f"The year must lie between {FIRST_YEAR} and {ahead} years from now.",
            "Check the year and write it with four digits, such as 2025.",
        ),
    )


def year_month_is_malformed(name: str) -> Rule:
    """A month is written YYYYMM."""
    month = pl.col(name).str.slice(4)
    return rule(
        "year_month_is_malformed",
        name,
        _is_digits(name, 6) & month.is_between(pl.lit("01"), pl.lit("12")),
        zh=("年月应为 6 位数字 YYYYMM，月份 01–12。", "请按 202109 的形式填写，并设为文本格式。"),
        en=("A month is written YYYYMM, 01 to 12.", "Write 202109, formatted as text."),
    )


def year_month_is_in_the_future(name: str) -> Rule:
    """A month of the past is not after the day of receipt."""
    return rule(
        "year_month_is_in_the_future",
        name,
        lambda today: pl.col(name) <= f"{today:%Y%m}",
        zh=("年月晚于收件当月。", "请核对年月。"),
        en=("The month is later than the month of receipt.", "Check the month."),
    )


def school_year_is_malformed(name: str) -> Rule:
    """A school year joins two consecutive years."""
    column = pl.col(name)
    first = column.str.head(4).cast(pl.Int16, strict=False)
    second = column.str.tail(4).cast(pl.Int16, strict=False)
    shape = (column.str.len_bytes() == 9) & (column.str.slice(4, 1) == "-")
    return rule(
        "school_year_is_malformed",
        name,
        column.is_null() | (shape & (second - first == 1).fill_null(value=False)),
        zh=("学年应写作 YYYY-YYYY，且为相邻两年。", "请按 2024-2025 的形式填写。"),
        en=("A school year is two consecutive years, YYYY-YYYY.", "Write 2024-2025."),
    )


def date_is_in_the_future(name: str) -> Rule:
    """A date of the past is not after the day of receipt."""
    return rule(
        "date_is_in_the_future",
        name,
        lambda today: pl.col(name) <= today,
        zh=("日期晚于收件日期。", "请核对日期，特别是年份和月日顺序。"),
        en=("The date is after the day of receipt.", "Check year, month and day."),
    )


def number_is_negative(name: str) -> Rule:
    """Counts and amounts are not negative."""
    return rule(
        "number_is_negative",
        name,
        pl.col(name) >= 0,
        zh=("数值为负数。", "请核对，人数和金额应为 0 或正数。"),
        en=("The number is negative.", "Check it: counts and amounts are zero or more."),
    )


def number_is_out_of_range(name: str, low: int, high: int, *, unit: str | None) -> Rule:
    """A number lies between two bounds; `unit` is what it is counted in, if in anything."""
    zh, en = (f"，该项以“{unit}”为单位填报", f"; its unit is “{unit}”") if unit else ("", "")
    return rule(
        "number_is_out_of_range",
        name,
        pl.col(name).is_between(low, high),
        zh=(f"数值应在 {low} 至 {high} 之间。", f"请核对数值{zh}。"),
        en=(f"The number must lie between {low} and {high}.", f"Check the number{en}."),
    )


def part_exceeds_whole(name: str, whole: str, *, whole_zh: str, source: str) -> Rule:
    """A part is at most the whole that stands in the same row."""
    return rule(
        "part_exceeds_whole",
        name,
        pl.col(name) <= pl.col(whole),
        zh=(f"分项人数大于“{whole_zh}”。", f"分项应包含在“{whole_zh}”之内，请核对两项数字。"),
        en=(f"The part is greater than {whole}.", f"It is counted inside {whole}: check both."),
        source=source,
    )


def name_holds_blanks(name: str) -> Rule:
    """A Chinese name has no blanks or line breaks inside."""
    return rule(
        "name_holds_blanks",
        name,
        ~pl.col(name).str.contains(r"[\r\n\t\u3000\u00a0]|\p{Han} +\p{Han}"),
        zh=("名称中有空格或换行。", "请删除名称中的空格和换行。"),
        en=("The name holds blanks or line breaks.", "Remove them."),
        severity=Severity.WARNING,
    )


def name_has_half_width_brackets(name: str) -> Rule:
    """Brackets in a Chinese name are full-width."""
    return rule(
        "name_has_half_width_brackets",
        name,
        ~pl.col(name).str.contains("[()]"),
        zh=("名称中的括号为半角。", "请改用全角括号“（ ）”。"),
        en=("The name has half-width brackets.", "Use full-width brackets （ ）."),
        severity=Severity.WARNING,
    )
