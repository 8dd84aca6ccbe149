"""One partition of the next version: copied, or written anew and compared with the one before."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import InvalidOperationError

from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError, IntegrityError, PublishConflict
from yrdx.model import Admission
from yrdx.publication.at_hand import at_hand, files_at_hand
from yrdx.publication.changes import Cause, ChangeFile, Kind, UnitChange
from yrdx.publication.difference import Difference, Reason, Side, compare
from yrdx.publication.manifest import Lineage, Manifest, SnapshotFile
from yrdx.publication.merge import Rows, merge
from yrdx.publication.parquet import Written, arrow_schema, write_parts
from yrdx.publication.plan import Draft, Partition
from yrdx.store import layout
from yrdx.store.content import digest_and_size
from yrdx.store.port import ObjectStore

_COPIES = 8
"""Copies that a store makes for us at the same time: each is mostly waiting."""

Place = tuple[str, str]
"""Period and province."""


@dataclass(frozen=True)
class Making:
    """Everything that the partitions of one version are made with; `spool` is a scratch folder."""

    dataset: Dataset
    parent: Manifest | None
    draft: Draft
    store: ObjectStore
    spool: Path

    def folder(self) -> str:
        """Where the version lies."""
        return layout.published_prefix(self.dataset.name, self.draft.manifest.version)

    def before(self, place: Place) -> list[SnapshotFile]:
        """The files that the parent has of a partition."""
        files = self.parent.files if self.parent else ()
        return [file for file in files if (file.period, file.province) == place]


@dataclass(frozen=True, slots=True)
class Remade:
    """A partition that was written anew, or that is no more: local files, waiting to be stored.

    `stored` are files that are in the store already, because nothing had to be compared.
    """

    place: Place
    folder: Path
    parts: tuple[Written, ...] = ()
    stored: tuple[SnapshotFile, ...] = ()
    difference: Difference | None = None
    units: tuple[UnitChange, ...] = ()


def copied(partition: Partition, making: Making) -> list[SnapshotFile] | None:
    """The partition's files as the parent has them, if they may be copied as they are.

    None when the parent's are made from something else, or are not there any more.
    """
    parent, store = making.parent, making.store
    if parent is None:
        return None
    same = making.before((partition.period, partition.province))
    if not same or any(file.made_from != partition.made_from for file in same):
        return None
    old = layout.published_prefix(parent.dataset, parent.version)
    if any(store.head(old + file.key) is None for file in same):
        return None
    return same


def copy(files: Iterable[SnapshotFile], making: Making) -> None:
    """Copy files of the parent inside the store, some at a time, and verify what comes of it."""
    with ThreadPoolExecutor(max_workers=_COPIES) as threads:
        for _ in threads.map(partial(_copy, making), files):
            pass


def _copy(making: Making, file: SnapshotFile) -> None:
    parent, store, key = making.parent, making.store, making.folder() + file.key
    if parent is None:
        return
    old = layout.published_prefix(parent.dataset, parent.version) + file.key
    present = store.head(key) or store.copy(old, key)
    digest = present.sha256
    if digest is None:
        digest = store.fetch(key, into=making.spool / f"copied-{file.sha256}").sha256
    if digest != file.sha256:
        raise PublishConflict(
            f"{key} has SHA-256 {digest}, expected {file.sha256} of its parent's file; publish "
            f"again: the next attempt writes under another name"
        )


def remake(partition: Partition, making: Making) -> Remade:
    """Write the partition's rows, sorted by key, and compare them with the parent's.

    What there is nothing to compare with is stored file by file, as soon as each is finished.
    """
    place = (partition.period, partition.province)
    folder = Path(tempfile.mkdtemp(dir=making.spool))
    before = making.before(place)
    if not before:
        written = (
            _stored(part, partition, making, at) for at, part in _parts(partition, making, folder)
        )
        stored = tuple(written)
        units = _units(place, making, None) if making.parent else ()
        return Remade(place, folder, stored=stored, units=units)
    parts = tuple(part for _, part in _parts(partition, making, folder))
    if _has_same_rows(before, partition, making):
        return Remade(place, folder, parts)
    side = Side(tuple(part.path for part in parts)) if parts else None
    found = _compared(place, side, making, folder)
    return Remade(place, folder, parts, difference=found, units=_units(place, making, found))


def removed(place: Place, making: Making) -> Remade:
    """What it means that a partition of the parent is no more."""
    folder = Path(tempfile.mkdtemp(dir=making.spool))
    found = _compared(place, None, making, folder)
    return Remade(place, folder, difference=found, units=_units(place, making, found))


def store_remade(
    remade: Remade, partition: Partition | None, making: Making
) -> tuple[list[SnapshotFile], list[ChangeFile]]:
    """Store what was made of a partition, and remove the local files."""
    files = list(remade.stored)
    if partition is not None:
        files += [_stored(part, partition, making, at) for at, part in enumerate(remade.parts)]
    changed = []
    if making.parent is not None and remade.stored:
        changed = [_added(file, making) for file in remade.stored]
    if remade.difference is not None:
        changed += _stored_changes(remade.place, remade.difference, making)
    return files, changed


def _has_same_rows(before: Sequence[SnapshotFile], partition: Partition, making: Making) -> bool:
    """Whether the rows cannot differ: the same admissions, in the same columns."""
    parent = making.parent
    columns = [(item.name, item.type) for item in making.draft.manifest.columns]
    return (
        parent is not None
        and all(file.rows_from == partition.rows_from for file in before)
        and [(item.name, item.type) for item in parent.columns] == columns
    )


def _parts(partition: Partition, making: Making, folder: Path) -> Iterator[tuple[int, Written]]:
    """The partition's rows in files of their final form; each number with its file."""
    dataset, store = making.dataset, making.store
    expected = sum(admission.rows for admission in partition.admissions)
    rows = 0
    with tempfile.TemporaryDirectory(dir=making.spool) as name:
        scratch = Path(name)
        files = [
            _rows_of(admission, dataset, store=store, folder=scratch)
            for admission in partition.admissions
        ]
        identity = identity_of(dataset)
        frames = merge(files, key=identity[:-1], order=identity, spool=scratch)
        try:
            for number, written in enumerate(write_parts(frames, dataset, into=folder)):
                rows += written.rows
                yield number, written
        except InvalidOperationError as error:
            raise _of_another_type(partition, dataset) from error
    if rows != expected:
        keys = ", ".join(admission.rows_key for admission in partition.admissions)
        raise IntegrityError(
            f"{keys} give {rows} rows, their admissions say {expected}; check and admit the "
            f"deliveries again, nothing was published"
        )


def _of_another_type(partition: Partition, dataset: Dataset) -> ConfigurationError:
    """A column has another type since a delivery was admitted, which its values do not fit."""
    older = [item for item in partition.admissions if item.contract != dataset.version]
    keys = ", ".join(layout.landed_delivery(item.delivery) for item in older)
    return ConfigurationError(
        f"{dataset.name}：有报送按较早的数据标准入库，其值不合 {dataset.version} 的字段类型，未发布"
        f"任何内容；请重新校验并入库 rows were admitted under an older contract, and values of "
        f"theirs do not fit the types of {dataset.version}; nothing was published: run yrdx check "
        f"--landed and yrdx admit for {keys}"
    )


def identity_of(dataset: Dataset) -> tuple[str, ...]:
    """The columns that tell the rows of a partition apart, in the order of its files."""
    return tuple(dict.fromkeys((*dataset.key, *dataset.alternative_key, "src_unit")))


def _compared(place: Place, new: Side | None, making: Making, folder: Path) -> Difference:
    parent, spool = making.parent, folder / "before"
    assert parent is not None  # noqa: S101 - there is something to compare with
    try:
        files = files_at_hand(making.store, parent, making.before(place), cache=spool)
    except (KeyError, FileNotFoundError) as error:
        prefix = layout.published_prefix(parent.dataset, parent.version)
        raise IntegrityError(
            f"{prefix} lacks a file that its manifest names ({error}); restore it from a backup, "
            f"or point latest.json back to {parent.parent}"
        ) from error
    into = folder / "changes"
    into.mkdir()
    reasons = {
        unit: Reason(cause, caused_by)
        for unit, (cause, caused_by, _) in _reasons(place, making).items()
    }
    found = compare(
        Side(files),
        new,
        identity=identity_of(making.dataset),
        schema=arrow_schema(making.dataset),
        reasons=reasons,
        into=into,
    )
    shutil.rmtree(spool, ignore_errors=True)
    return found


def _reasons(place: Place, making: Making) -> dict[str, tuple[Cause, str, str | None]]:
    """By unit: why its rows of a period may differ, the delivery that caused it, the one before."""
    manifest, parent = making.draft.manifest, making.parent
    old = _deliveries(parent.lineage if parent else (), place)
    new = _deliveries(manifest.lineage, place)
    taken_back = {
        (item.unit, item.sha256)
        for item in manifest.withdrawn
        if (item.period, item.province) == place
    }
    found: dict[str, tuple[Cause, str, str | None]] = {}
    for unit in sorted(old.keys() | new.keys()):
        was, now = old.get(unit), new.get(unit)
        if was and was != now and (now is None or (unit, was) in taken_back):
            found[unit] = (Cause.WITHDRAWAL, was, was)
        elif now:
            found[unit] = (Cause.REVISION if was == now else Cause.DELIVERY, now, was)
    return found


def _deliveries(lineage: Sequence[Lineage], place: Place) -> dict[str, str]:
    return {item.unit: item.sha256 for item in lineage if (item.period, item.province) == place}


def _units(place: Place, making: Making, difference: Difference | None) -> tuple[UnitChange, ...]:
    """What the difference says by unit; without one all rows are new."""
    if difference is None:
        lineage = making.draft.manifest.lineage
        rows: Mapping[tuple[str, Kind], int] = {
            (item.unit, Kind.ADDED): item.rows
            for item in lineage
            if (item.period, item.province) == place
        }
    else:
        rows = difference.rows
    counted = Counter(rows)
    found = []
    for unit, (cause, caused_by, superseded) in _reasons(place, making).items():
        counts = {kind.value: counted[unit, kind] for kind in Kind}
        if cause is not Cause.REVISION or any(counts.values()):
            found.append(
                UnitChange(
                    period=place[0],
                    province=place[1],
                    unit=unit,
                    cause=cause,
                    caused_by=caused_by,
                    superseded=superseded,
                    **counts,
                )
            )
    return tuple(found)


def _stored(written: Written, partition: Partition, making: Making, part: int) -> SnapshotFile:
    key = layout.data_file(
        making.dataset.name,
        making.draft.manifest.version,
        period=partition.period,
        province=partition.province,
        part=part,
    )
    digest, size = _put(key, written.path, making.store)
    return SnapshotFile(
        key=key.removeprefix(making.folder()),
        period=partition.period,
        province=partition.province,
        rows=written.rows,
        bytes=size,
        sha256=digest,
        key_min=written.key_min,
        key_max=written.key_max,
        made_from=partition.made_from,
        rows_from=partition.rows_from,
    )


def _added(file: SnapshotFile, making: Making) -> ChangeFile:
    """A data file that is new as a whole is a file of added rows as it is: copied in the store."""
    part = int(file.key.removesuffix(".parquet")[-4:])
    key = layout.change_file(Kind.ADDED, period=file.period, province=file.province, part=part)
    making.store.copy(making.folder() + file.key, making.folder() + key)
    return ChangeFile(
        kind=Kind.ADDED,
        key=key,
        period=file.period,
        province=file.province,
        rows=file.rows,
        bytes=file.bytes,
        sha256=file.sha256,
    )


def _stored_changes(place: Place, found: Difference, making: Making) -> Iterator[ChangeFile]:
    for kind, path in found.files.items():
        key = layout.change_file(kind, period=place[0], province=place[1], part=0)
        digest, size = _put(making.folder() + key, path, making.store)
        rows = sum(count for (_, each), count in found.rows.items() if each is kind)
        yield ChangeFile(
            kind=kind,
            key=key,
            period=place[0],
            province=place[1],
            rows=rows,
            bytes=size,
            sha256=digest,
        )


def _put(key: str, path: Path, store: ObjectStore) -> tuple[str, int]:
    """Store a finished file and remove it here; its digest and size."""
    digest, size = digest_and_size(path)
    store.put_if_absent(key, path)
    path.unlink()
    return digest, size


def _rows_of(admission: Admission, dataset: Dataset, *, store: ObjectStore, folder: Path) -> Rows:
    """The rows of an admission as they are published: the contract's columns, then their origin.

    Columns that an older contract did not have are null.
    """
    path = at_hand(store, admission.rows_key, sha256=admission.rows_sha256, cache=folder)
    present = set(pl.read_parquet_schema(path))
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
