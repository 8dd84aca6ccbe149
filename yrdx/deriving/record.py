"""What was derived from what: a record for each set of snapshots and definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from yrdx.model import Admission, Frozen, Period, ProvinceCode, Sha256, Slug
from yrdx.publication import Manifest
from yrdx.publication.plan import admitted
from yrdx.store import layout
from yrdx.store.port import ObjectStore


class Place(Frozen):
    """The derived rows of one period and province."""

    period: Period
    province: ProvinceCode
    rows: int
    rows_sha256: Sha256


class Derived(Frozen):
    """What one set of snapshots gives by one set of definitions.

    `digest` is of all that the rows rest on: contract, code, `sources` (dataset → version), and
    `rests_on` (definitions, settings, loaded lists). Another set may give the same rows: the
    admissions, and with them the snapshot, then stay as they are, and this record tells that they
    hold for these sources too.
    """

    dataset: Slug
    contract: str
    digest: Sha256
    sources: dict[str, str]
    rests_on: dict[str, str]
    rows: int
    places: tuple[Place, ...]

    def is_of(self, contents: Mapping[tuple[str, str], str]) -> bool:
        """Whether these are its rows: (period, province) → SHA-256 of the admitted rows."""
        own = {(item.period, item.province): item.rows_sha256 for item in self.places}
        return own == dict(contents)


def record_of(store: ObjectStore, dataset: str, digest: str) -> Derived | None:
    """The record under a digest; None when nothing was derived from that yet."""
    key = layout.derived(dataset, digest=digest)
    if store.head(key) is None:
        return None
    return Derived.model_validate_json(store.get(key))


def records(store: ObjectStore, manifest: Manifest) -> Iterator[Derived]:
    """All records whose rows are those of a derived snapshot: the sources that it follows from."""
    contents = {}
    for item in manifest.lineage:
        admission = Admission.model_validate_json(store.get(item.admission_key))
        contents[item.period, item.province] = admission.rows_sha256
    for info in store.list(layout.derived_prefix(manifest.dataset)):
        record = Derived.model_validate_json(store.get(info.key))
        if record.is_of(contents):
            yield record


def contents_in_force(store: ObjectStore, dataset: str) -> dict[tuple[str, str], Admission]:
    """(period, province) → the admission that counts."""
    found, _ = admitted(store, dataset)
    return {(item.delivery.period, item.delivery.province): item for item in found.values()}
