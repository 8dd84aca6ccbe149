"""How much may fall away from one version to the next before a person has to look."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from yrdx.model import Frozen, Text
from yrdx.yaml_files import read_yaml

Share = Annotated[float, Field(gt=0, le=1)]


class Limits(Frozen):
    """Parts that may be gone; where more is gone, the release stops.

    `rows`        rows of a province's period, against the same period of an earlier version
    `next_period` rows of a province's newest period, against the newest one of an earlier version
    `keys`        keys of a province's period that an earlier version had
    `values`      of the share of a column's cells that hold something (neither empty nor zero)
    `codes`       by how much the shares of a column's codes moved, all in all (half the sum of the
                  differences)
    `vanished`    a code with this share of the rows, of which there is none any more
    `least`       rows, filled cells or (20 times) codes below which shares say nothing; what is
                  gone altogether always counts
    `versions`    how many earlier versions are looked at, beside that of the last release
    """

    rows: Share = 0.2
    next_period: Share = 0.3
    keys: Share = 0.2
    values: Share = 0.4
    codes: Share = 0.25
    vanished: Share = 0.1
    least: Annotated[int, Field(ge=1)] = 30
    versions: Annotated[int, Field(ge=1)] = 3


class DatasetLimits(Frozen):
    """`validations/collapse/<dataset>.yaml`: where a dataset differs from the settings, and why.

    `columns` are the limits `values` and `codes` of single columns.
    """

    reason: Text
    rows: Share | None = None
    next_period: Share | None = None
    keys: Share | None = None
    values: Share | None = None
    codes: Share | None = None
    vanished: Share | None = None
    least: Annotated[int, Field(ge=1)] | None = None
    columns: dict[str, dict[str, Share]] = Field(default_factory=dict)

    def over(self, limits: Limits, column: str | None = None) -> Limits:
        """The limits with what this file states instead, for a column or the whole."""
        stated: dict[str, Any] = self.model_dump(exclude={"reason", "columns"}, exclude_none=True)
        return limits.model_copy(update=stated | self.columns.get(column or "", {}))


def limits_of(dataset: str, limits: Limits, *, folder: Path) -> Mapping[str | None, Limits]:
    """The limits of a dataset under None, and those of columns that have their own."""
    path = folder / f"{dataset}.yaml"
    if not path.is_file():
        return {None: limits}
    stated = read_yaml(path, DatasetLimits)
    found: dict[str | None, Limits] = {None: stated.over(limits)}
    return found | {name: stated.over(limits, name) for name in stated.columns}
