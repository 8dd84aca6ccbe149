"""One check of one delivery, and what its verdict rests on."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field

from yrdx.model.attempt import Attempt, SinceLast, WaiverUse
from yrdx.model.delivery import Delivery
from yrdx.model.finding import Cause, ControlTotal, Fault, FindingCount, Follower, Note
from yrdx.model.reading import NotChecked, Reading, RowCounts
from yrdx.model.words import Frozen, Severity, Verdict

_ALWAYS_COUNT = frozenset({"contract", "rules", "reference_data", "references", "code"})


class Versions(Frozen):
    """What the verdict rests on; the same bytes under equal versions get an equal report.

    `references` maps a dataset to the snapshot version that references were checked against.
    `previous` names the report of the attempt before, which the findings are compared with, and
    `answers` is the digest of the explanations that the partner gave to earlier attempts.
    `judge` names the program that judges the delivery as a whole, where there are rules for it.
    `calendar` is the digest of the stages at which rules stood on the day of receipt, `waivers`
    that of the waivers which speak of this delivery. `copy_rows` is the size of the copies that go
    back with the receipt, where the settings state another than the usual one. `approval` is
    `required` where the agreement asks that a person approves before anything is admitted.
    `agreed` are the terms of the agreement that the check goes by, and `libraries` the versions of
    the programs of others that read, compare and write.
    """

    contract: str
    rules: str
    reference_data: dict[str, str] = Field(default_factory=dict)
    references: dict[str, str] = Field(default_factory=dict)
    code: str
    previous: str | None = None
    answers: str | None = None
    judge: str | None = None
    calendar: str | None = None
    waivers: str | None = None
    copy_rows: int | None = None
    approval: str | None = None
    agreed: dict[str, str] = Field(default_factory=dict)
    libraries: dict[str, str] = Field(default_factory=dict)

    @property
    def digest(self) -> str:
        """One digest of all of it: the `rules-digest` in the keys of checks and admissions.

        What was added to the first versions counts only where it is set: older documents keep
        their digests, and with them their keys.
        """
        names = Versions.model_fields.keys() - _ALWAYS_COUNT
        unset = {name for name in names if not getattr(self, name)}
        return hashlib.sha256(self.model_dump_json(exclude=unset).encode()).hexdigest()


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
    form: Literal["yrdx report 1"] = "yrdx report 1"

    @property
    def needs_approval(self) -> bool:
        """Whether a person must approve before the good rows are admitted."""
        return self.versions.approval is not None and self.verdict not in (None, Verdict.REJECTED)

    def count(self, severity: Severity) -> int:
        """Number of findings of `severity`, never capped."""
        return sum(item.count for item in self.findings if item.severity is severity)
