"""What may go: versions that nothing names any more, and landed bytes past their keep period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from yrdx.model import Delivery
from yrdx.publication.facts import Step, after
from yrdx.publication.manifest import Manifest, Retired
from yrdx.publication.pointer import newest, newest_first, published_on, versions
from yrdx.settings import TIMEZONE
from yrdx.store import layout, places
from yrdx.store.port import ObjectInfo, ObjectStore
from yrdx.store.tombstones import as_first_written

_GRACE = timedelta(days=1)
"""How long an unnamed version is left alone: someone may be writing it, or reading it."""


class Reason(StrEnum):
    """Why something is swept."""

    ORPHAN = "orphan"  # a publisher died, or lost a race
    SUPERSEDED = "superseded"  # a newer one took its place, and it was kept long enough
    EXPIRED = "expired"  # past its keep period


class Class(StrEnum):
    """What kind of thing is kept, each by a rule of its own."""

    LANDED = "landed"  # the bytes as they came
    CHECKED = "checked"  # rows, copies and lists that a check wrote; its documents stay
    ADMITTED = "admitted"  # rows that no next snapshot would be made from
    VERSION = "version"
    MESSAGE = "message"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long each class is kept; `people` is for datasets with personal fields.

    The newest version and what a release pins always stay. Days count from the moment a thing was
    written; of a version, from the moment the next one took its place.
    """

    versions: int = 12
    people_versions: int = 4
    people_versions_days: int = 730
    landed_days: int = 730
    people_landed_days: int = 400
    checked_days: int = 730
    people_checked_days: int = 400
    admitted_days: int = 730
    people_admitted_days: int = 400
    messages_days: int = 400


@dataclass(frozen=True, slots=True)
class Swept:
    """One version or one landed file that was removed, or in a dry run would be.

    `leaves` is a small record that takes the place of what is removed: key and text.
    """

    reason: Reason
    dataset: str
    what: str
    keys: tuple[str, ...]
    size: int
    of: Class = Class.VERSION
    leaves: tuple[str, str] | None = None


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
        Orphan(name, version, max(day_of(item) for item in objects), tuple(objects))
        for version, objects in _folders(store, name).items()
        if version not in named
        and layout.version_numbers(version) not in coming
        and not _is_retired(name, version, objects)
    )


def sweep(
    store: ObjectStore,
    *,
    keep: Keep,
    today: date,
    people: Collection[str] = (),
    pinned: Collection[str] = (),
) -> tuple[Swept, ...]:
    """What of versions and landed bytes nothing refers to any more; `remove` removes it.

    Of each dataset the newest versions stay, and those whose manifest's key is in `pinned`.
    Landed bytes go some days after they were received, unless a kept version holds rows of them,
    or a delivery that stays corrects them; their `delivery.json` stays as the proof that they were
    here. Those of datasets about `people` go even where a version holds their rows.
    """
    if min(keep.versions, keep.people_versions) < 1:
        raise ValueError(
            f"keep_versions is {keep.versions} ({keep.people_versions} of people), but the newest "
            f"version always stays"
        )
    found: list[Swept] = []
    held: set[str] = set()
    for name in _published(store):
        line = list(newest_first(store, name))
        kept = _kept(store, line, keep=keep, is_people=name in people, pinned=pinned, today=today)
        if name not in people:
            held.update(item.sha256 for one in kept for item in one.lineage)
        found += _versions_to_sweep(store, name, line, kept, pinned=pinned, today=today)
    found += _landed_to_sweep(store, held, keep=keep, people=people, today=today)
    return tuple(found)


def remove(store: ObjectStore, swept: Sequence[Swept]) -> None:
    """Remove what was found to be swept; stopped at any point, it is found and removed again."""
    for item in swept:
        if item.leaves is not None:
            key, text = item.leaves
            store.put_if_absent(key, text.encode())
        for key in item.keys:
            store.delete(key)


def _published(store: ObjectStore) -> list[str]:
    prefixes = (layout.PUBLISHED, layout.RESTRICTED)
    keys = (item.key for prefix in prefixes for item in store.list(prefix))
    names = {layout.published_dataset(key) for key in keys}
    return sorted(names)


def _folders(store: ObjectStore, name: str) -> dict[str, list[ObjectInfo]]:
    """Version → its objects; the pointer lies beside them."""
    folders: defaultdict[str, list[ObjectInfo]] = defaultdict(list)
    for item in store.list(layout.published_prefix(name)):
        version = layout.published_version(item.key)
        if version is not None:
            folders[version].append(item)
    return dict(folders)


def day_of(item: ObjectInfo) -> date:
    """The day on which an object was written, by the clock of the exchange."""
    return item.modified_at.astimezone(TIMEZONE).date()


def _is_retired(name: str, version: str, objects: Sequence[ObjectInfo]) -> bool:
    return [item.key for item in objects] == [layout.retired(name, version)]


def _kept(
    store: ObjectStore,
    line: Sequence[Manifest],
    *,
    keep: Keep,
    is_people: bool,
    pinned: Collection[str],
    today: date,
) -> list[Manifest]:
    """Those of the versions that stay; `line` is newest first."""
    most = keep.people_versions if is_people else keep.versions
    before = today - timedelta(days=keep.people_versions_days) if is_people else date.min
    kept = []
    for at, manifest in enumerate(line):
        key = layout.manifest(manifest.dataset, manifest.version)
        is_pinned = at == 0 or key in pinned
        if is_pinned or (at < most and _replaced_on(store, line[at - 1]) >= before):
            kept.append(manifest)
    return kept


def _replaced_on(store: ObjectStore, successor: Manifest) -> date:
    return published_on(store, successor) or date.max


def _versions_to_sweep(
    store: ObjectStore,
    name: str,
    line: list[Manifest],
    kept: list[Manifest],
    *,
    pinned: Collection[str],
    today: date,
) -> Iterator[Swept]:
    folders = _folders(store, name)
    for orphan in orphans(store, name):
        is_pinned = layout.manifest(name, orphan.version) in pinned
        if not is_pinned and orphan.last_write < today - _GRACE:
            yield _version_swept(Reason.ORPHAN, name, orphan.version, orphan.objects)
    oldest = min((item.numbers for item in kept), default=None)
    for manifest in line:
        if manifest in kept:
            continue
        swept = _version_swept(
            Reason.SUPERSEDED, name, manifest.version, tuple(folders[manifest.version])
        )
        if oldest is None or manifest.numbers < oldest:
            yield swept
        else:  # what is older stays, and is found along this record
            record = Retired(dataset=name, version=manifest.version, parent=manifest.parent)
            leaves = (layout.retired(name, manifest.version), record.model_dump_json(indent=2))
            yield replace(swept, leaves=leaves)
    for version, objects in folders.items():
        is_needed = oldest is None or layout.version_numbers(version) > oldest
        if _is_retired(name, version, objects) and not is_needed:
            yield _version_swept(Reason.SUPERSEDED, name, version, tuple(objects))


def _version_swept(
    reason: Reason, name: str, version: str, objects: tuple[ObjectInfo, ...]
) -> Swept:
    """The manifest goes first: a version that is half removed is none."""
    first = layout.manifest(name, version)
    keys = sorted((item.key for item in objects), key=lambda key: (key != first, key))
    return Swept(reason, name, version, tuple(keys), sum(item.size for item in objects))


def _landed_to_sweep(
    store: ObjectStore, held: set[str], *, keep: Keep, people: Collection[str], today: date
) -> Iterator[Swept]:
    originals: dict[str, ObjectInfo] = {}
    proofs: list[str] = []
    for item in as_first_written(store, layout.LANDED):
        folder, _, name = item.key.rpartition("/")
        if name == "delivery.json":
            proofs.append(item.key)
        elif name.startswith("original"):
            originals[folder] = item
    old: dict[str, Delivery] = {}
    for key in proofs:
        original = originals.get(key.rpartition("/")[0])
        days = keep.people_landed_days if places.landed_dataset(key) in people else keep.landed_days
        before = today - timedelta(days=days)
        if original is not None and day_of(original) < before:
            delivery = Delivery.model_validate_json(store.get(key))
            if _was_received(delivery, before=before) and delivery.sha256 not in held:
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
            yield Swept(
                Reason.EXPIRED,
                delivery.dataset,
                key,
                (original.key,),
                original.size,
                of=Class.LANDED,
            )


def _was_received(delivery: Delivery, *, before: date) -> bool:
    received = delivery.received_at
    return received is not None and received.astimezone(TIMEZONE).date() < before


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
