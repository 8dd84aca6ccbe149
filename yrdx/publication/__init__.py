"""Publication: admitted deliveries become immutable, self-contained, verified snapshots."""

from yrdx.publication.contents import key_values, read, read_column
from yrdx.publication.manifest import AgreementState, Lineage, Manifest, SnapshotFile, State
from yrdx.publication.pointer import newest, read_manifest, versions
from yrdx.publication.snapshot import publish

__all__ = [
    "AgreementState",
    "Lineage",
    "Manifest",
    "SnapshotFile",
    "State",
    "key_values",
    "newest",
    "publish",
    "read",
    "read_column",
    "read_manifest",
    "versions",
]
