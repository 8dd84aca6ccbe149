"""The contract of a dataset in every format, as files by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from yrdx.contract.arrow import arrow_bytes, arrow_json
from yrdx.contract.frictionless import resource, table_schema
from yrdx.contract.json_schema import json_schema
from yrdx.contract.odcs import as_yaml, odcs
from yrdx.contract.pages import dictionary_html, dictionary_markdown
from yrdx.dataset import Dataset


class Format(StrEnum):
    """A format that contracts are handed out in."""

    ODCS = "odcs"
    JSON_SCHEMA = "json-schema"
    FRICTIONLESS = "frictionless"
    ARROW = "arrow"
    DICTIONARY = "dictionary"


def contract_files(dataset: Dataset, form: Format) -> dict[str, bytes]:
    """File name → content; the first file is the one to show where only one can be."""
    return _WRITERS[form](dataset)


def _odcs(dataset: Dataset) -> dict[str, bytes]:
    return {f"{dataset.name}.odcs.yaml": as_yaml(odcs(dataset)).encode()}


def _json_schema(dataset: Dataset) -> dict[str, bytes]:
    return {f"{dataset.name}.schema.json": _as_json(json_schema(dataset))}


def _frictionless(dataset: Dataset) -> dict[str, bytes]:
    return {
        f"{dataset.name}.resource.json": _as_json(resource(dataset)),
        f"{dataset.name}.tableschema.json": _as_json(table_schema(dataset)),
    }


def _arrow(dataset: Dataset) -> dict[str, bytes]:
    return {
        f"{dataset.name}.arrow.json": _as_json(arrow_json(dataset)),
        f"{dataset.name}.arrow": arrow_bytes(dataset),
    }


def _dictionary(dataset: Dataset) -> dict[str, bytes]:
    return {
        f"{dataset.name}.md": dictionary_markdown(dataset).encode(),
        f"{dataset.name}.html": dictionary_html(dataset).encode(),
    }


def _as_json(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()


_WRITERS: dict[Format, Callable[[Dataset], dict[str, bytes]]] = {
    Format.ODCS: _odcs,
    Format.JSON_SCHEMA: _json_schema,
    Format.FRICTIONLESS: _frictionless,
    Format.ARROW: _arrow,
    Format.DICTIONARY: _dictionary,
}
