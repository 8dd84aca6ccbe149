"""Apply what a version changes to the version before: for who keeps a copy up to date.

A changed, moved or removed row is found in the parent by its unit and its row number, which no
other row of the partition has; so keys need not be known, nor be unique.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from yrdx.errors import ConfigurationError, SnapshotNotFound
from yrdx.publication.at_hand import Listed, files_at_hand
from yrdx.publication.change_files import BEFORE
from yrdx.publication.changes import ChangeFile, Kind
from yrdx.publication.contents import scan
from yrdx.publication.facts import dtype_of
from yrdx.publication.manifest import Manifest
from yrdx.publication.pointer import read_manifest
from yrdx.store.port import ObjectStore

_PLACE = ["src_unit", f"{BEFORE}src_row_no"]


@dataclass(frozen=True, slots=True)
class Applied:
    """The rows of one partition as a version has them, in the order of its files."""

    period: str
    province: str
    rows: pl.DataFrame


def apply_changes(store: ObjectStore, manifest: Manifest, *, cache: Path) -> Iterator[Applied]:
    """The rows of a version, made from those of its parent and from `changes/` alone.

    One partition is in memory at a time. Raises `ConfigurationError` for a first version, and
    `SnapshotNotFound` where its parent is past the time of keeping.
    """
    if manifest.parent is None or manifest.changes is None:
        raise ConfigurationError(
            f"{manifest.dataset} {manifest.version} 没有上一版本可比 has no version before it to "
            "apply changes to; read it whole"
        )
    try:
        parent = read_manifest(store, manifest.dataset, manifest.parent)
    except KeyError as error:
        raise SnapshotNotFound(
            f"{manifest.dataset} {manifest.version} 的上一版本 {manifest.parent} 已过保存期，"
            "请整份读取 the version before it is kept no more, so there is nothing to apply "
            "changes to; read it whole"
        ) from error
    places = {(file.period, file.province) for file in (*parent.files, *manifest.files)}
    for period, province in sorted(places):
        old = [file for file in parent.files if (file.period, file.province) == (period, province)]
        frames = {
            kind: _read(store, manifest, _of(manifest, kind, period, province), cache)
            for kind in Kind
        }
        rows = _applied(_read(store, parent, old, cache), frames, manifest)
        if len(rows):
            yield Applied(period, province, rows)


def _of(manifest: Manifest, kind: Kind, period: str, province: str) -> list[ChangeFile]:
    files = manifest.changes.files if manifest.changes else ()
    wanted = (kind, period, province)
    return [file for file in files if (file.kind, file.period, file.province) == wanted]


def _read(
    store: ObjectStore, manifest: Manifest, files: Sequence[Listed], cache: Path
) -> pl.DataFrame | None:
    paths = files_at_hand(store, manifest, files, cache=cache)
    return scan(paths, manifest).collect() if paths else None


def _applied(
    rows: pl.DataFrame | None, frames: dict[Kind, pl.DataFrame | None], manifest: Manifest
) -> pl.DataFrame:
    schema = {item.name: dtype_of(item) for item in manifest.columns}
    added, changed = frames[Kind.ADDED], frames[Kind.CHANGED]
    removed, moved = frames[Kind.REMOVED], frames[Kind.MOVED]
    if rows is None:
        rows = pl.DataFrame(schema=schema)
    for gone, number in ((removed, "src_row_no"), (changed, f"{BEFORE}src_row_no")):
        if gone is not None:
            places = gone.select("src_unit", pl.col(number).alias("src_row_no"))
            rows = rows.join(places, on=["src_unit", "src_row_no"], how="anti")
    rows = rows.select(
        **{
            name: pl.col(name).cast(dtype, strict=False)
            if name in rows.columns
            else pl.lit(None, dtype)
            for name, dtype in schema.items()
        }
    )
    if moved is not None:
        rows = _moved(rows, moved)
    fresh = [frame.select(list(schema)) for frame in (added, changed) if frame is not None]
    order = list(dict.fromkeys((*manifest.key, *manifest.alternative_key, "src_unit")))
    return pl.concat([rows, *fresh]).sort(order, maintain_order=True)


def _moved(rows: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    names = rows.columns
    joined = rows.join(
        moved.select(*_PLACE, pl.col("src_row_no", "file_sha256").name.suffix("_now")),
        left_on=["src_unit", "src_row_no"],
        right_on=_PLACE,
        how="left",
        maintain_order="left",
    )
    now = [pl.coalesce(f"{name}_now", name).alias(name) for name in ("src_row_no", "file_sha256")]
    return joined.with_columns(now).select(names)
