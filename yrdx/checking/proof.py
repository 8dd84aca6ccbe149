"""What proves a receipt: hashes of all that it speaks of, the receipt before it, a signature.

`receipt.json` is canonical JSON (RFC 8785), so that its bytes follow from its content. The proof
is a part of it: `digest` is the SHA-256 of the whole with `digest` and `signature` left null, and
the signature is over that digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import rfc8785
from pydantic import Field

from yrdx.checking.signing import PublicKey, SigningKey, load_signing_key
from yrdx.model import Frozen, Sha256, Verdict

RECEIPT = "receipt.json"
REPORT = "report.json"
_HEX = r"^[0-9a-f]+$"


class Artefact(Frozen):
    """A file that belongs to the receipt and lies beside it."""

    sha256: Sha256
    size: int


class Previous(Frozen):
    """The receipt of the attempt before, by the SHA-256 of its bytes."""

    number: str
    attempt: int | None
    sha256: Sha256


class Signature(Frozen):
    """Who signed; all of it in lower-case hexadecimal, which has one spelling only."""

    algorithm: Literal["Ed25519"] = "Ed25519"
    public_key: Annotated[str, Field(pattern=_HEX, min_length=64, max_length=64)]
    value: Annotated[str, Field(pattern=_HEX, min_length=128, max_length=128)]

    @property
    def key(self) -> PublicKey:
        """The key that is said to have signed."""
        return PublicKey(bytes.fromhex(self.public_key))


class Digests(Frozen):
    """Full SHA-256 of what the verdict rests on; `versions` says the same in short words."""

    contract: Sha256
    rules: Sha256
    reference_data: dict[str, Sha256]
    code: Sha256


class Proof(Frozen):
    """Everything by which a receipt is verified without asking anybody.

    `replaces` are the digests that the receipt had before something was erased from it by law.
    """

    form: Literal["yrdx receipt 1"] = "yrdx receipt 1"
    rests_on: Digests
    artefacts: dict[str, Artefact]
    previous: Previous | None = None
    replaces: tuple[Sha256, ...] = ()
    digest: Sha256 | None = None
    signature: Signature | None = None


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one spelling of JSON content, by RFC 8785."""
    return rfc8785.dumps(dict(content))


def digest_of(content: Mapping[str, Any]) -> str:
    """The digest of a receipt's content, which everything in it counts for but its own proof."""
    proof = {**content["proof"], "digest": None, "signature": None}
    return hashlib.sha256(canonical({**content, "proof": proof})).hexdigest()


def artefacts_in(folder: Path, verdict: Verdict) -> dict[str, Artefact]:
    """Every file in the folder that is kept with a receipt, by name, but the receipt itself."""
    return {
        path.name: artefact(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != RECEIPT and is_kept(path.name, verdict)
    }


def is_kept(name: str, verdict: Verdict) -> bool:
    """Whether a file that a check wrote is kept: good rows of a rejected delivery are not."""
    return verdict is not Verdict.REJECTED or name not in ("rows.parquet", "withdrawn.parquet")


def artefact(path: Path) -> Artefact:
    """What is remembered of a file."""
    with path.open("rb") as file:
        return Artefact(
            sha256=hashlib.file_digest(file, "sha256").hexdigest(), size=path.stat().st_size
        )


def prove(content: Mapping[str, Any], proof: Proof) -> bytes:
    """The bytes of `receipt.json`: the content with its proof, not signed yet."""
    whole = {**content, "proof": proof.model_dump(mode="json")}
    digest = digest_of(whole)
    return canonical({**whole, "proof": {**whole["proof"], "digest": digest}})


def sign(receipt: bytes, key: SigningKey) -> bytes:
    """The receipt with a signature over its digest; signed again by one key, it is the same."""
    content = json.loads(receipt)
    digest = content["proof"]["digest"]
    signature = Signature(public_key=key.public.octets.hex(), value=key.sign(digest))
    proof = {**content["proof"], "signature": signature.model_dump(mode="json")}
    return canonical({**content, "proof": proof})


def sign_in(folder: Path, *, key_file: Path | None) -> None:
    """Sign the receipt that lies in a folder; without a key it stays unsigned."""
    if key_file is not None:
        receipt = folder / RECEIPT
        receipt.write_bytes(sign(receipt.read_bytes(), load_signing_key(key_file)))


def unsigned(receipt: bytes) -> bytes:
    """The receipt without its signature: what the same check gives again without the key."""
    content = json.loads(receipt)
    return canonical({**content, "proof": {**content["proof"], "signature": None}})
