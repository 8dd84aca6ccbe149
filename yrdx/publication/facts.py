"""What a version says of its columns, and how much a change of it means to readers.

major
    a column is removed, retyped, of another unit, kind or code list; a required one is no longer
    required; the key is another one; a code is removed from a list
minor
    a column or a code is new; a code has ended or another label; deliveries of a period, province
    and unit are new, or are no more
patch
    rows are corrected, added or removed where both versions have the period, province and unit;
    describing texts are other ones
no version
    nothing of it
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import polars as pl

from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError
from yrdx.model import Frozen, Text
from yrdx.publication.parquet import ENVELOPE, arrow_schema
from yrdx.store.layout import Numbers

FIRST: Numbers = (1, 0, 0)


class Step(StrEnum):
    """Which number of a version rises; the greater step contains the smaller ones."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


_STEPS = tuple(Step)


def greatest(steps: Iterable[Step]) -> Step:
    """The greatest of the steps; NONE without any."""
    return max(steps, key=_STEPS.index, default=Step.NONE)


def after(numbers: Numbers, step: Step) -> Numbers:
    """The numbers of the version that follows by this step.

    What follows a version of the time before numbers had a meaning is the first one.
    """
    major, minor, patch = numbers
    if major == 0:
        return FIRST
    match step:
        case Step.MAJOR:
            return major + 1, 0, 0
        case Step.MINOR:
            return major, minor + 1, 0
        case _:
            return major, minor, patch + 1


class ColumnFacts(Frozen):
    """What readers rely on of one column; `type` is the Arrow type of the files."""

    name: str
    type: str
    title: Text
    kind: str | None = None
    requirement: str | None = None
    sensitivity: str
    unit: str | None = None
    codes: str | None = None


_TYPES = {
    "string": pl.String(),
    "int64": pl.Int64(),
    "int16": pl.Int16(),
    "uint32": pl.UInt32(),
    "bool": pl.Boolean(),
    "date32[day]": pl.Date(),
}
_DECIMAL = re.compile(r"decimal128\(([0-9]+), ([0-9]+)\)")


def dtype_of(column: ColumnFacts) -> pl.DataType:
    """The polars type of a published column."""
    if column.type in _TYPES:
        return _TYPES[column.type]
    decimal = _DECIMAL.fullmatch(column.type)
    if decimal:
        return pl.Decimal(int(decimal[1]), int(decimal[2]))
    if column.type.startswith("list<"):
        return pl.List(pl.String())
    raise ConfigurationError(f"column {column.name} has the unknown type {column.type}")


class FactChange(Frozen):
    """One change of a column, a key or a code list, and the step that it asks for."""

    step: Step
    place: str
    text: Text


def columns_of(dataset: Dataset) -> tuple[ColumnFacts, ...]:
    """The columns of every published file, in their order."""
    types = {field.name: str(field.type) for field in arrow_schema(dataset)}
    own = [
        ColumnFacts(
            name=name,
            type=types[name],
            title=column.title,
            kind=column.kind.value,
            requirement=column.requirement.value,
            sensitivity=column.sensitivity.value,
            unit=column.unit,
            codes=column.codes.name if column.codes else None,
        )
        for name, column in dataset.columns.items()
    ]
    envelope = [
        ColumnFacts(name=name, type=types[name], title=item.title, sensitivity="P")
        for name, item in ENVELOPE.items()
    ]
    return (*own, *envelope)


def compare_columns(
    before: Sequence[ColumnFacts], now: Sequence[ColumnFacts]
) -> Iterator[FactChange]:
    """What has become of the columns, in their order."""
    old, new = ({item.name: item for item in side} for side in (before, now))
    for name, item in old.items():
        if name not in new:
            yield _change(Step.MAJOR, name, f"字段删除：{item.title.zh}", "the column was removed")
    for name, item in new.items():
        if name not in old:
            yield _change(Step.MINOR, name, f"新增字段：{item.title.zh}", "a new column")
        else:
            yield from _compare_column(old[name], item)


def _compare_column(was: ColumnFacts, now: ColumnFacts) -> Iterator[FactChange]:
    for fact, zh, en in (
        ("type", "类型", "the type"),
        ("kind", "取值形式", "the kind of value"),
        ("unit", "计量单位", "the unit"),
        ("codes", "代码表", "the code list"),
    ):
        if getattr(was, fact) != getattr(now, fact):
            yield _was(Step.MAJOR, now.name, (zh, en), getattr(was, fact), getattr(now, fact))
    if was.requirement != now.requirement:
        step = Step.MAJOR if was.requirement == "M" else Step.MINOR
        words = ("必填性", "the requirement")
        yield _was(step, now.name, words, was.requirement, now.requirement)
    if was.sensitivity != now.sensitivity:
        words = ("数据分级", "the class")
        yield _was(Step.PATCH, now.name, words, was.sensitivity, now.sensitivity)
    if was.title != now.title:
        yield _was(Step.PATCH, now.name, ("名称", "the title"), was.title.zh, now.title.zh)


def compare_keys(
    before: tuple[Sequence[str], Sequence[str]], now: tuple[Sequence[str], Sequence[str]]
) -> Iterator[FactChange]:
    """Whether the key, or the alternative key, is another one."""
    names = (("key", "主键", "the key"), ("alternative_key", "备用主键", "the alternative key"))
    for (place, zh, en), was, is_now in zip(names, before, now, strict=True):
        if tuple(was) != tuple(is_now):
            yield _was(Step.MAJOR, place, (zh, en), ", ".join(was), ", ".join(is_now))


def _change(step: Step, place: str, zh: str, en: str) -> FactChange:
    return FactChange(step=step, place=place, text=Text(zh=zh, en=en))


def _was(
    step: Step, place: str, words: tuple[str, str], was: str | None, now: str | None
) -> FactChange:
    change = f"{was or '—'} → {now or '—'}"
    return _change(step, place, f"{words[0]}改变：{change}", f"{words[1]} changed: {change}")
