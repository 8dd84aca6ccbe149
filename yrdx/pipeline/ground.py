"""What a check stands on: everything a delivery is compared with, and the versions of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial

import polars as pl

from yrdx.checking.attempts import Past
from yrdx.checking.result import Terms
from yrdx.checking.versions import versions_of
from yrdx.dataset import Dataset, Reference
from yrdx.lists import LoadedList
from yrdx.model import Delivery, Versions
from yrdx.pipeline.surroundings import Surroundings, surroundings_of
from yrdx.publication import Manifest, newest, read_column, read_manifest
from yrdx.reading import Refusal
from yrdx.reading.corrections import Corrected
from yrdx.reference import about_of, load, loaded_lists
from yrdx.settings import COPY_ROWS
from yrdx.store.port import ObjectStore
from yrdx.waivers import digest_of

_NOT_STATED = "00"
"""Province of a file whose sender did not say where it is from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a verdict is compared with: keys of other datasets, loaded lists, and their versions.

    `surroundings` are what the delivery as a whole is compared with, in the snapshots of `store`;
    `past` are the attempts before it. `corrected` tells that the file is the whole made from
    corrections, or why it could not be made. `copy_rows` is how large the copies are that go back
    with the receipt; None: there are none.
    """

    references: dict[Reference, pl.Series]
    lists: dict[str, LoadedList]
    versions: Versions
    surroundings: Surroundings = field(default_factory=Surroundings)
    past: Past | None = None
    corrected: Corrected | Refusal | None = None
    copy_rows: int | None = None


def ground_of(
    dataset: Dataset,
    delivery: Delivery,
    *,
    store: ObjectStore | None,
    lists: ObjectStore | None,
    as_of: Versions | None = None,
) -> Ground:
    """All that a delivery is compared with, and the versions of it.

    A snapshot that the province has no rows in yet cannot say that a key is wrong. With `as_of`
    snapshots and lists are those of an earlier check, as far as they are still kept.
    """
    values: dict[Reference, pl.Series] = {}
    used: dict[str, str] = {}
    newest_snapshot = None if store is None else cache(partial(_snapshot, store, as_of))
    for reference in dataset.references:
        manifest = newest_snapshot(reference.dataset) if newest_snapshot else None
        if store is None or manifest is None:
            continue
        published = {file.province for file in manifest.files}
        if delivery.province in published | {_NOT_STATED}:
            values[reference] = read_column(store, manifest, reference.target)
            used[reference.dataset] = manifest.version
    surroundings = surroundings_of(dataset, delivery, store=store, newest=newest_snapshot)
    loaded = _lists(lists, dataset, as_of) if lists is not None else {}
    versions = versions_of(dataset, references=used | surroundings.pins, lists=loaded)
    return Ground(
        references=values,
        lists=loaded,
        versions=versions.model_copy(update={"judge": surroundings.judge}),
        surroundings=surroundings,
    )


def _snapshot(store: ObjectStore, as_of: Versions | None, name: str) -> Manifest | None:
    version = as_of.references.get(name) if as_of else None
    try:
        return newest(store, name) if version is None else read_manifest(store, name, version)
    except KeyError:  # it has outlived its retention: the versions will tell that it is another
        return newest(store, name)


def _lists(store: ObjectStore, dataset: Dataset, as_of: Versions | None) -> dict[str, LoadedList]:
    loaded = loaded_lists(store, dataset.needed_lists)
    for name in dataset.needed_lists if as_of else ():
        stamp = as_of.reference_data.get(f"imported/{name}") if as_of else None
        about = about_of(store, name, stamp.rpartition("+")[0]) if stamp else None
        if about is not None:
            loaded[name] = load(store, about)
        elif stamp is None:
            loaded.pop(name, None)
    return loaded


def naming(ground: Ground, terms: Terms, *, copy_rows: int = COPY_ROWS) -> Ground:
    """The ground of a check that is answered by a receipt.

    Its versions name the terms of the agreement, the stages of rules, the waivers, an approval that
    is needed, and the size of copies where it is unusual.
    """
    named = {
        "calendar": terms.in_force.digest or None,
        "waivers": digest_of(terms.waivers) or None,
        "copy_rows": copy_rows if copy_rows != COPY_ROWS else None,
        "approval": terms.approval,
        "agreed": terms.agreed,
    }
    versions = ground.versions.model_copy(update=named)
    return replace(ground, versions=versions, copy_rows=copy_rows)
