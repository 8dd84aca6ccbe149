"""The values of the exchange: frozen, without I/O, named as in docs/architecture.md."""

from yrdx.model.attempt import Attempt, Change, SinceLast, State, Waiver, WaiverState, WaiverUse
from yrdx.model.decision import Decision, SnapshotDecision
from yrdx.model.delivery import Admission, Delivery, Offer, Withdrawal
from yrdx.model.finding import (
    Cause,
    ControlTotal,
    Example,
    Fault,
    Finding,
    FindingCount,
    Follower,
    Note,
    Pattern,
)
from yrdx.model.reading import ColumnMatch, NotChecked, Reading, RowCounts, SealedWith
from yrdx.model.report import Report, Versions
from yrdx.model.words import (
    Frozen,
    Period,
    ProvinceCode,
    Sensitivity,
    Severity,
    Sha256,
    Slug,
    Text,
    Verdict,
)

__all__ = [
    "Admission",
    "Attempt",
    "Cause",
    "Change",
    "ColumnMatch",
    "ControlTotal",
    "Decision",
    "Delivery",
    "Example",
    "Fault",
    "Finding",
    "FindingCount",
    "Follower",
    "Frozen",
    "NotChecked",
    "Note",
    "Offer",
    "Pattern",
    "Period",
    "ProvinceCode",
    "Reading",
    "Report",
    "RowCounts",
    "SealedWith",
    "Sensitivity",
    "Severity",
    "Sha256",
    "SinceLast",
    "Slug",
    "SnapshotDecision",
    "State",
    "Text",
    "Verdict",
    "Versions",
    "Waiver",
    "WaiverState",
    "WaiverUse",
    "Withdrawal",
]
