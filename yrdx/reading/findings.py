"""What reading can find wrong with a whole file: every rule code with its texts."""

from __future__ import annotations

from dataclasses import dataclass

from yrdx.model import Finding, Reading, Severity, Text
from yrdx.reading.table import Refusal

ACCEPTED = Text(
    zh="可接收的文件：CSV 等分隔文本（UTF-8 或 GB18030）、Excel 或 WPS 表格（.xlsx、.xls、.et）、"
    "DBF、JSON、NDJSON、Parquet，或装有其中一个文件的 zip。",
    en="Accepted files: CSV and other delimited text (UTF-8 or GB18030), Excel or WPS workbooks "
    "(.xlsx, .xls, .et), DBF, JSON, NDJSON, Parquet, or a zip holding one of these.",
)


@dataclass(frozen=True, slots=True)
class FileRule:
    """Texts of one rule about a file; braces are filled with what was found."""

    severity: Severity
    message: Text
    remedy: Text


def _rule(
    message_zh: str,
    message_en: str,
    remedy_zh: str,
    remedy_en: str,
    *,
    severity: Severity = Severity.ERROR,
) -> FileRule:
    message = Text(zh=message_zh, en=message_en)
    return FileRule(severity, message, Text(zh=remedy_zh, en=remedy_en))


FILE_RULES: dict[str, FileRule] = {
    "file_is_empty": _rule(
        "文件是空的，没有任何内容。",
        "The file is empty.",
        "请确认导出成功后重新报送。",
        "Export the file again and check that it has content before sending it.",
    ),
    "file_is_password_protected": _rule(
        "工作簿设有打开密码，无法读取。",
        "The workbook is protected by a password and cannot be read.",
        "请在 Excel 或 WPS 中取消密码，另存为不加密的 .xlsx 后重新报送。",
        "Remove the password in Excel or WPS, save as a plain .xlsx and send it again.",
    ),
    "file_is_a_scan_or_image": _rule(
        "文件是 {kind}，不是数据表，无法读取其中的数据。",
        "The file is a {kind}, not a table; its data cannot be read.",
        "请报送制作该文件所用的电子表格；盖章扫描件可另作附件留存。" + ACCEPTED.zh,
        "Send the spreadsheet it was made from; a stamped scan may be kept as an attachment. "
        + ACCEPTED.en,
    ),
    "file_type_is_not_accepted": _rule(
        "文件实际格式为 {kind}，不在可接收的格式之内。",
        "The file is really {kind}, which is not accepted.",
        "请另存为 .xlsx 或 CSV 后重新报送。" + ACCEPTED.zh,
        "Save it as .xlsx or CSV and send it again. " + ACCEPTED.en,
    ),
    "file_is_damaged": _rule(
        "文件按 {kind} 打开时出错，可能已损坏或未传完整。",
        "The file could not be opened as {kind}; it may be damaged or incomplete: {detail}",
        "请在 Excel 或 WPS 中打开确认，另存为 .xlsx 后重新报送。",
        "Open it in Excel or WPS to make sure that it works, save as .xlsx and send it again.",
    ),
    "file_has_two_encodings": _rule(
        "文件混用了两种文字编码：按 {encoding} 读取时，第 {lines} 行无法识别。",
        "The file mixes two text encodings: read as {encoding}, line(s) {lines} cannot be decoded.",
        "请在 Excel 或 WPS 中检查这些行的文字，统一另存为“CSV UTF-8”或 .xlsx 后重新报送。",
        "Check the text of these lines and save the whole file as “CSV UTF-8” or .xlsx again.",
    ),
    "text_is_not_utf8_or_gb18030": _rule(
        "文字编码既不是 UTF-8 也不是 GB18030，第 {lines} 行无法识别。",
        "The text is neither UTF-8 nor GB18030; line(s) {lines} cannot be decoded.",
        "请在 Excel 或 WPS 中打开，另存为“CSV UTF-8”或 .xlsx 后重新报送。",
        "Open it in Excel or WPS and save it as “CSV UTF-8” or .xlsx.",
    ),
    "text_was_damaged_before_sending": _rule(
        "文字在报送之前已成乱码（如“锟斤拷”“�”），见第 {lines} 行，原文无法恢复。",
        "The text was garbled before it was sent (replacement characters), see line(s) {lines}; "
        "the original cannot be recovered.",
        "请从原系统重新导出，不要用记事本转换编码。",
        "Export it again from the source system; do not convert the encoding by hand.",
    ),
    "column_is_garbled": _rule(
        "“{header}”列的文字是乱码（如“{found}”，原文应为“{meant}”），导出时用错了文字编码。",
        "The text of column “{header}” is garbled (“{found}” was “{meant}”): it was exported in "
        "the wrong encoding.",
        "请从原系统按 UTF-8 重新导出，或直接导出 .xlsx；不要用 Excel 双击打开 CSV 后再保存。",
        "Export it again as UTF-8, or straight as .xlsx; do not open and save a CSV in Excel.",
    ),
    "encoding_is_not_read": _rule(
        "文件注明的文字编码是 {encoding}，不在可读取的编码（UTF-8、GB18030）之内。",
        "The file states the text encoding {encoding}; only UTF-8 and GB18030 are read.",
        "请从原系统按 GBK 或 UTF-8 重新导出，或改用 .xlsx 报送。",
        "Export it again as GBK or UTF-8, or send the table as .xlsx.",
    ),
    "text_looks_like_big5": _rule(
        "文件的文字编码可能是繁体中文的 Big5：按 GB18030 读取找不到表头，"
        "按 Big5 读取则有 {count} 个字段名（{examples}）。",
        "The text may be in Big5: read as GB18030 it has no header, read as Big5 it has {count} "
        "field names ({examples}).",
        "请从原系统按 UTF-8 重新导出，或用 Excel、WPS 按 Big5 导入后另存为 .xlsx 报送。",
        "Export it again as UTF-8, or import it as Big5 into Excel or WPS and send it as .xlsx.",
    ),
    "memo_is_not_read": _rule(
        "备注型（memo）字段 {columns} 的内容存放在另一个文件中，没有读取。",
        "The content of the memo field(s) {columns} lies in another file and was not read.",
        "如这些字段需要报送，请改为字符型字段，或改用 .xlsx 报送。",
        "If these fields are to be delivered, make them text fields or send the table as .xlsx.",
        severity=Severity.WARNING,
    ),
    "json_is_broken": _rule(
        "JSON 第 {line} 行有语法错误。",
        "Line {line} of the JSON is broken: {detail}",
        "请从原系统重新导出，不要手工拼接 JSON；也可改用 CSV 或 .xlsx 报送。",
        "Export it again instead of writing JSON by hand, or send CSV or .xlsx.",
    ),
    "json_key_is_used_twice": _rule(
        "JSON 的同一条记录中键“{key}”出现了不止一次，无法判断以哪个值为准。",
        "The key “{key}” appears more than once in one record of the JSON.",
        "请保证每条记录中键名不重复，重新导出。",
        "Export it again so that no record repeats a key.",
    ),
    "json_is_too_large": _rule(
        "JSON 文件超过 {size} MiB，不能整体读入。",
        "The JSON document is larger than {size} MiB and cannot be read whole.",
        "请改用 NDJSON（每行一条记录）或 CSV 报送。",
        "Send NDJSON (one record a line) or CSV.",
    ),
    "quotes_are_broken": _rule(
        '第 {lines} 行的英文引号（"）不成对，无法判断单元格的边界。',
        'The quotation marks (") of line(s) {lines} do not pair up, so cells cannot be told apart.',
        "请检查该行，或改用 .xlsx 报送。",
        "Correct the line, or send the table as .xlsx.",
    ),
    "text_cannot_be_split_into_cells": _rule(
        "文本文件无法按行列拆分{where}。",
        "The text file cannot be split into rows and cells{where}.",
        "请检查英文引号和分隔符（单元格内的英文引号应写成两个，整格再用引号括起），"
        "或改用 .xlsx 报送。",
        "Check quotation marks and separators (a quotation mark within a cell is written twice, "
        "and the cell is enclosed in quotes), or send the table as .xlsx.",
    ),
    "header_is_not_found": _rule(
        "前 {rows} 行内没有找到“{title}”的表头（至少应出现两个字段名，例如：{examples}）。",
        "No header of “{title}” was found in the first {rows} rows (at least two field names "
        "are needed, such as: {examples}).",
        "请在数据上方保留一行表头，字段名使用模板中的名称。",
        "Keep one header row above the data, with the field names of the template.",
    ),
    "header_is_used_twice": _rule(
        "字段“{title}”在表头中出现了不止一次，且各列都有数据：{headers}。",
        "The field “{title}” appears more than once in the header, each time with data: {headers}.",
        "请只保留正确的一列，或改正其中一列的表头。",
        "Keep the right column only, or correct the header of the other.",
    ),
    "column_was_told_by_its_values": _rule(
        "“{header}”列（{letter}）的含义是按列中数值的位数或字段名的开头推断的，"
        "按字段“{column}”读取。",
        "What column “{header}” ({letter}) means was inferred from its values or from the "
        "beginning of its name; it was read as “{column}”.",
        "请核对推断是否正确，并改用模板中的字段名。",
        "Check that this is right, and use the field name of the template.",
        severity=Severity.WARNING,
    ),
    "columns_are_not_in_the_contract": _rule(
        "有 {count} 列不是约定的字段，没有读取：{headers}。",
        "{count} column(s) are no fields of the contract and were not read: {headers}.",
        "请核对是否为表头写法不同的应报字段；不需要报送的列请删除。",
        "Check whether a field goes by another name here; remove columns that are not asked for.",
        severity=Severity.WARNING,
    ),
    "file_has_no_rows": _rule(
        "找到了表头，但下面没有任何数据行。",
        "The header was found, but there is no data row below it.",
        "请填入数据后重新报送；确无数据时请与联络员说明。",
        "Fill in the data and send it again; tell your contact person if there really is none.",
    ),
    "sheet_is_ambiguous": _rule(
        "有 {count} 个工作表都像“{title}”的数据：{sheets}，无法确定用哪一个。",
        "{count} sheets all look like “{title}”: {sheets}; it is not clear which one counts.",
        "请只保留要报送的一个工作表；各表的数据都要报送的，请合并到一个工作表。",
        "Keep only the sheet that is to be delivered; if all are, put their rows into one sheet.",
    ),
    "sheet_was_not_read": _rule(
        "工作表“{sheet}”也有“{title}”的表头和 {count} 行数据，但没有读取；"
        "读取的是工作表“{taken}”。",
        "Sheet “{sheet}” has headers of “{title}” and {count} row(s), too, but was not read; "
        "sheet “{taken}” was.",
        "这些数据也要报送的，请合并到工作表“{taken}”后重新报送；不需要报送的，请删除该工作表。",
        "Put these rows into sheet “{taken}” and send it again if they are to be delivered; "
        "delete the sheet if they are not.",
        severity=Severity.WARNING,
    ),
    "sheet_reaches_too_far": _rule(
        "工作表“{sheet}”有内容的单元格一直到第 {last_row} 行（{lowest}）、{last_column} 列"
        "（{rightmost}），全表却只有 {count} 格有内容，范围过大，无法读取。",
        "The cells of sheet “{sheet}” reach down to row {last_row} ({lowest}) and out to column "
        "{last_column} ({rightmost}), though only {count} of them are filled; so large a sheet "
        "cannot be read.",
        "多半是误填了远处的单元格：请在 Excel 或 WPS 左上角的名称框中输入 {places} 查看，"
        "选中多余的整行或整列，删除后保存，重新报送。数据确有这么多的，请改用 CSV 报送。",
        "Most likely something was typed far outside the table: enter {places} in the name box of "
        "Excel or WPS, delete the stray rows or columns as a whole, save and send it again. Send "
        "CSV if there really is that much.",
    ),
    "sheet_is_hidden": _rule(
        "数据取自隐藏的工作表“{sheet}”。",
        "The data was taken from the hidden sheet “{sheet}”.",
        "请确认这就是要报送的工作表，并取消隐藏。",
        "Make sure that this is the sheet to be delivered, and unhide it.",
        severity=Severity.WARNING,
    ),
    "columns_are_hidden": _rule(
        "工作表“{sheet}”有 {count} 列被隐藏（{letters}），这些列同样作为数据读取了。",
        "{count} columns of sheet “{sheet}” are hidden ({letters}); they were read as data too.",
        "请确认隐藏的列也要报送；不需要的请删除。",
        "Make sure that the hidden columns are meant; delete those that are not.",
        severity=Severity.WARNING,
    ),
    "sheet_holds_several_tables": _rule(
        "工作表“{sheet}”第 {row} 行又出现了一个不同的表头，一个工作表只能放一张表。",
        "Another, different header stands in row {row} of sheet “{sheet}”; a sheet may hold one "
        "table only.",
        "请把各表分到不同的工作表或文件，只保留要报送的一张。",
        "Put each table into a sheet or file of its own and keep the one to be delivered.",
    ),
    "rows_are_hidden": _rule(
        "工作表“{sheet}”有 {count} 行被隐藏或筛选掉，这些行同样作为数据读取了。",
        "{count} rows of sheet “{sheet}” are hidden or filtered out; they were read as data too.",
        "请确认隐藏的行也要报送；不需要的请删除。",
        "Make sure that the hidden rows are meant; delete those that are not.",
        severity=Severity.WARNING,
    ),
    "archive_member_escapes_its_folder": _rule(
        "压缩包内的文件名“{member}”指向包外的位置，已整体拒收。",
        "The archive member “{member}” points outside the archive; the archive was refused.",
        "请用常规压缩软件重新打包，只放入要报送的表格。",
        "Pack it again with an ordinary tool, holding only the table to be delivered.",
    ),
    "archive_is_a_bomb": _rule(
        "压缩内容解开后过大（{size}，是压缩后的 {ratio} 倍），为保护系统未予解开。",
        "The content would unpack to {size} ({ratio} times its packed size); it was not unpacked.",
        "请直接报送未压缩的 CSV 或 .xlsx 文件。",
        "Send the CSV or .xlsx file itself, not packed.",
    ),
    "archive_holds_several_tables": _rule(
        "压缩包内有 {count} 个表格文件：{members}；一个压缩包只能装一个。",
        "The archive holds {count} tables: {members}; it may hold one only.",
        "请每个表格单独报送。",
        "Send each table by itself.",
    ),
    "archive_holds_no_table": _rule(
        "压缩包内没有可接收的表格文件。",
        "The archive holds no table that could be read.",
        ACCEPTED.zh,
        ACCEPTED.en,
    ),
    "archive_holds_an_archive": _rule(
        "压缩包内还有压缩包“{member}”，不再逐层解开。",
        "The archive holds another archive, “{member}”, which is not unpacked.",
        "请把表格直接放进压缩包，只压缩一层。",
        "Put the table straight into the archive, packed once.",
    ),
    "correction_has_no_base": _rule(
        "文件名表明只报更正的行，但之前没有可供更正的完整报送。",
        "The name says that only corrected rows were sent, but no whole list came before them.",
        "请先报送完整文件；如果这就是完整文件，请去掉文件名末尾的“更正”或 _delta。",
        "Send the whole list first; if this is the whole list, take “更正” or _delta off its name.",
    ),
    "correction_lacks_its_key": _rule(
        "更正的行没有主键列“{columns}”，无法与上次报送的行对应。",
        "The corrected rows lack the key ({columns}), so nobody can tell which rows they correct.",
        "请在更正文件中加上主键列；其他列只需要有改动的。",
        "Add the columns of the key; of the others, those that change are enough.",
    ),
    "correction_has_no_rows": _rule(
        "更正文件里没有一行数据。",
        "The file of corrections holds not a single row.",
        "请把更正后的行填入文件后重新报送。",
        "Put the corrected rows into the file and send it again.",
    ),
    "seal_is_of_another_algorithm": _rule(
        "文件说明是用 {stated} 脱敏的，与约定的算法 {agreed} 不一致，脱敏值无法与其他数据对应。",
        "The file says that it was sealed by {stated}, but {agreed} is agreed: its hashes match "
        "no others.",
        "请用 yrdx seal --algorithm {agreed} 从原始文件重新脱敏后报送；"
        "确需更换算法的，请先与数据交换中心修改约定。",
        "Seal the raw file again by yrdx seal --algorithm {agreed}; to change the algorithm, have "
        "the agreement changed first.",
    ),
    "seal_is_of_another_year": _rule(
        "文件说明是用 {stated} 年度的密钥脱敏的，约定使用 {agreed} 年度的密钥，"
        "脱敏值无法与同期数据对应。",
        "The file says that it was sealed with the key of {stated}, but that of {agreed} is "
        "agreed: its hashes match no others of the period.",
        "请用 {agreed} 年度的密钥从原始文件重新脱敏后报送。",
        "Seal the raw file again with the key of {agreed}.",
    ),
    "archive_is_password_protected": _rule(
        "压缩包设有密码，无法解开。",
        "The archive is protected by a password.",
        "请去掉密码重新打包；传输加密由交换通道保证。",
        "Pack it again without a password; the exchange channel protects the transfer.",
    ),
}


def finding(rule: str, /, **facts: object) -> Finding:
    """The finding of one file rule, its texts filled with what was found.

    The facts `sheet`, `row`, `column`, `header`, `cell` and `value` also become its place. A fact
    that is a `Text` is told in the language of each text.
    """
    texts = FILE_RULES[rule]
    names = ("sheet", "column", "header", "cell")
    place = {name: str(facts[name]) for name in names if name in facts}
    row = facts.get("row")
    return Finding(
        rule=rule,
        severity=texts.severity,
        message=texts.message.filled(facts),
        remedy=texts.remedy.filled(facts),
        row=row if isinstance(row, int) else None,
        **place,
    )


def refuse(rule: str, /, *, reading: Reading | None = None, **facts: object) -> Refusal:
    """A refusal for one reason."""
    return Refusal(findings=(finding(rule, **facts),), reading=reading)


def refuse_to_split(lines: list[int]) -> Refusal:
    """The refusal of a text that does not split; `lines` have an odd number of quotes."""
    found = spell_lines(lines, len(lines))
    where = Text(
        zh=f'，第 {found.zh} 行的英文引号（"）个数是单数' if lines else "",
        en=f": line(s) {found.en} have an odd number of quotation marks" if lines else "",
    )
    return refuse("text_cannot_be_split_into_cells", where=where)


def spell_lines(lines: list[int], total: int) -> Text:
    """Line numbers for a sentence: the first few, and how many there are in all."""
    shown = [str(line) for line in lines[:10]]
    zh, en = "、".join(shown), ", ".join(shown)
    if total <= len(shown):
        return Text(zh=zh, en=en)
    return Text(zh=f"{zh} …（共 {total} 行）", en=f"{en} … ({total} in all)")
