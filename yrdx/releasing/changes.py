"""What a release changes against the last one that stands, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pyarrow.parquet as pq

from yrdx.model import Text
from yrdx.publication.changes import Kind
from yrdx.publication.difference import Side, compare
from yrdx.publication.facts import Step, compare_columns, compare_keys, greatest
from yrdx.publication.manifest import Manifest
from yrdx.publication.pointer import ancestors
from yrdx.releasing.figures import Partitions, Place, content_of, files_of, places
from yrdx.releasing.manifest import Counted, DatasetChange
from yrdx.store import layout
from yrdx.store.port import ObjectStore

INSTITUTION = "inst_code"

CHANGES: dict[str, pl.DataType] = {
    "dataset": pl.String(),
    "province": pl.String(),
    "unit": pl.String(),
    "period": pl.String(),
    INSTITUTION: pl.String(),
    "added": pl.Int64(),
    "changed": pl.Int64(),
    "removed": pl.Int64(),
}
"""Columns of `changes.parquet`: rows by unit, period and institution, which is null where rows have
none. Of datasets about people there are none."""

_BY = ["src_province", "src_unit", "src_period", INSTITUTION]
_KINDS = (Kind.ADDED, Kind.CHANGED, Kind.REMOVED)
_COUNTS = tuple(kind.value for kind in _KINDS)


@dataclass(frozen=True, slots=True)
class Compared:
    """What has become of one dataset: for the manifest, and by institution."""

    change: DatasetChange
    rows: pl.DataFrame


def compare_snapshots(
    old: Manifest | None,
    new: Manifest | None,
    *,
    store: ObjectStore,
    partitions: Partitions,
    spool: Path,
) -> Compared | None:
    """Compare two versions of a dataset, partition by partition; None where they are the same.

    What both have under the same digests is not looked at.
    """
    known = new or old
    if known is None or (old and new and old.version == new.version):
        return None
    everywhere = sorted({place for side in (old, new) if side for place in places(side)})
    if layout.is_restricted(known.dataset):
        # The difference of two counts would tell what neither of them may.
        everywhere = []
    counted = [
        frame
        for place in everywhere
        for frame in _partition(place, old, new, partitions=partitions, spool=spool)
    ]
    rows = _summed(known, pl.concat([_nothing(), *counted]))
    steps = _steps(old, new, store)
    return Compared(
        change=DatasetChange(
            dataset=known.dataset,
            before=old.version if old else None,
            now=new.version if new else None,
            step=steps,
            units=tuple(_units(rows)),
            facts=tuple(_facts(old, new)),
        ),
        rows=rows,
    )


def _partition(
    place: Place,
    old: Manifest | None,
    new: Manifest | None,
    *,
    partitions: Partitions,
    spool: Path,
) -> Iterator[pl.DataFrame]:
    """Counted rows of one partition, by kind."""
    was, now = (files_of(side, place) if side else [] for side in (old, new))
    if content_of(was) == content_of(now):
        return
    if old and new and was and now:
        sides = [Side(tuple(partitions.paths(*side))) for side in ((old, was), (new, now))]
        found = compare(
            sides[0],
            sides[1],
            identity=tuple(dict.fromkeys((*new.key, *new.alternative_key, "src_unit"))),
            schema=pq.read_schema(sides[1].files[0]),
            reasons={},
            into=Path(mkdtemp(dir=spool)),
        )
        for kind in _KINDS:
            if kind in found.files:
                yield _counted(pl.scan_parquet(found.files[kind]), kind)
                found.files[kind].unlink()
    elif new and now:
        yield _counted(partitions.rows(new, now), Kind.ADDED)
    elif old and was:
        yield _counted(partitions.rows(old, was), Kind.REMOVED)


def _counted(rows: pl.LazyFrame, kind: Kind) -> pl.DataFrame:
    has_institution = INSTITUTION in rows.collect_schema().names()
    by = _BY if has_institution else [*_BY[:-1], pl.lit(None, pl.String).alias(INSTITUTION)]
    counts = [
        (pl.len() if name == kind.value else pl.lit(0)).cast(pl.Int64).alias(name)
        for name in _COUNTS
    ]
    return rows.group_by(by).agg(counts).collect(engine="streaming")


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(_BY, pl.String()) | dict.fromkeys(_COUNTS, pl.Int64()))


def _summed(manifest: Manifest, counted: pl.DataFrame) -> pl.DataFrame:
    """By unit, period and institution, in order."""
    return (
        counted.group_by(_BY)
        .agg(pl.col(_COUNTS).sum())
        .sort(_BY, nulls_last=True)
        .select(
            pl.lit(manifest.dataset).alias("dataset"),
            pl.col("src_province").alias("province"),
            pl.col("src_unit").alias("unit"),
            pl.col("src_period").alias("period"),
            INSTITUTION,
            *_COUNTS,
        )
        .cast(dict(CHANGES))  # type: ignore[arg-type]
    )


def _units(rows: pl.DataFrame) -> Iterator[Counted]:
    by = ["province", "unit", "period"]
    for line in rows.group_by(by).agg(pl.col(_COUNTS).sum()).sort(by).iter_rows(named=True):
        yield Counted(**line)


def _facts(old: Manifest | None, new: Manifest | None) -> Iterable[Text]:
    if old is None or new is None:
        return
    keys = (old.key, old.alternative_key), (new.key, new.alternative_key)
    for item in (*compare_keys(*keys), *compare_columns(old.columns, new.columns)):
        yield Text(zh=f"{item.place}：{item.text.zh}", en=f"{item.place}: {item.text.en}")


def _steps(old: Manifest | None, new: Manifest | None, store: ObjectStore) -> Step:
    """The greatest step between two versions; NONE where one of them is not there."""
    if old is None or new is None:
        return Step.NONE
    steps: list[Step] = []
    for manifest in ancestors(store, new):
        if manifest.version == old.version:
            break
        if manifest.changes is not None:
            steps.append(manifest.changes.step)
    return greatest(steps)
