"""Lists that change while the contract does not, and that an operator therefore loads.

The catalogue of majors, the classification of occupations and the like are no part of the code:
they are imported with a version, kept in the store, and named in every report that rests on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from yrdx.model import Text

ENTRIES: dict[str, Any] = {
    "edition": pl.String,
    "code": pl.String,
    "name": pl.String,
    "level": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "is_controlled": pl.Boolean,
    "successor": pl.String,
}
"""Columns of a loaded list. An entry is valid from `valid_from` until the day before `valid_to`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceList:
    """What is agreed of a list before anybody has loaded it.

    `pattern` is the form of its codes. With `has_editions` the same code may stand in several
    editions of the list and mean different things; with `by_level` it has one entry a level.
    """

    name: str
    title: Text
    source: str
    pattern: str
    has_editions: bool = False
    by_level: bool = False

    @property
    def identity(self) -> tuple[str, ...]:
        """The columns that tell one entry from another, validity apart."""
        told = [("edition", self.has_editions), ("code", True), ("level", self.by_level)]
        return tuple(name for name, counts in told if counts)


@dataclass(frozen=True, kw_only=True, eq=False)
class LoadedList:
    """A list as it was loaded; `sha256` is that of its canonical text."""

    name: str
    version: str
    sha256: str
    entries: pl.DataFrame

    @cached_property
    def stamp(self) -> str:
        """How a report names the list: version and digest."""
        return f"{self.version}+{self.sha256[:12]}"
