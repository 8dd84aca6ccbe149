"""What a source holds, what was received of it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from yrdx.model.words import Frozen, Period, ProvinceCode, Sha256, Slug, Verdict


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
    form: Literal["yrdx delivery 1"] = "yrdx delivery 1"


class Admission(Frozen):
    """The good rows of one delivery, ready to be published.

    `revision` counts admissions of the same delivery: it is admitted anew when rules changed.
    `decision_key` names the approval, where one was needed. Rows that the exchange derived itself
    name their `sources` (dataset → snapshot version) and the record that they are from.
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
    decision_key: str | None = None
    sources: dict[str, str] = Field(default_factory=dict)
    derived_key: str | None = None
    form: Literal["yrdx admission 1"] = "yrdx admission 1"


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
    form: Literal["yrdx withdrawal 1"] = "yrdx withdrawal 1"


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
