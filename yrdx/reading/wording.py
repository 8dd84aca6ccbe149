"""Texts of the repairs that normalising makes."""

from __future__ import annotations

from yrdx.model import Text

NOTES: dict[str, Text] = {
    "blanks_were_removed": Text(
        zh="去掉了多余的空格、换行或不可见字符。",
        en="Superfluous blanks, line breaks or invisible characters were removed.",
    ),
    "name_was_joined": Text(
        zh="去掉了名称中间的换行或空格。",
        en="Line breaks or blanks inside a name were removed.",
    ),
    "brackets_were_made_full_width": Text(
        zh="名称中的半角括号统一为全角（）。",
        en="Half-width brackets in names were made full-width.",
    ),
    "characters_were_unified": Text(
        zh="把部首形式或变体的字符换成了通用字。",
        en="Radical forms and variants of characters were replaced by the usual ones.",
    ),
    "characters_were_made_half_width": Text(
        zh="全角的数字、字母和符号转成了半角。",
        en="Full-width digits, letters and signs were made half-width.",
    ),
    "letters_were_made_upper_case": Text(
        zh="代码中的小写字母转成了大写。", en="Lower-case letters of codes were made upper-case."
    ),
    "letters_were_made_lower_case": Text(
        zh="脱敏值中的大写字母转成了小写。", en="Upper-case letters of hashes were made lower-case."
    ),
    "nothing_was_read_as_empty": Text(
        zh="“无”“—”“/”等表示没有的写法按空值处理。",
        en="Spellings of “nothing” (无, —, /, N/A …) were read as empty.",
    ),
    "hyphen_was_removed": Text(
        zh="去掉了组织机构代码校验码前的连字符。",
        en="The hyphen before the check character of an organisation code was removed.",
    ),
    "label_was_replaced_by_code": Text(
        zh="按代码表把文字换成了代码。", en="Labels were replaced by their codes."
    ),
    "code_was_taken_from_code_and_label": Text(
        zh="单元格同时写有代码和文字，取其中的代码。",
        en="The cell held code and label; the code was taken.",
    ),
    "leading_zeros_were_restored": Text(
        zh="补回了代码前面丢失的 0。", en="Leading zeros that a code had lost were restored."
    ),
    "decimal_point_was_removed": Text(
        zh="去掉了整数或代码末尾的“.0”。",
        en="“.0” at the end of whole numbers and codes was removed.",
    ),
    "section_letter_was_removed": Text(
        zh="去掉了行业代码前的门类字母。",
        en="The section letter in front of an industry code was removed.",
    ),
    "date_was_rewritten": Text(
        zh="日期统一写成 YYYY-MM-DD。", en="Dates were rewritten as YYYY-MM-DD."
    ),
    "serial_number_was_read_as_date": Text(
        zh="Excel 的日期序号换成了日期。", en="Excel's serial numbers were read as dates."
    ),
    "year_was_rewritten": Text(
        zh="年份统一写成四位数字；写有月、日的，只取年份。",
        en="Years were rewritten as four digits; of a date its year alone was taken.",
    ),
    "month_was_rewritten": Text(zh="年月统一写成 YYYYMM。", en="Months were rewritten as YYYYMM."),
    "school_year_was_rewritten": Text(
        zh="学年统一写成 YYYY-YYYY。", en="School years were rewritten as YYYY-YYYY."
    ),
    "yes_or_no_was_rewritten": Text(
        zh="“是/否”“√/×”等换成了 1 和 0。", en="Yes and no in words or signs became 1 and 0."
    ),
    "codes_were_separated_anew": Text(
        zh="多个代码之间统一用“；”分隔，文字换成了代码。",
        en="Several codes in one cell were separated by “；”, labels replaced by codes.",
    ),
    "thousands_separators_were_removed": Text(
        zh="去掉了数字中的千分位分隔符。", en="Thousands separators were removed from numbers."
    ),
    "unit_was_removed": Text(
        zh="去掉了数字后面的单位。", en="The unit written behind a number was removed."
    ),
    "unit_was_converted": Text(
        zh="按表头或单元格注明的单位换算成约定单位。",
        en="Numbers were converted from the stated unit into the agreed one.",
    ),
    "shares_became_percentages": Text(
        zh="该指标的百分比全部以 0–1 的小数填报，已乘以 100。",
        en="All percentages of the measure were given as shares of one; they were multiplied by "
        "100.",
    ),
    "default_was_filled_in": Text(
        zh="空的关键字段按约定填入默认值。",
        en="Empty cells of a key column took the agreed default.",
    ),
    "key_was_filled_down": Text(
        zh="只在每组首行填写的关键字段，按组补到以下各行。",
        en="A key written in the first row of its group only was repeated in the rows below.",
    ),
    "apostrophe_was_removed": Text(
        zh="去掉了单元格开头的撇号。", en="The apostrophe in front of a text was removed."
    ),
}
"""Rule code of a repair → what it did."""
