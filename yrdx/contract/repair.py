"""How to repair a wrong in Excel or WPS: the steps that follow from the column and the rule."""

from __future__ import annotations

from yrdx.dataset import Column, Kind
from yrdx.model import Text

_FIND = Text(
    zh="打开回执中的 errors.xlsx，在“规则编号”列筛选 {code}；回到原文件，按 Ctrl+G 输入“单元格”列"
    "给出的位置，逐处修改。",
    en="Open errors.xlsx of the receipt and filter the rule {code}; in your file press Ctrl+G and "
    "enter the place given there.",
)
_AGAIN = Text(
    zh="保存后用 yrdx check 再查一遍，然后报送完整文件；只报改过的行时，文件名末尾加“_更正”。",
    en="Save, run yrdx check once more, and send the whole file; or the changed rows alone, "
    "under a name that ends in _delta.",
)
_MISSING = Text(
    zh="选中该列，按 Ctrl+G—定位条件—空值，可一次找出全部空单元格。",
    en="Select the column, Ctrl+G, Special, Blanks: all empty cells are selected at once.",
)
_TWICE = Text(
    zh="选中主键各列，用“条件格式—突出显示单元格规则—重复值”标出重复的行，只保留正确的一行。",
    en="Mark repeated keys by Conditional formatting, Duplicate values; keep the right row only.",
)
_CODES = Text(
    zh="在模板的“代码表”中查到代码后填写，或从下拉列表选取；"
    "批量更正用 Ctrl+H，并勾选“单元格匹配”。",
    en="Take the code from the sheet 代码表 of the template or from the drop-down; replace many by "
    "Ctrl+H with “match entire cell contents”.",
)
_AS_TEXT = Text(
    zh="先把整列设为“文本”格式（Ctrl+1—数字—文本），再重新录入；"
    "只改格式不重录，丢失的 0 不会回来。",
    en="Format the column as text first (Ctrl+1), then type again: lost zeros do not come back by "
    "formatting.",
)
_NUMBERS = Text(
    zh="选中该列，点“数据—分列—完成”，可把文本数字变为数值；单位、逗号用 Ctrl+H 替换为空。",
    en="Select the column, Data, Text to Columns, Finish: text becomes numbers; remove units and "
    "commas by Ctrl+H.",
)
_DATES = Text(
    zh="选中该列，点“数据—分列”，第三步选“日期 YMD”，再把格式设为 yyyy-mm-dd。",
    en="Select the column, Data, Text to Columns, step three: Date YMD; format it as yyyy-mm-dd.",
)
_WORDS = Text(
    zh="可在旁边一列用 =TRIM(CLEAN(单元格)) 去掉空格和换行、用 =LEN(单元格) 看长度，"
    "再以“数值”粘贴回来。",
    en="=TRIM(CLEAN(cell)) beside it removes blanks and line breaks, =LEN(cell) tells the length; "
    "paste back as values.",
)
_TOGETHER = Text(
    zh="这条规则同时看这几列，请对照修改：{columns}。",
    en="The rule reads these columns together: {columns}.",
)
_WHOLE_FILE = Text(
    zh="这是整份文件的问题，按“怎么改”处理后重新导出或另存，再报送。",
    en="It concerns the file as a whole: set it right as told, save it anew and send it again.",
)

_BY_KIND = {
    Kind.TEXT: _WORDS,
    Kind.CODE: _AS_TEXT,
    Kind.CODES: _AS_TEXT,
    Kind.YEAR_MONTH: _AS_TEXT,
    Kind.SCHOOL_YEAR: _AS_TEXT,
    Kind.INTEGER: _NUMBERS,
    Kind.DECIMAL: _NUMBERS,
    Kind.YEAR: _NUMBERS,
    Kind.DATE: _DATES,
}


def repair_steps(
    code: str, columns: tuple[Column, ...], *, beside: tuple[Text, ...]
) -> tuple[Text, ...]:
    """What to do in the spreadsheet, in order; `beside` are titles that the rule reads together."""
    steps = [_FIND.filled({"code": code})]
    if code == "key_is_used_twice":
        return (*steps, _TWICE, _AGAIN)
    if not columns:
        return (_WHOLE_FILE, _AGAIN)
    if beside:
        joined = Text(
            zh="、".join(title.zh for title in beside), en=", ".join(title.en for title in beside)
        )
        steps.append(_TOGETHER.filled({"columns": joined}))
    if code.endswith("_is_missing"):
        steps.append(_MISSING)
    elif not beside:
        kinds = dict.fromkeys(column.kind for column in columns)
        steps += dict.fromkeys(_BY_KIND[kind] for kind in kinds if kind in _BY_KIND)
        if any(column.codes for column in columns):
            steps.append(_CODES)
    return (*steps, _AGAIN)
