"""Units as headers and cells state them: what they measure, and how one converts into another."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000,
    "千万": 10_000_000, "亿": 100_000_000,
}  # fmt: skip
_DIMENSIONS: tuple[dict[str, Decimal], ...] = (
    {"元": Decimal(1), "人民币": Decimal(1)},
    {
        "m2": Decimal(1), "平方米": Decimal(1), "平米": Decimal(1), "亩": Decimal("666.67"),
        "公顷": Decimal(10_000), "km2": Decimal(1_000_000), "平方公里": Decimal(1_000_000),
        "平方千米": Decimal(1_000_000),
    },
    {"人": Decimal(1), "名": Decimal(1), "位": Decimal(1)},
    {"人次": Decimal(1), "人·次": Decimal(1)},
    {"%": Decimal(1), "百分比": Decimal(1)},
)  # fmt: skip
"""Units that convert into each other, and what each is in the first of them."""
_CURRENCIES = (
    "美元", "美金", "欧元", "日元", "英镑", "港元", "港币", "澳元", "加元", "韩元", "卢布", "台币",
    "新台币", "新加坡元", "瑞士法郎", "外币", "usd", "eur", "jpy", "gbp", "hkd",
)  # fmt: skip
"""Money that no fixed factor converts."""
_ALONE = (
    "所", "个", "家", "年", "月", "天", "门", "项", "台", "套", "册", "分", "课时",
    "学时", "张", "间", "小时", "米", "千米", "公里", "平方尺", "平方英尺", "m3", "立方米", "吨",
)  # fmt: skip
_BASES = sorted(
    (*(unit for units in _DIMENSIONS for unit in units), *_CURRENCIES, *_ALONE),
    key=len,
    reverse=True,
)
_LARGE_SCALE = "千|万|十万|百万|千万|亿"
"""Scales that stand for a unit by themselves: （万）. （十） only numbers."""
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_BASE = "|".join(map(re.escape, _BASES))
_RATES = "学年|年|月|生·年|生"
_YEARLY = frozenset({"年", "学年"})
_OF_EACH_STUDENT = frozenset({"生", "生·年"})

_UNIT = rf"(?:人民币(?=.))?(?:{_SCALE})?(?:{_BASE})(?:/(?:{_RATES}))?"
"""A unit, whether it converts or not; to be searched for without regard to case."""
_BRACKETED_UNIT = re.compile(
    rf"[(\[【](?:(?:计量|金额)?单位:?)?"
    rf"({_UNIT}|{_LARGE_SCALE}|(?<=单位:)[^()\[\]【】、,;/]{{1,8}})[)\]】]",
    re.IGNORECASE,
)
_UNIT_AT_END = re.compile(rf"[/,:]?(?:计量|金额)?单位:({_UNIT})$", re.IGNORECASE)
_UNIT_LINE = re.compile(
    rf"(?:计量|金额)?单位:\s*({_UNIT})(?![0-9A-Za-z\u4e00-\u9fff、/])", re.IGNORECASE
)
_PARTS = re.compile(rf"(?:人民币(?=.))?({_SCALE})?({_BASE})?(?:/({_RATES}))?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in its parts: 万元/年 is 10 000 times 元 for each 年."""

    scale: int
    base: str
    rate: str


def split_unit(header: str) -> tuple[str, str | None]:
    """A plain header and the unit that stands in its last brackets that hold one, or at its end.

    “单位：” makes a unit of whatever follows. A remark (（2024年）, （填代码）) is none.
    """
    found = [*_BRACKETED_UNIT.finditer(header), *_UNIT_AT_END.finditer(header)]
    if not found:
        return header, None
    bare = header[: found[-1].start()] + header[found[-1].end() :]
    return (bare, found[-1].group(1)) if bare else (header, None)


def unit_of_lines(text: str) -> str | None:
    """The unit that the lines above a header state for all columns: 单位：万元."""
    found = _UNIT_LINE.search(unicodedata.normalize("NFKC", text))
    return found.group(1) if found else None


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit | None:
    """The parts of a unit, None where a text is none; a scale alone (万) leaves its base open."""
    found = _PARTS.fullmatch(unicodedata.normalize("NFKC", text).casefold())
    if found is None or not (found[1] or found[2]):
        return None
    return Unit(_SCALES.get(found[1], 1), found[2] or "", found[3] or "")


@lru_cache(maxsize=1024)
def factor(stated: str, agreed: str) -> Decimal | None:
    """What a figure in the stated unit is multiplied by to be in the agreed one."""
    one, other = parse_unit(stated), parse_unit(agreed)
    if one is None or other is None:
        return Decimal(1) if stated == agreed else None
    if not _same_rate(one.rate, other.rate):
        return None
    scale = Decimal(one.scale) / Decimal(other.scale)
    if one.base in ("", other.base):
        return scale
    for units in _DIMENSIONS:
        if one.base in units and other.base in units:
            return scale * units[one.base] / units[other.base]
    return None


def _same_rate(stated: str, agreed: str) -> bool:
    """元 says 元/年 where that is agreed, and so does what a student pays; a month is no year."""
    if stated in _OF_EACH_STUDENT:
        return agreed == stated or agreed in _YEARLY
    return stated in ("", agreed) or (stated in _YEARLY and agreed in _YEARLY | {""})


def same_dimension(one: str, other: str) -> bool:
    """Whether two units measure the same thing, be it that no factor is known."""
    first, second = parse_unit(one), parse_unit(other)
    if first is None or second is None:
        return one == other
    return first.base == second.base or any(
        first.base in units and second.base in units
        for units in (*_DIMENSIONS, {*_DIMENSIONS[0], *_CURRENCIES})
    )


def scaled(agreed: str) -> bool:
    """Whether an amount in a unit may be written in a larger one: money and areas."""
    unit = parse_unit(agreed)
    return unit is not None and any(unit.base in units for units in _DIMENSIONS[:2])
