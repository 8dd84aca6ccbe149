"""The releases that there are: the pointer, their chain, which of them stand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from yrdx.errors import IntegrityError, SnapshotNotFound
from yrdx.publication.forms import parsed
from yrdx.releasing.manifest import Release, ReleasePointer, ReleaseWithdrawal, Superseded
from yrdx.store import layout
from yrdx.store.keys import is_key
from yrdx.store.port import ObjectStore

WITHDRAWAL = "withdrawal.json"
SUPERSEDED = "superseded.json"


def read_pointer(store: ObjectStore) -> tuple[ReleasePointer | None, str | None]:
    """The pointer and the SHA-256 of its bytes; None when nothing was released yet."""
    try:
        body = store.get(layout.release_pointer())
    except KeyError:
        return None, None
    return parsed(ReleasePointer, body, key=layout.release_pointer()), hashlib.sha256(
        body
    ).hexdigest()


def read_release(store: ObjectStore, name: str) -> Release:
    """The release with this id; raises `SnapshotNotFound` when there is none."""
    key = layout.release(name)
    try:
        body = store.get(key) if is_key(key) else None
    except KeyError:
        body = None
    if body is None:
        raise SnapshotNotFound(
            f"没有发布批次 there is no release {name!r}；yrdx release list 列出全部 lists them"
        )
    return parsed(Release, body, key=key)


def newest_release(store: ObjectStore) -> Release | None:
    """The newest release that stands, None when there is none.

    Raises `IntegrityError` when the pointer names bytes that are not there or other ones.
    """
    pointer, _ = read_pointer(store)
    if pointer is None or pointer.release is None or pointer.manifest is None:
        return None
    try:
        body = store.get(pointer.manifest)
    except KeyError:
        body = b""
    if hashlib.sha256(body).hexdigest() != pointer.manifest_sha256:
        raise IntegrityError(
            f"{layout.release_pointer()} names {pointer.manifest} with SHA-256 "
            f"{pointer.manifest_sha256}, but the store has other bytes or nothing there; restore "
            f"that object from a backup"
        )
    return parsed(Release, body, key=pointer.manifest)


def releases(store: ObjectStore) -> Iterator[Release]:
    """All releases, newest first, those withdrawn too; each is read when it is asked for."""
    pointer, _ = read_pointer(store)
    name = pointer.last if pointer else None
    while name is not None:
        release = read_release(store, name)
        yield release
        name = release.parent


def withdrawal_of(store: ObjectStore, name: str) -> ReleaseWithdrawal | None:
    """Who took a release back and why; None while it stands."""
    try:
        body = store.get(layout.release(name, file=WITHDRAWAL))
    except KeyError:
        return None
    return ReleaseWithdrawal.model_validate_json(body)


def superseded_by(store: ObjectStore, name: str) -> str | None:
    """The release that took the place of one, None where it is the newest or was withdrawn.

    A release that was withdrawn itself takes nobody's place.
    """
    successor: str | None = None
    for release in releases(store):
        if release.id == name:
            return None if withdrawal_of(store, name) else successor
        if withdrawal_of(store, release.id) is None:
            successor = release.id
    return None


def note_superseded(store: ObjectStore) -> None:
    """Write beside the releases before the newest one which one came after each.

    The pointer is moved before: whoever was killed between the two is made up for here.
    """
    release = newest_release(store)
    while release is not None and release.compared_with is not None:
        key = layout.release(release.compared_with, file=SUPERSEDED)
        if store.head(key) is not None:
            return
        record = Superseded(release=release.compared_with, by=release.id, at=release.created)
        store.put_if_absent(key, record.model_dump_json(indent=2).encode())
        release = read_release(store, release.compared_with)
