"""Publication: admitted deliveries become immutable, self-contained, verified snapshots."""

from yrdx.publication.applying import Applied, apply_changes
from yrdx.publication.changes import Cause, ChangeFile, Changes, Kind, UnitChange
from yrdx.publication.contents import read, read_column
from yrdx.publication.facts import ColumnFacts, FactChange, Step
from yrdx.publication.manifest import AgreementState, Lineage, Manifest, SnapshotFile, State
from yrdx.publication.misplaced import misplaced, restrict
from yrdx.publication.outlived import outlived
from yrdx.publication.overdue import Overdue, current_period, due_day, overdue
from yrdx.publication.pointer import newest, read_manifest, versions
from yrdx.publication.retention import Class, Keep, Orphan, Reason, Swept, orphans, remove, sweep
from yrdx.publication.snapshot import propose, publish

__all__ = [
    "AgreementState",
    "Applied",
    "Cause",
    "ChangeFile",
    "Changes",
    "Class",
    "ColumnFacts",
    "FactChange",
    "Keep",
    "Kind",
    "Lineage",
    "Manifest",
    "Orphan",
    "Overdue",
    "Reason",
    "SnapshotFile",
    "State",
    "Step",
    "Swept",
    "UnitChange",
    "apply_changes",
    "current_period",
    "due_day",
    "misplaced",
    "newest",
    "orphans",
    "outlived",
    "overdue",
    "propose",
    "publish",
    "read",
    "read_column",
    "read_manifest",
    "remove",
    "restrict",
    "sweep",
    "versions",
]
