"""What was erased by law, as readers meet it: tombstones, and the keys of all about erasures.

<folder>/tombstones/<request>.json      in each folder that something was erased from
erasures/<request>/{begun.json, proof.json, proof.csv}

A file that held erased rows is replaced by one under another key. Documents that name files
(manifests, admissions) and prove things (reports, receipts) keep their key, and are written anew;
the tombstone names both digests, so whoever knows the old one can find out why it is another now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from yrdx.model import Delivery
from yrdx.model.erasure import Erased, Tombstone
from yrdx.store import layout
from yrdx.store.layout import ERASURES, TOMBSTONES
from yrdx.store.port import ObjectInfo, ObjectStore

_DEPTHS = {
    "landed": 6,
    "checked": 6,
    "answers": 2,
    "decided": 6,
    "admitted": 5,
    "published": 3,
    "restricted": 3,
}
"""How many parts of a key name the folder that belongs together; of all others it is two."""


def folder_of(key: str) -> str:
    """The folder whose tombstones tell of what was erased from the object `key`."""
    parts = key.split("/")
    depth = _DEPTHS.get(parts[0], 2)
    if parts[:1] == ["decided"] and parts[1] in ("snapshots", "releases"):
        depth = 3
    return "/".join(parts[: min(depth, len(parts) - 1)]) + "/"


def tombstone(folder: str, request: str) -> str:
    """Tells what one request erased from a folder."""
    return f"{folder}{TOMBSTONES}{request}.json"


def landed_folder(delivery: Delivery) -> str:
    """Where the bytes of a delivery lie, and the record of it."""
    return folder_of(layout.landed_delivery(delivery))


def decided_folder(delivery: Delivery) -> str:
    """Where all decisions about a delivery lie."""
    return folder_of(layout.decided(delivery, rules_digest="", name="decision.json"))


def begun(request: str) -> str:
    """Says that an erasure has begun; written first."""
    return f"{ERASURES}{request}/begun.json"


def proof_of(request: str, suffix: str) -> str:
    """Every object that was looked at, and what became of it; written last."""
    return f"{ERASURES}{request}/proof.{suffix}"


def all_begun(store: ObjectStore) -> tuple[str, ...]:
    """Which erasures have begun: what was read before another one did may hold what it erases."""
    return tuple(item.key for item in store.list(ERASURES) if item.key.endswith("/begun.json"))


def tombstones(store: ObjectStore, folder: str) -> Iterator[Tombstone]:
    """What was erased from a folder, in the order of asking."""
    found = [
        Tombstone.model_validate_json(store.get(item.key))
        for item in store.list(folder + TOMBSTONES)
    ]
    yield from sorted(found, key=lambda item: (item.request.at, item.request.request))


def erased_from(store: ObjectStore, key: str) -> tuple[Tombstone, Erased] | None:
    """What was erased from the object that was `key`, and by which request; the last one counts."""
    told = [
        (stone, item)
        for stone in tombstones(store, folder_of(key))
        for item in stone.erased
        if item.key == key
    ]
    return told[-1] if told else None


def current_key(store: ObjectStore, key: str) -> str | None:
    """Where the object is now that was written as `key`; None where it is no more."""
    seen: set[str] = set()
    while store.head(key) is None:
        found = erased_from(store, key)
        if found is None or found[1].new_key is None or key in seen:
            return None
        seen.add(key)
        key = found[1].new_key
    return key


def follows(store: ObjectStore, key: str, *, old: str, new: str) -> bool:
    """Whether the document `key`, whose digest was `old`, has the digest `new` since an erasure."""
    steps = {
        item.sha256: item.new_sha256
        for stone in tombstones(store, folder_of(key))
        for item in stone.erased
        if item.key == key
    }
    digest: str | None = old
    for _ in range(len(steps) + 1):
        if digest == new:
            return True
        digest = steps.get(digest)
    return False


def written_at(store: ObjectStore, info: ObjectInfo) -> datetime:
    """When an object was first written: that an erasure wrote it anew does not count."""
    return _first_written(store, [folder_of(info.key)]).get(info.key, info.modified_at)


def as_first_written(store: ObjectStore, prefix: str) -> Iterator[ObjectInfo]:
    """What `store.list` gives, but for the times of what an erasure wrote anew: those of before."""
    keys = (item.key for item in store.list(prefix))
    folders = {f"{key.partition(f'/{TOMBSTONES}')[0]}/" for key in keys if f"/{TOMBSTONES}" in key}
    times = _first_written(store, sorted(folders))
    for item in store.list(prefix):
        yield replace(item, modified_at=times.get(item.key, item.modified_at))


def _first_written(store: ObjectStore, folders: Iterable[str]) -> dict[str, datetime]:
    """Key → when what it holds was first written, for all that was written anew in some folders."""
    times: dict[str, datetime] = {}
    for folder in folders:
        for stone in tombstones(store, folder):
            for item in stone.erased:
                if item.new_key is not None and item.written_at is not None:
                    times[item.new_key] = times.get(item.key, item.written_at)
    return times


def in_words(stone: Tombstone) -> str:
    """One sentence about a request, for whoever misses what it erased."""
    request = stone.request
    return (
        f"依法删除个人信息（申请 {request.request}，{request.at.date()}，{request.by}） erased by "
        f"law: request {request.request} of {request.at.date()}, {request.by}"
    )
