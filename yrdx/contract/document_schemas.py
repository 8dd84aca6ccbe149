"""The exchange's own documents as JSON Schema (draft 2020-12), for programs in any language.

A document says in `form` what it is, and by which major version of its schema. Within a version
fields are only ever added, each with a default: older documents fit the schema, and who reads by
an older one leaves aside what it does not know.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from yrdx.checking.receipt_values import Receipt
from yrdx.contract.json_schema import DRAFT
from yrdx.contract.version_files import Quality
from yrdx.model import Admission, Decision, Delivery, Report, SnapshotDecision, Withdrawal
from yrdx.model.erasure import ErasureProof, Request, Tombstone
from yrdx.publication.catalog import Catalog
from yrdx.publication.manifest import Manifest, Pointer, Retired
from yrdx.releasing.manifest import (
    Confirmation,
    Release,
    ReleasePointer,
    ReleaseWithdrawal,
    Superseded,
)

_FORM = "yrdx receipt 1"
"""The form of a receipt stands in its proof."""

DOCUMENTS: dict[str, type[BaseModel]] = {
    "delivery": Delivery,
    "report": Report,
    "receipt": Receipt,
    "decision": Decision,
    "admission": Admission,
    "withdrawal": Withdrawal,
    "snapshot-decision": SnapshotDecision,
    "manifest": Manifest,
    "pointer": Pointer,
    "retired": Retired,
    "quality": Quality,
    "catalog": Catalog,
    "release": Release,
    "release-pointer": ReleasePointer,
    "release-withdrawal": ReleaseWithdrawal,
    "release-superseded": Superseded,
    "release-confirmation": Confirmation,
    "erasure": Request,
    "tombstone": Tombstone,
    "erasure-proof": ErasureProof,
}
"""Name of a document → what it is made from."""


def document_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document."""
    schema = DOCUMENTS[name].model_json_schema()
    _allow_more(schema)
    form = schema["properties"].get("form", {}).get("const", _FORM)
    version = form.rpartition(" ")[2]
    return {"$schema": DRAFT, "$id": f"urn:yrdx:document:{name}:{version}", **schema}


def document_schemas() -> dict[str, str]:
    """File name → text, for all documents."""
    return {
        f"{name}.schema.json": json.dumps(document_schema(name), ensure_ascii=False, indent=1)
        + "\n"
        for name in DOCUMENTS
    }


def _allow_more(schema: Any) -> None:
    """Fields that come later are no mistake of the document."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            del schema["additionalProperties"]
        for part in schema.values():
            _allow_more(part)
    elif isinstance(schema, list):
        for part in schema:
            _allow_more(part)
