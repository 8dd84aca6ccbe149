"""Publish: admitted deliveries become the next version; data first, manifest next, pointer last.

A version's folder is complete before anything names it, so whoever is killed at whatever point
leaves the old version or the new one visible, never half of one. Doing it again writes the same
bytes under the same keys, or finds that nothing is new.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from yrdx.agreements import Province
from yrdx.dataset import Dataset
from yrdx.errors import IntegrityError, PublishConflict
from yrdx.model import Admission
from yrdx.publication.at_hand import at_hand
from yrdx.publication.manifest import Manifest, SnapshotFile
from yrdx.publication.merge import Rows, merge
from yrdx.publication.parquet import Written, write_parts
from yrdx.publication.plan import Partition, draft
from yrdx.publication.pointer import manifest_at, manifest_bytes, move_pointer
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_PASSES = 8
"""How often one call publishes or loses a race before it leaves the rest to the next call."""


def publish(
    dataset: Dataset, *, store: ObjectStore, provinces: Sequence[Province], spool: Path
) -> Manifest | None:
    """Publish all that is admitted; the new manifest, or None when nothing is new.

    Having moved the pointer, it looks again until nothing is new: a publisher that overwrote
    another's pointer, because the store does not honour conditional writes, thus publishes what
    the other one had. Raises `PublishConflict` when others were faster every time.
    """
    published: Manifest | None = None
    conflict: PublishConflict | None = None
    for attempt in range(_PASSES):
        try:
            manifest = _publish_once(dataset, store, provinces, spool, attempt=attempt)
        except PublishConflict as error:
            conflict = error
            continue
        if manifest is None:
            return published
        published, conflict = manifest, None
    if conflict is not None:
        raise conflict
    return published


def _publish_once(
    dataset: Dataset,
    store: ObjectStore,
    provinces: Sequence[Province],
    spool: Path,
    *,
    attempt: int,
) -> Manifest | None:
    parent, expected = manifest_at(store, dataset.name)
    planned = draft(dataset, parent, store=store, provinces=provinces, attempt=attempt)
    if planned is None:
        return None
    unfinished, partitions = planned
    files: list[SnapshotFile] = []
    for partition in partitions:
        copied = _copy(partition, parent, unfinished.version, store=store, spool=spool)
        files += copied or _write(partition, dataset, unfinished.version, store=store, spool=spool)
    manifest = unfinished.model_copy(update={"files": tuple(files)})
    store.put_if_absent(layout.manifest(dataset.name, manifest.version), manifest_bytes(manifest))
    move_pointer(store, manifest, expected=expected)
    return manifest


def _copy(
    partition: Partition,
    parent: Manifest | None,
    version: str,
    *,
    store: ObjectStore,
    spool: Path,
) -> list[SnapshotFile]:
    """The partition's files as the parent has them, copied inside the store and verified.

    Empty when the parent's are made from something else, or are not there any more.
    """
    if parent is None:
        return []
    same = [file for file in parent.files if file.made_from == partition.made_from]
    old = layout.published_prefix(parent.dataset, parent.version)
    new = layout.published_prefix(parent.dataset, version)
    if any(store.head(old + file.key) is None for file in same):
        return []
    for file in same:
        present = store.head(new + file.key) or store.copy(old + file.key, new + file.key)
        digest = present.sha256 or store.fetch(new + file.key, into=spool / "copied").sha256
        if digest != file.sha256:
            raise PublishConflict(
                f"{new + file.key} has SHA-256 {digest}, expected {file.sha256} of its parent's "
                f"file; publish again: the next attempt writes under another name"
            )
    return same


def _write(
    partition: Partition, dataset: Dataset, version: str, *, store: ObjectStore, spool: Path
) -> Iterator[SnapshotFile]:
    """Write the partition's rows, sorted by key, and store each file as soon as it is finished."""
    expected = sum(admission.rows for admission in partition.admissions)
    rows = 0
    with tempfile.TemporaryDirectory(dir=spool) as name:
        folder = Path(name)
        files = [
            _rows_of(admission, dataset, store=store, folder=folder)
            for admission in partition.admissions
        ]
        frames = merge(files, key=dataset.key, order=(*dataset.key, "src_unit"), spool=folder)
        for number, written in enumerate(write_parts(frames, dataset, into=folder)):
            rows += written.rows
            yield _store(written, partition, dataset, version, store=store, part=number)
    if rows != expected:
        keys = ", ".join(admission.rows_key for admission in partition.admissions)
        raise IntegrityError(
            f"{keys} give {rows} rows, their admissions say {expected}; check and admit the "
            f"deliveries again, nothing was published"
        )


def _store(
    written: Written,
    partition: Partition,
    dataset: Dataset,
    version: str,
    *,
    store: ObjectStore,
    part: int,
) -> SnapshotFile:
    key = layout.data_file(
        dataset.name, version, period=partition.period, province=partition.province, part=part
    )
    with written.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = written.path.stat().st_size
    store.put_if_absent(key, written.path)
    written.path.unlink()
    return SnapshotFile(
        key=key.removeprefix(layout.published_prefix(dataset.name, version)),
        period=partition.period,
        province=partition.province,
        rows=written.rows,
        bytes=size,
        sha256=digest,
        key_min=written.key_min,
        key_max=written.key_max,
        made_from=partition.made_from,
    )


def _rows_of(admission: Admission, dataset: Dataset, *, store: ObjectStore, folder: Path) -> Rows:
    """The rows of an admission as they are published: the contract's columns, then their origin.

    Columns that an older contract did not have are null.
    """
    path = at_hand(store, admission.rows_key, sha256=admission.rows_sha256, cache=folder)
    present = set(pq.read_schema(path).names)
    columns = {
        name: pl.col(name).cast(dtype) if name in present else pl.lit(None, dtype)
        for name, dtype in dataset.schema.items()
    }
    delivery = admission.delivery
    columns |= {
        "src_province": pl.lit(delivery.province),
        "src_unit": pl.lit(delivery.unit),
        "src_period": pl.lit(delivery.period),
        "src_row_no": pl.col("_row").cast(pl.UInt32()),
        "file_sha256": pl.lit(delivery.sha256),
    }
    if admission.withdrawn_key is None:
        return Rows(path, columns)
    store.fetch(admission.withdrawn_key, into=folder / "withdrawn")
    numbers = pl.read_parquet(folder / "withdrawn")["_row"].cast(pl.UInt32).unique().sort()
    return Rows(path, columns, np.asarray(numbers.to_numpy()))
