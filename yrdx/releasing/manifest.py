"""What a release says of itself: what it pins, who has delivered, what was judged, who confirmed.

A release is a set of published versions, one of each dataset, that fit together. Its manifest is
written once and never changed; that it was withdrawn or superseded, records beside it tell.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from yrdx.model import Frozen, Period, ProvinceCode, Severity, Sha256, Slug, Text
from yrdx.publication.facts import Step
from yrdx.publication.manifest import StoredFile, Version

ReleaseId = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{12}$")]
"""`2026-11-23-3f9a0c51d2e4`: the day by which lateness was judged, and a digest of all that the
release is."""


class Source(StrEnum):
    """Where the rows of a pinned snapshot come from."""

    DELIVERED = "delivered"  # by the provinces
    DERIVED = "derived"  # made by the exchange from pinned snapshots


class Pin(Frozen):
    """One snapshot of the release: `manifest` is its key, `sha256` the digest of those bytes.

    `rows` is null of rows about people: how many there are tells of counts that nobody may be told.
    `sources` are the versions, by dataset, that a derived snapshot was made from: all of them are
    pinned too.
    """

    dataset: Slug
    title: Text
    source: Source = Source.DELIVERED
    version: Version
    manifest: str
    sha256: Sha256
    contract: str
    rows: int | None
    sources: dict[Slug, Version] = Field(default_factory=dict)


class CoverageState(StrEnum):
    """What a release has of one agreement for one period."""

    ARRIVED = "arrived"  # rows of this very period
    LATE = "late"  # due and not there; an earlier period stands in for it
    CARRIED_FORWARD = "carried_forward"  # not due yet; an earlier period stands in for it
    WITHHELD = "withheld"  # something came and is kept out, for a reason
    MISSING = "missing"  # nothing of this or an earlier period


class Coverage(Frozen):
    """The state of one agreement (province x unit) of a dataset for one period.

    `newest` is the newest period up to this one that there are rows of, `age` how many periods
    lie between the two: 0 for what has arrived. `due` is the agreed day; `days_late` counts from
    it to the receipt of what has arrived, or to the day of the release. `rows` are those of
    `newest`, null where they are about people.
    """

    dataset: Slug
    province: ProvinceCode
    unit: Slug
    period: Period
    state: CoverageState
    newest: Period | None = None
    age: int | None = None
    due: date | None = None
    days_late: int | None = None
    rows: int | None = 0
    reason: Text | None = None


class RuleKind(StrEnum):
    """What a rule over the pinned snapshots speaks of."""

    REFERENCE = "reference"  # a key that another dataset must have
    DATASETS = "datasets"  # what one dataset says of things in another
    PROVINCES = "provinces"  # what several provinces report of the same thing


class Outcome(StrEnum):
    """What a rule over the pinned snapshots found."""

    PASSED = "passed"
    TOLERATED = "tolerated"  # found something: a warning, or within the tolerance
    BROKEN = "broken"  # past the tolerance: the release stops until a person confirms
    NOT_CHECKED = "not_checked"


class RuleResult(Frozen):
    """One rule, over the pinned snapshots: `count` things are wrong, by province in `provinces`.

    `examined` is how many it looked at, None where it does not say. `reason` tells why a rule was
    not checked.
    """

    rule: str
    kind: RuleKind
    dataset: Slug
    severity: Severity
    outcome: Outcome
    text: Text
    count: int = 0
    examined: int | None = None
    provinces: dict[ProvinceCode, int] = Field(default_factory=dict)
    reason: Text | None = None


class Measure(StrEnum):
    """What has fallen away, or what else stops a release."""

    ROWS = "rows"
    KEYS = "keys"
    VALUES = "values"
    CODES = "codes"
    RULE = "rule"  # a rule over the pinned snapshots is broken
    WITHDRAWN = "withdrawn"  # the same snapshots were released and withdrawn before


class Stop(Frozen):
    """One reason for which the release stops until a person confirms.

    `before` is the figure of `against`, the version compared with, `now` that of the pinned one;
    `fallen` is the part of it that is gone, which `limit` does not allow.
    """

    measure: Measure
    text: Text
    dataset: Slug | None = None
    province: ProvinceCode | None = None
    period: Period | None = None
    column: str | None = None
    against: Version | None = None
    before: float | None = None
    now: float | None = None
    fallen: float | None = None
    limit: float | None = None


class Confirmation(Frozen):
    """A named person lets a release pass, or refuses it; `made_from` names what was proposed."""

    made_from: Sha256
    confirmed: bool
    by: Annotated[str, Field(min_length=1)]
    at: datetime
    reason: Annotated[str, Field(min_length=1)]
    form: Literal["yrdx confirmation of a release 1"] = "yrdx confirmation of a release 1"


class Accepted(Frozen):
    """What persons have confirmed so far, in this release and those that it follows.

    `versions` are by dataset the last ones whose fall was confirmed: later versions are held
    against none before them. `rules` are the counts of broken rules, by dataset and rule: they stop
    a release again when there is more.
    """

    versions: dict[Slug, Version] = Field(default_factory=dict)
    rules: dict[str, int] = Field(default_factory=dict)


class Counted(Frozen):
    """Rows against the last release: of one unit for one period."""

    province: ProvinceCode
    unit: Slug
    period: Period
    added: int = 0
    changed: int = 0
    removed: int = 0


class DatasetChange(Frozen):
    """What has become of one dataset since the last release; None: the dataset was not in it.

    `step` is the greatest of the steps from one version to the other. How many rows of which
    institution changed, `changes.parquet` of the release tells; of rows about people neither does.
    """

    dataset: Slug
    before: Version | None
    now: Version | None
    step: Step
    units: tuple[Counted, ...] = ()
    facts: tuple[Text, ...] = ()

    @property
    def added(self) -> int:
        """Rows that the last release has not."""
        return sum(item.added for item in self.units)

    @property
    def changed(self) -> int:
        """Rows whose key the last release has with other values."""
        return sum(item.changed for item in self.units)

    @property
    def removed(self) -> int:
        """Rows that only the last release has."""
        return sum(item.removed for item in self.units)


class Release(Frozen):
    """A named set of snapshots that fit together, and all that a reader has to know of it.

    `parent` is the release before, withdrawn or not; `compared_with` the last one that stood, which
    `changes` are counted against. `day` is the day by which lateness was judged. `made_from` is the
    digest of what was proposed: pins, rules and stops. `rules_digest` names the rules.
    `confirmation` is there where the gate stopped it or the settings ask for a person; `accepted`
    is what persons have confirmed up to now. `files` lie beside the manifest, their keys relative
    to the release's folder.
    """

    id: ReleaseId
    number: int
    parent: ReleaseId | None = None
    compared_with: ReleaseId | None = None
    day: date
    created: datetime
    pins: tuple[Pin, ...]
    coverage: tuple[Coverage, ...] = ()
    rules: tuple[RuleResult, ...] = ()
    stops: tuple[Stop, ...] = ()
    confirmation: Confirmation | None = None
    accepted: Accepted = Field(default_factory=Accepted)
    changes: tuple[DatasetChange, ...] = ()
    files: tuple[StoredFile, ...] = ()
    rules_digest: Sha256
    made_from: Sha256
    form: Literal["yrdx release 1"] = "yrdx release 1"

    def pin(self, dataset: str) -> Pin | None:
        """The snapshot of a dataset, None where the release has none."""
        return next((item for item in self.pins if item.dataset == dataset), None)


class ReleasePointer(Frozen):
    """The one object that is overwritten: `last` is the newest release, `release` one to use.

    That is the newest one that stands, with its manifest and the digest of its bytes; None where
    all are withdrawn.
    """

    last: ReleaseId
    release: ReleaseId | None
    manifest: str | None
    manifest_sha256: Sha256 | None
    form: Literal["yrdx pointer to a release 1"] = "yrdx pointer to a release 1"


class ReleaseWithdrawal(Frozen):
    """A release taken back: nobody should use it; it stays where it is. `reason` is published."""

    release: ReleaseId
    by: Annotated[str, Field(min_length=1)]
    at: datetime
    reason: Annotated[str, Field(min_length=1)]
    form: Literal["yrdx withdrawal of a release 1"] = "yrdx withdrawal of a release 1"


class Superseded(Frozen):
    """A release after which another one stands."""

    release: ReleaseId
    by: ReleaseId
    at: datetime
    form: Literal["yrdx superseded release 1"] = "yrdx superseded release 1"
