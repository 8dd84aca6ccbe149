"""What one partition of a snapshot looks like in figures, so that two can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from yrdx.publication.at_hand import files_at_hand
from yrdx.publication.contents import scan
from yrdx.publication.facts import ColumnFacts
from yrdx.publication.manifest import Manifest, SnapshotFile, period_order
from yrdx.store.port import ObjectStore

Place = tuple[str, str]
"""Province and period."""


@dataclass(frozen=True, slots=True)
class Figures:
    """`filled` counts the cells of a column that are neither empty nor zero, `codes` its codes."""

    rows: int
    filled: Mapping[str, int]
    codes: Mapping[str, Mapping[str, int]]


@dataclass
class Partitions:
    """The partitions of versions, each looked at once: versions share most of their files."""

    store: ObjectStore
    cache: Path
    _known: dict[tuple[str, ...], Figures] = field(default_factory=dict)

    def rows(self, manifest: Manifest, files: Iterable[SnapshotFile]) -> pl.LazyFrame:
        """The rows of some files of a version, verified."""
        return scan(self.paths(manifest, files), manifest)

    def paths(self, manifest: Manifest, files: Iterable[SnapshotFile]) -> tuple[Path, ...]:
        """Local paths of some files of a version, verified."""
        return files_at_hand(self.store, manifest, files, cache=self.cache)

    def figures(self, manifest: Manifest, place: Place) -> Figures:
        """The figures of one partition."""
        files = files_of(manifest, place)
        key = content_of(files)
        if key not in self._known:
            self._known[key] = _figures(self.rows(manifest, files), manifest.columns)
        return self._known[key]

    def keys_gone(self, old: Manifest, new: Manifest, place: Place) -> tuple[int, int]:
        """How many keys the old version has in a partition, and how many of them are gone."""
        key = list(dict.fromkeys((*old.key, *old.alternative_key)))
        before, now = (
            self.rows(manifest, files_of(manifest, place)).select(key).unique()
            for manifest in (old, new)
        )
        gone = before.join(now, on=key, how="anti", nulls_equal=True)
        counts = pl.collect_all([before.select(pl.len()), gone.select(pl.len())])
        return int(counts[0].item()), int(counts[1].item())


def places(manifest: Manifest) -> set[Place]:
    """The partitions that a version has."""
    return {(file.province, file.period) for file in manifest.files}


def files_of(manifest: Manifest, place: Place) -> list[SnapshotFile]:
    """The files of one partition, in their order."""
    return [file for file in manifest.files if (file.province, file.period) == place]


def content_of(files: Iterable[SnapshotFile]) -> tuple[str, ...]:
    """What tells whether two partitions are the same: the digests of their files."""
    return tuple(file.sha256 for file in files)


def newest_period(manifest: Manifest, province: str) -> str | None:
    """The last period that a province has rows of."""
    periods = (period for code, period in places(manifest) if code == province)
    return max(periods, key=period_order, default=None)


def _figures(rows: pl.LazyFrame, columns: Sequence[ColumnFacts]) -> Figures:
    own = [item for item in columns if item.kind is not None]
    coded = [item.name for item in own if item.codes is not None and item.type == "string"]
    filled = {item.name: _is_filled(item).sum() for item in own}
    counted = rows.select(pl.len().alias("_rows"), **filled)
    queries = [counted, *(rows.group_by(pl.col(name)).len() for name in coded)]
    found, *codes = pl.collect_all(queries, engine="streaming")
    line = found.row(0, named=True)
    return Figures(
        rows=int(line.pop("_rows")),
        filled={name: int(count or 0) for name, count in line.items()},
        codes={name: dict(_counts(frame)) for name, frame in zip(coded, codes, strict=True)},
    )


def _counts(frame: pl.DataFrame) -> Iterator[tuple[str, int]]:
    for code, count in frame.iter_rows():
        if code is not None:
            yield str(code), int(count)


def _is_filled(column: ColumnFacts) -> pl.Expr:
    value = pl.col(column.name)
    match column.kind:
        case "integer" | "decimal":
            return value.fill_null(0) != 0
        case "codes":
            return value.list.len().fill_null(0) > 0
        case "date" | "boolean" | "year":
            return value.is_not_null()
        case _:
            return value.fill_null("") != ""
