"""Verified bytes as a local path: where they lie, or fetched into a cache."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from yrdx.errors import IntegrityError
from yrdx.publication.manifest import Manifest
from yrdx.store import layout
from yrdx.store.content import digest_and_size
from yrdx.store.port import ObjectStore

_AT_ONCE = 4
"""Files that are fetched and verified at the same time."""


class Listed(Protocol):
    """A file as a manifest lists it: `key` is relative to the version's folder."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102


def files_at_hand(
    store: ObjectStore, manifest: Manifest, files: Iterable[Listed], *, cache: Path
) -> tuple[Path, ...]:
    """Local files with the bytes of some files of a version, in their order, all verified.

    Raises `KeyError` where one is not there, `IntegrityError` where the bytes are other ones.
    """
    folder = layout.published_prefix(manifest.dataset, manifest.version)

    def verified(file: Listed) -> Path:
        return at_hand(store, folder + file.key, sha256=file.sha256, cache=cache)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return tuple(threads.map(verified, files))


def at_hand(store: ObjectStore, key: str, *, sha256: str, cache: Path) -> Path:
    """A local file with the bytes of `key`, whose SHA-256 is `sha256`.

    A store that is a directory is read in place. Fetched bytes stay in `cache` under their
    digest, and are not fetched again. Raises `IntegrityError` when the bytes are other ones.
    """
    in_place = Path(store.uri(key))
    if in_place.is_absolute() and in_place.is_file():
        return _verified(in_place, key, sha256)
    fetched = cache / f"{sha256}.parquet"
    if fetched.exists() and digest_and_size(fetched)[0] == sha256:
        return fetched
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = cache / f"{uuid.uuid4().hex}.part"  # others may fetch the same file meanwhile
    try:
        store.fetch(key, into=unfinished)
        return _verified(unfinished, key, sha256).replace(fetched)
    finally:
        unfinished.unlink(missing_ok=True)


def _verified(path: Path, key: str, sha256: str) -> Path:
    found, _ = digest_and_size(path)
    if found != sha256:
        raise IntegrityError(
            f"{key} has SHA-256 {found}, expected {sha256}: the stored bytes were changed; "
            f"restore the object from a backup"
        )
    return path
