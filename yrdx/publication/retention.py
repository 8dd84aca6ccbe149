"""What may go: versions that nothing names any more, and landed bytes past their keep period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from yrdx.model import Delivery
from yrdx.publication.facts import Step, after
from yrdx.publication.pointer import newest, read_manifest, versions
from yrdx.settings import TIMEZONE
from yrdx.store import layout
from yrdx.store.port import ObjectInfo, ObjectStore

_GRACE = timedelta(days=1)
"""How long an unnamed version is left alone: someone may be writing it, or reading it."""


class Reason(StrEnum):
    """Why something is swept."""

    ORPHAN = "orphan"  # a publisher died, or lost a race
    SUPERSEDED = "superseded"  # older than the versions to keep
    EXPIRED = "expired"  # landed bytes past their keep period


@dataclass(frozen=True, slots=True)
class Swept:
    """One version or one landed file that was removed, or in a dry run would be."""

    reason: Reason
    dataset: str
    what: str
    keys: tuple[str, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A version's folder that the pointer does not lead to; `last_write` is its newest object's."""

    dataset: str
    version: str
    last_write: date
    objects: tuple[ObjectInfo, ...]


def orphans(store: ObjectStore, name: str) -> tuple[Orphan, ...]:
    """Versions of a dataset that are neither pointed to nor an ancestor of what is.

    What could still become the next version is none: a publisher that was killed finishes it.
    """
    named = set(versions(store, name))
    current = newest(store, name)
    if current is None:
        return ()
    coming = {after(current.numbers, step) for step in Step}
    return tuple(
        Orphan(name, version, max(_day(item) for item in objects), tuple(objects))
        for version, objects in _folders(store, name).items()
        if version not in named and layout.version_numbers(version) not in coming
    )


def sweep(
    store: ObjectStore,
    *,
    keep_versions: int,
    keep_landed_days: int,
    today: date,
    dry_run: bool,
) -> tuple[Swept, ...]:
    """Remove what nothing refers to; of each dataset the newest `keep_versions` versions stay.

    Landed bytes go `keep_landed_days` after they were received, unless a kept version holds rows
    of them, or a delivery that stays corrects them; their `delivery.json` stays as the proof that
    they were here. With `dry_run` the answer is the same and nothing is removed.
    """
    if keep_versions < 1:
        raise ValueError(f"keep_versions is {keep_versions}, but the newest version always stays")
    found: list[Swept] = []
    held: set[str] = set()
    for name in _published(store):
        kept = versions(store, name)[:keep_versions]
        held.update(_landed_by(store, name, kept))
        found += _versions_to_sweep(store, name, kept, today=today)
    found += _landed_to_sweep(store, held, before=today - timedelta(days=keep_landed_days))
    if not dry_run:
        for item in found:
            for key in item.keys:
                store.delete(key)
    return tuple(found)


def _published(store: ObjectStore) -> list[str]:
    names = {layout.published_dataset(item.key) for item in store.list(layout.PUBLISHED)}
    return sorted(names)


def _folders(store: ObjectStore, name: str) -> dict[str, list[ObjectInfo]]:
    """Version → its objects; the pointer lies beside them."""
    folders: defaultdict[str, list[ObjectInfo]] = defaultdict(list)
    for item in store.list(layout.published_prefix(name)):
        version = layout.published_version(item.key)
        if version is not None:
            folders[version].append(item)
    return dict(folders)


def _day(item: ObjectInfo) -> date:
    return item.modified_at.astimezone(TIMEZONE).date()


def _versions_to_sweep(
    store: ObjectStore, name: str, kept: tuple[str, ...], *, today: date
) -> Iterator[Swept]:
    for orphan in orphans(store, name):
        if orphan.last_write < today - _GRACE:
            yield _version_swept(Reason.ORPHAN, name, orphan.version, orphan.objects)
    folders = _folders(store, name)
    for version in versions(store, name)[len(kept) :]:
        yield _version_swept(Reason.SUPERSEDED, name, version, tuple(folders[version]))


def _version_swept(
    reason: Reason, name: str, version: str, objects: tuple[ObjectInfo, ...]
) -> Swept:
    """The manifest goes first: a version that is half removed is none."""
    first = layout.manifest(name, version)
    keys = sorted((item.key for item in objects), key=lambda key: (key != first, key))
    return Swept(reason, name, version, tuple(keys), sum(item.size for item in objects))


def _landed_by(store: ObjectStore, name: str, kept: tuple[str, ...]) -> Iterator[str]:
    """SHA-256 of all deliveries of which kept versions hold rows."""
    for version in kept:
        for item in read_manifest(store, name, version).lineage:
            yield item.sha256


def _landed_to_sweep(store: ObjectStore, held: set[str], *, before: date) -> Iterator[Swept]:
    originals: dict[str, ObjectInfo] = {}
    proofs: list[str] = []
    for item in store.list(layout.LANDED):
        folder, _, name = item.key.rpartition("/")
        if name == "delivery.json":
            proofs.append(item.key)
        elif name.startswith("original."):
            originals[folder] = item
    old: dict[str, Delivery] = {}
    for key in proofs:
        original = originals.get(key.rpartition("/")[0])
        if original is None or _day(original) >= before:
            continue
        delivery = Delivery.model_validate_json(store.get(key))
        received = delivery.received_at
        if received is None or received.astimezone(TIMEZONE).date() >= before:
            continue
        if delivery.sha256 not in held:
            old[key] = delivery
    periods = {_period_of(key) for key in old}
    staying = [
        Delivery.model_validate_json(store.get(key))
        for key in proofs
        if _period_of(key) in periods and key not in old and key.rpartition("/")[0] in originals
    ]
    needed = _corrected_by(staying, old)
    for key, delivery in old.items():
        if key not in needed:
            original = originals[key.rpartition("/")[0]]
            yield Swept(Reason.EXPIRED, delivery.dataset, key, (original.key,), original.size)


def _period_of(key: str) -> str:
    """The folder of all attempts at the period of a delivery."""
    return key.rsplit("/", 2)[0]


def _corrected_by(staying: list[Delivery], old: dict[str, Delivery]) -> set[str]:
    """Keys of old deliveries without which one that stays could not be made whole again."""
    needed: set[str] = set()
    corrections = [item for item in staying if item.base is not None]
    while corrections:
        item = corrections.pop()
        if item.base is None:
            continue
        key = layout.landed_delivery(item.model_copy(update={"sha256": item.base}))
        if key in old and key not in needed:
            needed.add(key)
            corrections.append(old[key])
    return needed
