"""What a version changes against the one before: values, as the manifest has them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field

from yrdx.model import Frozen, Period, ProvinceCode, Sha256, Slug
from yrdx.publication.facts import FactChange, Step


class Kind(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"  # the same key with other values
    REMOVED = "removed"
    MOVED = "moved"  # the same values, from another line or another delivery


class Cause(StrEnum):
    """Why rows of a unit are other ones than before."""

    DELIVERY = "delivery"  # it delivered
    WITHDRAWAL = "withdrawal"  # a delivery of it was taken back
    REVISION = "revision"  # the same delivery under other rules, or in other columns


class UnitChange(Frozen):
    """What one unit's rows of one period have become, and the delivery that caused it.

    `superseded` is the delivery that the parent had of the unit, None where it had none.
    """

    period: Period
    province: ProvinceCode
    unit: Slug
    cause: Cause
    caused_by: Sha256
    superseded: Sha256 | None
    added: int = 0
    changed: int = 0
    removed: int = 0
    moved: int = 0

    @property
    def has_other_rows(self) -> bool:
        """Whether a value is other than before anywhere."""
        return bool(self.added or self.changed or self.removed)


class ChangeFile(Frozen):
    """One Parquet file below `changes/`; `key` is relative to the version's folder."""

    kind: Kind
    key: str
    period: Period
    province: ProvinceCode
    rows: int
    bytes: int
    sha256: Sha256


class Changes(Frozen):
    """The difference to the parent: which step of the version it asked for, and all that led to it.

    `cells` counts changed cells by column. `facts` are the changes of columns, keys and codes.
    """

    step: Step
    cells: dict[str, int] = Field(default_factory=dict)
    units: tuple[UnitChange, ...] = ()
    facts: tuple[FactChange, ...] = ()
    files: tuple[ChangeFile, ...] = ()

    @property
    def added(self) -> int:
        """Rows that the parent has not."""
        return sum(item.added for item in self.units)

    @property
    def changed(self) -> int:
        """Rows whose key the parent has with other values."""
        return sum(item.changed for item in self.units)

    @property
    def removed(self) -> int:
        """Rows that only the parent has."""
        return sum(item.removed for item in self.units)


def has_other_rows(units: Iterable[UnitChange]) -> bool:
    """Whether any row has come, gone or changed."""
    return any(item.has_other_rows for item in units)
