"""What normalising doubts: what it leaves open, and what it settles with a warning."""

from __future__ import annotations

from yrdx.model import Severity, Text

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
        Severity.WARNING,
        Text(
            zh="单元格写的是“同上”，已按上一行的内容读取（见候选值）。",
            en="The cell says “same as above”; the value of the row above was taken, as the "
            "candidate shows.",
        ),
        Text(zh="请核对，并填写实际内容。", en="Check it, and write the value itself."),
        _AGREED,
    ),
    "nothing_stands_above": (
        Severity.ERROR,
        Text(
            zh="单元格写的是“同上”，但上一行没有可用的内容。",
            en="The cell says “same as above”, and there is no value in the row above.",
        ),
        Text(zh="请填写实际内容。", en="Write the value itself."),
        _AGREED,
    ),
    "code_became_a_date": (
        Severity.ERROR,
        Text(
            zh="代码被 Excel 自动改成了日期（如“6-01”变成“6月1日”），原代码无法恢复。",
            en="Excel turned the code into a date (6-01 into 1 June); the code is lost.",
        ),
        Text(
            zh="请先把该列格式设为“文本”，再重新填写代码。",
            en="Format the column as text first, then write the codes again.",
        ),
        _AGREED,
    ),
    "text_was_cut_off": (
        Severity.WARNING,
        Text(
            zh="字段宽度不够，文字末尾在半个汉字处被截断，只读取了完整的部分。",
            en="The field was too narrow: the text ends within a character; what is whole was "
            "read.",
        ),
        Text(
            zh="请从原系统按更宽的字段重新导出，或改用 .xlsx 报送全称。",
            en="Export it with a wider field, or send the whole text in an .xlsx.",
        ),
        _AGREED,
    ),
    "text_fills_its_field": (
        Severity.WARNING,
        Text(
            zh="文字正好占满字段宽度，末尾可能已被截断。",
            en="The text fills its field to the last byte and may have been cut off.",
        ),
        Text(
            zh="请核对是否为全称；如被截断，请按更宽的字段重新导出。",
            en="Check whether it is whole; if not, export it with a wider field.",
        ),
        _AGREED,
    ),
    "percentages_are_mixed": (
        Severity.ERROR,
        Text(
            zh="同一列里百分数（如 85.6%）和小数（如 0.856）混用，"
            "无法判断各格的单位，整列不予采用。",
            en="The column mixes percentages (85.6%) and fractions (0.856), so no cell is certain.",
        ),
        Text(
            zh="请整列统一写成百分数，例如 85.6，并在表头注明（%）。",
            en="Write percentages throughout, such as 85.6, and state (%) in the header.",
        ),
        _AGREED,
    ),
    "percentages_may_be_fractions": (
        Severity.ERROR,
        Text(
            zh="该列约定以 % 为单位，但各格都小于 1，"
            "表头也没有注明单位，可能填的是小数（如 0.856）。",
            en="The column is agreed to be in %, yet no cell exceeds 1 and the header states no "
            "unit: they may be fractions.",
        ),
        Text(
            zh="请写成百分数，例如 85.6；数值确实小于 1% 的，请在表头注明（%）。",
            en="Write percentages, such as 85.6; if they are indeed below 1%, state (%) in the "
            "header.",
        ),
        _AGREED,
    ),
    "name_has_traditional_characters": (
        Severity.WARNING,
        Text(
            zh="名称中有繁体字或异体字，未作改动；候选值是对应的规范字写法。",
            en="The name holds traditional or variant characters and was kept; the candidate has "
            "the standard ones.",
        ),
        Text(
            zh="请核对证照，如候选值正确请改填候选值。",
            en="Compare with the certificate and use the candidate if it is right.",
        ),
        "通用规范汉字表（2013）",
    ),
    "name_suffix_was_removed": (
        Severity.WARNING,
        Text(
            zh="名称后附注了“一流大学建设高校”等说明，已去掉，按候选值读取。",
            en="A remark such as 一流大学建设高校 behind the name was removed, "
            "as the candidate shows.",
        ),
        Text(zh="名称栏请只填学校全称。", en="Write the name of the school alone."),
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
    "county_was_read_as_its_city": (
        Severity.INFO,
        Text(
            zh="沪苏浙皖以外的地区，代码表只到设区市（直辖市、港澳台到省级），已按候选值读取。",
            en="Outside the four provinces the list goes down to the city only, in Beijing and the "
            "like to the province; the code was read as the candidate shows.",
        ),
        Text(
            zh="无误的可不修改；请留意前四位是否填对。",
            en="Leave it if it is right; make sure of its first four digits.",
        ),
        "GB/T 2260",
    ),
    "level_was_presumed": (
        Severity.WARNING,
        Text(
            zh="该项应填等级或程度，所填内容（如“是”“双师型”）没有写明是哪一级，已按候选值读取。",
            en="A level is asked for, and the cell (是, 双师型) does not say which; it was read as "
            "the candidate shows.",
        ),
        Text(
            zh="请核对，并从代码表选填具体的等级或程度。",
            en="Check it, and pick the level from the code list.",
        ),
        _AGREED,
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
        Severity.WARNING,
        Text(
            zh="日期缺少“日”，已暂按当月 1 日读取（见候选值）。",
            en="The date has no day; it was read as the first of its month, as the candidate "
            "shows.",
        ),
        Text(
            zh="请核对，并补全年、月、日，例如 2025-09-01。",
            en="Check it, and write year, month and day, such as 2025-09-01.",
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
        Severity.WARNING,
        Text(
            zh="“2021.1”可能是 1 月，也可能是 10 月被 Excel 去掉了末尾的 0；"
            "无法判断，该项按空值读取。",
            en="“2021.1” may be January, or October whose last zero was dropped by Excel; the cell "
            "was read as empty.",
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
            zh="表头或单元格注明的单位不认识，或与约定单位不是同一类"
            "（如外币、人与人次、按月与按年），无法换算。",
            en="The unit stated in the header or the cell is unknown, or cannot be converted into "
            "the agreed one (foreign money, persons and visits, by month and by year).",
        ),
        Text(
            zh="请按模板规定的单位填写，单元格只填数字，单位在表头注明。",
            en="Use the unit of the template: figures alone in the cells, the unit in the header.",
        ),
        _AGREED,
    ),
    "text_has_control_characters": (
        Severity.ERROR,
        Text(
            zh="文字中夹有看不见的控制字符（如空字符 NUL、文字方向控制符），原文可能已损坏。",
            en="The text holds invisible control characters (such as NUL, or marks that turn the "
            "direction of writing); it may be damaged.",
        ),
        Text(
            zh="请从原系统核对该项，清空单元格后重新录入；去掉控制字符后的文字见候选值。",
            en="Compare it with the source system, clear the cell and type the text again; the "
            "candidate shows it without them.",
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
