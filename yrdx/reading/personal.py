"""Looks for raw personal numbers before a file enters the exchange; values are never told.

A column is judged by its header where no field was recognised, and by its values always. Numbers
that stand alone in a cell of a recognised column may be its codes, so there their share counts,
unless the column is one of personal data; a number inside a text, or anywhere that no field was
recognised, counts by itself. What stands above the header, and other sheets, are searched too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from yrdx.model import Finding, Severity, Text
from yrdx.reading.header import plain
from yrdx.reading.personal_numbers import SHORTEST, numbers_in
from yrdx.reading.samples import samples
from yrdx.reading.table import ROW, LooseCell, Table

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
_NAMED_NUMBER = re.compile(
    r"身份证|证件号|手机|移动电话|联系电话|联系方式|家长电话|本人电话|学籍号|学籍编号|考生号|准考证号|银行卡|银行账号"
    r"|^sfz|^sjh|^xjh|^ksh|idcard|mobile|phone"
)
_NAMED_PERSON = re.compile(
    r"^(?:学生|教师|考生|毕业生|本人|家长|监护人|持证人|员工)?姓名$|^xm$|^(?:student|teacher)?name$"
    r"|^(?:指导(?:教师|老师)|教练|(?:参赛)?(?:选手|队员)|参赛学生)(?:姓名|名单)?[0-9一二三四五]?$"
)
_PHONE_REMEDY = Text(
    zh="请检查并删除单元格中的个人号码后重新报送；单位的联系电话请写固定电话。原文件不会保存。",
    en="Find and remove the personal numbers in these cells, then send the file again; for an "
    "office give its landline. The file was not kept.",
)
_ANY_NAME = "name"
"""Names of anything, where no other column is known."""
_PERSON = r"^\p{Han}{2,4}(?:[、，,；;/ ]+\p{Han}{2,4})*$|^\p{Han}+·\p{Han}+$"
_LANDLINE = r"^(?:\(?0[0-9]{2,3}\)?[- ]?)?[2-8][0-9]{6,7}(?:[-转][0-9]{1,6})?$"
_NO_WORD = "[0-9](?:[^0-9]*[0-9]){4}"
"""Five digits: what lists of words and their explanations do not hold, and every number does."""
_SEALED = "^[0-9a-fA-F]{64}$"

CHANCE = 0.1
"""One in eleven numbers of 18 digits keeps the check of a resident ID by chance."""
MOSTLY = 0.9
"""Share of the numbers of 18 digits in a column that are spoilt where all were resident IDs."""
FEW = 3
"""Rows that are named, so that somebody finds the cells."""
MOST_CELLS = 20
"""Cells outside the rows that are named."""

NUMBER_ABOVE = "number_of_a_person_stands_above_the_table"
NUMBER_IN_COMMENT = "number_of_a_person_stands_in_a_comment"

PERSONAL_FINDINGS: dict[str, tuple[Severity, Text, Text]] = {
    "column_holds_resident_ids": (
        Severity.ERROR,
        Text(
            zh="{column}含有公民身份号码：抽查的 {filled} 个非空单元格中有 {count} 个是{rows}。",
            en="Resident ID numbers stand in {column}: {count} of {filled} cells{rows}.",
        ),
        _REMEDY,
    ),
    "column_holds_phone_numbers": (
        Severity.ERROR,
        Text(
            zh="{column}含有手机号码：抽查的 {filled} 个非空单元格中有 {count} 个是{rows}。",
            en="Mobile numbers stand in {column}: {count} of {filled} cells{rows}.",
        ),
        _REMEDY,
    ),
    "column_holds_student_numbers": (
        Severity.ERROR,
        Text(
            zh="{column}含有内嵌身份证号的学籍号：抽查的 {filled} 个非空单元格中有 "
            "{count} 个是{rows}。",
            en="Student numbers that embed resident IDs stand in {column}: "
            "{count} of {filled} cells{rows}.",
        ),
        _REMEDY,
    ),
    "column_is_named_for_personal_data": (
        Severity.ERROR,
        Text(
            zh="{column}按名称是个人信息，且有 {count} 个单元格未脱敏。",
            en="By its name {column} is one of personal data; {count} of its cells are not sealed.",
        ),
        _REMEDY,
    ),
    "column_holds_names_of_people": (
        Severity.ERROR,
        Text(
            zh="{column}是人员姓名：抽查的 {filled} 个非空单元格中有 {count} 个是。",
            en="Names of people stand in {column}: {count} of {filled} cells.",
        ),
        _REMEDY,
    ),
    "cell_holds_a_resident_id": (
        Severity.ERROR,
        Text(
            zh="{column}有 {count} 个单元格写有公民身份号码{rows}。",
            en="{count} cell(s) of {column} hold resident ID numbers{rows}.",
        ),
        _CELL_REMEDY,
    ),
    "cell_holds_a_phone_number": (
        Severity.ERROR,
        Text(
            zh="{column}有 {count} 个单元格写有手机号码{rows}。",
            en="{count} cell(s) of {column} hold mobile numbers{rows}.",
        ),
        _PHONE_REMEDY,
    ),
    NUMBER_ABOVE: (
        Severity.ERROR,
        Text(
            zh="表头或表头以上的文字中写有公民身份号码或手机号码：单元格 {cells}。",
            en="Resident ID or mobile numbers stand in the header or above it: cell(s) {cells}.",
        ),
        _PHONE_REMEDY,
    ),
    NUMBER_IN_COMMENT: (
        Severity.ERROR,
        Text(
            zh="批注或文本框中写有公民身份号码或手机号码：单元格 {cells}。",
            en="Resident ID or mobile numbers stand in a comment or a text box: cell(s) {cells}.",
        ),
        Text(
            zh="请删除批注或文本框中的个人号码后重新报送；单位的联系电话请写固定电话。"
            "原文件不会保存。",
            en="Remove the personal numbers from the comments and text boxes, then send the file "
            "again; for an office give its landline. The file was not kept.",
        ),
    ),
    "cell_looks_like_a_resident_id": (
        Severity.WARNING,
        Text(
            zh="{column}有 {count} 个单元格像是公民身份号码{rows}。",
            en="{count} cell(s) of {column} look like resident ID numbers{rows}.",
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
_SHOWN_BY_ROW = {
    "column_holds_student_numbers": pl.col("students"),
    "column_holds_resident_ids": pl.col("ids") | pl.col("old ids") | pl.col("spoilt"),
    "column_holds_phone_numbers": pl.col("phones"),
    "cell_holds_a_resident_id": pl.col("ids") | pl.col("old ids"),
    "cell_holds_a_phone_number": pl.col("phones"),
    "cell_looks_like_a_resident_id": pl.col("ids"),
}


def find_personal_numbers(table: Table) -> tuple[Finding, ...]:
    """What a file holds of raw personal numbers or names, by place and count, never by value.

    Of a file that turns out to be unreadable on the way this raises what its check would.
    """
    return tuple(_found_in(table))


def named_for(header: str) -> str | None:
    """What of persons a header says by itself that its column holds: `numbers`, `names`, None."""
    text = plain(header)
    if _NAMED_NUMBER.search(text):
        return "numbers"
    return "names" if text != _ANY_NAME and _NAMED_PERSON.search(text) else None


def _found_in(table: Table) -> Iterator[Finding]:
    yield from _loose(NUMBER_ABOVE, table.above, table)
    yield from _loose(NUMBER_IN_COMMENT, table.comments, table)
    counts: dict[str, Counter[str]] = {}
    for sample in samples(table):
        for name in sample.columns:
            counts.setdefault(name, Counter()).update(_count(sample[name], name, table))
    for name, count in counts.items():
        if verdict := _judge(count, is_known=_is_known(name), is_personal=name in table.personal):
            rule, cells = verdict
            yield _finding(rule, name, table, count=cells, filled=count["filled"])
    for other in table.others:
        yield from _found_in(other)


def _is_known(name: str) -> bool:
    return not name.startswith("_")


def _loose(rule: str, texts: Sequence[LooseCell], table: Table) -> Iterator[Finding]:
    """What the title, the lines below it, the header itself, or comments say of persons.

    The landline of an office is no number of a person, and who signs a table may be named.
    """
    found = numbers_in(pl.Series("text", [cell.text for cell in texts], dtype=pl.String))
    places = found.filter(pl.col("ids") | pl.col("old ids") | pl.col("phones"))["place"]
    named = dict.fromkeys(f"{texts[place].letter}{texts[place].row}" for place in places)
    if named:
        more = " …" if len(named) > MOST_CELLS else ""
        yield _told(rule, table, {"cells": "、".join([*named][:MOST_CELLS]) + more})


def _judge(count: Counter[str], *, is_known: bool, is_personal: bool) -> tuple[str, int] | None:
    """The rule that a column breaks, and in how many of its cells."""
    # Where all numbers of fifteen digits look like old IDs, that is what they are.
    old_ids = count["old ids"] if count["old ids"] >= count["fifteen"] else 0
    count = Counter({**count, "ids": count["ids"] + old_ids})
    enough = SHARE * count["filled"]
    for what, rule in _RULES.items():
        if count[what] and count[what] >= enough:
            return rule, count[what]
    may_be_ids = is_personal or not is_known
    if may_be_ids and count["spoilt"] >= max(enough, MOSTLY * count["eighteen"], FEW):
        return "column_holds_resident_ids", count["spoilt"]
    if count["unsealed"]:
        return "column_is_named_for_personal_data", count["unsealed"]
    if count["people"] and count["people"] >= 0.5 * count["filled"]:
        return "column_holds_names_of_people", count["people"]
    is_by_chance = count["ids"] < CHANCE * count["eighteen"]
    each_counts = is_personal or not (is_known or is_by_chance)
    inside = count["ids"] if each_counts else count["ids inside"]
    if inside:
        return "cell_holds_a_resident_id", inside
    # Where all numbers of eleven digits look like mobile numbers, that is what they are.
    all_phones = may_be_ids and count["phones"] >= count["eleven"]
    phones = count["phones"] if all_phones else count["phones inside"]
    if phones:
        return "cell_holds_a_phone_number", phones
    looks_like = count["ids"] - old_ids
    return ("cell_looks_like_a_resident_id", looks_like) if looks_like else None


def _count(texts: pl.Series, name: str, table: Table) -> dict[str, int]:
    """How many cells hold what; only those that are long enough are searched for numbers."""
    filled = texts.drop_nulls()
    found = {"filled": len(filled)}
    header = "" if _is_known(name) else plain(table.headers.get(name, ""))
    if header and _NAMED_NUMBER.search(header):
        unsealed = ~filled.str.contains(_SEALED)
        if not table.reading.columns:
            unsealed &= filled.str.contains(_NO_WORD) & ~filled.str.contains(_LANDLINE)
        found["unsealed"] = int(unsealed.sum())
    may_be_people = table.reading.columns or header != _ANY_NAME
    if header and may_be_people and _NAMED_PERSON.search(header):
        found["people"] = int(filled.str.strip_chars().str.contains(_PERSON).sum())
    width = filled.str.len_bytes()
    long = filled.filter((width >= SHORTEST) & (width != SEALED_WIDTH))
    unsealed = filled.filter(width == SEALED_WIDTH)
    long = long.append(unsealed.filter(~unsealed.str.contains(_SEALED)))
    if len(long):
        found |= _count_numbers(long)
    return found


def _count_numbers(texts: pl.Series) -> dict[str, int]:
    """How many cells hold a number of each kind, and how many of these hold other text too."""
    is_inside = ~pl.col("bare")
    counted = numbers_in(texts).select(
        pl.exclude("place").sum(),
        (pl.col("ids") & is_inside).sum().alias("ids inside"),
        (pl.col("phones") & is_inside).sum().alias("phones inside"),
    )
    return {what: int(count) for what, count in counted.row(0, named=True).items()}


def _rows_with(kind: pl.Expr, name: str, table: Table) -> list[int]:
    """The first rows in which a column holds numbers of this kind, as people count them."""
    rows = pl.Series(ROW, [], dtype=pl.UInt32)
    column = table.frame.select(ROW, name)
    for batch in column.collect_batches(maintain_order=True, engine="streaming"):
        rows.append(batch[ROW].gather(numbers_in(batch[name]).filter(kind)["place"]))
        if len(rows) >= FEW:
            break
    return table.locate(rows.head(FEW)).drop_nulls().to_list()


def _finding(rule: str, name: str, table: Table, *, count: int, filled: int) -> Finding:
    kind = _SHOWN_BY_ROW.get(rule)
    rows = [] if kind is None else _rows_with(kind, name, table)
    if rows and len(rows) < FEW:  # all there are; samples may overlap
        count = len(rows)
    header = _told_name(table.headers.get(name))
    column = _column(header, table.letters.get(name), table)
    more = count > len(rows)
    shown = Text(
        zh=f"（第 {'、'.join(map(str, rows))} 行{'等' * more}）" if rows else "",
        en=f" (row {', '.join(map(str, rows))}{' …' * more})" if rows else "",
    )
    facts = {"column": column, "rows": shown, "count": count, "filled": filled}
    found = _told(rule, table, facts)
    return found.model_copy(update={"column": name if _is_known(name) else None, "header": header})


def _told_name(name: str | None) -> str | None:
    """A header, or the name of a sheet, that may be told: none that may hold a number itself."""
    return None if name and len(numbers_in(pl.Series([name]))) else name


def _column(header: str | None, letter: str | None, table: Table) -> Text:
    """How a column is called; one that belongs to no table of the dataset with where it stands."""
    if not letter:
        name = Text(zh="正文", en="the text")
    elif header:
        name = Text(zh=f"“{header}”列（{letter}）", en=f"column “{header}” ({letter})")
    else:
        name = Text(zh=f"{letter} 列", en=f"column {letter}")
    if table.reading.columns:
        return name
    places = filter(_told_name, (table.reading.sheet, table.reading.member))
    for place in places:
        name = Text(zh=f"“{place}”中{name.zh}", en=f"{name.en} of “{place}”")
    return name


def _told(rule: str, table: Table, facts: Mapping[str, object]) -> Finding:
    severity, message, remedy = PERSONAL_FINDINGS[rule]
    return Finding(
        rule=rule,
        severity=severity,
        message=message.filled(facts),
        remedy=remedy,
        sheet=_told_name(table.reading.sheet),
    )
