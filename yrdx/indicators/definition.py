"""What an indicator means: its definitions as configuration, each with a version and its years.

One file a measure, `K03.yaml`, found by being there. A filter, a sum, a place or a year is an
expression in SQL over the columns of a dataset; what the sources cannot give is stated as
`withheld`, with the reason. Years keep the version that was valid for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

import polars as pl
from pydantic import Field, model_validator

from yrdx.errors import ConfigurationError
from yrdx.model import Frozen, ProvinceCode, Slug, Text
from yrdx.yaml_files import read_yaml

STATES = "agreement_states"
"""In place of a dataset: what was agreed for each period, and what of it arrived."""

WHOLE_LISTS = "whole_lists.yaml"
"""Who has stated that which list holds everything; beside the definitions."""


class Level(StrEnum):
    """For which regions a measure has values."""

    CITY = "city"
    PROVINCE = "province"
    WHOLE = "whole"  # the Yangtze River Delta


class Place(Frozen):
    """Where a row counts: by its school, by a division, by a province, or by a stated region.

    Schools, divisions and provinces add up to what is above them. A stated region is only itself:
    what a province states of itself is never the sum of what its cities state.
    """

    school: str | None = None
    division: str | None = None
    province: str | None = None
    stated: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("state exactly one of school, division, province, stated")
        return self

    @property
    def kind(self) -> str:
        """Which of them it is."""
        return next(iter(self.model_fields_set))

    @property
    def expression(self) -> str:
        """The expression that gives the code."""
        return str(getattr(self, self.kind))


class Newest(Frozen):
    """Of rows that are equal in `by`, only the last in `order` counts."""

    by: tuple[str, ...]
    order: str


class Groups(Frozen):
    """Rows are first gathered: one line for each value of `by`, with the columns `gives`.

    `gives` are aggregates over the rows; `where` then judges the lines.
    """

    by: tuple[str, ...]
    gives: dict[str, str]
    where: str | None = None


class Exists(Frozen):
    """Only rows count for which another dataset has one: `match` is own expression → other's."""

    dataset: Slug
    match: dict[str, str]
    where: str | None = None


class Figure(Frozen):
    """A numerator or a denominator: which rows of a dataset, and what of them is added up.

    `sum` adds an expression, `distinct` counts the values that it has within a school or division,
    and without either the rows are counted.
    """

    dataset: Slug
    year: str
    place: Place
    where: str | None = None
    explode: str | None = None
    newest: Newest | None = None
    exists: Exists | None = None
    groups: Groups | None = None
    sum: str | None = None
    distinct: str | None = None

    @model_validator(mode="after")
    def _adds_one_thing(self) -> Self:
        if self.sum is not None and self.distinct is not None:
            raise ValueError("state sum or distinct, not both; without either, rows are counted")
        return self


class Constant(Frozen):
    """A denominator that no data gives: one number for all provinces, or one for each."""

    constant: Decimal | None = None
    by_province: dict[ProvinceCode, Decimal] | None = None
    source: str

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.constant is None) == (self.by_province is None):
            raise ValueError("state exactly one of constant, by_province")
        return self


class Cut(Frozen):
    """A further division of the rows; a denominator without an expression is not divided."""

    title: Text
    numerator: str
    denominator: str | None = None


class Version(Frozen):
    """One definition, for the years from `valid_from` to `valid_to`, both included.

    `schools` says which running schools of the directory are expected. `people` says that rows
    are persons: small counts are withheld. `whole_list` is a dataset that must be stated to be
    the whole list. `within_denominator` counts only schools that the denominator has.
    """

    version: Annotated[str, Field(pattern=r"^[0-9]+\.[0-9]+$")]
    valid_from: int = Field(alias="from")
    valid_to: int | None = Field(default=None, alias="to")
    meaning: Text
    numerator: Figure | None = None
    denominator: Figure | Constant | None = None
    scale: Decimal = Decimal(1)
    levels: tuple[Level, ...] = (Level.CITY, Level.PROVINCE, Level.WHOLE)
    cuts: dict[Slug, Cut] = Field(default_factory=dict)
    schools: str | None = None
    people: bool = False
    whole_list: Slug | None = None
    within_denominator: bool = False
    withheld: Text | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if (self.numerator is None) == (self.withheld is None):
            raise ValueError("state a numerator, or why the measure is withheld")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"to {self.valid_to} is before from {self.valid_from}")
        if self.people and Level.CITY in self.levels:
            raise ValueError("counts of persons are not given by city; state levels without city")
        return self

    def covers(self, year: int) -> bool:
        """Whether the definition is that of a year."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Numerator and denominator, as far as they are counted from data."""
        both = (self.numerator, self.denominator)
        return tuple(item for item in both if isinstance(item, Figure))

    @property
    def datasets(self) -> tuple[str, ...]:
        """All datasets that it is counted from."""
        others = [item.exists.dataset for item in self.figures if item.exists]
        return tuple(sorted({*(item.dataset for item in self.figures), *others}))


class Target(Frozen):
    """What the policy names, in its own words, and by when."""

    value: Decimal
    comparison: Literal["at_least", "at_most"]
    year: int
    quote: str


class Indicator(Frozen):
    """A measure of an indicator of the policy; `name` is the stem of its file."""

    name: str = ""
    indicator: Annotated[str, Field(pattern=r"^K[0-9]{2}$")]
    title: Text
    clause: str
    unit: str
    target: Target | None = None
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> Self:
        for before, after in zip(self.versions, self.versions[1:], strict=False):
            if before.valid_to is None or after.valid_from <= before.valid_to:
                raise ValueError(
                    f"version {after.version} begins in {after.valid_from}, but {before.version} "
                    f"is valid to {before.valid_to or 'this day'}: give the earlier one an earlier "
                    f"`to`, so that each year has one definition"
                )
        return self


class WholeList(Frozen):
    """Somebody has stated in a document that a province's list of a year holds everything."""

    dataset: Slug
    province: ProvinceCode
    year: int
    stated_by: str
    document: str


class WholeLists(Frozen):
    """All such statements."""

    lists: tuple[WholeList, ...] = ()


def load_indicators(folder: Path) -> tuple[Indicator, ...]:
    """All definitions; raises `ConfigurationError` naming file, field and fix."""
    found = []
    for path in _files(folder):
        indicator = read_yaml(path, Indicator).model_copy(update={"name": path.stem})
        if not path.stem.startswith(indicator.indicator):
            raise ConfigurationError(
                f"{path.name} defines {indicator.indicator}: name it {indicator.indicator}.yaml, "
                f"or {indicator.indicator}b.yaml for another measure of it"
            )
        found.append(indicator)
    return tuple(found)


def load_whole_lists(folder: Path) -> tuple[WholeList, ...]:
    """The statements that lists are whole; none where nobody has made any."""
    path = folder / WHOLE_LISTS
    return read_yaml(path, WholeLists).lists if path.is_file() else ()


def digest_of(folder: Path) -> str:
    """Digest of all definitions and statements."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    found = sorted(folder.glob("K*.yaml"))
    if not found:
        raise ConfigurationError(
            f"there is no definition of an indicator in {folder}: expected files such as K01.yaml"
        )
    yield from found


def parsed(text: str, *, indicator: Indicator, field: str) -> pl.Expr:
    """An expression of a definition; raises `ConfigurationError` when it is no SQL."""
    try:
        return pl.sql_expr(text)
    except pl.exceptions.PolarsError as error:
        raise ConfigurationError(
            f"{indicator.name}.yaml: {field}: {text!r} is no expression in SQL: {error}"
        ) from error


def unknown_columns(expression: pl.Expr, known: Mapping[str, pl.DataType] | set[str]) -> list[str]:
    """Columns that an expression reads and that are not there."""
    return sorted(set(expression.meta.root_names()) - set(known))
