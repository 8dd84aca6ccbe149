"""Why a row was not sealed, in a data officer's words; never with the value."""

from __future__ import annotations

from yrdx.model import Text

NUMBER_IS_MISSING = "number_is_missing"
NUMBER_HAS_15_DIGITS = "number_has_15_digits"
NUMBER_HAS_WRONG_LENGTH = "number_has_wrong_length"
NUMBER_FAILS_ITS_CHECK = "number_fails_its_check"
NUMBER_WAS_DAMAGED = "number_was_damaged"
NUMBER_IS_SEALED_ALREADY = "number_is_sealed_already"
DOCUMENT_TYPE_IS_UNKNOWN = "document_type_is_unknown"
DOCUMENT_NUMBER_IS_MALFORMED = "document_number_is_malformed"
CERTIFICATE_NUMBER_IS_MALFORMED = "certificate_number_is_malformed"
CELL_HOLDS_A_PERSONAL_NUMBER = "cell_holds_a_personal_number"
ROW_IS_DOUBTFUL = "row_is_doubtful"

REASONS: dict[str, tuple[Text, Text]] = {
    NUMBER_IS_MISSING: (
        Text(zh="号码为空，无法脱敏。", en="There is no number to be sealed."),
        Text(zh="请补填号码。", en="Fill in the number."),
    ),
    NUMBER_HAS_15_DIGITS: (
        Text(
            zh="是 15 位第一代身份证号，不予接受。",
            en="This is a 15-digit number of the first generation, which is not accepted.",
        ),
        Text(
            zh="请按现行身份证填写 18 位号码，不要自行推算。",
            en="Give the 18-digit number of the present card; do not compute it yourself.",
        ),
    ),
    NUMBER_HAS_WRONG_LENGTH: (
        Text(zh="居民身份证号应为 18 位。", en="A resident ID number has 18 characters."),
        Text(
            zh="请核对号码；如为护照等其他证件，请增加“证件类型”列或使用 --doc-type。",
            en="Check it; for passports and others add a column 证件类型, or use --doc-type.",
        ),
    ),
    NUMBER_FAILS_ITS_CHECK: (
        Text(
            zh="身份证号的校验码或出生日期不正确。",
            en="The check character or the date within the ID number is wrong.",
        ),
        Text(zh="请对照证件逐位核对。", en="Compare it with the document, digit by digit."),
    ),
    NUMBER_WAS_DAMAGED: (
        Text(
            zh="号码疑被 Excel 改坏：科学计数法，或末三位变为 000。",
            en="Excel seems to have damaged the number: exponent notation, or 000 at its end.",
        ),
        Text(
            zh="请从业务系统重新导出，并先把该列设为“文本”格式；改坏的号码无法还原。",
            en="Export it again with the column formatted as text; the digits lost are lost.",
        ),
    ),
    NUMBER_IS_SEALED_ALREADY: (
        Text(zh="该值已经脱敏，不能再次脱敏。", en="The value is sealed already."),
        Text(zh="请对原始文件运行 yrdx seal。", en="Run yrdx seal on the original file."),
    ),
    DOCUMENT_TYPE_IS_UNKNOWN: (
        Text(zh="证件类型无法识别。", en="The type of document is not known."),
        Text(
            zh="请填 JY/T 1001 身份证件类型代码（1 居民身份证 … A 护照，Z 其他）或其名称。",
            en="Give a code of JY/T 1001 (1 resident ID … A passport, Z other) or its name.",
        ),
    ),
    DOCUMENT_NUMBER_IS_MALFORMED: (
        Text(
            zh="证件号码应为 4–30 位字母或数字。",
            en="A document number has 4 to 30 letters or digits.",
        ),
        Text(zh="请核对证件号码和证件类型。", en="Check the number and the type of document."),
    ),
    CERTIFICATE_NUMBER_IS_MALFORMED: (
        Text(
            zh="证书编号不符合所填证书类别的编码规则。",
            en="The certificate number has none of the layouts of its category.",
        ),
        Text(
            zh="请对照证书核对编号（22 位、旧 16 位或上海旧 13 位）和证书类别。",
            en="Compare it with the certificate: 22 characters, 16 or 13 of an old one.",
        ),
    ),
    CELL_HOLDS_A_PERSONAL_NUMBER: (
        Text(
            zh="应保留的列中夹有身份证号或手机号。",
            en="A column that is kept holds an ID or phone number.",
        ),
        Text(zh="请从该单元格删除号码。", en="Remove the number from the cell."),
    ),
    ROW_IS_DOUBTFUL: (
        Text(
            zh="该行读取有疑：列数不符、单元格出错或公式没有结果。",
            en="The row could not be read for certain: cells too many, in error or uncomputed.",
        ),
        Text(zh="请在原文件中改正该行。", en="Correct the row in the original file."),
    ),
}
