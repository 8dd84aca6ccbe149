"""Causes: the few mistakes that many findings come from, in the order in which to correct them.

Every finding of a report belongs to exactly one cause. First each rule's findings in one column
are told apart: the same wrong value, the whole column, one unit, one block of rows, or scattered.
Then what one mistake explains in several columns or by several rules becomes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from yrdx.checking.cause_wording import Named, Subject, word
from yrdx.checking.columns_out_of_place import Place, out_of_place
from yrdx.checking.finding_patterns import (
    EMPTY,
    HIDDEN,
    OTHER,
    Cluster,
    Counted,
    Group,
    Seen,
    Shape,
    bucket_size,
    count_exactly,
    look_through,
    unit_of,
)
from yrdx.dataset import Dataset
from yrdx.model import Cause, Example, FindingCount, Pattern, Report, Severity

_WHOLE = 0.9
"""Share of the rows that makes a wrong one of the whole column."""

_SAME_VALUE, _SAME_UNIT, _SAME_SHAPE, _BLOCK = 0.2, 0.8, 0.95, 0.8
"""Shares of a group's findings that make a value, a unit, a shape or a block its pattern."""

_DENSE = 0.8
"""Share of the rows of a block that are wrong."""

_ENOUGH = 5
"""Findings of which at least so many must be alike before that means anything."""

_VALUES = 3
"""Values of one group that become causes of their own."""

_SEVERITIES = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Findings of one rule in one column that are alike: what causes are put together from."""

    wrong: FindingCount
    pattern: Pattern
    count: int
    first_row: int | None
    last_row: int | None
    examples: tuple[Example, ...]
    detail: str | tuple[int, int] | None = None
    shape: Shape | None = None
    followers: int = 0

    @property
    def belongs_to(self) -> tuple[object, ...]:
        """Parts that have this in common come from one mistake."""
        match self.pattern:
            case Pattern.SAME_UNIT | Pattern.BLOCK_OF_ROWS | Pattern.SHIFTED_COLUMNS:
                return self.pattern, self.wrong.severity, self.detail
            case Pattern.WHOLE_FILE:
                return self.pattern, self.wrong.rule, self.wrong.message.zh
            case Pattern.SAME_SHAPE:
                return self.pattern, self.wrong.rule, self.wrong.message.zh, self.shape
            case _:
                return self.pattern, self.wrong.rule, self.wrong.message.zh, self.detail


def find_causes(report: Report, dataset: Dataset, *, findings: Path) -> tuple[Cause, ...]:
    """The causes of all findings of a report, errors first, then what explains most."""
    counted = _by_group(report.findings)
    if not counted:
        return ()
    rows = report.rows.admitted + report.rows.rejected + report.rows.repeated
    # Findings lie where rows of the file do, and titles, totals and notes are rows of it, too.
    reach = rows + report.rows.set_aside + 100
    seen = look_through(findings, dataset, rows=reach)
    told = {group: _described(known, rows=rows, reach=reach) for group, known in seen.items()}
    values = {group: item.values for group, item in told.items() if item.values}
    exact = count_exactly(findings, values)
    parts = [
        part for group, wrong in counted.items() for part in _parts(wrong, told.get(group), exact)
    ]
    parts = _misplaced(parts, seen, report, dataset, rows=rows)
    parts = _with_followers(parts, report)
    unit = unit_of(dataset)
    named = Named(dataset, unit.column if unit else None, report)
    total = sum(item.count for item in parts)
    return _in_order(_cause(group, total, named=named) for group in _together(parts))


def _by_group(findings: Iterable[FindingCount]) -> dict[Group, FindingCount]:
    """One count a group: reading and checking may each have found something by the same name."""
    found: dict[Group, FindingCount] = {}
    for item in findings:
        known = found.get((item.rule, item.column))
        count = item.count + (known.count if known else 0)
        found[item.rule, item.column] = (known or item).model_copy(update={"count": count})
    return {group: item for group, item in found.items() if item.count}


@dataclass(frozen=True, slots=True)
class _Described:
    """What the findings of a group have in common; `values` stand for parts of their own."""

    pattern: Pattern
    detail: str | tuple[int, int] | None = None
    shape: Shape | None = None
    values: tuple[str, ...] = ()


def _described(seen: Seen, *, rows: int, reach: int) -> _Described:
    """The narrowest thing that explains a group: its place, before what stands in its cells."""
    if seen.first_row is None:
        return _Described(Pattern.WHOLE_FILE)
    if seen.count < _ENOUGH:
        return _Described(Pattern.SCATTERED)
    shape, values = _shape(seen), _frequent_values(seen)
    if seen.count >= _WHOLE * rows:
        if len(values) == 1 and seen.values[values[0]] >= _SAME_SHAPE * seen.count:
            return _Described(Pattern.SCATTERED, values=values)
        return _Described(Pattern.WHOLE_COLUMN, shape=shape)
    unit, often = max(seen.units.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if often >= _SAME_UNIT * seen.count:
        return _Described(Pattern.SAME_UNIT, unit, shape)
    if block := _block(seen, rows=reach):
        return _Described(Pattern.BLOCK_OF_ROWS, block, shape)
    if values:
        return _Described(Pattern.SCATTERED, values=values)
    return _Described(Pattern.SAME_SHAPE if shape else Pattern.SCATTERED, shape=shape)


def _frequent_values(seen: Seen) -> tuple[str, ...]:
    often = sorted(seen.values.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        value for value, count in often[:_VALUES]
        if count >= _ENOUGH and count >= _SAME_VALUE * seen.count
    )  # fmt: skip


def _parts(
    wrong: FindingCount, told: _Described | None, exact: Mapping[Cluster, Counted]
) -> Iterator[_Part]:
    """The findings of one group, told apart; their counts add up to the group's."""
    group = (wrong.rule, wrong.column)
    whole = _Part(wrong=wrong, pattern=Pattern.SCATTERED, count=wrong.count, first_row=None,
                  last_row=None, examples=())  # fmt: skip
    if told is None:
        yield whole
        return
    rest = wrong.count
    for value in told.values:
        cluster = exact[Cluster(group, value)]
        rest -= cluster.count
        yield replace(
            _placed(whole, cluster), pattern=Pattern.SAME_VALUE, detail=value, count=cluster.count
        )
    if rest:
        placed = _placed(whole, exact.get(Cluster(group), Counted()))
        yield replace(
            placed, pattern=told.pattern, detail=told.detail, shape=told.shape, count=rest
        )


def _placed(part: _Part, counted: Counted) -> _Part:
    return replace(
        part,
        first_row=counted.first_row,
        last_row=counted.last_row,
        examples=tuple(counted.examples),
    )


def _shape(seen: Seen) -> Shape | None:
    """What nearly all values look like: their characters and length, or at least their length."""
    lengths: dict[Shape, int] = {}
    for (characters, length), count in seen.shapes.items():
        if characters not in (EMPTY, HIDDEN):
            lengths[OTHER, length] = lengths.get((OTHER, length), 0) + count
    for shapes in (seen.shapes, lengths):
        shape, alike = max(
            shapes.items(), key=lambda item: (item[1], item[0]), default=((EMPTY, 0), 0)
        )
        if alike >= _SAME_SHAPE * seen.count and shape[0] not in (EMPTY, HIDDEN):
            return shape
    return None


def _block(seen: Seen, *, rows: int) -> tuple[int, int] | None:
    """First and last row of the stretch that nearly all findings lie in, if it is full of them."""
    size = bucket_size(rows)
    best: tuple[int, int, int] = (0, 0, 0)
    start = previous = None
    within = 0
    for bucket in sorted(seen.buckets):
        if previous is None or bucket > previous + 1:
            start, within = bucket, 0
        previous = bucket
        within += seen.buckets[bucket]
        if start is not None and within > best[0]:
            best = (within, start, bucket)
    count, first, last = best
    first_row = max(first * size, seen.first_row or 0)
    last_row = min((last + 1) * size - 1, seen.last_row or 0)
    length = last_row - first_row + 1
    if count < _BLOCK * seen.count or count < max(_ENOUGH, _DENSE * length):
        return None
    return first_row, last_row


def _misplaced(
    parts: list[_Part],
    seen: Mapping[Group, Seen],
    report: Report,
    dataset: Dataset,
    *,
    rows: int,
) -> list[_Part]:
    """Parts that speak of the same rows in several columns, whose contents stand elsewhere."""
    together: dict[object, list[_Part]] = {}
    for part in parts:
        is_most = part.pattern is Pattern.SAME_VALUE and part.count >= _WHOLE * rows
        if part.pattern is Pattern.WHOLE_COLUMN or is_most:
            together.setdefault(Pattern.WHOLE_COLUMN, []).append(part)
        elif part.pattern in (Pattern.BLOCK_OF_ROWS, Pattern.SAME_UNIT):
            together.setdefault(part.detail, []).append(part)
    moved: dict[Group, str] = {}
    for alike in together.values():
        places = [
            Place(part.wrong.column, tuple(seen[part.wrong.rule, part.wrong.column].sample))
            for part in alike
            if part.wrong.column and (part.wrong.rule, part.wrong.column) in seen
        ]
        for column, where in out_of_place(places, report, dataset).items():
            moved |= {
                (part.wrong.rule, part.wrong.column): where
                for part in alike
                if part.wrong.column == column
            }
    return [
        part if where is None else replace(part, pattern=Pattern.SHIFTED_COLUMNS, detail=where)
        for part in parts
        for where in [moved.get((part.wrong.rule, part.wrong.column))]
    ]


def _with_followers(parts: list[_Part], report: Report) -> list[_Part]:
    """Count what only followed with the largest part of the findings it followed from."""
    leads: dict[Group, int] = {}
    for place, part in enumerate(parts):
        group = (part.wrong.rule, part.wrong.column)
        if group not in leads or part.count > parts[leads[group]].count:
            leads[group] = place
    counted: dict[int, int] = {}
    for item in report.followers:
        group = (item.follows, item.follows_column)
        if group in leads:
            counted[leads[group]] = counted.get(leads[group], 0) + item.count
    return [replace(part, followers=counted.get(place, 0)) for place, part in enumerate(parts)]


def _together(parts: list[_Part]) -> Iterator[list[_Part]]:
    """Parts that come from one mistake, the largest first, else in the order of the columns."""
    groups: dict[tuple[object, ...], list[_Part]] = {}
    for part in parts:
        groups.setdefault(part.belongs_to, []).append(part)
    for group in groups.values():
        yield sorted(group, key=lambda part: -part.count)


def _cause(parts: list[_Part], total: int, *, named: Named) -> Cause:
    first = parts[0]
    columns = tuple(dict.fromkeys(part.wrong.column for part in parts if part.wrong.column))
    count = sum(part.count for part in parts)
    firsts = [part.first_row for part in parts if part.first_row is not None]
    lasts = [part.last_row for part in parts if part.last_row is not None]
    each = max(1, 5 // len(parts))
    examples = [example for part in parts for example in part.examples[:each]]
    subject = Subject(
        pattern=first.pattern,
        detail=first.detail,
        shape=first.shape if len({part.shape for part in parts}) == 1 else None,
        wrongs=tuple(part.wrong for part in parts),
        headers={
            part.wrong.column: part.examples[0].header
            for part in reversed(parts)
            if part.wrong.column and part.examples
        },
        count=count,
    )
    title, remedy = word(subject, named)
    return Cause(
        pattern=first.pattern,
        severity=min((part.wrong.severity for part in parts), key=_SEVERITIES.index),
        title=title,
        remedy=remedy,
        rules=tuple(dict.fromkeys(part.wrong.rule for part in parts)),
        columns=columns,
        count=count,
        share=round(count / total, 6),
        followers=sum(part.followers for part in parts),
        first_row=min(firsts, default=None),
        last_row=max(lasts, default=None),
        examples=tuple(examples[:5]),
    )


def _in_order(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    return tuple(
        sorted(
            causes,
            key=lambda item: (
                _SEVERITIES.index(item.severity), -item.count, item.rules, item.columns,
                item.title.zh,
            ),
        )
    )  # fmt: skip
