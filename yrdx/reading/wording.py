"""Texts of the repairs that normalising makes, and of the doubts that it cannot settle."""

from __future__ import annotations

from yrdx.model import Severity, Text

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
        zh="年份统一写成四位数字。", en="Years were rewritten as four digits."
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
    "default_was_filled_in": Text(
        zh="空的关键字段按约定填入默认值。",
        en="Empty cells of a key column took the agreed default.",
    ),
    "apostrophe_was_removed": Text(
        zh="去掉了单元格开头的撇号。", en="The apostrophe in front of a text was removed."
    ),
}
"""Rule code of a repair → what it did."""

_AGREED = "exchange agreement"

FINDINGS: dict[str, tuple[Severity, Text, Text, str]] = {
    "row_has_too_many_cells": (
        Severity.ERROR,
        Text(
            zh="该行的单元格比表头多，可能有未加引号的分隔符，各列已经错位。",
            en="The row has more cells than the header; a separator may lack its quotes, and "
            "the columns are out of step.",
        ),
        Text(
            zh="请给含有逗号等分隔符的内容加英文双引号，或改用 .xlsx 报送。",
            en="Put text with separators in double quotes, or send the table as .xlsx.",
        ),
        "RFC 4180",
    ),
    "cell_holds_an_error": (
        Severity.ERROR,
        Text(
            zh="单元格是公式错误（如 #REF!、#N/A、#DIV/0!），没有可用的值。",
            en="The cell holds a formula error (#REF!, #N/A, #DIV/0! …) and no value.",
        ),
        Text(
            zh="请改正公式，或把正确结果“粘贴为数值”。",
            en="Correct the formula, or paste the right result as a value.",
        ),
        _AGREED,
    ),
    "formula_has_no_value": (
        Severity.ERROR,
        Text(
            zh="单元格是公式，但文件里没有保存计算结果，无法读取。",
            en="The cell is a formula whose result was not saved in the file.",
        ),
        Text(
            zh="请用 Excel 或 WPS 打开并保存一次，或把该列“粘贴为数值”后重新报送。",
            en="Open and save the file in Excel or WPS, or paste the column as values.",
        ),
        _AGREED,
    ),
    "number_lost_digits": (
        Severity.ERROR,
        Text(
            zh="长号码被当作数字保存，Excel 只保留 15 位，后面的数字已丢失，无法恢复。",
            en="A long number was kept as a number; Excel keeps 15 digits, the rest is lost.",
        ),
        Text(
            zh="请先把该列格式设为“文本”，再从原系统重新粘贴。",
            en="Format the column as text first, then paste the numbers from their source again.",
        ),
        "GB 32100-2015",
    ),
    "value_says_same_as_above": (
        Severity.ERROR,
        Text(
            zh="单元格写的是“同上”，没有实际内容。",
            en="The cell says “same as above” instead of a value.",
        ),
        Text(zh="请填写实际内容。", en="Write the value itself."),
        _AGREED,
    ),
    "code_and_label_disagree": (
        Severity.ERROR,
        Text(
            zh="单元格里的代码和文字不一致，无法判断以哪个为准。",
            en="Code and label in the cell contradict each other.",
        ),
        Text(zh="请核对后只填代码。", en="Check it and write the code only."),
        _AGREED,
    ),
    "leading_zeros_are_ambiguous": (
        Severity.WARNING,
        Text(
            zh="代码可能丢失了前面的 0，但不补 0 也是有效代码，未作改动。",
            en="The code may have lost a leading zero, yet is valid as it stands; it was kept.",
        ),
        Text(
            zh="请核对代码；列格式设为“文本”可避免丢 0。",
            en="Check the code; a column formatted as text keeps leading zeros.",
        ),
        _AGREED,
    ),
    "zone_was_read_as_its_city": (
        Severity.WARNING,
        Text(
            zh="填写的是统计用区划代码中的开发区等功能区，不是行政区划代码，已按所在设区市读取。",
            en="The code is that of a zone of the statistics bureaus and no division; it was read "
            "as the city that the zone lies in.",
        ),
        Text(
            zh="请改填所在县（市、区）或设区市的行政区划代码，见候选值。",
            en="Use the code of the county, or of the city as the candidate shows.",
        ),
        "GB/T 2260",
    ),
    "code_has_lookalike_letters": (
        Severity.WARNING,
        Text(
            zh="代码中的字母 O、I、Z、S 可能是数字 0、1、2、5 的误写；替换后校验码成立，"
            "但未擅自改动。",
            en="Letters O, I, Z or S may stand for the digits 0, 1, 2 or 5; with digits the check "
            "character would be right, but nothing was changed.",
        ),
        Text(
            zh="请核对证照，若候选值正确请改填候选值。",
            en="Compare with the certificate and use the candidate if it is right.",
        ),
        "GB 32100-2015",
    ),
    "year_has_two_digits": (
        Severity.WARNING,
        Text(
            zh="年份只写了两位，已按候选值读取。",
            en="The year has two digits only; it was read as the candidate shows.",
        ),
        Text(zh="请核对，并写四位年份。", en="Check it, and write years with four digits."),
        _AGREED,
    ),
    "day_is_missing": (
        Severity.ERROR,
        Text(
            zh="日期缺少“日”，无法确定是哪一天。",
            en="The date has no day, so it is not clear which one is meant.",
        ),
        Text(
            zh="请补全年、月、日，例如 2025-09-01。",
            en="Write year, month and day, such as 2025-09-01.",
        ),
        _AGREED,
    ),
    "date_order_is_ambiguous": (
        Severity.ERROR,
        Text(
            zh="年份在最后，无法判断月和日的先后。",
            en="The year stands last, so month and day cannot be told apart.",
        ),
        Text(zh="请按 YYYY-MM-DD 填写。", en="Write YYYY-MM-DD."),
        _AGREED,
    ),
    "month_is_ambiguous": (
        Severity.ERROR,
        Text(
            zh="“2021.1”可能是 1 月，也可能是 10 月被 Excel 去掉了末尾的 0。",
            en="“2021.1” may be January, or October whose last zero was dropped by Excel.",
        ),
        Text(
            zh="请按 YYYYMM 填写，列格式设为“文本”。",
            en="Write YYYYMM in a column formatted as text.",
        ),
        _AGREED,
    ),
    "school_year_is_ambiguous": (
        Severity.ERROR,
        Text(
            zh="只写了一个年份，无法确定是哪个学年。",
            en="One year alone does not say which school year is meant.",
        ),
        Text(
            zh="请按 YYYY-YYYY 填写，例如 2024-2025。",
            en="Write YYYY-YYYY, such as 2024-2025.",
        ),
        _AGREED,
    ),
    "number_is_approximate": (
        Severity.ERROR,
        Text(
            zh="填写的是约数或范围（约、余、以上、≥、10-20、1.2万 等），不是确切数字。",
            en="An approximation or a range stands where an exact number is needed.",
        ),
        Text(zh="请填写确切的数字。", en="Write the exact number."),
        _AGREED,
    ),
    "unit_is_unknown": (
        Severity.ERROR,
        Text(
            zh="表头注明的单位与约定单位不是同一类，无法换算。",
            en="The unit stated in the header cannot be converted into the agreed one.",
        ),
        Text(
            zh="请按模板规定的单位填写，并在表头注明。",
            en="Use the unit of the template and state it in the header.",
        ),
        _AGREED,
    ),
    "text_has_private_characters": (
        Severity.WARNING,
        Text(
            zh="文字含有自造字或乱码字符，其他系统可能无法显示。",
            en="The text holds private-use or replacement characters that others cannot show.",
        ),
        Text(
            zh="请改用规范汉字（可用输入法的“生僻字”功能输入）。",
            en="Use the standard character.",
        ),
        "GB 18030-2022",
    ),
    "name_has_missing_characters": (
        Severity.WARNING,
        Text(
            zh="名称中有“??”或“□”，可能是原系统缺字。",
            en="“??” or “□” in the name may stand for a character that the source system lacks.",
        ),
        Text(zh="请补上正确的汉字。", en="Write the right character."),
        _AGREED,
    ),
}
"""Rule code of a doubt → severity, message, remedy, source."""
