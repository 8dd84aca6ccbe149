"""What a snapshot says of itself: its files, where they come from, what each province supplied."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from yrdx.model import Frozen, Period, ProvinceCode, Severity, Sha256, Slug, Verdict
from yrdx.store import layout

Version = Annotated[str, Field(pattern=r"^v[0-9]{6}-[0-9a-f]{12}$")]
"""`v000012-3f9a0c51d2e4`: the twelfth publication, and a digest of all that it is made from."""


class SnapshotFile(Frozen):
    """One Parquet file; `key` is relative to the version's folder.

    `made_from` is the digest of the admissions and the contract that its partition was written
    from: the next version copies the file when it would be made from the same. `key_min` and
    `key_max` are the smallest and the largest business key, as text.
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


class Lineage(Frozen):
    """One delivery that the snapshot holds, and where its report and receipt lie.

    `rows` counts the published rows; `findings` all findings of the report by severity.
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
    the last of its deliveries was received: the same deliveries give the same manifest, whenever
    they are published. `as_null` lists, by province, the columns that a source of it does not
    supply. `writer` names the library and format that wrote the files that were not copied.
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

    @property
    def number(self) -> int:
        """Which publication of the dataset this is, counted from 1."""
        return layout.version_number(self.version)

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


def period_order(period: str) -> tuple[bool, str]:
    """Sorts periods by time; `undated` is older than everything that has a date."""
    return period != "undated", period
