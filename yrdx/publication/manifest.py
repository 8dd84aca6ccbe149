"""What a snapshot says of itself: its files, where they come from, what each province supplied."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from yrdx.model import (
    Frozen,
    Period,
    ProvinceCode,
    Severity,
    Sha256,
    Slug,
    Verdict,
    WaiverUse,
    Withdrawal,
)
from yrdx.publication.changes import Changes
from yrdx.publication.facts import ColumnFacts
from yrdx.store import layout

Version = Annotated[str, Field(pattern=r"^(v[0-9]{6}|[0-9]+\.[0-9]+\.[0-9]+)-[0-9a-f]{12}$")]
"""`1.4.2-3f9a0c51d2e4`: what the version means to readers of the one before (`yrdx.publication.
facts` says when which number rises), and a digest of all that it is made from. Versions of the
time when they were only counted are called `v000012-…`."""


class SnapshotFile(Frozen):
    """One Parquet file; `key` is relative to the version's folder.

    `made_from` is the digest of the admissions and the contract that its partition was written
    from: the next version copies the file when it would be made from the same. `rows_from` is the
    digest of the admissions alone. `key_min` and `key_max` are the smallest and the largest
    business key, as text.
    """

    key: str
    period: Period
    province: ProvinceCode
    rows: int
    bytes: int
    sha256: Sha256
    key_min: tuple[str, ...]
    key_max: tuple[str, ...]
    made_from: Sha256
    rows_from: Sha256 | None = None


class StoredFile(Frozen):
    """Another file of the version; `key` is relative to the version's folder."""

    key: str
    bytes: int
    sha256: Sha256
    rows: int | None = None


class CodeListFile(Frozen):
    """A code list as it was for this version, and the bridge from its retired codes.

    `loaded` tells the lists that an operator loads from those of the contract.
    """

    name: Slug
    version: str
    source: str
    loaded: bool = False
    file: StoredFile
    bridge: StoredFile | None = None


class Lineage(Frozen):
    """One delivery that the snapshot holds, and where its report and receipt lie.

    `rows` counts the published rows; `findings` all findings of the report by severity. `waivers`
    are those under which rows are published that break a rule; which ones, `findings.parquet`
    beside the report tells. Derived rows name their `sources` (dataset → snapshot version), and in
    place of a receipt the record of their derivation.
    """

    province: ProvinceCode
    unit: Slug
    period: Period
    sha256: Sha256
    filename: str
    received_at: datetime | None
    attempt: int | None
    revision: int
    verdict: Verdict
    contract: str
    rows: int
    rows_read: int
    rows_rejected: int
    findings: dict[Severity, int]
    not_supplied: tuple[str, ...]
    admission_key: str
    report_key: str
    receipt_key: str
    waivers: tuple[WaiverUse, ...] = ()
    sources: dict[str, str] = Field(default_factory=dict)


class State(StrEnum):
    """What a snapshot has of one agreement for one period."""

    ARRIVED = "arrived"  # an admitted delivery of this very period
    CARRIED_FORWARD = "carried_forward"  # only of an earlier period, which stays the newest
    MISSING = "missing"  # nothing of this or an earlier period


class AgreementState(Frozen):
    """The state of one agreement (province x unit) for one period of the snapshot.

    `newest` is the newest period up to this one of which there are rows.
    """

    province: ProvinceCode
    unit: Slug
    period: Period
    state: State
    newest: Period | None


class Manifest(Frozen):
    """An immutable published version of one dataset.

    `parent` is the version that was the newest one when this was made. `created` is the moment
    the last of its deliveries was received or taken back: the same deliveries give the same
    manifest, whenever they are published. `as_null` lists, by province, the columns that a source
    of it does not supply. `writer` names the library and format that wrote the files that were
    not copied. `columns` are those of every file, `shape` is the digest of all that files say of
    them. `changes` tells what is other than in the parent, None for a first version. `withdrawn`
    are the deliveries taken back. `erased` names the requests by which rows were erased by law
    since it was published: tombstones in its folder tell more. `documents` are contract, data
    dictionary, summary of quality and descriptors for general tools, by name.
    """

    dataset: Slug
    version: Version
    parent: Version | None
    contract: str
    created: datetime | None
    rows: int
    files: tuple[SnapshotFile, ...]
    lineage: tuple[Lineage, ...]
    states: tuple[AgreementState, ...]
    findings: dict[Severity, int]
    as_null: dict[ProvinceCode, tuple[str, ...]]
    made_from: Sha256
    writer: str
    attempt: int
    key: tuple[str, ...] = ()
    alternative_key: tuple[str, ...] = ()
    columns: tuple[ColumnFacts, ...] = ()
    shape: Sha256 | None = None
    code_lists: tuple[CodeListFile, ...] = ()
    withdrawn: tuple[Withdrawal, ...] = ()
    changes: Changes | None = None
    changelog: dict[str, StoredFile] = Field(default_factory=dict)
    erased: tuple[Slug, ...] = ()
    documents: dict[str, StoredFile] = Field(default_factory=dict)
    form: Literal["yrdx manifest 1"] = "yrdx manifest 1"

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Major, minor and patch."""
        return layout.version_numbers(self.version)

    @property
    def semver(self) -> str:
        """Major, minor and patch as text: `1.4.2`."""
        return ".".join(map(str, self.numbers))

    @property
    def newest_period(self) -> str | None:
        """The last period of which there are rows."""
        return max((item.period for item in self.lineage), key=period_order, default=None)

    def state(self, province: str) -> State | None:
        """How a province stands in the newest period: as its worst agreement does.

        None when it has no agreement for this dataset.
        """
        found = {
            item.state
            for item in self.states
            if item.province == province and item.period == self.newest_period
        }
        worst_first = (State.MISSING, State.CARRIED_FORWARD, State.ARRIVED)
        return next((state for state in worst_first if state in found), None)


class Pointer(Frozen):
    """The one object that is overwritten: which manifest is the newest, and its digest."""

    dataset: Slug
    version: Version
    manifest: str
    manifest_sha256: Sha256
    parent: Version | None
    form: Literal["yrdx pointer 1"] = "yrdx pointer 1"


class Retired(Frozen):
    """What is left of a version that was not kept, while an older one is: the way to it."""

    dataset: Slug
    version: Version
    parent: Version | None
    form: Literal["yrdx retired version 1"] = "yrdx retired version 1"


def stored_file(key: str, body: bytes, *, rows: int | None = None) -> StoredFile:
    """How a manifest names a small file."""
    digest = hashlib.sha256(body).hexdigest()
    return StoredFile(key=key, bytes=len(body), sha256=digest, rows=rows)


def period_order(period: str) -> tuple[bool, str]:
    """Sorts periods by time; `undated` is older than everything that has a date."""
    return period != "undated", period
