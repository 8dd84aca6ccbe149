"""What the report of a release is made from: its manifest, its snapshots, and words for codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from yrdx.dataset import CodeList, Dataset
from yrdx.model import Text
from yrdx.publication import Manifest, read, read_manifest
from yrdx.releasing.manifest import Release
from yrdx.store.port import ObjectStore

INDICATORS = "policy_indicator"
MAP = "industry_major_coverage"
JOBS = "talent_supply_demand"
"""The derived datasets that the report draws; each may be no part of a release."""

STATES, AGREED = "agreement_states", Text(zh="报送约定", en="Agreements")
"""What indicators about deliveries are counted from in place of a dataset, and its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that the report shows; nothing else enters it.

    `frames` are the rows of the derived datasets that the release pins. `titles` name datasets,
    `names` provinces, `measures` the measures of the indicators. `words` are labels of codes, by
    code list.
    """

    release: Release
    manifests: Mapping[str, Manifest]
    frames: Mapping[str, pl.DataFrame]
    titles: Mapping[str, Text]
    names: Mapping[str, Text]
    measures: Mapping[str, Text] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


def gather(
    store: ObjectStore,
    release: Release,
    *,
    names: Mapping[str, Text],
    measures: Mapping[str, Text],
    contracts: Mapping[str, Dataset],
    cache: Path,
) -> Material:
    """Read the manifests and the drawn snapshots of a release.

    They are read where they lie now: a dataset that was restricted since has moved.
    """
    manifests = {
        pin.dataset: read_manifest(store, pin.dataset, pin.version) for pin in release.pins
    }
    frames = {
        name: read(store, manifests[name], cache=cache / name).collect()
        for name in (INDICATORS, MAP, JOBS)
        if name in manifests
    }
    titles = {name: contract.title for name, contract in contracts.items()} | {STATES: AGREED}
    return Material(
        release=release,
        manifests=manifests,
        frames=frames,
        titles=titles | {pin.dataset: pin.title for pin in release.pins},
        names=names,
        measures=measures,
        words=words_of(contracts),
    )


def words_of(contracts: Mapping[str, Dataset]) -> dict[str, dict[str, Text]]:
    """Code list → code → label, of all lists of the derived datasets that are drawn."""
    lists: dict[str, CodeList] = {}
    for name in (INDICATORS, MAP, JOBS):
        if name in contracts:
            lists |= {item.name: item for item in contracts[name].code_lists}
    return {name: {code.value: code.label for code in item.codes} for name, item in lists.items()}
