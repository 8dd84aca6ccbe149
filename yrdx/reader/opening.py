"""Open a published version: find it, see that it is complete if asked, choose rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import polars as pl
import pyarrow.parquet as pq

from yrdx.errors import SnapshotIncomplete
from yrdx.publication import Manifest, State
from yrdx.publication.facts import dtype_of
from yrdx.reader.selection import Condition, Selection, select
from yrdx.reader.snapshot import Snapshot
from yrdx.reader.spec import parse, resolve
from yrdx.settings import Settings
from yrdx.store import open_to_read
from yrdx.store.port import ObjectStore

_TOLD = 20
"""Absent deliveries that a refusal names."""

_WORDS = {
    State.MISSING: "缺 missing",
    State.CARRIED_FORWARD: "沿用旧期 carried forward",
}


def open_snapshot(
    spec: str,
    *,
    store: ObjectStore | str | Path | None = None,
    columns: Sequence[str] | None = None,
    where: Condition | None = None,
    require: Literal["complete"] | None = None,
    cache: Path | None = None,
    settings: Settings | None = None,
) -> Snapshot:
    """Open the newest version that a spec means, for reading.

    Args:
        spec: `student_scale` (newest), `student_scale@1.*`, `@1.4.*`, `@1.4.2`,
            `@1.4.2-3f9a0c51d2e4`, or `@asof=2026-05-01`: published on or before that day, by the
            clock of the exchange and the store's time of the manifest.
        store: `s3://bucket[/prefix]`, a folder, or an opened store; None: as `YRDX_STORE` says.
        columns: those to read, in this order; None: all.
        where: a condition on rows. What it says of `src_period` and `src_province` alone chooses
            among the files; the rest is pushed down into them.
        require: "complete" refuses when of what is read any agreed delivery is missing or only of
            an earlier period.
        cache: folder for files fetched from an S3 store; None: as `YRDX_CACHE` says.
        settings: address and credentials of the store; None: from the environment.

    Raises:
        SnapshotNotFound: no published version is meant.
        SnapshotIncomplete: of a version that had to be complete.
        ConfigurationError: the spec, a column or the condition means nothing.
    """
    wanted = parse(spec)
    given = settings or Settings.load()
    if isinstance(store, str | Path):
        given = given.model_copy(update={"store": str(store)})
    opened = open_to_read(given) if store is None or isinstance(store, str | Path) else store
    manifest = resolve(opened, wanted)
    folder = cache or given.cache or Path.home() / ".cache" / "yrdx"
    selection = select(_schema(manifest, opened, folder), columns=columns, where=where)
    if require == "complete":
        _refuse_incomplete(manifest, selection)
    return Snapshot(manifest=manifest, store=opened, cache=folder, selection=selection)


def _schema(manifest: Manifest, store: ObjectStore, cache: Path) -> dict[str, pl.DataType]:
    """The columns of a version; older manifests do not name them, but their files do."""
    if manifest.columns or not manifest.files:
        return {item.name: dtype_of(item) for item in manifest.columns}
    some = manifest.model_copy(update={"files": manifest.files[:1]})
    (path,) = Snapshot(some, store, cache, Selection(())).paths
    return dict(pl.DataFrame(pq.read_schema(path).empty_table()).schema)


def _refuse_incomplete(manifest: Manifest, selection: Selection) -> None:
    asked = [
        item
        for item in manifest.states
        if selection.keeps(period=item.period, province=item.province)
    ]
    absent = [item for item in asked if item.state is not State.ARRIVED]
    if asked and not absent:
        return
    told = [
        f"{item.province} {item.unit} {item.period} {_WORDS[item.state]}"
        + (f"（{item.newest}）" if item.newest else "")
        for item in absent[:_TOLD]
    ]
    more = len(absent) - len(told)
    named = "; ".join(told) + (f"；另有 {more} 项 and {more} more" if more else "")
    raise SnapshotIncomplete(
        f"{manifest.dataset} {manifest.version} 不完整 is not complete: "
        f"{named or '没有这样的报送 there is no such delivery'}；可等待下一版本，或用 where 只读"
        "已报送的省份和报送期 wait for the next version, or read with `where` only the provinces "
        "and periods that have arrived"
    )
