"""Which version is the newest: read it, move it, follow it back to its ancestors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from yrdx.errors import IntegrityError
from yrdx.publication.forms import parsed
from yrdx.publication.manifest import Manifest, Pointer, Retired
from yrdx.settings import TIMEZONE
from yrdx.store import layout
from yrdx.store.port import ObjectStore
from yrdx.store.tombstones import follows, written_at


def read_pointer(store: ObjectStore, name: str) -> tuple[Pointer, str] | None:
    """The pointer and the SHA-256 of its bytes; None when nothing was published yet."""
    try:
        body = store.get(layout.pointer(name))
    except KeyError:
        return None
    return parsed(Pointer, body, key=layout.pointer(name)), hashlib.sha256(body).hexdigest()


def move_pointer(store: ObjectStore, manifest: Manifest, *, expected: str | None) -> None:
    """Make a manifest that is stored with all its files the newest one.

    Raises `PublishConflict` when the pointer is no longer the one with SHA-256 `expected`.
    """
    pointer = Pointer(
        dataset=manifest.dataset,
        version=manifest.version,
        manifest=layout.manifest(manifest.dataset, manifest.version),
        manifest_sha256=hashlib.sha256(manifest_bytes(manifest)).hexdigest(),
        parent=manifest.parent,
    )
    body = pointer.model_dump_json(indent=2).encode()
    store.replace_if_match(layout.pointer(manifest.dataset), body, expected=expected)


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is stored."""
    return manifest.model_dump_json(indent=2).encode()


def newest(store: ObjectStore, name: str) -> Manifest | None:
    """The newest snapshot of a dataset; None when nothing was published yet.

    Raises `IntegrityError` when the pointer names a manifest that is not there or not the one
    that was published.
    """
    found = read_pointer(store, name)
    return None if found is None else _manifest_of(store, found[0])


def manifest_at(store: ObjectStore, name: str) -> tuple[Manifest | None, str | None]:
    """The newest manifest and the SHA-256 of the pointer that names it."""
    found = read_pointer(store, name)
    return (None, None) if found is None else (_manifest_of(store, found[0]), found[1])


def _manifest_of(store: ObjectStore, pointer: Pointer) -> Manifest:
    try:
        body = store.get(pointer.manifest)
    except KeyError:
        body = b""
    digest = hashlib.sha256(body).hexdigest()
    if digest != pointer.manifest_sha256 and not follows(
        store, pointer.manifest, old=pointer.manifest_sha256, new=digest
    ):
        raise IntegrityError(
            f"{layout.pointer(pointer.dataset)} names {pointer.manifest} with SHA-256 "
            f"{pointer.manifest_sha256}, but the store has {digest if body else 'nothing'} there; "
            f"restore that object from a backup, or point latest.json back to {pointer.parent}"
        )
    return parsed(Manifest, body, key=pointer.manifest)


def read_manifest(store: ObjectStore, name: str, version: str) -> Manifest:
    """The manifest of one version; raises `KeyError` when there is none."""
    key = layout.manifest(name, version)
    return parsed(Manifest, store.get(key), key=key)


def published_on(store: ObjectStore, manifest: Manifest) -> date | None:
    """The day on which a version was published, by the clock of the exchange.

    It is that on which the store wrote the manifest; None when it is there no more.
    """
    info = store.head(layout.manifest(manifest.dataset, manifest.version))
    if info is None:
        return None
    moment = written_at(store, info) if manifest.erased else info.modified_at
    return moment.astimezone(TIMEZONE).date()


def versions(store: ObjectStore, name: str) -> tuple[str, ...]:
    """The published versions that are still kept, newest first: the pointer and its ancestors."""
    return tuple(manifest.version for manifest in newest_first(store, name))


def newest_first(store: ObjectStore, name: str) -> Iterator[Manifest]:
    """The manifests of those versions, each read when it is asked for."""
    current = newest(store, name)
    return iter(()) if current is None else ancestors(store, current)


def ancestors(store: ObjectStore, manifest: Manifest) -> Iterator[Manifest]:
    """A version, its parent, and so on, as far as they are still kept."""
    current: Manifest | None = manifest
    while current is not None:
        yield current
        current = _older(store, current)


def _older(store: ObjectStore, manifest: Manifest) -> Manifest | None:
    """The last version before this one that is kept; retention left out some, or all older ones."""
    version = manifest.parent
    while version is not None:
        try:
            return read_manifest(store, manifest.dataset, version)
        except KeyError:
            key = layout.retired(manifest.dataset, version)
        try:
            version = parsed(Retired, store.get(key), key=key).parent
        except KeyError:
            return None
    return None
