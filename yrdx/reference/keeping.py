"""Where loaded lists are kept: by name and version, whole and for good, with one in use."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable

import polars as pl

from yrdx.errors import ConfigurationError, IntegrityError
from yrdx.lists import ENTRIES, LoadedList
from yrdx.model import Frozen, Sha256
from yrdx.store import layout
from yrdx.store.port import ObjectStore

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


class About(Frozen):
    """One version of a list; the document that proves that all of it is there."""

    name: str
    version: str
    source: str
    filename: str
    entries: int
    sha256: Sha256


class InUse(Frozen):
    """Which version of a list checks take."""

    name: str
    version: str
    sha256: Sha256


def _text(entries: pl.DataFrame) -> bytes:
    """The canonical text of a list: what its digest is of, and what a person can compare."""
    return entries.write_csv().encode()


def keep(
    store: ObjectStore,
    entries: pl.DataFrame,
    *,
    name: str,
    version: str,
    source: str,
    filename: str,
) -> About:
    """Keep a version of a list and take it into use; the same list again changes nothing.

    A version never changes: other entries under a known version raise `ConfigurationError`.
    """
    if not _VERSION.fullmatch(version):
        raise ConfigurationError(
            f"{version!r} cannot name a version: expected letters, digits and ._- such as 2021.12"
        )
    body = _text(entries)
    digest = hashlib.sha256(body).hexdigest()
    known = about_of(store, name, version)
    if known is not None and known.sha256 != digest:
        raise ConfigurationError(
            f"version {version} of {name} is there with other entries ({known.entries}, "
            f"sha256 {known.sha256[:12]}); reports rest on it, so it never changes. Import the "
            f"file under a version of its own, such as {version}.1"
        )
    about = known or About(
        name=name,
        version=version,
        source=source,
        filename=filename,
        entries=entries.height,
        sha256=digest,
    )
    store.put_if_absent(layout.reference_list(name, version), body)
    document = about.model_dump_json(indent=2).encode()
    store.put_if_absent(layout.reference_about(name, version), document)
    _take_into_use(store, about)
    return about


def use(store: ObjectStore, name: str, version: str) -> About:
    """Take a version that is kept into use, an older one too."""
    about = about_of(store, name, version)
    if about is None:
        known = ", ".join(item.version for item in known_versions(store, name)) or "none"
        raise ConfigurationError(
            f"there is no version {version!r} of the reference list {name!r}; known: {known}"
        )
    _take_into_use(store, about)
    return about


def _take_into_use(store: ObjectStore, about: About) -> None:
    key = layout.reference_in_use(about.name)
    found = store.head(key)
    before = hashlib.sha256(store.get(key)).hexdigest() if found else None
    pointer = InUse(name=about.name, version=about.version, sha256=about.sha256)
    store.replace_if_match(key, pointer.model_dump_json(indent=2).encode(), expected=before)


def about_of(store: ObjectStore, name: str, version: str) -> About | None:
    """What is known of one version, None when it is not kept."""
    try:
        return About.model_validate_json(store.get(layout.reference_about(name, version)))
    except KeyError:
        return None


def known_versions(store: ObjectStore, name: str) -> tuple[About, ...]:
    """All versions of a list, by name of the version."""
    keys = (item.key for item in store.list(layout.reference_prefix(name)))
    return tuple(
        About.model_validate_json(store.get(key)) for key in keys if key.endswith("/about.json")
    )


def in_use(store: ObjectStore, name: str) -> About | None:
    """The version that checks take, None when none was imported."""
    try:
        pointer = InUse.model_validate_json(store.get(layout.reference_in_use(name)))
    except KeyError:
        return None
    about = about_of(store, name, pointer.version)
    if about is None or about.sha256 != pointer.sha256:
        raise IntegrityError(
            f"{layout.reference_in_use(name)} names version {pointer.version}, which is not in "
            f"the store as it was; restore it, or run `yrdx reference use {name} VERSION`"
        )
    return about


def load(store: ObjectStore, about: About) -> LoadedList:
    """The entries of one version, verified by their digest."""
    key = layout.reference_list(about.name, about.version)
    try:
        body = store.get(key)
    except KeyError:
        body = b""
    digest = hashlib.sha256(body).hexdigest()
    if digest != about.sha256:
        raise IntegrityError(
            f"{key} has sha256 {digest}, expected {about.sha256}; restore it from a backup"
        )
    entries = pl.read_csv(io.BytesIO(body), schema=ENTRIES)
    return LoadedList(name=about.name, version=about.version, sha256=digest, entries=entries)


def loaded_lists(store: ObjectStore, names: Iterable[str]) -> dict[str, LoadedList]:
    """Those of the named lists that have been imported, each in the version in use."""
    found = ((name, in_use(store, name)) for name in names)
    return {name: load(store, about) for name, about in found if about is not None}
