"""The sheet 填报说明: what the workbook is, what to state once, and every field in a table."""

from __future__ import annotations

from typing import Any

from yrdx.dataset import Column, Dataset, Kind, Periodicity, Requirement
from yrdx.example import Row, as_text
from yrdx.model import Text

REQUIREMENTS = {
    Requirement.MANDATORY: Text(zh="必填", en="required"),
    Requirement.CONDITIONAL: Text(zh="条件必填", en="required under a condition"),
    Requirement.OPTIONAL: Text(zh="选填", en="optional"),
}
FORMATS = {
    Kind.TEXT: Text(zh="文字", en="text"),
    Kind.CODE: Text(zh="代码（文本格式）", en="code, as text"),
    Kind.INTEGER: Text(zh="整数", en="whole number"),
    Kind.DECIMAL: Text(zh="数值", en="number"),
    Kind.YEAR: Text(zh="四位年份", en="YYYY"),
    Kind.YEAR_MONTH: Text(zh="年月 YYYYMM（文本格式）", en="YYYYMM, as text"),
    Kind.SCHOOL_YEAR: Text(zh="学年 YYYY-YYYY", en="YYYY-YYYY"),
    Kind.DATE: Text(zh="日期 YYYY-MM-DD", en="YYYY-MM-DD"),
    Kind.BOOLEAN: Text(zh="1 是，0 否", en="1 yes, 0 no"),
    Kind.CODES: Text(zh="多个代码用“；”分隔", en="codes separated by “；”"),
}
PERIODS = {
    Periodicity.YEAR: Text(zh="每年，期次写作 2025", en="yearly, such as 2025"),
    Periodicity.SCHOOL_YEAR: Text(zh="每学年，期次写作 2024-2025", en="by school year: 2024-2025"),
    Periodicity.TERM: Text(zh="每学期，期次写作 2024-2025-1", en="by term: 2024-2025-1"),
}
_STEPS = (
    Text(
        zh="先看“示例”，再在“数据”中从第 4 行起填写；“示例”“代码表”和本页不会被读取。",
        en="Look at 示例, then fill in 数据 from row 4 on; the other sheets are not read.",
    ),
    Text(
        zh="代码列已设为文本格式，粘贴时请选“选择性粘贴—数值”，以免丢失前导零和格式。",
        en="Code columns are text: paste values only, so that formats and leading zeros stay.",
    ),
    Text(
        zh="没有的数据留空，不要填“无”“/”或“-”；不要填个人证件号码、电话等原始号码。",
        en="Leave empty what does not exist. Never give raw personal numbers.",
    ),
    Text(
        zh="报送前自查：yrdx check 文件名 --dataset {name}；问题的含义：yrdx explain 规则编号。",
        en="Check before sending: yrdx check FILE --dataset {name}; about a rule: yrdx explain.",
    ),
)
_TO_FILL_IN = (
    ("省份 Province", "如 33 浙江 such as 33"),
    ("填报单位 Unit", ""),
    ("期次 Period", ""),
    ("填报日期 Date", "YYYY-MM-DD"),
)
_TABLE = (
    ("序号 No.", 8),
    ("列名 Header", 26),
    ("英文名 English", 30),
    ("字段 Field", 22),
    ("要求 Required", 26),
    ("格式 Format", 30),
    ("计量单位 Unit", 12),
    ("代码表 Codes", 30),
    ("示例值 Example", 26),
    ("说明 Explanation", 60),
)


def draw_instructions(book: Any, sheet: Any, dataset: Dataset, *, example: Row, tmpl: str) -> None:
    """Draw the sheet."""
    font = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}
    title = book.add_format(font | {"font_size": 16, "bold": True})
    bold = book.add_format(font | {"bold": True})
    text = book.add_format(font | {"text_wrap": True, "border": 1, "border_color": "#D0D5DD"})
    plain = book.add_format(font)
    cell = book.add_format(font | {"bg_color": "#FFF9DB", "border": 1, "num_format": "@"})
    head = book.add_format(font | {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"})
    for place, (_, width) in enumerate(_TABLE):
        sheet.set_column(place, place, width)
    sheet.set_column(0, 0, 20)
    sheet.write_string(0, 0, f"填报说明：{dataset.title.zh} {dataset.title.en}", title)
    row = 1
    for label, value in _facts(dataset, tmpl):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, value, plain)
        row += 1
    row += 1
    sheet.write_string(row, 0, "请填写 Please state", bold)
    for label, hint in _TO_FILL_IN:
        row += 1
        sheet.write_string(row, 0, label, bold)
        sheet.write_blank(row, 1, None, cell)
        sheet.write_string(row, 2, hint, plain)
    row += 1
    for step in _STEPS:
        row += 1
        said = f"{step.zh} {step.en}".replace("{name}", dataset.name)
        sheet.write_string(row, 0, f"• {said}", plain)
    row += 2
    for place, (label, _) in enumerate(_TABLE):
        sheet.write_string(row, place, label, head)
    for number, (name, column) in enumerate(dataset.columns.items(), start=1):
        for place, value in enumerate(_described(number, name, column, example)):
            sheet.write_string(row + number, place, value, text)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _facts(dataset: Dataset, tmpl: str) -> tuple[tuple[str, str], ...]:
    period = PERIODS[dataset.periodicity]
    key = "、".join(f"{dataset.columns[name].title.zh} {name}" for name in dataset.key)
    return (
        ("模板 Template", f"tmpl={tmpl}"),
        ("每行表示 One row", f"{dataset.grain.zh} {dataset.grain.en}"),
        ("主键 Key", key),
        ("报送方 Supplier", f"{dataset.supplier.zh} {dataset.supplier.en}"),
        ("周期 Periodicity", f"{period.zh} {period.en}"),
        ("对应条款 Clauses", "、".join(dataset.clauses)),
    )


def _described(number: int, name: str, column: Column, example: Row) -> tuple[str, ...]:
    needed, formed = REQUIREMENTS[column.requirement], FORMATS[column.kind]
    codes, said = column.codes, column.description
    return (
        str(number),
        column.title.zh,
        column.title.en,
        name,
        f"{needed.zh} {needed.en}",
        f"{formed.zh} {formed.en}",
        column.unit or "",
        f"{codes.title.zh} {codes.title.en}" if codes else "",
        as_text(example.get(name)),
        f"{said.zh} {said.en}" if said else "",
    )
