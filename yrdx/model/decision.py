"""What a person decided about a delivery or a snapshot that waited for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from yrdx.model.words import Frozen, Period, ProvinceCode, Sha256, Slug


class Decision(Frozen):
    """Somebody answerable approved a checked delivery, or refused it.

    It speaks of one report, named by the delivery's `sha256` and the `rules_digest`: checked
    under other rules, the delivery waits again. `reason` reaches the partner, by the receipt.
    """

    province: ProvinceCode
    unit: Slug
    dataset: Slug
    period: Period
    sha256: Sha256
    rules_digest: Sha256
    approved: bool
    by: Annotated[str, Field(min_length=1)]
    at: datetime
    reason: Annotated[str, Field(min_length=1)]
    form: Literal["yrdx decision 1"] = "yrdx decision 1"


class SnapshotDecision(Frozen):
    """Somebody answerable approved that a snapshot is published, or refused it.

    `made_from` is the digest of all that the snapshot is made from: with one delivery more or
    less it is another snapshot, and waits again.
    """

    dataset: Slug
    made_from: Sha256
    approved: bool
    by: Annotated[str, Field(min_length=1)]
    at: datetime
    reason: Annotated[str, Field(min_length=1)]
    form: Literal["yrdx decision about a snapshot 1"] = "yrdx decision about a snapshot 1"
