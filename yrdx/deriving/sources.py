"""The snapshots that rows are derived from, opened, and the versions that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from yrdx import catalogue
from yrdx.derivation import Derivation, Given, Source
from yrdx.lists import LoadedList
from yrdx.publication import AgreementState, Manifest, newest, read, read_manifest
from yrdx.publication.facts import columns_of, dtype_of
from yrdx.settings import Settings
from yrdx.store.port import ObjectStore

_STATES = {name: pl.String() for name in AgreementState.model_fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The snapshots of a derivation: dataset → manifest, None where nothing is published."""

    manifests: Mapping[str, Manifest | None]
    own: Manifest | None

    @property
    def versions(self) -> dict[str, str]:
        """Dataset → version, of those that are published."""
        there = [item for item in (*self.manifests.values(), self.own) if item is not None]
        return {item.dataset: item.version for item in there}

    @property
    def created(self) -> datetime | None:
        """When the last of the deliveries was received that the sources are made from."""
        known = [item.created for item in self.manifests.values() if item and item.created]
        return max(known, default=None)

    def given(
        self,
        store: ObjectStore,
        *,
        settings: Settings,
        lists: Mapping[str, LoadedList],
        cache: Path,
    ) -> Given:
        """What the derivation may look at; `cache` takes files of a store that is elsewhere."""
        return Given(
            sources={
                name: _source(store, name, manifest, cache=cache)
                for name, manifest in self.manifests.items()
            },
            settings=settings,
            lists=lists,
            own=_source(store, self.own.dataset, self.own, cache=cache) if self.own else None,
        )


def open_sources(
    store: ObjectStore,
    derivation: Derivation,
    *,
    name: str,
    versions: Mapping[str, str] | None = None,
) -> Opened:
    """The newest snapshots that the derivation `name` needs, or those of the `versions` given."""

    def found(dataset: str) -> Manifest | None:
        if versions is None:
            return newest(store, dataset)
        return read_manifest(store, dataset, versions[dataset]) if dataset in versions else None

    return Opened(
        manifests={dataset: found(dataset) for dataset in derivation.needs},
        own=newest(store, name) if derivation.looks_back else None,
    )


def _source(store: ObjectStore, name: str, manifest: Manifest | None, *, cache: Path) -> Source:
    states = [item.model_dump(mode="json") for item in manifest.states] if manifest else []
    return Source(
        dataset=name,
        version=manifest.version if manifest else None,
        rows=read(store, manifest, cache=cache) if manifest else _no_rows(name),
        states=pl.DataFrame(states, schema=_STATES),
    )


def _no_rows(name: str) -> pl.LazyFrame:
    columns = columns_of(catalogue.dataset(name))
    return pl.LazyFrame(schema={item.name: dtype_of(item) for item in columns})
