"""Catalog: what is published and released, in one document at the root of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from yrdx import catalogue
from yrdx.errors import PublishConflict
from yrdx.publication import Manifest
from yrdx.publication.catalog import (
    Access,
    Catalog,
    CatalogDataset,
    CatalogFile,
    CatalogRelease,
    CatalogVersion,
)
from yrdx.publication.forms import parsed
from yrdx.publication.manifest import StoredFile
from yrdx.publication.pointer import newest_first
from yrdx.releasing import chain
from yrdx.releasing.manifest import Release
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_PASSES = 8
"""How often the catalog is made before what others write at the same time is left to them."""


def read_catalog(store: ObjectStore) -> tuple[Catalog, str | None]:
    """The catalog and the SHA-256 of its bytes; an empty one where none was written yet."""
    try:
        body = store.get(layout.CATALOG)
    except KeyError:
        return Catalog(), None
    return parsed(Catalog, body, key=layout.CATALOG), hashlib.sha256(body).hexdigest()


def refresh_catalog(store: ObjectStore, *, only: str | None = None) -> Catalog:
    """Bring the catalog up to date with all that is published, or with one dataset of it.

    It is replaced as a whole, on top of what was read, and then made once more: of publishers at
    the same time the last one sees what all have published. Raises `PublishConflict` when that
    never comes to rest.
    """
    for _ in range(_PASSES):
        known, expected = read_catalog(store)
        made = _catalog(store, known, only=only)
        if expected is not None and made == known:
            return made
        try:
            store.replace_if_match(
                layout.CATALOG, made.model_dump_json(indent=1).encode(), expected=expected
            )
        except PublishConflict:
            continue
    raise PublishConflict(
        f"{layout.CATALOG} was written by others {_PASSES} times meanwhile; run: yrdx catalog"
    )


def _catalog(store: ObjectStore, known: Catalog, *, only: str | None) -> Catalog:
    names = set(catalogue.published_names())
    if only is not None and known.datasets:
        kept = {item.name: item for item in known.datasets if item.name != only}
        names = {only}
    else:
        kept = {}
    made = {item.name: item for name in sorted(names) for item in _dataset(store, name)}
    datasets = kept | made
    return Catalog(
        datasets=tuple(datasets[name] for name in sorted(datasets)),
        releases=tuple(_release(store, item) for item in chain.releases(store)),
    )


def _dataset(store: ObjectStore, name: str) -> Iterator[CatalogDataset]:
    """The entry of a dataset; none while nothing of it is published."""
    versions = tuple(_version(store, item) for item in newest_first(store, name))
    if not versions:
        return
    dataset = catalogue.dataset(name)
    is_restricted = layout.is_restricted(name)
    counts = layout.public_counts(name)
    yield CatalogDataset(
        name=name,
        title=dataset.title,
        grain=dataset.grain,
        access=Access.RESTRICTED if is_restricted else Access.PUBLIC,
        derived=name in catalogue.derived_names(),
        counts=counts if is_restricted and counts in catalogue.published_names() else None,
        newest=versions[0].version,
        versions=versions,
    )


def _version(store: ObjectStore, manifest: Manifest) -> CatalogVersion:
    folder = layout.published_prefix(manifest.dataset, manifest.version)
    key = layout.manifest(manifest.dataset, manifest.version)
    newest = manifest.newest_period
    is_restricted = layout.is_restricted(manifest.dataset)
    states = {item.province: manifest.state(item.province) for item in manifest.states}
    return CatalogVersion(
        version=manifest.version,
        semver=manifest.semver,
        parent=manifest.parent,
        created=manifest.created,
        contract=manifest.contract,
        # How many rows about people there are tells of counts that nobody may be told.
        rows=None if is_restricted else manifest.rows,
        bytes=None if is_restricted else sum(file.bytes for file in manifest.files),
        newest_period=newest,
        provinces={code: state for code, state in sorted(states.items()) if state},
        step=manifest.changes.step if manifest.changes else None,
        folder=folder,
        manifest=_file(store, key),
        documents={
            name: CatalogFile(key=folder + item.key, sha256=item.sha256, bytes=item.bytes)
            for name, item in sorted((manifest.documents | _changelogs(manifest)).items())
        },
        erased=manifest.erased,
    )


def _changelogs(manifest: Manifest) -> dict[str, StoredFile]:
    return {item.key: item for item in manifest.changelog.values()}


def _file(store: ObjectStore, key: str) -> CatalogFile:
    body = store.get(key)  # as it is stored: older documents have fewer fields than ours
    return CatalogFile(key=key, sha256=hashlib.sha256(body).hexdigest(), bytes=len(body))


def _release(store: ObjectStore, release: Release) -> CatalogRelease:
    report = layout.release(release.id, file="report.html")
    key = layout.release(release.id)
    return CatalogRelease(
        id=release.id,
        day=release.day,
        created=release.created,
        stands=chain.withdrawal_of(store, release.id) is None,
        superseded_by=chain.superseded_by(store, release.id),
        manifest=_file(store, key),
        report=report if store.head(report) else None,
        pins={pin.dataset: pin.version for pin in release.pins},
    )
