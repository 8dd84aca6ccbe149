"""What a module in `schemas/` exports: a pandera model with all that is known of its columns.

Everything else is generated from it: the fused check, the Parquet schema, templates, documents.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

import pandera.polars as pa
import polars as pl

from yrdx.model import Sensitivity, Severity, Text
from yrdx.rule import RULE, ListRule, Repair, Rule

COLUMN = "yrdx"
"""Key under which a pandera field's metadata holds its `Column`."""


_CLOSING = frozenset({"value_is_not_in_code_list", "values_are_not_in_code_list"})
"""Rules that hold a column to its code list."""


BETWEEN_CODES = "；"
"""Separates the codes of one cell, in what is delivered and in what is written for people."""


class Kind(StrEnum):
    """How the text of a cell becomes a typed value."""

    TEXT = "text"  # a name or sentence: String
    CODE = "code"  # an identifier or an entry of a code list: String
    INTEGER = "integer"  # Int64
    DECIMAL = "decimal"  # Decimal(precision, scale)
    YEAR = "year"  # YYYY: Int16
    YEAR_MONTH = "year_month"  # YYYYMM: String of six digits
    SCHOOL_YEAR = "school_year"  # YYYY-YYYY: String
    DATE = "date"  # YYYY-MM-DD: Date
    BOOLEAN = "boolean"  # 0 or 1: Boolean
    CODES = "codes"  # several codes, separated by "；": List(String)


class Requirement(StrEnum):
    """Whether a value must be there. Conditions are row rules of their own."""

    MANDATORY = "M"
    CONDITIONAL = "C"
    OPTIONAL = "O"


class Periodicity(StrEnum):
    """The shape of a dataset's period."""

    YEAR = "year"  # 2025
    SCHOOL_YEAR = "school_year"  # 2024-2025
    TERM = "term"  # 2024-2025-1


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list; `aliases` are spellings that mean exactly this entry.

    `presumed` are spellings that say less than it: they are read as the entry, with a warning.
    Valid on a day d when `valid_from` <= d < `valid_to` (None: open). `zones` are codes of another
    list for parts of this entry, which are read as the entry, with a warning. `successors` took
    the place of an entry that ended.
    """

    value: str
    label: Text
    aliases: tuple[str, ...] = ()
    presumed: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    zones: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()

    def covers(self, day: date) -> bool:
        """Whether the entry is valid on a day."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class CodeList:
    """A named, dated list of codes; `source` is the standard it is taken from."""

    name: str
    title: Text
    source: str
    version: str
    codes: tuple[Code, ...]
    beginnings: tuple[tuple[str, str], ...] = ()
    """Where the list stops at wider areas: how codes of parts begin, and the entry they lie in."""

    @cached_property
    def values(self) -> tuple[str, ...]:
        """All codes, whatever their validity, in list order."""
        return tuple(dict.fromkeys(code.value for code in self.codes))

    @cached_property
    def by_label(self) -> dict[str, str]:
        """Label or alias → code, only where it means one code."""
        meanings: dict[str, set[str]] = {}
        for code in self.codes:
            for label in (code.label.zh, code.label.en, *code.aliases):
                meanings.setdefault(label.strip().casefold(), set()).add(code.value)
        return {label: next(iter(found)) for label, found in meanings.items() if len(found) == 1}

    @cached_property
    def by_presumption(self) -> dict[str, str]:
        """Spelling that says less than a code → the code it is read as."""
        return {text: code.value for code in self.codes for text in code.presumed}

    @cached_property
    def by_rest(self) -> dict[str, tuple[str, ...]]:
        """What is left of a code that loses its leading zeros → the codes that it may be."""
        found: dict[str, tuple[str, ...]] = {}
        for value in self.values:
            rest = value.lstrip("0")
            if value.isdigit() and rest not in ("", value):
                found[rest] = (*found.get(rest, ()), value)
        return found

    @cached_property
    def by_zone(self) -> dict[str, str]:
        """Code of a zone → the code it is read as."""
        return {zone: code.value for code in self.codes for zone in code.zones}


class Raw(StrEnum):
    """What kind of raw number a sealed field is made of, at the partner's own site."""

    PERSON = "person"  # the number of an identity document
    CERTIFICATE = "certificate"  # the number of a certificate
    CERTIFICATE_BEGINNING = "certificate beginning"  # what stands before its serial


@dataclass(frozen=True, slots=True)
class Seal:
    """How `yrdx seal` makes a field from a raw number, which itself never leaves the partner.

    `headers` are what partners call the raw column, beside the field's own names. A field that
    shows only the beginning of a number names the sealed field of the whole number as `part_of`,
    and by `only` another field and those of its codes for which there is a beginning to show.
    """

    raw: Raw
    headers: tuple[str, ...] = ()
    part_of: str | None = None
    only: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitBeside:
    """Where the unit of a number stands: in `column` of the same row.

    `by` is the column that tells what is measured, and `also` are columns measured in that unit.
    """

    column: str
    by: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """All that is known of one field."""

    title: Text
    kind: Kind
    requirement: Requirement
    sensitivity: Sensitivity
    synonyms: tuple[str, ...] = ()
    unit: str | None = None
    unit_beside: UnitBeside | None = None
    codes: CodeList | None = None
    width: int | None = None
    """Exact number of characters of a code; lost leading zeros are restored up to it."""
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    pattern: str | None = None
    """Regular expression of the whole value, for programs that cannot run the rules; where a code
    list stands beside it, the list is only a part of what is allowed."""
    minimum: int | None = None
    maximum: int | None = None
    description: Text | None = None
    default: str | None = None
    """Value of an empty cell in a key column (`direction`: '')."""
    rules: tuple[Rule, ...] = ()
    """Rules that follow from the column alone (code list, length, range, check digit)."""
    list_rules: tuple[ListRule, ...] = ()
    """Rules that hold the column to a list which an operator loads."""
    repairs: tuple[Repair, ...] = ()
    """Repairs that other columns of the row decide, or a loaded list."""
    seal: Seal | None = None
    """How the field is made from a raw number; None for fields that files hold as they are."""

    @property
    def is_closed(self) -> bool:
        """Whether the code list is all that is allowed, and not only a part of it."""
        return self.codes is not None and any(rule.code in _CLOSING for rule in self.rules)

    @property
    def dtype(self) -> pl.DataType:
        """The polars type of the typed value."""
        match self.kind:
            case Kind.INTEGER:
                return pl.Int64()
            case Kind.DECIMAL:
                return pl.Decimal(self.precision or 18, self.scale or 0)
            case Kind.YEAR:
                return pl.Int16()
            case Kind.DATE:
                return pl.Date()
            case Kind.BOOLEAN:
                return pl.Boolean()
            case Kind.CODES:
                return pl.List(pl.String())
            case _:
                return pl.String()


@dataclass(frozen=True, slots=True)
class Reference:
    """A value of `column` must exist as `target` in the newest snapshot of `dataset`."""

    column: str
    dataset: str
    target: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A shared dataset: its model, its key, what it refers to, when it is due.

    `alternative_key` identifies the rows whose key is empty (schools without a ministry's code).
    `version` is the contract's (major.minor.patch). `province` is an expression over typed
    columns that gives the two-digit code of the province a row belongs to. `period_column`
    states a row's own period, which must be the delivery's. `clauses` are the entries of the
    policy notice that the dataset serves. The rows of a `restricted` dataset are not for
    everybody: its snapshots lie apart. Say it in a line of its own, `restricted=True,`: keys of
    objects rest on it, and are built where no contract is imported.
    """

    model: type[pa.DataFrameModel]
    title: Text
    grain: Text
    version: str
    key: tuple[str, ...]
    alternative_key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    periodicity: Periodicity
    supplier: Text
    clauses: tuple[str, ...]
    province: pl.Expr
    period_column: str | None = None
    reference_data: tuple[CodeList, ...] = field(default=())
    restricted: bool = False

    @cached_property
    def name(self) -> str:
        """The id: the stem of the module that defines the model."""
        return self.model.__module__.rpartition(".")[2]

    @cached_property
    def description(self) -> str:
        """The model's docstring."""
        return inspect.getdoc(self.model) or ""

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Field name → column, in the order of the model."""
        metadata = self.model.get_metadata() or {}
        fields = metadata[self.model.__name__]["columns"]
        return {name: facts[COLUMN] for name, facts in fields.items()}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Rules of the columns first, then the row rules in the order of the model."""
        of_columns = [rule for column in self.columns.values() for rule in column.rules]
        of_rows = [
            getattr(member, RULE) for member in vars(self.model).values() if hasattr(member, RULE)
        ]
        return (*of_columns, *of_rows)

    @cached_property
    def list_rules(self) -> tuple[ListRule, ...]:
        """Rules that need a loaded list, in the order of the columns."""
        return tuple(rule for column in self.columns.values() for rule in column.list_rules)

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """Repairs after normalising, in the order of the columns."""
        return tuple(item for column in self.columns.values() for item in column.repairs)

    @cached_property
    def needed_lists(self) -> tuple[str, ...]:
        """Names of the loaded lists that the verdict may rest on."""
        needs = [item.needs.name for item in self.list_rules]
        needs += [item.needs.name for item in self.repairs if item.needs]
        return tuple(sorted(set(needs)))

    @cached_property
    def code_lists(self) -> tuple[CodeList, ...]:
        """All code lists that the verdict rests on, each once."""
        used = [column.codes for column in self.columns.values() if column.codes]
        return tuple({item.name: item for item in (*used, *self.reference_data)}.values())

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """Field name → polars type of the typed, published rows."""
        return {name: column.dtype for name, column in self.columns.items()}
