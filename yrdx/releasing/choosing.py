"""Which snapshots a release would pin: the newest delivered ones, and what was derived from them.

The pointers are read once. A derived snapshot fits when it follows from exactly the delivered
versions that are pinned; otherwise it has to be derived anew before there can be a release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from yrdx.model import Text
from yrdx.publication.manifest import Manifest
from yrdx.publication.pointer import newest
from yrdx.releasing.manifest import Pin, Source
from yrdx.store import layout
from yrdx.store.port import ObjectStore

Followed = Callable[[str, Manifest | None], Iterable[Mapping[str, str]]]
"""A derived dataset and its snapshot → the sets of versions, by dataset, that each give its rows.

Without a snapshot: those that were found to give none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A dataset that a release should have; `needs` are those that a derived one follows from."""

    name: str
    title: Text
    source: Source = Source.DELIVERED
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A derived snapshot that follows from other versions than those pinned, or is not there.

    `differing` are the datasets of which it has another version, or none.
    """

    dataset: str
    title: Text
    version: str | None
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The manifests by dataset, the pins, and which derived snapshots are out of date."""

    manifests: Mapping[str, Manifest]
    pins: tuple[Pin, ...]
    outdated: tuple[Outdated, ...] = field(default=())

    @property
    def versions(self) -> dict[str, str]:
        """Dataset → version."""
        return {pin.dataset: pin.version for pin in self.pins}


def choose(store: ObjectStore, wanted: Sequence[Wanted], *, followed: Followed) -> Chosen:
    """The newest snapshots of all that is wanted, as far as they are published.

    `wanted` has each derived dataset after those that it needs. What needs a derived one that is
    out of date is so too.
    """
    manifests: dict[str, Manifest] = {}
    pins: list[Pin] = []
    outdated: list[Outdated] = []
    for item in wanted:
        manifest = newest(store, item.name)
        sources: Mapping[str, str] = {}
        if item.source is Source.DERIVED:
            versions = {pin.dataset: pin.version for pin in pins}
            needed = {name: versions[name] for name in item.needs if name in versions}
            behind = {one.dataset for one in outdated} & set(item.needs)
            differing = _differing(item.name, manifest, needed, followed)
            if needed and (differing or behind):
                outdated.append(_outdated(item, manifest, differing or sorted(behind)))
                continue
            sources = needed
        if manifest is not None:
            manifests[item.name] = manifest
            pins.append(_pin(item, manifest, sources, store=store))
    return Chosen(manifests=manifests, pins=tuple(pins), outdated=tuple(outdated))


def _differing(
    dataset: str, manifest: Manifest | None, needed: Mapping[str, str], followed: Followed
) -> list[str]:
    """The datasets of which a derived snapshot has other versions than needed; fewest of all sets.

    Nothing where it follows from exactly the needed ones.
    """
    sets = [
        sorted(
            name
            for name in sources.keys() | needed.keys()
            if name != dataset and sources.get(name) != needed.get(name)
        )
        for sources in followed(dataset, manifest)
    ]
    return min(sets, key=len, default=sorted(needed))


def _outdated(item: Wanted, manifest: Manifest | None, differing: Sequence[str]) -> Outdated:
    return Outdated(
        dataset=item.name,
        title=item.title,
        version=manifest.version if manifest else None,
        differing=tuple(differing),
    )


def _pin(
    item: Wanted, manifest: Manifest, sources: Mapping[str, str], *, store: ObjectStore
) -> Pin:
    key = layout.manifest(item.name, manifest.version)
    return Pin(
        dataset=item.name,
        title=item.title,
        source=item.source,
        version=manifest.version,
        manifest=key,
        sha256=hashlib.sha256(store.get(key)).hexdigest(),
        contract=manifest.contract,
        rows=None if layout.is_restricted(item.name) else manifest.rows,
        sources=dict(sources),
    )
