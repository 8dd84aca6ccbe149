"""Looks for raw personal numbers before a file enters the exchange; values are never told.

A column is judged by its header where no field was recognised, and by its values always. Numbers
that stand alone in a cell of a recognised column may be its codes, so there their share counts;
a number inside a text, or anywhere that no field was recognised, counts by itself.
"""

from __future__ import annotations

import re
from collections import Counter

import polars as pl

from yrdx.kernels import resident_id_is_valid
from yrdx.model import Finding, Severity, Text
from yrdx.reading.blocks import UnreadableText
from yrdx.reading.header import plain
from yrdx.reading.lines import is_reading_failure
from yrdx.reading.samples import samples
from yrdx.reading.table import Table

SHORTEST = 11
"""Bytes of the shortest number looked for: a mobile number."""
SEALED_WIDTH = 64
"""Bytes of a hash."""
SHARE = 0.2
"""A column with this share of its filled cells is taken to be one of personal numbers."""

_REMEDY = Text(
    zh="请删除该列；个人标识请在本单位用脱敏工具（yrdx seal）生成后再报送。原文件不会保存。",
    en="Remove the column; seal personal keys at your own site (yrdx seal) before sending. "
    "The file was not kept.",
)
_CELL_REMEDY = Text(
    zh="请检查并删除单元格中的个人号码后重新报送。",
    en="Find and remove the personal numbers in these cells, then send the file again.",
)
_ID = r"(?:^|[^0-9A-Za-z])([1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X])(?:$|[^0-9A-Za-z])"
_PHONE = r"(?:^|[^0-9A-Za-z])(?:\+?86[- ]?)?1[3-9][0-9]{9}(?:$|[^0-9A-Za-z])"
_STUDENT = r"^[GLJ]([1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9X])$"
_NAMED_NUMBER = re.compile(
    r"身份证|证件号|手机|移动电话|联系电话|家长电话|本人电话|学籍号|学籍编号|考生号|准考证号|银行卡|银行账号"
    r"|^sfz|^sjh|^xjh|^ksh|idcard|mobile|phone"
)
_NAMED_PERSON = re.compile(
    r"^(?:学生|教师|考生|毕业生|本人|家长|监护人|持证人|员工)?姓名$|^xm$|^(?:student|teacher)?name$"
    r"|^(?:指导(?:教师|老师)|教练|(?:参赛)?(?:选手|队员)|参赛学生)(?:姓名|名单)?[0-9一二三四五]?$"
)
_PERSON = r"^\p{Han}{2,4}(?:[、，,；;/ ]+\p{Han}{2,4})*$|^\p{Han}+·\p{Han}+$"
_DIGITS = "[0-9]{11}"
_SEALED = "^[0-9a-fA-F]{64}$"

PERSONAL_FINDINGS: dict[str, tuple[Severity, Text, Text]] = {
    "column_holds_resident_ids": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）含有公民身份号码：抽查 {filled} 个非空单元格，"
            "其中 {count} 个。",
            en="Column “{header}” ({letter}) holds resident ID numbers: {count} of {filled} cells.",
        ),
        _REMEDY,
    ),
    "column_holds_phone_numbers": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）含有手机号码：抽查 {filled} 个非空单元格，"
            "其中 {count} 个。",
            en="Column “{header}” ({letter}) holds mobile numbers: {count} of {filled} cells.",
        ),
        _REMEDY,
    ),
    "column_holds_student_numbers": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）含有内嵌身份证号的学籍号：抽查 {filled} 个非空单元格，"
            "其中 {count} 个。",
            en="Column “{header}” ({letter}) holds student numbers that embed resident IDs: "
            "{count} of {filled} cells.",
        ),
        _REMEDY,
    ),
    "column_is_named_for_personal_data": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）按名称是个人信息，且有 {count} 个单元格未脱敏。",
            en="Column “{header}” ({letter}) is named for personal data and holds {count} cells "
            "that are not sealed.",
        ),
        _REMEDY,
    ),
    "column_holds_names_of_people": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）是人员姓名：抽查 {filled} 个非空单元格，其中 {count} 个。",
            en="Column “{header}” ({letter}) holds names of people: {count} of {filled} cells.",
        ),
        _REMEDY,
    ),
    "cell_holds_a_resident_id": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）有 {count} 个单元格写有公民身份号码。",
            en="{count} cell(s) of column “{header}” ({letter}) hold resident ID numbers.",
        ),
        _CELL_REMEDY,
    ),
    "cell_holds_a_phone_number": (
        Severity.ERROR,
        Text(
            zh="“{header}”列（{letter}）有 {count} 个单元格写有手机号码。",
            en="{count} cell(s) of column “{header}” ({letter}) hold mobile numbers.",
        ),
        _CELL_REMEDY,
    ),
    "cell_looks_like_a_resident_id": (
        Severity.WARNING,
        Text(
            zh="“{header}”列（{letter}）有 {count} 个单元格像是公民身份号码。",
            en="{count} cell(s) of column “{header}” ({letter}) look like resident ID numbers.",
        ),
        _CELL_REMEDY,
    ),
}

PERSONAL_RULES = frozenset(PERSONAL_FINDINGS)
"""Codes of the findings that say that a file holds raw personal data."""


_RULES = {
    "students": "column_holds_student_numbers",
    "ids": "column_holds_resident_ids",
    "phones": "column_holds_phone_numbers",
}


def find_personal_numbers(table: Table) -> tuple[Finding, ...]:
    """Columns that hold raw personal numbers or names, by column and count, never by value.

    Of a file that turns out to be unreadable on the way nothing is said: its check will.
    """
    counts: dict[str, Counter[str]] = {}
    try:
        for sample in samples(table):
            for name in sample.columns:
                counts.setdefault(name, Counter()).update(_count(sample[name], name, table))
    except (UnreadableText, pl.exceptions.ComputeError) as error:
        if is_reading_failure(error):
            return ()
        raise
    found = []
    for name, count in counts.items():
        if verdict := _judge(count, is_known=not name.startswith("_")):
            rule, cells = verdict
            found.append(_finding(rule, name, table, count=cells, filled=count["filled"]))
    return tuple(found)


def _judge(count: Counter[str], *, is_known: bool) -> tuple[str, int] | None:
    """The rule that a column breaks, and in how many of its cells."""
    enough = SHARE * count["filled"]
    for what, rule in _RULES.items():
        if count[what] and count[what] >= enough:
            return rule, count[what]
    if count["unsealed"]:
        return "column_is_named_for_personal_data", count["unsealed"]
    if count["people"] and count["people"] >= 0.5 * count["filled"]:
        return "column_holds_names_of_people", count["people"]
    inside = count["ids"] if not is_known else count["ids inside"]
    if inside:
        return "cell_holds_a_resident_id", inside
    # Where all numbers of eleven digits look like mobile numbers, that is what they are.
    all_phones = not is_known and count["phones"] >= count["eleven digits"]
    phones = count["phones"] if all_phones else count["phones inside"]
    if phones:
        return "cell_holds_a_phone_number", phones
    return ("cell_looks_like_a_resident_id", count["ids"]) if count["ids"] else None


def _count(texts: pl.Series, name: str, table: Table) -> dict[str, int]:
    """How many cells hold what; only those that are long enough are searched for numbers."""
    filled = texts.drop_nulls()
    found = {"filled": len(filled)}
    header = plain(table.headers.get(name, "")) if name.startswith("_") else ""
    if header and _NAMED_NUMBER.search(header):
        found["unsealed"] = int((~filled.str.contains(_SEALED)).sum())
    if header and _NAMED_PERSON.search(header):
        found["people"] = int(filled.str.strip_chars().str.contains(_PERSON).sum())
    width = filled.str.len_bytes()
    long = filled.filter((width >= SHORTEST) & (width != SEALED_WIDTH))
    unsealed = filled.filter(width == SEALED_WIDTH)
    long = long.append(unsealed.filter(~unsealed.str.contains(_SEALED)))
    if len(long):
        found |= _count_numbers(long)
    return found


def _count_numbers(texts: pl.Series) -> dict[str, int]:
    """How many cells hold a valid resident ID, a student number around one, a mobile number."""
    text = pl.col("text")
    cells = texts.alias("text").to_frame().select(text.str.strip_chars().str.to_uppercase())
    cells = cells.filter(text.str.contains(_DIGITS))
    counted = (
        cells.with_columns(inner=text.str.extract(_ID, 1), student=text.str.extract(_STUDENT, 1))
        .with_columns(
            is_id=resident_id_is_valid("inner").fill_null(value=False),
            is_student=resident_id_is_valid("student").fill_null(value=False),
            is_phone=text.str.contains(_PHONE),
            is_bare=text.str.contains("^[0-9X+ -]+$"),
        )
        .select(
            pl.col("is_id").sum().alias("ids"),
            (pl.col("is_id") & ~pl.col("is_bare")).sum().alias("ids inside"),
            pl.col("is_student").sum().alias("students"),
            pl.col("is_phone").sum().alias("phones"),
            (pl.col("is_phone") & ~pl.col("is_bare")).sum().alias("phones inside"),
            text.str.contains("^[0-9]{11}$").sum().alias("eleven digits"),
        )
    )
    return {what: int(count) for what, count in counted.row(0, named=True).items()}


def _finding(rule: str, name: str, table: Table, *, count: int, filled: int) -> Finding:
    severity, message, remedy = PERSONAL_FINDINGS[rule]
    facts = {
        "header": table.headers.get(name, name),
        "letter": table.letters.get(name, name),
        "count": count,
        "filled": filled,
    }
    return Finding(
        rule=rule,
        severity=severity,
        message=Text(zh=message.zh.format_map(facts), en=message.en.format_map(facts)),
        remedy=remedy,
        sheet=table.reading.sheet,
        column=None if name.startswith("_") else name,
        header=table.headers.get(name),
    )
