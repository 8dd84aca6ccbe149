"""A delivery compared with the attempts before it, and what was accepted of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from yrdx.model.words import Frozen, Period, Sha256, Slug, Text, Verdict


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
