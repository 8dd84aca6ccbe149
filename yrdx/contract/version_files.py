"""What lies beside the rows of a published version, so that its folder tells all by itself.

The contract (ODCS), the data dictionary, a summary of quality, and descriptors by which general
tools find columns, types and digests: Frictionless Data Package and Croissant (JSON-LD). All of
it follows from the manifest and the dataset alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

from yrdx.contract.odcs import as_yaml, odcs
from yrdx.contract.pages import dictionary_html, dictionary_markdown
from yrdx.dataset import Dataset
from yrdx.model import Frozen, Period, ProvinceCode, Severity, Sha256, Slug, Verdict
from yrdx.publication import AgreementState, Manifest, SnapshotFile
from yrdx.publication.facts import ColumnFacts
from yrdx.publication.manifest import Version

OF_FILES = ("quality.json", "datapackage.json", "croissant.json")
"""Those of the documents that tell of files and of their rows."""

_PARQUET = "application/vnd.apache.parquet"

_TYPES = {
    "string": ("string", "sc:Text"),
    "int64": ("integer", "sc:Integer"),
    "int16": ("integer", "sc:Integer"),
    "uint32": ("integer", "sc:Integer"),
    "bool": ("boolean", "sc:Boolean"),
    "date32[day]": ("date", "sc:Date"),
}
"""Arrow type of a column → what Frictionless and Croissant call it."""


class DeliveryQuality(Frozen):
    """What one delivery of the version was worth when it was checked."""

    province: ProvinceCode
    unit: Slug
    period: Period
    sha256: Sha256
    verdict: Verdict
    rows: int
    rows_read: int
    rows_rejected: int
    findings: dict[Severity, int]
    not_supplied: tuple[str, ...] = ()


class Quality(Frozen):
    """A summary of the quality of one version: what was checked, found, and did not come."""

    form: Literal["yrdx quality summary 1"] = "yrdx quality summary 1"
    dataset: Slug
    version: Version
    contract: str
    rows: int
    findings: dict[Severity, int]
    deliveries: tuple[DeliveryQuality, ...]
    states: tuple[AgreementState, ...]
    as_null: dict[ProvinceCode, tuple[str, ...]]


def version_files(dataset: Dataset, manifest: Manifest) -> dict[str, bytes]:
    """Name within the version's folder → bytes."""
    return {
        "contract.odcs.yaml": as_yaml(odcs(dataset)).encode(),
        "dictionary.md": dictionary_markdown(dataset).encode(),
        "dictionary.html": dictionary_html(dataset).encode(),
        "quality.json": quality_of(manifest).model_dump_json(indent=1).encode(),
        "tableschema.json": _as_json(table_schema(dataset, manifest)),
        "datapackage.json": _as_json(data_package(dataset, manifest)),
        "croissant.json": _as_json(croissant(dataset, manifest)),
    }


def quality_of(manifest: Manifest) -> Quality:
    """The summary of quality that a manifest gives."""
    deliveries = [
        DeliveryQuality.model_validate(
            {name: getattr(item, name) for name in DeliveryQuality.model_fields}
        )
        for item in manifest.lineage
    ]
    return Quality(
        dataset=manifest.dataset,
        version=manifest.version,
        contract=manifest.contract,
        rows=manifest.rows,
        findings=manifest.findings,
        deliveries=tuple(deliveries),
        states=manifest.states,
        as_null=manifest.as_null,
    )


def table_schema(dataset: Dataset, manifest: Manifest) -> dict[str, Any]:
    """The columns of the Parquet files as a Frictionless Table Schema."""
    schema: dict[str, Any] = {
        "fields": [_field(dataset, column) for column in manifest.columns],
    }
    if manifest.key and not manifest.alternative_key:
        schema["primaryKey"] = [*manifest.key, "src_unit", "src_period"]
    return schema


def _field(dataset: Dataset, column: ColumnFacts) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": column.name,
        "type": _types(column)[0],
        "title": column.title.zh,
        "description": _described(dataset, column),
    }
    more = {"x-unit": column.unit, "x-code-list": column.codes, "x-sensitivity": column.sensitivity}
    return facts | {name: value for name, value in more.items() if value}


def _described(dataset: Dataset, column: ColumnFacts) -> str:
    contracted = dataset.columns.get(column.name)
    said = contracted.description if contracted else None
    return f"{column.title.en}。{said.zh} {said.en}" if said else column.title.en


def _types(column: ColumnFacts) -> tuple[str, str]:
    if column.type.startswith("list<"):
        return "array", "sc:Text"
    if column.type.startswith("decimal"):
        return "number", "sc:Float"
    return _TYPES[column.type]


def data_package(dataset: Dataset, manifest: Manifest) -> dict[str, Any]:
    """The version as a Frictionless Data Package: one resource a file, each with its digest."""
    return {
        "profile": "data-package",
        "name": dataset.name.replace("_", "-"),
        "id": f"urn:yrdx:snapshot:{manifest.dataset}:{manifest.version}",
        "title": f"{dataset.title.zh} {dataset.title.en}",
        "description": _about(dataset),
        "version": manifest.semver,
        **_created(manifest, "created"),
        "resources": [_resource(manifest, file) for file in manifest.files],
        "x-version": manifest.version,
        "x-contract": manifest.contract,
        "x-rows": manifest.rows,
    }


def _resource(manifest: Manifest, file: SnapshotFile) -> dict[str, Any]:
    return {
        "name": _name_of(file),
        "type": "table",
        "path": file.key,
        "format": "parquet",
        "mediatype": _PARQUET,
        "hash": f"sha256:{file.sha256}",
        "schema": "tableschema.json",
        "x-bytes": file.bytes,
        "x-rows": file.rows,
        "x-period": file.period,
        "x-province": file.province,
        "x-version": manifest.version,
    }


def _name_of(file: SnapshotFile) -> str:
    part = file.key.rpartition("/")[2].removesuffix(".parquet")
    return f"{file.period}-{file.province}-{part}".lower()


def croissant(dataset: Dataset, manifest: Manifest) -> dict[str, Any]:
    """The version as Croissant 1.0 metadata (ML Commons), in JSON-LD."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": dataset.name,
        "alternateName": f"{dataset.title.zh} {dataset.title.en}",
        "description": _about(dataset),
        "inLanguage": ["zh", "en"],
        "version": manifest.semver,
        **_created(manifest, "datePublished"),
        "distribution": [*_file_objects(manifest), *_file_set(manifest)],
        "recordSet": list(_record_set(dataset, manifest)),
    }


def _file_objects(manifest: Manifest) -> Iterator[dict[str, Any]]:
    for file in manifest.files:
        yield {
            "@type": "cr:FileObject",
            "@id": _name_of(file),
            "name": _name_of(file),
            "contentUrl": file.key,
            "contentSize": f"{file.bytes} B",
            "encodingFormat": _PARQUET_OF_CROISSANT,
            "sha256": file.sha256,
        }


def _file_set(manifest: Manifest) -> Iterator[dict[str, Any]]:
    """All files together: what the rows are read from, whatever their number."""
    if manifest.files:
        yield {
            "@type": "cr:FileSet",
            "@id": "rows",
            "name": "rows",
            "encodingFormat": _PARQUET_OF_CROISSANT,
            "includes": "data/**/*.parquet",
        }


def _record_set(dataset: Dataset, manifest: Manifest) -> Iterator[dict[str, Any]]:
    if manifest.files:
        yield {
            "@type": "cr:RecordSet",
            "@id": manifest.dataset,
            "name": manifest.dataset,
            "description": f"{dataset.grain.zh} {dataset.grain.en}",
            "field": [_croissant_field(dataset, manifest, item) for item in manifest.columns],
        }


def _croissant_field(dataset: Dataset, manifest: Manifest, column: ColumnFacts) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{manifest.dataset}/{column.name}",
        "name": column.name,
        "description": f"{column.title.zh} {_described(dataset, column)}",
        "dataType": _types(column)[1],
        "source": {"fileSet": {"@id": "rows"}, "extract": {"column": column.name}},
    }
    return facts | ({"repeated": True} if column.type.startswith("list<") else {})


def _about(dataset: Dataset) -> str:
    purpose = re.sub(r"\s+", " ", dataset.description)
    return f"{dataset.grain.zh} {dataset.grain.en} {purpose}"


def _created(manifest: Manifest, name: str) -> dict[str, str]:
    return {name: manifest.created.isoformat()} if manifest.created else {}


def _as_json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


_PARQUET_OF_CROISSANT = "application/x-parquet"
_CONTEXT = {
    "@language": "zh",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The JSON-LD context that the standard prescribes."""
