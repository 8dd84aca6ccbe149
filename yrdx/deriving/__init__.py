"""Deriving: published snapshots become the rows of the exchange's own datasets."""

from yrdx.deriving.record import Derived, Place, contents_in_force, record_of, records
from yrdx.deriving.rows import Judged, Made, judge_rows, make_rows
from yrdx.deriving.sources import Opened, open_sources

__all__ = [
    "Derived",
    "Judged",
    "Made",
    "Opened",
    "Place",
    "contents_in_force",
    "judge_rows",
    "make_rows",
    "open_sources",
    "record_of",
    "records",
]
