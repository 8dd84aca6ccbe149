"""Publish: admitted deliveries become the next version; data first, manifest next, pointer last.

A version's folder is complete before anything names it, so whoever is killed at whatever point
leaves the old version or the new one visible, never half of one. Doing it again writes the same
bytes under the same keys, or finds that nothing is new.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yrdx.agreements import Province
from yrdx.dataset import Dataset
from yrdx.errors import PublishConflict
from yrdx.lists import LoadedList
from yrdx.publication.changelog import changelogs
from yrdx.publication.changes import ChangeFile, Changes, has_other_rows
from yrdx.publication.facts import Step, greatest
from yrdx.publication.manifest import Manifest, SnapshotFile, stored_file
from yrdx.publication.misplaced import refuse_lost_pointer, refuse_misplaced
from yrdx.publication.plan import Partition, draft
from yrdx.publication.pointer import manifest_at, manifest_bytes, move_pointer
from yrdx.publication.remaking import (
    Making,
    Remade,
    copied,
    copy,
    remake,
    removed,
    store_remade,
)
from yrdx.store import layout
from yrdx.store.port import ObjectStore
from yrdx.store.tombstones import all_begun

_PASSES = 8
"""How often one call publishes or loses a race before it leaves the rest to the next call."""


def publish(
    dataset: Dataset,
    *,
    store: ObjectStore,
    provinces: Sequence[Province],
    spool: Path,
    lists: Mapping[str, LoadedList] | None = None,
    may_publish: Callable[[Manifest], bool] | None = None,
    describe: Callable[[Manifest], Mapping[str, bytes]] | None = None,
) -> Manifest | None:
    """Publish all that is admitted; the new manifest, or None when nothing is new.

    Having moved the pointer, it looks again until nothing is new: a publisher that overwrote
    another's pointer, because the store does not honour conditional writes, thus publishes what
    the other one had. Raises `PublishConflict` when others were faster every time. `lists` are
    the loaded lists in use; a version keeps those that the rules of its dataset need.
    `may_publish` is asked of each manifest before anything of it is made; no: nothing is new.
    `describe` gives the documents, by name, that lie beside the rows of a version.
    """
    published: Manifest | None = None
    conflict: PublishConflict | None = None
    for attempt in range(_PASSES):
        try:
            manifest = _publish_once(
                dataset,
                store,
                provinces,
                spool,
                lists or {},
                attempt=attempt,
                may_publish=may_publish,
                describe=describe,
            )
        except PublishConflict as error:
            conflict = error
            continue
        if manifest is None:
            return published
        published, conflict = manifest, None
    if conflict is not None:
        raise conflict
    return published


def propose(
    dataset: Dataset,
    *,
    store: ObjectStore,
    provinces: Sequence[Province],
    lists: Mapping[str, LoadedList] | None = None,
) -> Manifest | None:
    """The manifest of what `publish` would make now, but for its files; None: nothing is new."""
    parent, _ = manifest_at(store, dataset.name)
    planned = draft(dataset, parent, store=store, provinces=provinces, lists=lists or {}, attempt=0)
    return planned.manifest if planned else None


def _publish_once(
    dataset: Dataset,
    store: ObjectStore,
    provinces: Sequence[Province],
    spool: Path,
    lists: Mapping[str, LoadedList],
    *,
    attempt: int,
    may_publish: Callable[[Manifest], bool] | None,
    describe: Callable[[Manifest], Mapping[str, bytes]] | None,
) -> Manifest | None:
    refuse_misplaced(dataset, store)
    erasures = all_begun(store)
    parent, expected = manifest_at(store, dataset.name)
    if parent is None:
        refuse_lost_pointer(dataset.name, store)
    planned = draft(dataset, parent, store=store, provinces=provinces, lists=lists, attempt=attempt)
    if planned is None or (may_publish is not None and not may_publish(planned.manifest)):
        return None
    with tempfile.TemporaryDirectory(dir=spool) as folder:
        making = Making(dataset, parent, planned, store, Path(folder))
        made = _make(making, expected)
        if made is None:
            return None
        manifest = planned.manifest.model_copy(
            update={"files": tuple(made.files), "changes": made.changes(making)}
        )
        for key, body in planned.beside.items():
            store.put_if_absent(making.folder() + key, body)
        manifest = _with_changelog(manifest, making, provinces)
        manifest = _with_documents(manifest, making, describe(manifest) if describe else {})
    store.put_if_absent(layout.manifest(dataset.name, manifest.version), manifest_bytes(manifest))
    if all_begun(store) != erasures:  # what was read before may hold what is being erased now
        raise PublishConflict(f"an erasure began while {dataset.name} was published; publish again")
    move_pointer(store, manifest, expected=expected)
    return manifest


@dataclass(slots=True)
class _Made:
    """What is in the store of a version whose manifest is not yet written."""

    files: list[SnapshotFile] = field(default_factory=list)
    changed: list[ChangeFile] = field(default_factory=list)
    remade: list[Remade] = field(default_factory=list)

    def changes(self, making: Making) -> Changes | None:
        """The difference to the parent; None for a first version."""
        if making.parent is None:
            return None
        cells: Counter[str] = Counter()
        for item in self.remade:
            cells.update(item.difference.cells if item.difference else {})
        return Changes(
            step=greatest((Step.PATCH, making.draft.step)),
            cells={name: cells[name] for name in sorted(cells) if cells[name]},
            units=tuple(unit for item in self.remade for unit in item.units),
            facts=making.draft.facts,
            files=tuple(self.changed),
        )


def _make(making: Making, expected: str | None) -> _Made | None:
    """Make all partitions; None when nothing turns out to be other than before.

    Files stay here until it is certain that there is a new version: deliveries that repeat what
    was published leave no trace in the store.
    """
    planned, parent, made = making.draft, making.parent, _Made()
    is_certain = parent is None or planned.step is not Step.NONE
    same: list[SnapshotFile] = []
    waiting: list[tuple[Remade, Partition | None]] = []
    for place, partition in _places(making):
        kept = copied(partition, making) if partition else None
        if kept is not None:
            same += kept
            continue
        _stop_if_overtaken(making, expected)
        remade = remake(partition, making) if partition else removed(place, making)
        waiting.append((remade, partition))
        is_certain = is_certain or has_other_rows(remade.units)
        while is_certain and waiting:
            remade, its_partition = waiting.pop(0)
            files, changed = store_remade(remade, its_partition, making)
            made.files += files
            made.changed += changed
            made.remade.append(remade)
    if not is_certain:
        return None
    copy(same, making)
    made.files = sorted(
        [*made.files, *same], key=lambda file: (file.period, file.province, file.key)
    )
    return made


def _places(making: Making) -> list[tuple[tuple[str, str], Partition | None]]:
    """Every partition of this version or its parent; None for what is no more."""
    found: dict[tuple[str, str], Partition | None] = {}
    for file in making.parent.files if making.parent else ():
        found[file.period, file.province] = None
    for partition in making.draft.partitions:
        found[partition.period, partition.province] = partition
    return sorted(found.items(), key=lambda item: item[0])


def _stop_if_overtaken(making: Making, expected: str | None) -> None:
    """Do not write on what another publisher has made vain."""
    pointer = making.store.head(layout.pointer(making.dataset.name))
    if (pointer.sha256 if pointer else None) != expected:
        raise PublishConflict(
            f"another publisher of {making.dataset.name} was faster; publish again, on top of it"
        )


def _with_documents(manifest: Manifest, making: Making, documents: Mapping[str, bytes]) -> Manifest:
    kept = {}
    for name, body in documents.items():
        making.store.put_if_absent(making.folder() + name, body)
        kept[name] = stored_file(name, body)
    return manifest.model_copy(update={"documents": kept})


def _with_changelog(manifest: Manifest, making: Making, provinces: Sequence[Province]) -> Manifest:
    kept = {}
    written = changelogs(
        manifest, making.parent, dataset=making.dataset, store=making.store, provinces=provinces
    )
    for language, body in written.items():
        making.store.put_if_absent(making.folder() + layout.changelog(language), body)
        kept[language] = stored_file(layout.changelog(language), body)
    return manifest.model_copy(update={"changelog": kept})
