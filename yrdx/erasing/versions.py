"""Erase from published versions: data, changes, and the manifests that tell of them.

The name of a version stays, though its digest spoke of what was in it before: whoever pinned it
goes on reading it, without the rows. What a version changes is compared anew wherever rows went
from it or its parent, so that `changes/` still leads from one to the other.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from yrdx.erasing.folder import Folder, objects_in
from yrdx.erasing.parquet import Without, count, without
from yrdx.erasing.target import Target
from yrdx.model.erasure import Erased, Request
from yrdx.publication.changes import ChangeFile, Changes, Kind, UnitChange
from yrdx.publication.difference import Difference, Reason, Side, compare
from yrdx.publication.facts import dtype_of
from yrdx.publication.manifest import Manifest, Pointer, SnapshotFile, stored_file
from yrdx.publication.parquet import arrow_type
from yrdx.publication.pointer import manifest_bytes, read_manifest, read_pointer
from yrdx.store import layout
from yrdx.store.port import ObjectStore

Place = tuple[str, str]
Describe = Callable[[Manifest], Mapping[str, bytes]]
"""Gives the documents of a version that tell of its files."""


@dataclass(slots=True)
class _Version:
    """One version while it is made anew; `went` counts rows that went by place and unit."""

    manifest: Manifest
    folder: Folder
    store: ObjectStore
    spool: Path
    files: list[SnapshotFile] = field(default_factory=list)
    went: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    places: set[Place] = field(default_factory=set)

    def fetch(self, key: str) -> Path:
        path = self.spool / f"{hashlib.sha256(key.encode()).hexdigest()}.parquet"
        if not path.exists():
            self.store.fetch(self.folder.prefix + key, into=path)
        return path


def erase_from_version(
    store: ObjectStore,
    manifest: Manifest,
    target: Target,
    *,
    request: Request,
    apply: bool,
    describe: Describe | None = None,
) -> tuple[Erased, ...]:
    """Erase from one version that readers can find; its parent has been seen to already."""
    prefix = layout.published_prefix(manifest.dataset, manifest.version)
    folder = Folder(store, request, prefix, apply)
    with tempfile.TemporaryDirectory() as name:
        version = _Version(manifest, folder, store, Path(name))
        for file in manifest.files:
            version.files += _data_file(version, file, target)
        changes = _changes(version, target)
        _remove_unnamed(version, changes, target)
        if version.places:
            _rewrite_manifest(version, changes, describe)
        folder.commit()
    if apply:
        point_again(store, manifest.dataset)
    return tuple(folder.erased.values())


def point_again(store: ObjectStore, name: str) -> None:
    """Let the pointer name the digest that the newest manifest has now."""
    found = read_pointer(store, name)
    if found is None:
        return
    pointer, expected = found
    digest = hashlib.sha256(store.get(pointer.manifest)).hexdigest()
    if digest != pointer.manifest_sha256:
        moved: Pointer = pointer.model_copy(update={"manifest_sha256": digest})
        body = moved.model_dump_json(indent=2).encode()
        store.replace_if_match(layout.pointer(name), body, expected=expected)


def _data_file(version: _Version, file: SnapshotFile, target: Target) -> list[SnapshotFile]:
    """The file as it stays: itself, another one, or none where no row stays."""
    path, into = version.fetch(file.key), version.spool / "without.parquet"
    found = without(path, target, into=into)
    if not found.gone:
        return [file]
    version.places.add((file.period, file.province))
    for unit, rows in found.units.items():
        version.went[file.period, file.province, unit] += rows
    key = version.folder.prefix + file.key
    if not found.left:
        into.unlink()
        version.folder.remove(key, rows=found.gone)
        return []
    bytes_, ends = into.stat().st_size, _ends(into, version.manifest.key)
    new_key = version.folder.replace(key, into, rows=found.gone)
    digest = version.folder.erased[key].new_sha256
    told = {
        "key": new_key.removeprefix(version.folder.prefix),
        "rows": found.left,
        "bytes": bytes_,
        "sha256": digest,
        "key_min": ends[0],
        "key_max": ends[1],
    }
    return [file.model_copy(update=told)]


def _ends(path: Path, key: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first and the last key of a file, as text."""
    keys = pl.scan_parquet(path, glob=False, hive_partitioning=False).select(key)
    first, last = keys.head(1).collect(), keys.tail(1).collect()
    if not key:
        return (), ()
    return tuple(map(str, first.row(0))), tuple(map(str, last.row(0)))


def _changes(version: _Version, target: Target) -> Changes | None:
    """What the version changes, compared anew at each place that rows went from."""
    changes = version.manifest.changes
    if changes is None:
        return None
    version.places |= {
        (file.period, file.province)
        for file in changes.files
        if count(version.fetch(file.key), target).gone
    }
    if not version.places or not version.folder.apply:
        for file in changes.files:
            _note_change_file(version, file, target)
        return changes
    parent = _parent(version)
    files: list[ChangeFile] = []
    units: dict[tuple[str, str, str], UnitChange] = {}
    cells = Counter(changes.cells)
    for place in sorted({(file.period, file.province) for file in changes.files}):
        olds = [file for file in changes.files if (file.period, file.province) == place]
        if place not in version.places:
            files += olds
            continue
        cells.subtract(_removed(version, olds, target))
        made, found = _compared(version, parent, place, olds, target)
        cells.update(found.cells)
        files += made
        for unit in _units_of(changes, place):
            counts = {kind.value: found.rows[unit.unit, kind] for kind in Kind}
            units[unit.period, unit.province, unit.unit] = unit.model_copy(update=counts)
    return changes.model_copy(
        update={
            "files": tuple(files),
            "units": tuple(
                units.get((item.period, item.province, item.unit), item) for item in changes.units
            ),
            "cells": {name: cells[name] for name in sorted(cells) if cells[name] > 0},
        }
    )


def _units_of(changes: Changes | None, place: Place) -> list[UnitChange]:
    units = changes.units if changes else ()
    return [item for item in units if (item.period, item.province) == place]


def _removed(version: _Version, olds: Iterable[ChangeFile], target: Target) -> Counter[str]:
    """Take away files of `changes/`; how many cells of which column they told of."""
    cells: Counter[str] = Counter()
    for file in olds:
        if file.kind is Kind.CHANGED:
            cells.update(_changed_cells(version.fetch(file.key)))
        gone = count(version.fetch(file.key), target).gone
        version.folder.remove(version.folder.prefix + file.key, rows=gone)
    return cells


def _note_change_file(version: _Version, file: ChangeFile, target: Target) -> None:
    gone = count(version.fetch(file.key), target).gone
    if gone:
        version.folder.remove(version.folder.prefix + file.key, rows=gone)


def _parent(version: _Version) -> Manifest | None:
    manifest = version.manifest
    if manifest.parent is None:
        return None
    try:
        return read_manifest(version.store, manifest.dataset, manifest.parent)
    except KeyError:  # retention removed it
        return None


def _changed_cells(path: Path) -> Counter[str]:
    names = pl.read_parquet(path, columns=["changed_columns"], glob=False)["changed_columns"]
    return Counter(names.explode().drop_nulls().to_list())


def _compared(
    version: _Version,
    parent: Manifest | None,
    place: Place,
    olds: Sequence[ChangeFile],
    target: Target,
) -> tuple[list[ChangeFile], Difference]:
    """The files of `changes/` of one place, and what they count."""
    into = Path(tempfile.mkdtemp(dir=version.spool))
    if parent is None:  # the way to it leads nowhere any more; what it says of others may stay
        found = _filtered(version, olds, target, into)
    else:
        before = _side(version, parent, place)
        now = _side(version, version.manifest.model_copy(update={"files": version.files}), place)
        found = _difference(version, before, now, place, into)
    made = [_stored(version, kind, path, place, found) for kind, path in found.files.items()]
    shutil.rmtree(into)
    return made, found


def _filtered(
    version: _Version, olds: Iterable[ChangeFile], target: Target, into: Path
) -> Difference:
    found = Difference()
    for number, file in enumerate(olds):
        path = into / f"{number}.parquet"
        kept = without(version.fetch(file.key), target, into=path)
        if not kept.gone:
            shutil.copyfile(version.fetch(file.key), path)
        if kept.left:
            found.files[file.kind] = path
            units = pl.read_parquet(path, columns=["src_unit"], glob=False)["src_unit"]
            for unit, rows in units.value_counts().iter_rows():
                found.rows[unit, file.kind] += rows
            if file.kind is Kind.CHANGED:
                found.cells.update(_changed_cells(path))
    return found


def _side(version: _Version, manifest: Manifest, place: Place) -> Side | None:
    """The files of one place of a version, as they are now."""
    folder = layout.published_prefix(manifest.dataset, manifest.version)
    paths = []
    for file in manifest.files:
        if (file.period, file.province) == place:
            path = version.spool / f"{hashlib.sha256(file.sha256.encode()).hexdigest()}.side"
            if not path.exists():
                version.store.fetch(folder + file.key, into=path)
            paths.append(path)
    return Side(tuple(paths)) if paths else None


def _difference(
    version: _Version, before: Side | None, now: Side | None, place: Place, into: Path
) -> Difference:
    manifest = version.manifest
    reasons = {
        item.unit: Reason(item.cause, item.caused_by) for item in _units_of(manifest.changes, place)
    }
    if before is None:
        return _all_added(now, into)
    return compare(
        before,
        now,
        identity=(*manifest.key, *manifest.alternative_key, "src_unit"),
        schema=now.schema if now else _schema(manifest),
        reasons=reasons,
        into=into,
    )


def _all_added(now: Side | None, into: Path) -> Difference:
    """What has no rows before it is a file of added rows as it is."""
    found = Difference()
    if now is None:
        return found
    path = into / "added.parquet"
    with pq.ParquetWriter(path, now.schema, compression="zstd") as writer:
        for part in now.files:
            with pq.ParquetFile(part) as file:
                for rows in file.iter_batches():
                    writer.write_batch(rows)
                    units = pl.DataFrame(pl.from_arrow(rows.select(["src_unit"])))["src_unit"]
                    for unit, number in units.value_counts().iter_rows():
                        found.rows[unit, Kind.ADDED] += number
    found.files[Kind.ADDED] = path
    return found


def _schema(manifest: Manifest) -> pa.Schema:
    return pa.schema([(item.name, arrow_type(dtype_of(item))) for item in manifest.columns])


def _stored(
    version: _Version, kind: Kind, path: Path, place: Place, found: Difference
) -> ChangeFile:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    plain = layout.change_file(kind, period=place[0], province=place[1], part=0)
    stem, dot, suffix = plain.rpartition(".")
    key = f"{stem}-{digest[:12]}{dot}{suffix}"
    _, size = version.folder.add(version.folder.prefix + key, path)
    return ChangeFile(
        kind=kind,
        key=key,
        period=place[0],
        province=place[1],
        rows=sum(rows for (_, each), rows in found.rows.items() if each is kind),
        bytes=size,
        sha256=digest,
    )


def _remove_unnamed(version: _Version, changes: Changes | None, target: Target) -> None:
    """What a run that was stopped had replaced already, and not yet removed."""
    prefix = version.folder.prefix
    named = {prefix + file.key for file in version.files}
    named |= {prefix + file.key for file in version.manifest.files}
    for told in (changes, version.manifest.changes):
        named |= {prefix + file.key for file in told.files} if told else set()
    for item in objects_in(version.store, prefix):
        is_old = item.key.endswith(".parquet") and item.key not in named
        if is_old:
            found: Without = count(version.fetch(item.key.removeprefix(prefix)), target)
            if found.gone:
                version.folder.remove(item.key, rows=found.gone)


def _rewrite_manifest(
    version: _Version, changes: Changes | None, describe: Describe | None
) -> None:
    manifest = version.manifest
    lineage = tuple(
        item.model_copy(
            update={"rows": item.rows - version.went[item.period, item.province, item.unit]}
        )
        for item in manifest.lineage
    )
    stay = manifest.model_copy(
        update={
            "files": tuple(version.files),
            "rows": sum(file.rows for file in version.files),
            "lineage": lineage,
            "changes": changes,
            "erased": tuple(sorted({*manifest.erased, version.folder.request.request})),
        }
    )
    documents = dict(stay.documents)
    for name, body in (describe(stay) if describe else {}).items():
        if name in documents:
            version.folder.rewrite(version.folder.prefix + name, body)
            documents[name] = stored_file(name, body)
    stay = stay.model_copy(update={"documents": documents})
    key = layout.manifest(manifest.dataset, manifest.version)
    version.folder.rewrite(key, manifest_bytes(stay))
