"""Right and wrong in words, for rules about a whole file or delivery, which no cell can show."""

from __future__ import annotations

from yrdx.model import Text

FILE_EXAMPLES: dict[str, tuple[Text, Text]] = {
    code: (Text(zh=right_zh, en=right_en), Text(zh=wrong_zh, en=wrong_en))
    for code, right_zh, right_en, wrong_zh, wrong_en in (
        (
            "required_column_is_missing",
            "表头有模板中带 * 的全部列", "all columns marked * are there",
            "删掉了“学校名称”一列", "the column 学校名称 was deleted",
        ),
        (
            "key_is_used_twice",
            "每个主键一行", "one row for each key",
            "同一标识码两行，校名不同", "two rows of one code with different names",
        ),
        (
            "control_total_disagrees",
            "107 行明细，标注“浙江省（107所）”", "107 rows below “浙江省（107所）”",
            "105 行明细，标注“浙江省（107所）”", "105 rows below “浙江省（107所）”",
        ),
        (
            "reference_does_not_exist",
            "填写学校名录中已有的标识码", "a code that the list of schools holds",
            "填写名录中没有的标识码", "a code that it does not hold",
        ),
        (
            "row_is_of_another_province",
            "浙江报送的文件只有浙江的行", "a file from Zhejiang with rows of Zhejiang",
            "其中夹有江苏学校的行", "a row of a school in Jiangsu among them",
        ),
        (
            "row_is_of_another_period",
            "报送 2024-2025，行内学年为 2024-2025", "2024-2025 delivered, 2024-2025 in the rows",
            "行内学年为 2023-2024", "2023-2024 in the rows",
        ),
        ("file_is_empty", "有表头和数据的文件", "a header and rows", "0 字节", "0 bytes"),
        (
            "file_has_no_rows",
            "表头下面有数据行", "rows below the header",
            "只有表头的空模板", "an empty template",
        ),
        (
            "file_is_password_protected",
            "不加密的 .xlsx", "an .xlsx without a password",
            "设有打开密码的 .xlsx", "an .xlsx that asks for a password",
        ),
        (
            "file_is_a_scan_or_image",
            "原始电子表格", "the spreadsheet itself",
            "盖章后的扫描 PDF", "a stamped and scanned PDF",
        ),
        (
            "file_type_is_not_accepted",
            "CSV、.xlsx、.xls", "CSV, .xlsx, .xls",
            "改名为 .xlsx 的其他文件", "another file renamed .xlsx",
        ),
        (
            "file_is_damaged",
            "能用 Excel 打开的文件", "a file that Excel opens",
            "上传中断的半个文件", "half a file after a broken upload",
        ),
        (
            "file_has_two_encodings",
            "全部为 UTF-8", "UTF-8 throughout",
            "前半 UTF-8，后半 GBK", "UTF-8 at first, GBK later",
        ),
        (
            "text_is_not_utf8_or_gb18030",
            "UTF-8 或 GB18030", "UTF-8 or GB18030",
            "夹有其他内容的字节", "bytes of something else in the text",
        ),
        (
            "text_was_damaged_before_sending",
            "浙江省", "浙江省",
            "锟斤拷", "锟斤拷",
        ),
        (
            "column_is_garbled",
            "浙江省", "浙江省",
            "娴欐睙鐪�", "娴欐睙鐪�",
        ),
        (
            "quotes_are_broken",
            '"示例,学院",1', '"示例,学院",1',
            '"示例,学院,1', '"示例,学院,1',
        ),
        (
            "text_cannot_be_split_into_cells",
            '"示例,学院","5"" 钢管"', '"示例,学院","5"" 钢管"',
            '"示例,学院",5" 钢管', '"示例,学院",5" 钢管',
        ),
        (
            "header_is_not_found",
            "表头用模板的列名", "the headers of the template",
            "没有表头，只有数据", "rows without a header",
        ),
        (
            "header_is_used_twice",
            "一个字段一列", "one column for a field",
            "两列都叫“学校名称”且都有数据", "two columns 学校名称 with data",
        ),
        (
            "sheet_is_ambiguous",
            "只有一张数据表", "one sheet of data",
            "“数据”“数据 (2)”都有数据", "data on 数据 and on 数据 (2)",
        ),
        (
            "sheet_was_not_read",
            "全部数据在一个工作表", "all rows on one sheet",
            "另有一个工作表“宁波”，列不全，有 3 行数据", "3 more rows on another one",
        ),
        (
            "sheet_reaches_too_far",
            "数据区以外没有内容", "nothing outside the table",
            "在 XFD1048576 误填了一个字", "a word typed into XFD1048576",
        ),
        (
            "sheet_is_hidden",
            "数据在可见的工作表", "data on a visible sheet",
            "数据在隐藏的工作表", "data on a hidden sheet",
        ),
        (
            "rows_are_hidden",
            "取消筛选后保存", "saved without a filter",
            "筛选后直接保存", "saved with rows filtered out",
        ),
        (
            "archive_member_escapes_its_folder",
            "包内文件名 data.csv", "a member data.csv",
            "包内文件名 ../data.csv", "a member ../data.csv",
        ),
        (
            "archive_is_a_bomb",
            "正常压缩的表格", "a table, zipped",
            "解开后是压缩前的上千倍", "a thousand times larger when unpacked",
        ),
        (
            "correction_has_no_base",
            "先报完整文件，再报“名录_更正.csv”", "the whole list first, then 名录_更正.csv",
            "第一次就报“名录_更正.csv”", "名录_更正.csv as the first file",
        ),
        (
            "correction_lacks_its_key",
            "更正文件有“学校标识码”一列", "corrections with the column of the key",
            "更正文件只有“学校名称”一列", "corrections with the names alone",
        ),
        (
            "correction_has_no_rows",
            "更正文件里有要更正的行", "the corrected rows below the header",
            "更正文件只有表头", "a header alone",
        ),
        (
            "seal_is_of_another_algorithm",
            "按约定用 hmac-sm3 脱敏", "sealed by hmac-sm3, as agreed",
            "约定 hmac-sm3，文件说明为 hmac-sha256", "hmac-sm3 agreed, hmac-sha256 in the file",
        ),
        (
            "seal_is_of_another_year",
            "按约定用 2025 年度密钥脱敏", "sealed with the key of 2025, as agreed",
            "约定 2025 年度密钥，文件说明为 2024 年度", "the key of 2024 in place of 2025",
        ),
        (
            "archive_holds_several_tables",
            "一个 zip 一个表格", "one table in a zip",
            "一个 zip 两个表格", "two tables in a zip",
        ),
        (
            "archive_holds_no_table",
            "zip 内有一个 .xlsx", "a zip with an .xlsx",
            "zip 是空的，或只有 Thumbs.db", "an empty zip, or one with Thumbs.db only",
        ),
        (
            "archive_holds_an_archive",
            "zip 内直接是表格", "a table in a zip",
            "zip 内还有 zip", "a zip in a zip",
        ),
        (
            "archive_is_password_protected",
            "不设密码的 zip", "a zip without a password",
            "设有密码的 zip", "a zip with a password",
        ),
        (
            "column_holds_resident_ids",
            "脱敏后的 64 位标识", "a sealed value of 64 characters",
            "18 位公民身份号码", "resident numbers of 18 characters",
        ),
        (
            "cell_holds_a_resident_id",
            "备注里没有号码", "a remark without numbers",
            "备注里写有身份证号", "a resident number in a remark",
        ),
        (
            "column_holds_phone_numbers",
            "没有电话列", "no column of phones",
            "11 位手机号码", "mobile numbers",
        ),
        (
            "column_holds_student_numbers",
            "脱敏后的 64 位标识", "a sealed value of 64 characters",
            "G 加身份证号的学籍号", "student numbers made of G and a resident number",
        ),
        (
            "column_is_named_for_personal_data",
            "没有这样的列", "no such column",
            "“身份证号”列且有内容", "a filled column 身份证号",
        ),
        (
            "column_holds_names_of_people",
            "没有姓名列", "no column of names",
            "“姓名”列且有内容", "a filled column 姓名",
        ),
        (
            "formula_has_no_value",
            "保存过计算结果的公式，或数值", "a value, or a formula saved with its result",
            "由程序生成、从未计算的公式", "a formula that was never calculated",
        ),
        (
            "number_lost_digits",
            "以文本保存的 18 位代码", "18 characters saved as text",
            "123301004701000000（后几位变 0）", "a number that ends in zeros",
        ),
        (
            "leading_zeros_are_ambiguous",
            "0111", "0111",
            "111（111 与 0111 都是代码）", "111, where 111 and 0111 are codes",
        ),
        (
            "code_has_lookalike_letters",
            "91330100799655058B", "91330100799655058B",
            "9133O100799655058B（字母 O）", "9133O100799655058B, with a letter O",
        ),
        (
            "row_has_too_many_cells",
            '示例学院,"示例路 1 号,北楼"', '示例学院,"示例路 1 号,北楼"',
            "示例学院,示例路 1 号,北楼", "示例学院,示例路 1 号,北楼",
        ),
        (
            "unit_is_unknown",
            "经费（万元）", "经费（万元）",
            "经费（人）", "经费（人）",
        ),
        (
            "value_is_not_a_list_of_codes",
            "WT；YRD", "WT；YRD",
            "WT 以及 YRD", "WT 以及 YRD",
        ),
        (
            "code_became_a_date",
            "6-01（文本格式）", "6-01, as text",
            "6月1日", "6月1日",
        ),
        (
            "encoding_is_not_read",
            "UTF-8 或 GB18030", "UTF-8 or GB18030",
            "注明 Big5 的 .dbf", "a .dbf that states Big5",
        ),
        (
            "text_looks_like_big5",
            "UTF-8 或 GB18030", "UTF-8 or GB18030",
            "表头“學校名稱”以 Big5 保存", "the header 學校名稱, saved as Big5",
        ),
        ("json_is_broken", '[{"a": 1}]', '[{"a": 1}]', '[{"a": 1]', '[{"a": 1]'),
        (
            "json_is_too_large",
            "每行一条记录的 NDJSON", "NDJSON, one record a line",
            "几百 MiB 的单个 JSON 数组", "one JSON array of hundreds of MiB",
        ),
        (
            "json_key_is_used_twice",
            '{"code": "1"}', '{"code": "1"}',
            '{"code": "1", "code": "2"}', '{"code": "1", "code": "2"}',
        ),
        (
            "memo_is_not_read",
            "字符型字段", "a character field",
            "备注型（memo）字段", "a memo field",
        ),
        (
            "text_has_control_characters",
            "示例学院", "示例学院",
            "示例␀学院（␀ 处是空字符 NUL）", "示例␀学院, with a NUL where ␀ stands",
        ),
        (
            "name_has_traditional_characters",
            "示例职业学院", "示例职业学院",
            "示例職業學院", "示例職業學院",
        ),
        (
            "name_suffix_was_removed",
            "示例大学", "示例大学",
            "示例大学（一流大学建设高校）", "示例大学（一流大学建设高校）",
        ),
        (
            "value_says_same_as_above",
            "每格填完整内容", "every cell filled in",
            "第二行起写“同上”", "“同上” from the second row on",
        ),
        (
            "percentages_are_mixed",
            "85.6、90.2", "85.6, 90.2",
            "85.6%、0.902", "85.6%, 0.902",
        ),
        (
            "percentages_may_be_fractions",
            "85.6", "85.6",
            "整列都是 0.856 这样的小数", "fractions such as 0.856 in the whole column",
        ),
        (
            "text_fills_its_field",
            "字段宽度足够", "a field that is wide enough",
            "名称正好占满 20 字节的字段", "a name that fills its 20 bytes",
        ),
        (
            "text_was_cut_off",
            "示例职业技术学院", "示例职业技术学院",
            "示例职业技术学（末字只剩半个）", "示例职业技术学 and half a character",
        ),
        (
            "zone_was_read_as_its_city",
            "320500 苏州市", "320500 苏州市",
            "320576 苏州工业园区", "320576 苏州工业园区",
        ),
        (
            "county_was_read_as_its_city",
            "440300 深圳市", "440300 深圳市",
            "440305 深圳市南山区", "440305 深圳市南山区",
        ),
        (
            "level_was_presumed",
            "双师等级“2”（中级）", "the level 2 of a double-qualified teacher",
            "双师等级“是”", "是 (yes) as the level of a double-qualified teacher",
        ),
        (
            "column_was_told_by_its_values",
            "列名“学校（机构）标识码”", "the header 学校（机构）标识码",
            "列名“代码”，值为 10 位", "the header 代码 above ten digits",
        ),
        (
            "columns_are_hidden",
            "所有列可见", "all columns visible",
            "隐藏了两列后保存", "saved with two columns hidden",
        ),
        (
            "columns_are_not_in_the_contract",
            "只有模板中的列", "the columns of the template",
            "多出一列“备用1”", "another column 备用1",
        ),
        (
            "sheet_holds_several_tables",
            "一个工作表一张表", "one table on a sheet",
            "同一工作表下方又有一张表", "a second table further down",
        ),
        (
            "cell_holds_a_phone_number",
            "备注里没有号码", "a remark without numbers",
            "备注里写有手机号码", "a mobile number in a remark",
        ),
        (
            "number_of_a_person_stands_above_the_table",
            "表头以上写“联系电话：0571-88880000”", "“联系电话：0571-88880000” above the header",
            "表头以上写有手机号或身份证号", "a mobile or ID number above the header",
        ),
        (
            "number_of_a_person_stands_in_a_comment",
            "批注里没有号码", "a comment without numbers",
            "批注里写有手机号或身份证号", "a mobile or ID number in a comment",
        ),
        (
            "cell_looks_like_a_resident_id",
            "备注里没有号码", "a remark without numbers",
            "备注里有 18 位像身份证号的数字", "18 digits like a resident number in a remark",
        ),
    )
}  # fmt: skip
"""Rule → what is right, what is wrong."""
