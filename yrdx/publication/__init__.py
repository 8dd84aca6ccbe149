"""Publication: admitted deliveries become immutable, self-contained, verified snapshots."""

from yrdx.publication.contents import key_values, read, read_column
from yrdx.publication.manifest import AgreementState, Lineage, Manifest, SnapshotFile, State
from yrdx.publication.overdue import Overdue, current_period, overdue
from yrdx.publication.pointer import newest, read_manifest, versions
from yrdx.publication.retention import Orphan, Reason, Swept, orphans, sweep
from yrdx.publication.snapshot import publish

__all__ = [
    "AgreementState",
    "Lineage",
    "Manifest",
    "Orphan",
    "Overdue",
    "Reason",
    "SnapshotFile",
    "State",
    "Swept",
    "current_period",
    "key_values",
    "newest",
    "orphans",
    "overdue",
    "publish",
    "read",
    "read_column",
    "read_manifest",
    "sweep",
    "versions",
]
