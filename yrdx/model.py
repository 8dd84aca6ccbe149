"""The values of the exchange: frozen, without I/O, named as in docs/architecture.md."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Frozen(BaseModel):
    """A value that becomes JSON: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """The same sentence in Chinese and in English."""

    zh: str
    en: str


class Severity(StrEnum):
    """What a finding does to its row: error rejects it, warning and info admit it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Verdict(StrEnum):
    """What became of a delivery; a report with faults has none."""

    ADMITTED = "admitted"
    ADMITTED_IN_PART = "admitted_in_part"
    REJECTED = "rejected"


class Sensitivity(StrEnum):
    """Class of a field, L1 to L4 of DB31/T 310030-2025."""

    PUBLIC = "P"
    INTERNAL = "I"
    PERSONAL = "PI"
    SENSITIVE_PERSONAL = "SPI"

    @property
    def is_masked(self) -> bool:
        """Whether values are masked in findings, receipts, logs and pages."""
        return self in (Sensitivity.PERSONAL, Sensitivity.SENSITIVE_PERSONAL)


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ProvinceCode = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Period = Annotated[str, Field(pattern=r"^(undated|[0-9]{4}|[0-9]{4}-[0-9]{4}(-[12])?)$")]
"""`2025` a year, `2024-2025` a school year, `2024-2025-1` a term, `undated` when nobody said."""


class Delivery(Frozen):
    """Bytes received for one (province, unit, dataset, period), named by their SHA-256.

    `received_at` and `attempt` are None in a partner's own dry run, where nothing was received.
    `refused` is set when the bytes were not kept (raw personal numbers). `base` is set when only
    corrected rows came: the SHA-256 of the earlier delivery whose rows they correct.
    """

    province: ProvinceCode
    unit: Slug
    dataset: Slug
    period: Period
    sha256: Sha256
    sm3: Sha256
    size: int
    filename: str
    received_at: datetime | None = None
    attempt: int | None = None
    refused: bool = False
    base: Sha256 | None = None


class Finding(Frozen):
    """The data is wrong: one rule broken at one place.

    `row` is the Excel row or the physical line of a text file, counted from 1; None when the
    finding is about the file or a column. `value` is the original text, masked if personal.
    """

    rule: str
    severity: Severity
    message: Text
    remedy: Text
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    header: str | None = None
    cell: str | None = None
    key: str | None = None
    value: str | None = None
    candidate: str | None = None


class Fault(Frozen):
    """We are wrong: a rule or stage that broke; it forces a retry, never a verdict."""

    stage: str
    exception: str
    message: str
    trace_id: str


class Note(Frozen):
    """One normalisation, counted: `cells` cells of `column` were repaired by `rule`."""

    column: str | None
    rule: str
    cells: int
    text: Text


class ControlTotal(Frozen):
    """A band or total row kept out of the data and compared with the rows it declares.

    `declared` and `counted` map a column (or `rows`) to the figure; None where not comparable.
    """

    label: str
    sheet: str | None
    row: int
    declared: dict[str, float]
    counted: dict[str, float]

    @property
    def agrees(self) -> bool:
        """Whether every declared figure equals what the rows give."""
        return all(self.counted.get(name) == figure for name, figure in self.declared.items())


class FindingCount(Frozen):
    """How often one rule was broken in one column, with its texts."""

    rule: str
    severity: Severity
    column: str | None
    title: Text | None
    message: Text
    remedy: Text
    source: str
    count: int


class Follower(Frozen):
    """What a rule found wrong only because a value that it reads is told wrong already.

    Such findings are not told one by one: `count` cells of `column` break `rule`, and in each of
    their rows `follows` was found on `follows_column`.
    """

    rule: str
    column: str | None
    follows: str
    follows_column: str | None
    count: int


class Pattern(StrEnum):
    """What findings of one cause have in common."""

    WHOLE_FILE = "whole file"
    SHIFTED_COLUMNS = "shifted columns"
    WHOLE_COLUMN = "whole column"
    SAME_VALUE = "same value"
    SAME_UNIT = "same unit"
    BLOCK_OF_ROWS = "block of rows"
    SAME_SHAPE = "same shape"
    SCATTERED = "scattered"


class Example(Frozen):
    """One place at which a cause shows; the value is masked if personal."""

    sheet: str | None = None
    row: int | None = None
    cell: str | None = None
    header: str | None = None
    key: str | None = None
    value: str | None = None


class Cause(Frozen):
    """Findings that one mistake explains, and what to do about all of them at once.

    The causes of a report share out all its findings: each finding belongs to one cause, and
    `share` is this one's part of them. `followers` counts what was found only because of it.
    """

    pattern: Pattern
    severity: Severity
    title: Text
    remedy: Text
    rules: tuple[str, ...]
    columns: tuple[str, ...]
    count: int
    share: float
    followers: int = 0
    first_row: int | None = None
    last_row: int | None = None
    examples: tuple[Example, ...] = ()


class ColumnMatch(Frozen):
    """Which column of the file supplies which field, and how it was recognised."""

    column: str
    header: str
    letter: str
    how: str


class NotChecked(Frozen):
    """A rule that could not run, and why."""

    rule: str
    column: str | None
    reason: Text


class SealedWith(Frozen):
    """How personal numbers were sealed, as a sealed file says itself; `key_id` tells keys apart."""

    algorithm: str
    year: int | None = None
    key_id: str | None = None


class Reading(Frozen):
    """How the file was understood. `header_row` is the last row of the header, from 1."""

    format: str
    encoding: str | None = None
    sheet: str | None = None
    member: str | None = None
    header_row: int | None = None
    columns: tuple[ColumnMatch, ...] = ()
    ignored_headers: tuple[str, ...] = ()
    sealed: SealedWith | None = None


class RowCounts(Frozen):
    """Where every row of the file went; `read` is the sum of all others but `normalised`."""

    read: int = 0
    admitted: int = 0
    rejected: int = 0
    repeated: int = 0
    set_aside: int = 0
    normalised: int = 0


_ALWAYS_COUNT = frozenset({"contract", "rules", "reference_data", "references", "code"})


class Versions(Frozen):
    """What the verdict rests on; the same bytes under equal versions get an equal report.

    `references` maps a dataset to the snapshot version that references were checked against.
    `previous` names the report of the attempt before, which the findings are compared with, and
    `answers` is the digest of the explanations that the partner gave to earlier attempts.
    `judge` names the program that judges the delivery as a whole, where there are rules for it.
    `calendar` is the digest of the stages at which rules stood on the day of receipt, `waivers`
    that of the waivers which speak of this delivery. `copy_rows` is the size of the copies that go
    back with the receipt, where the settings state another than the usual one.
    """

    contract: str
    rules: str
    reference_data: dict[str, str] = {}
    references: dict[str, str] = {}
    code: str
    previous: str | None = None
    answers: str | None = None
    judge: str | None = None
    calendar: str | None = None
    waivers: str | None = None
    copy_rows: int | None = None

    @property
    def digest(self) -> str:
        """One digest of all of it: the `rules-digest` in the keys of checks and admissions.

        What was added to the first versions counts only where it is set: older documents keep
        their digests, and with them their keys.
        """
        names = Versions.model_fields.keys() - _ALWAYS_COUNT
        unset = {name for name in names if not getattr(self, name)}
        return hashlib.sha256(self.model_dump_json(exclude=unset).encode()).hexdigest()


class State(StrEnum):
    """What became of a finding since the attempt before."""

    NEW = "new"
    STILL = "still"
    BACK = "back"  # was put right in an earlier attempt, and is wrong again
    FIXED = "fixed"


class Change(Frozen):
    """What became of the findings of one rule in one column since the attempt before."""

    rule: str
    column: str | None
    new: int = 0
    still: int = 0
    back: int = 0
    fixed: int = 0


class SinceLast(Frozen):
    """An attempt compared with the one before; `answered` of those still there were explained."""

    attempt: int | None
    sha256: Sha256
    new: int
    still: int
    back: int
    fixed: int
    answered: int = 0
    changes: tuple[Change, ...] = ()


class Attempt(Frozen):
    """One attempt in figures; all of them in a row are the burn-down."""

    attempt: int | None
    sha256: Sha256
    received_at: datetime | None
    verdict: Verdict
    errors: int
    warnings: int
    hints: int
    corrects: bool = False


class Waiver(Frozen):
    """Somebody answerable accepts one finding of one delivery's kind, so far and so long.

    `limit` is the greatest number of findings, `until` the last day of receipt. `accepted_by` is
    the office that answers for it, with a name where that may be published.
    """

    id: Slug
    unit: Slug
    dataset: Slug
    period: Period
    rule: str
    column: str | None = None
    limit: Annotated[int, Field(gt=0)]
    until: date
    reason: Text
    accepted_by: Text
    accepted_on: date


class WaiverState(StrEnum):
    """What a waiver is worth for one delivery; void, it changes nothing at all."""

    HOLDS = "holds"
    EXCEEDED = "exceeded"  # void: there are more findings than it accepts
    EXPIRED = "expired"  # void: the delivery was received after its last day


class WaiverUse(Frozen):
    """A waiver, and what it did in one check.

    `count` counts the findings it speaks of, `rows` the admitted rows that have such a finding.
    """

    waiver: Waiver
    state: WaiverState
    count: int
    rows: int = 0


class Report(Frozen):
    """One check of one delivery.

    `since_last` compares it with the attempt before, where there is one; `attempts` are all
    attempts so far in figures, this one last. `shadow` counts what rules in the shadow found, and
    `shadow_faults` tells which of them broke: no partner sees it, and it is no part of the
    verdict. `waivers` are those that speak of this delivery and of something in it.
    `judged` are the codes of the rules about the delivery as a whole that ran, and `blocked_by`
    those whose findings reject it whatever its rows are like.
    """

    delivery: Delivery
    versions: Versions
    verdict: Verdict | None
    tolerance: float
    rows: RowCounts
    reading: Reading | None
    findings: tuple[FindingCount, ...]
    notes: tuple[Note, ...]
    control_totals: tuple[ControlTotal, ...]
    not_supplied: tuple[str, ...]
    missing: tuple[str, ...]
    not_checked: tuple[NotChecked, ...]
    faults: tuple[Fault, ...] = ()
    since_last: SinceLast | None = None
    attempts: tuple[Attempt, ...] = ()
    shadow: tuple[FindingCount, ...] = ()
    shadow_faults: tuple[Fault, ...] = ()
    waivers: tuple[WaiverUse, ...] = ()
    judged: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    followers: tuple[Follower, ...] = ()
    causes: tuple[Cause, ...] = ()

    def count(self, severity: Severity) -> int:
        """Number of findings of `severity`, never capped."""
        return sum(item.count for item in self.findings if item.severity is severity)


class Admission(Frozen):
    """The good rows of one delivery, ready to be published.

    `revision` counts admissions of the same delivery: it is admitted anew when rules changed.
    """

    delivery: Delivery
    verdict: Verdict
    revision: int = 1
    report_key: str
    rows_key: str
    rows_sha256: Sha256
    withdrawn_key: str | None = None
    rows: int
    contract: str
    not_supplied: tuple[str, ...]


class Withdrawal(Frozen):
    """A delivery taken back: its rows leave the next snapshot, its history stays.

    `reason` is for people, and published.
    """

    province: ProvinceCode
    unit: Slug
    dataset: Slug
    period: Period
    sha256: Sha256
    filename: str
    reason: str
    withdrawn_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that a source holds ready: listed cheaply, not yet fetched.

    `uri` names it for its own connector; `path` is relative to the source's root and tells the
    period (`2025/list.xls`, `33_institution_2025_v1.csv`); `version` changes when bytes change.
    """

    uri: str
    path: str
    size: int
    modified_at: datetime
    version: str
