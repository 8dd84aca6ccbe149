"""One message: how something stands since today, told by figures and names of ours alone.

There is no field that could hold a cell, a header, a file's name or anybody's free text: what a
partner sent can not reach a chat room by way of a message.
"""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum

from yrdx.model import Frozen, Period, ProvinceCode, Slug, Text


class Standing(StrEnum):
    """How that which a message is about stands."""

    OVERDUE = "overdue"  # nothing came
    ADMITTED = "admitted"
    ADMITTED_IN_PART = "admitted_in_part"
    REJECTED = "rejected"
    REFUSED = "refused"  # not kept: it holds personal numbers
    WAITING = "waiting"  # for somebody's approval
    NOT_APPROVED = "not_approved"
    WITHDRAWN = "withdrawn"
    DISAGREES = "disagrees"  # with what other provinces report
    AGREES = "agrees"


class Message(Frozen):
    """How one period of one agreement stands, or the comparison of a province with others.

    `unit`, `dataset` and `period` are None for a comparison, which is about `datasets`. `overdue`
    tells that the due day has passed with nothing admitted, whatever came since. `link` is where
    the receipt or the notice is read. `detail` is a digest that tells equal comparisons apart.
    """

    province: ProvinceCode
    province_name: Text
    unit: Slug | None = None
    unit_name: Text | None = None
    dataset: Slug | None = None
    title: Text | None = None
    datasets: tuple[Text, ...] = ()
    period: Period | None = None
    standing: Standing
    attempt: int | None = None
    due: date | None = None
    overdue: bool = False
    told_on: date
    admitted: int = 0
    rejected: int = 0
    errors: int = 0
    warnings: int = 0
    disagreements: int = 0
    receipt: str | None = None
    link: str | None = None
    detail: str = ""

    @property
    def subject(self) -> str:
        """Names what the message is about: of one subject, only what changes is told."""
        about = (self.province, self.unit, self.dataset, self.period)
        return hashlib.sha256("/".join(str(part) for part in about).encode()).hexdigest()[:16]

    @property
    def state(self) -> tuple[str, int | None, bool, str]:
        """What is new when it differs from the last message about the same subject."""
        return self.standing.value, self.attempt, self.overdue, self.detail
