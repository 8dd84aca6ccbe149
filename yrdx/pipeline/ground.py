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
from yrdx.publication import newest, read_column
from yrdx.reading import Refusal
from yrdx.reading.corrections import Corrected
from yrdx.reference import loaded_lists
from yrdx.store.port import ObjectStore
from yrdx.waivers import digest_of

_NOT_STATED = "00"
"""Province of a file whose sender did not say where it is from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a verdict is compared with: keys of other datasets, loaded lists, and their versions.

    `surroundings` are what the delivery as a whole is compared with, in the snapshots of `store`;
    `past` are the attempts before it. `corrected` tells that the file is the whole made from
    corrections, or why it could not be made.
    """

    references: dict[Reference, pl.Series]
    lists: dict[str, LoadedList]
    versions: Versions
    surroundings: Surroundings = field(default_factory=Surroundings)
    past: Past | None = None
    corrected: Corrected | Refusal | None = None


def ground_of(
    dataset: Dataset, delivery: Delivery, *, store: ObjectStore | None, lists: ObjectStore | None
) -> Ground:
    """All that a delivery is compared with, and the versions of it.

    A snapshot that the province has no rows in yet cannot say that a key is wrong.
    """
    values: dict[Reference, pl.Series] = {}
    used: dict[str, str] = {}
    newest_snapshot = None if store is None else cache(partial(newest, store))
    for reference in dataset.references:
        manifest = newest_snapshot(reference.dataset) if newest_snapshot else None
        if store is None or manifest is None:
            continue
        published = {file.province for file in manifest.files}
        if delivery.province in published | {_NOT_STATED}:
            values[reference] = read_column(store, manifest, reference.target)
            used[reference.dataset] = manifest.version
    surroundings = surroundings_of(dataset, delivery, store=store, newest=newest_snapshot)
    loaded = loaded_lists(lists, dataset.needed_lists) if lists is not None else {}
    versions = versions_of(dataset, references=used | surroundings.pins, lists=loaded)
    return Ground(
        references=values,
        lists=loaded,
        versions=versions.model_copy(update={"judge": surroundings.judge}),
        surroundings=surroundings,
    )


def naming(ground: Ground, terms: Terms) -> Ground:
    """The ground whose versions name the stages of rules and the waivers too."""
    named = {
        "calendar": terms.in_force.digest or None,
        "waivers": digest_of(terms.waivers) or None,
    }
    return replace(ground, versions=ground.versions.model_copy(update=named))
