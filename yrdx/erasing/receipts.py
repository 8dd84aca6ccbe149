"""Reports and receipts without the places that were rows of a person, proved and signed again.

Nothing else of them changes: counts, verdict and number stay. The proof names the digests that the
receipt had before, so that receipts which follow it in the chain are still found to follow it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from yrdx.checking.proof import Artefact, prove, sign
from yrdx.checking.receipt import as_html
from yrdx.checking.receipt_values import Group, Receipt
from yrdx.checking.signing import load_signing_key
from yrdx.model import Cause, Report


def report_without(report: bytes, numbers: Collection[int]) -> bytes:
    """The report without examples at these rows; the same bytes where it has none."""
    read = Report.model_validate_json(report)
    causes = _causes(read.causes, numbers)
    if causes == read.causes:
        return report
    return read.model_copy(update={"causes": causes}).model_dump_json(indent=2).encode()


def receipt_without(
    receipt: bytes,
    numbers: Collection[int],
    *,
    artefacts: Mapping[str, Artefact | None],
    names: Mapping[str, str],
    key_file: Path | None,
) -> tuple[bytes, str] | None:
    """`receipt.json` and its page without these rows; None where it tells nothing of them.

    `artefacts` are those that changed, None for removed ones, and `names` their new names.
    """
    read = Receipt.model_validate_json(receipt)
    if read.proof is None:
        return None
    update = {
        "groups": tuple(_group(item, numbers) for item in read.groups),
        "causes": _causes(read.causes, numbers),
    }
    stays = read.model_copy(update=update)
    kept = {
        names.get(name, name): artefacts.get(name, artefact)
        for name, artefact in read.proof.artefacts.items()
    }
    known = {name: item for name, item in kept.items() if item is not None}
    if stays == read and known == read.proof.artefacts:
        return None
    plain = stays.model_copy(update={"proof": None})
    page = as_html(plain, previous=read.proof.previous)
    shown = page.encode()
    known["receipt.html"] = Artefact(sha256=hashlib.sha256(shown).hexdigest(), size=len(shown))
    proof = read.proof.model_copy(
        update={
            "artefacts": {name: known[name] for name in sorted(known)},
            "replaces": (*read.proof.replaces, hashlib.sha256(receipt).hexdigest()),
            "digest": None,
            "signature": None,
        }
    )
    body = prove(plain.model_dump(mode="json"), proof)
    return (sign(body, load_signing_key(key_file)) if key_file else body), page


def _causes(causes: tuple[Cause, ...], numbers: Collection[int]) -> tuple[Cause, ...]:
    return tuple(
        cause.model_copy(
            update={"examples": tuple(one for one in cause.examples if one.row not in numbers)}
        )
        for cause in causes
    )


def _group(group: Group, numbers: Collection[int]) -> Group:
    columns = tuple(
        column.model_copy(
            update={"places": tuple(one for one in column.places if one.row not in numbers)}
        )
        for column in group.columns
    )
    return group.model_copy(update={"columns": columns})
