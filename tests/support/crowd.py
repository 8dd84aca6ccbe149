"""What the processes do that publish and read one dataset all at once."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

import yrdx
from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from tests.support.dying_store import DyingStore
from yrdx.errors import PublishConflict, SnapshotNotFound
from yrdx.publication import Manifest, apply_changes, publish, read_manifest
from yrdx.reader import Snapshot
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.port import ObjectStore

TRIES = 20


def admit_and_publish(
    settings: dict[str, Any],
    province: str,
    unit: str,
    attempts: list[int],
    dies_at: int | None,
    told: Path,
) -> None:
    """Admit corrections and publish each; die at a write of the last one where one is named.

    `told` gets the names of the versions that this process has published.
    """
    store: ObjectStore = open_store(Settings(**settings))
    published = []
    for attempt in attempts:
        rows = awards(20 + attempt, province=province, seed=attempt)
        admit_rows(store, rows, province=province, unit=unit, attempt=attempt)
        if dies_at is not None and attempt == attempts[-1]:
            store = DyingStore(store, at=dies_at, when="after")
        manifest = _publish(store)
        if manifest is not None:
            published.append(manifest.version)
    told.write_text(json.dumps(published))


def _publish(store: ObjectStore) -> Manifest | None:
    """As often as the scheduler would."""
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory() as spool:
            try:
                return publish(
                    DATASET, store=store, provinces=partners("31", "32", "33"), spool=Path(spool)
                )
            except PublishConflict:
                continue
    raise AssertionError("others were faster every time")


def read_until_told(
    settings: dict[str, Any], stop: Path, told: Path, writers_are_told_apart: bool
) -> None:
    """Open the newest version, and the first one seen, again and again; each must be whole.

    Where the store does not tell two writers apart the newest version can be an older one again.
    """
    given = Settings(**settings)
    seen: list[str] = []
    first: tuple[Snapshot, pl.DataFrame] | None = None
    reads = 0
    while not stop.exists():
        try:
            opened = yrdx.open(DATASET.name, settings=given)
        except SnapshotNotFound:
            continue
        rows = whole(opened)
        if not seen or seen[-1] != opened.version:
            assert opened.version not in seen or not writers_are_told_apart, "older again"
            seen.append(opened.version)
            _follows(opened, rows)
        first = first or (opened, rows)
        assert whole(first[0]).equals(first[1])
        reads += 1
    told.write_text(json.dumps({"seen": seen, "reads": reads}))


def whole(opened: Snapshot) -> pl.DataFrame:
    """The rows of a version: those of the deliveries that it names, all of each, and no others."""
    with tempfile.TemporaryDirectory() as cache:
        rows = dataclasses.replace(opened, cache=Path(cache)).polars().collect()
    counted = rows.group_by("src_province", "src_unit", "file_sha256").len().rows()
    lineage = opened.manifest.lineage
    named = [(item.province, item.unit, item.sha256, item.rows) for item in lineage]
    assert sorted(counted) == sorted(named), "a torn version"
    assert all(item.rows == 20 + (item.attempt or 0) for item in lineage)
    return rows


def _follows(opened: Snapshot, rows: pl.DataFrame) -> None:
    """The version follows from its parent by what it says it has changed."""
    store, manifest = opened.store, opened.manifest
    if manifest.parent is None:
        return
    parent = read_manifest(store, DATASET.name, manifest.parent)
    assert parent.numbers < manifest.numbers
    with tempfile.TemporaryDirectory() as cache:
        parts = apply_changes(store, manifest, cache=Path(cache))
        assert pl.concat(part.rows for part in parts).equals(rows)
