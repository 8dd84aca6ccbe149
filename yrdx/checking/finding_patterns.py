"""What the findings of one rule in one column have in common, told in two passes over the file.

The first pass counts: shapes of values, values and units that come again and again, and where in
the file the rows lie. The second counts exactly what the first made probable, and quotes places.
Both hold a few numbers per group, whatever the number of findings, and the same file always gives
the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from yrdx.checking.findings import MASKED
from yrdx.checking.findings_parquet import read_findings
from yrdx.dataset import Dataset
from yrdx.model import Example

Group = tuple[str, str | None]
"""A rule and the column it points at."""

_GROUP = ("rule", "column")
_EXAMPLES = 5
_KEPT = 200
"""Values and units of a group that are remembered from one piece of the file to the next."""

_SAMPLE = 100
"""Different values of a group that are kept to ask which column they would fit."""

_BUCKETS = 2_000
"""Into how many parts the file is cut to see where findings lie."""

EMPTY, HIDDEN, DIGITS, LATIN, OTHER = "empty", "hidden", "digits", "latin", "other"
Shape = tuple[str, int]
"""What characters a value has, and how many."""


@dataclass(slots=True)
class Seen:
    """What the first pass knows of a group; frequencies are exact but for rare values and units."""

    count: int = 0
    first_row: int | None = None
    last_row: int | None = None
    shapes: dict[Shape, int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    buckets: dict[int, int] = field(default_factory=dict)
    sample: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Findings of one group: those with this value, or the rest of them (`value` None)."""

    group: Group
    value: str | None = None


@dataclass(slots=True)
class Counted:
    """What the second pass knows of a cluster; all of it is exact."""

    count: int = 0
    first_row: int | None = None
    last_row: int | None = None
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unit:
    """The part of the key that tells whose row it is: the school, the enterprise."""

    column: str
    place: int
    parts: int

    def expression(self) -> pl.Expr:
        """That part of a key as findings state it; null where the key is incomplete."""
        parts = pl.col("key").str.split(" / ")
        named = parts.list.get(self.place, null_on_oob=True)
        return pl.when((parts.list.len() == self.parts) & (named != MASKED)).then(named)


def unit_of(dataset: Dataset) -> Unit | None:
    """Where the key names a unit; None where it is masked, or alone tells the rows apart."""
    if len(dataset.key) < 2:
        return None
    referring = [item.column for item in dataset.references if item.column in dataset.key]
    shown = [name for name in dataset.key if not dataset.columns[name].sensitivity.is_masked]
    for name in (*referring, *shown):
        if name in shown and dataset.columns[name].width in (10, 18):
            return Unit(name, dataset.key.index(name), len(dataset.key))
    return None


def bucket_size(rows: int) -> int:
    """Rows of one part of the file."""
    return max(1, -(-rows // _BUCKETS))


def look_through(findings: Path, dataset: Dataset, *, rows: int) -> dict[Group, Seen]:
    """The first pass; `rows` is the number of rows that the file has."""
    unit = unit_of(dataset)
    seen: dict[Group, Seen] = {}
    columns = ("rule", "column", "row", "key", "value")
    for batch in read_findings(findings, columns=columns):
        shown = batch.with_columns(
            unit=None if unit is None else unit.expression(),
            bucket=pl.col("row") // bucket_size(rows),
        )
        _add_counts(seen, shown)
        _add_shapes(seen, shown)
        _add_frequent(seen, shown, "value")
        if unit is not None:
            _add_frequent(seen, shown, "unit")
        _add_buckets(seen, shown)
    return seen


def _add_counts(seen: dict[Group, Seen], batch: pl.DataFrame) -> None:
    counted = batch.group_by(_GROUP).agg(
        pl.len(), pl.col("row").min().alias("first"), pl.col("row").max().alias("last")
    )
    for rule, column, count, first, last in counted.iter_rows():
        known = seen.setdefault((rule, column), Seen())
        known.count += count
        known.first_row = _least(known.first_row, first)
        known.last_row = _greatest(known.last_row, last)


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


def _greatest(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _add_shapes(seen: dict[Group, Seen], batch: pl.DataFrame) -> None:
    value = pl.col("value")
    characters = (
        pl.when(value.is_null() | (value == ""))
        .then(pl.lit(EMPTY))
        .when(value == MASKED)
        .then(pl.lit(HIDDEN))
        .when(value.str.contains("^[0-9]+$"))
        .then(pl.lit(DIGITS))
        .when(value.str.len_bytes() == value.str.len_chars())
        .then(pl.lit(LATIN))
        .otherwise(pl.lit(OTHER))
    )
    shapes = batch.group_by(
        *_GROUP, characters.alias("characters"), value.str.len_chars().fill_null(0).clip(0, 99)
    ).len()
    for rule, column, kind, length, count in shapes.iter_rows():
        known = seen[rule, column].shapes
        known[kind, length] = known.get((kind, length), 0) + count


def _add_frequent(seen: dict[Group, Seen], batch: pl.DataFrame, name: str) -> None:
    """Add what comes often in this batch to what came often before."""
    counted = (
        batch.lazy()
        .filter(pl.col(name).is_not_null(), pl.col(name) != MASKED)
        .group_by(*_GROUP, name)
        .len()
        .sort(*_GROUP, "len", name, descending=[False, False, True, False], nulls_last=True)
        .collect()
    )
    if name == "value":
        for rule, column, value in counted.group_by(_GROUP, maintain_order=True).head(
            _SAMPLE
        ).select(*_GROUP, name).iter_rows():  # fmt: skip
            sample = seen[rule, column].sample
            if len(sample) < _SAMPLE:
                sample.setdefault(value)
    often = counted.filter(
        (pl.col("len") > 1) & (pl.col("len") * 100 >= pl.col("len").sum().over(_GROUP))
    )
    touched: set[Group] = set()
    for rule, column, text, count in often.iter_rows():
        known = _frequent(seen[rule, column], name)
        known[text] = known.get(text, 0) + count
        touched.add((rule, column))
    for group in touched:
        known = _frequent(seen[group], name)
        if len(known) > 2 * _KEPT:
            kept = sorted(known.items(), key=lambda item: (-item[1], item[0]))[:_KEPT]
            known.clear()
            known.update(kept)


def _frequent(seen: Seen, name: str) -> dict[str, int]:
    return seen.values if name == "value" else seen.units


def _add_buckets(seen: dict[Group, Seen], batch: pl.DataFrame) -> None:
    counted = batch.filter(pl.col("row").is_not_null()).group_by(*_GROUP, "bucket").len()
    for rule, column, bucket, count in counted.iter_rows():
        known = seen[rule, column].buckets
        known[bucket] = known.get(bucket, 0) + count


def count_exactly(findings: Path, values: Mapping[Group, Sequence[str]]) -> dict[Cluster, Counted]:
    """The second pass: `values` are those that stand for clusters of their own."""
    named = [(rule, column, text) for (rule, column), all_ in values.items() for text in all_]
    schema = {"rule": pl.String, "column": pl.String, "value": pl.String}
    chosen = pl.DataFrame(named, schema=schema, orient="row").with_columns(chosen=pl.col("value"))
    found: dict[Cluster, Counted] = {}
    columns = ("rule", "column", "row", "key", "value", "sheet", "cell", "header")
    for batch in read_findings(findings, columns=columns):
        split = batch.with_columns(chosen=pl.lit(None, dtype=pl.String))
        if named:
            split = batch.join(
                chosen,
                on=["rule", "column", "value"],
                how="left",
                nulls_equal=True,
                maintain_order="left",
            )
        by = split.group_by(*_GROUP, "chosen", maintain_order=True)
        counted = by.agg(
            pl.len(), pl.col("row").min().alias("first"), pl.col("row").max().alias("last")
        )
        for rule, column, value, count, first, last in counted.iter_rows():
            known = found.setdefault(Cluster((rule, column), value), Counted())
            known.count += count
            known.first_row = _least(known.first_row, first)
            known.last_row = _greatest(known.last_row, last)
        _quote(found, by.head(_EXAMPLES).iter_rows(named=True))
    return found


def _quote(found: dict[Cluster, Counted], lines: Iterable[dict[str, object]]) -> None:
    """Keep the first places of each cluster, each row once."""
    for line in lines:
        known = found[Cluster((str(line["rule"]), _text(line["column"])), _text(line["chosen"]))]
        row = line["row"] if isinstance(line["row"], int) else None
        if len(known.examples) < _EXAMPLES:
            cell = _text(line["cell"])
            known.examples.append(
                Example(
                    sheet=_text(line["sheet"]),
                    row=row,
                    cell=cell and cell.rpartition("!")[2],
                    header=_text(line["header"]),
                    key=_text(line["key"]),
                    value=_text(line["value"]),
                )
            )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
