"""For downstream readers: a published version, verified, as Arrow, polars, pandas or DuckDB.

`yrdx.open("student_scale@1.*")` is `open_snapshot`.
"""

from yrdx.reader.opening import open_snapshot
from yrdx.reader.selection import Condition
from yrdx.reader.snapshot import Snapshot

__all__ = ["Condition", "Snapshot", "open_snapshot"]
