"""The rules that every peer gets, derived from the dataset in this one place.

A peer's process reads them from JSON beside the file: it must not pay for importing yrdx.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yrdx.dataset import Column, Dataset

DAY = "^[0-9]{4}[-/]?[0-9]{2}[-/]?[0-9]{2}$"
"""A date in any of the three ways in which files write it; 30 February passes."""
TRUTH = ("0", "1")


class Filled(StrEnum):
    """What a condition may ask of a cell beside its value."""

    YES = "filled"
    NO = "empty"


class Type(StrEnum):
    """The types that all peers know."""

    TEXT = "text"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a peer is told of one column.

    Lengths are stated only where neither a pattern nor a list of values implies them.
    """

    name: str
    header: str
    type: Type = Type.TEXT
    required: bool = False
    length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Where `field` has one of the `values`, `then` must be `allowed`.

    That is filled, or empty, or one of these.
    """

    field: str
    values: tuple[str, ...]
    then: str
    allowed: Filled | tuple[str, ...]

    @property
    def title(self) -> str:
        """A name that no other condition has."""
        what = self.allowed if isinstance(self.allowed, str) else "listed"
        return f"{self.then}_{what}_where_{self.field}_is_{'_or_'.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Rules:
    """The columns in the order of the file, and the columns that identify a row.

    `lists` are the values that a field with a `reference` may have, by the name of the dataset.
    """

    fields: tuple[Field, ...]
    key: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """All field names, in the order of the file."""
        return [field.name for field in self.fields]


def derive(
    dataset: Dataset,
    headers: Mapping[str, str],
    *,
    conditions: tuple[Condition, ...] = (),
    lists: Mapping[str, tuple[str, ...]] | None = None,
) -> Rules:
    """The rules of a dataset that a peer can state; `headers` are the file's, in its order.

    Row rules are expressions, so the `conditions` among them are told by hand. `lists` are the
    values of the datasets that it refers to.
    """
    known = lists or {}
    target = {item.column: item.dataset for item in dataset.references if item.dataset in known}
    fields = (
        _field(name, header, dataset.columns[name], reference=target.get(name))
        for name, header in headers.items()
    )
    return Rules(tuple(fields), dataset.key, conditions, known)


def of_awards() -> Rules:
    """All that a peer is told of the generated awards."""
    from bench.generate import HEADERS, INSTITUTIONS
    from yrdx import catalogue

    return derive(
        catalogue.dataset("certificate_award"),
        HEADERS,
        conditions=CONDITIONS,
        lists={"institution": INSTITUTIONS},
    )


def _field(name: str, header: str, column: Column, *, reference: str | None) -> Field:
    from yrdx.dataset import Kind, Requirement

    kind = Type.TEXT
    pattern, values = column.pattern, ()
    match column.kind:
        case Kind.TEXT | Kind.CODE:
            if column.codes and column.is_closed:
                pattern, values = None, column.codes.values
        case Kind.INTEGER | Kind.YEAR:
            kind = Type.INTEGER
        case Kind.BOOLEAN:
            values = TRUTH
        case Kind.DATE:
            pattern = DAY
        case other:
            raise ValueError(f"{name}: the peers have not been taught columns of kind {other}")
    implied = kind is not Type.TEXT or bool(pattern or values)
    return Field(
        name=name,
        header=header,
        type=kind,
        required=column.requirement is Requirement.MANDATORY,
        length=None if implied else column.width,
        max_length=None if implied or column.width else column.max_length,
        pattern=pattern,
        values=values,
        minimum=column.minimum,
        maximum=column.maximum,
        reference=reference,
    )


def beside(source: Path) -> Path:
    """Where the rules of a generated file are kept."""
    return source.with_suffix(".rules.json")


def write(rules: Rules, path: Path) -> None:
    """Keep the rules for the processes of the peers."""
    path.write_text(json.dumps(asdict(rules), ensure_ascii=False, indent=1), encoding="utf-8")


def load(path: Path) -> Rules:
    """The rules as they were written."""
    stated = json.loads(path.read_text(encoding="utf-8"))
    fields = (
        Field(**{**item, "type": Type(item["type"]), "values": tuple(item["values"])})
        for item in stated["fields"]
    )
    conditions = (
        Condition(
            **{
                **item,
                "values": tuple(item["values"]),
                "allowed": Filled(allowed)
                if isinstance(allowed := item["allowed"], str)
                else tuple(allowed),
            }
        )
        for item in stated["conditions"]
    )
    lists = {name: tuple(values) for name, values in stated["lists"].items()}
    return Rules(tuple(fields), tuple(stated["key"]), tuple(conditions), lists)


_NUMBERED, _OTHERS, _ONEX = ("1", "2"), ("3", "4", "5", "9"), ("C", "Z", "G")
CONDITIONS = (
    Condition(field="cert_category", values=_NUMBERED, then="cert_no_prefix", allowed=Filled.YES),
    Condition(field="cert_category", values=_OTHERS, then="cert_no_prefix", allowed=Filled.NO),
    Condition(field="cert_category", values=_NUMBERED, then="occupation_code", allowed=Filled.YES),
    Condition(field="cert_category", values=("3",), then="level", allowed=_ONEX),
)
"""The row rules of awards that ask of one cell what another says."""
