"""A dataset's contract as an Open Data Contract Standard document (v3.1).

It is the form in which contracts are kept, compared (`difference.py`) and handed to others, so
everything that can change about a contract stands in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import yaml

from yrdx.dataset import CodeList, Column, Dataset, Kind, Periodicity
from yrdx.publication.parquet import arrow_schema
from yrdx.rule import Rule

API_VERSION = "v3.1.0"

_LONGEST_LIST = 200
"""Code lists with more entries are named by version and digest, not spelled out."""

_LOGICAL = {
    Kind.INTEGER: "integer",
    Kind.YEAR: "integer",
    Kind.DECIMAL: "number",
    Kind.DATE: "date",
    Kind.BOOLEAN: "boolean",
    Kind.CODES: "array",
}
_YEARS = {Periodicity.YEAR: 1, Periodicity.SCHOOL_YEAR: 1, Periodicity.TERM: 0.5}
_DIMENSIONS = (
    ("_missing", "completeness"),
    ("_malformed", "conformity"),
    ("_code_list", "conformity"),
)


def odcs(dataset: Dataset) -> dict[str, Any]:
    """The contract as ODCS has it."""
    return {
        "version": dataset.version,
        "kind": "DataContract",
        "apiVersion": API_VERSION,
        "id": f"urn:yrdx:dataset:{dataset.name}",
        "name": dataset.name,
        "status": "active",
        "domain": "vocational education",
        "dataProduct": "yrdx",
        "tags": ["yrdx", "长三角", "职业教育"],
        "description": {
            "purpose": dataset.description,
            "usage": f"{dataset.title.zh} {dataset.title.en}",
            "limitations": "No raw personal numbers; personal fields are sealed at the source.",
        },
        "schema": [_object(dataset)],
        "slaProperties": [
            {"property": "frequency", "value": _YEARS[dataset.periodicity], "unit": "y"}
        ],
        "customProperties": _custom(
            {
                "titleZh": dataset.title.zh,
                "titleEn": dataset.title.en,
                "supplierZh": dataset.supplier.zh,
                "supplierEn": dataset.supplier.en,
                "clauses": list(dataset.clauses),
                "periodicity": dataset.periodicity.value,
                "periodColumn": dataset.period_column,
                "key": list(dataset.key),
                "alternativeKey": list(dataset.alternative_key),
                "template": f"{dataset.name}/{dataset.version}",
                "codeLists": {codes.name: code_list(codes) for codes in _lists(dataset)},
            }
        ),
    }


def as_yaml(contract: Mapping[str, Any]) -> str:
    """The document as YAML, in the order in which it was built."""
    return yaml.dump(dict(contract), Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100)


class _Plain(yaml.SafeDumper):
    """Writes a value again where it stands twice: anchors are no pleasure to read."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the interface of PyYAML
        return True


def code_list(codes: CodeList) -> dict[str, Any]:
    """What a contract says of a code list; the entries themselves where they are not too many."""
    labels = {code.value: f"{code.label.zh} {code.label.en}" for code in codes.codes}
    digest = hashlib.sha256(repr(sorted(labels.items())).encode()).hexdigest()[:16]
    facts = {
        "titleZh": codes.title.zh,
        "titleEn": codes.title.en,
        "source": codes.source,
        "version": codes.version,
        "entries": len(labels),
        "digest": digest,
    }
    return facts | ({"codes": labels} if len(labels) <= _LONGEST_LIST else {})


def _lists(dataset: Dataset) -> list[CodeList]:
    used = {column.codes.name: column.codes for column in dataset.columns.values() if column.codes}
    return list(used.values())


def _object(dataset: Dataset) -> dict[str, Any]:
    types = arrow_schema(dataset)
    return {
        "name": dataset.name,
        "physicalName": dataset.name,
        "logicalType": "object",
        "physicalType": "table",
        "businessName": dataset.title.zh,
        "description": f"{dataset.title.zh} {dataset.title.en}",
        "dataGranularityDescription": f"{dataset.grain.zh} {dataset.grain.en}",
        "properties": [
            _property(dataset, name, column, physical=str(types.field(name).type))
            for name, column in dataset.columns.items()
        ],
        "quality": [_unique_key(dataset)],
    }


def _property(dataset: Dataset, name: str, column: Column, *, physical: str) -> dict[str, Any]:
    said = column.description
    described = f"{column.title.zh} {column.title.en}"
    facts: dict[str, Any] = {
        "name": name,
        "businessName": column.title.zh,
        "description": f"{described}。{said.zh} {said.en}" if said else described,
        "logicalType": _LOGICAL.get(column.kind, "string"),
        "physicalType": physical,
        "required": column.requirement.value == "M",
        "classification": column.sensitivity.value,
    }
    if name in dataset.key:
        facts |= {"primaryKey": True, "primaryKeyPosition": dataset.key.index(name) + 1}
    if dataset.key == (name,):
        facts["unique"] = True
    if options := _options(column):
        facts["logicalTypeOptions"] = options
    if column.kind is Kind.CODES:
        facts["items"] = {"logicalType": "string", "physicalType": "string"}
        if column.pattern:
            facts["items"]["logicalTypeOptions"] = {"pattern": column.pattern}
    references = [item for item in dataset.references if item.column == name]
    if references:
        facts["relationships"] = [
            {
                "type": "foreignKey",
                "to": f"{item.dataset}.{item.target}",
                "customProperties": _custom({"severity": item.severity.value}),
            }
            for item in references
        ]
    facts["customProperties"] = _custom(
        {
            "titleEn": column.title.en,
            "kind": column.kind.value,
            "requirement": column.requirement.value,
            "unit": column.unit,
            "codeList": column.codes.name if column.codes else None,
            "codeListIsClosed": column.is_closed if column.codes else None,
            "width": column.width,
            "default": column.default,
            "synonyms": list(column.synonyms),
        }
    )
    facts["quality"] = [
        *_valid_values(column),
        *(_quality(rule) for rule in dataset.rules if rule.column == name),
    ]
    return {name: value for name, value in facts.items() if value not in (None, [])}


def _options(column: Column) -> dict[str, Any]:
    if column.kind is Kind.CODES:
        return {}
    stated = {
        "maxLength": column.max_length,
        "pattern": column.pattern,
        "minimum": column.minimum,
        "maximum": column.maximum,
        "format": "yyyy-MM-dd" if column.kind is Kind.DATE else None,
    }
    return {name: value for name, value in stated.items() if value is not None}


def _valid_values(column: Column) -> list[dict[str, Any]]:
    """The code list as ODCS checks it, where it closes the column and is not too long."""
    codes = column.codes
    if not codes or not column.is_closed or len(codes.values) > _LONGEST_LIST:
        return []
    if column.kind is Kind.CODES:
        return []
    return [
        {
            "type": "library",
            "metric": "invalidValues",
            "name": f"codes_of_{codes.name}",
            "description": f"{codes.title.zh} {codes.title.en}",
            "arguments": {"validValues": [_literal(column, value) for value in codes.values]},
            "mustBe": 0,
            "severity": "error",
            "dimension": "conformity",
        }
    ]


def _literal(column: Column, value: str) -> str | int | float:
    match column.kind:
        case Kind.INTEGER | Kind.YEAR:
            return int(value)
        case Kind.DECIMAL:
            return float(value)
        case _:
            return value


def _quality(rule: Rule) -> dict[str, Any]:
    dimension = next((word for ending, word in _DIMENSIONS if rule.code.endswith(ending)), None)
    return {
        "type": "text",
        "name": rule.code,
        "description": f"{rule.message.zh} {rule.message.en}",
        "severity": rule.severity.value,
        "dimension": dimension or "consistency",
        "customProperties": _custom({"source": rule.source}),
    }


def _unique_key(dataset: Dataset) -> dict[str, Any]:
    return {
        "type": "library",
        "metric": "duplicateValues",
        "name": "key_is_used_twice",
        "description": f"主键唯一 The key is unique: {', '.join(dataset.key)}",
        "arguments": {"properties": list(dataset.key)},
        "mustBe": 0,
        "severity": "error",
        "dimension": "uniqueness",
    }


def _custom(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"property": name, "value": value}
        for name, value in facts.items()
        if value is not None and value not in ([], {})
    ]
