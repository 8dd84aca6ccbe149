"""What the exchange asks of an object store: the port, and the facts it answers with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

Body = bytes | Path
"""What is stored: small things as bytes, big ones as the path of a local file."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What the store knows of an object; `sha256` is ours, kept beside the bytes."""

    key: str
    size: int
    sha256: str | None
    modified_at: datetime


class ObjectStore(Protocol):
    """A flat map from key to bytes. Both implementations pass one behaviour suite.

    Every method raises `SourceUnavailable` when the store does not answer, `SourceRefused` when
    it refuses us, and `IntegrityError` when bytes do not match their digest.
    """

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        """Store `body` under `key`, whole or not at all.

        The same bytes again change nothing and succeed. Other bytes under a taken key raise
        `PublishConflict`; the stored ones stay.
        """
        ...

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        """Replace a small object whose bytes have the SHA-256 `expected` (None: absent).

        Reads back what it wrote; raises `PublishConflict` when another writer came first.
        """
        ...

    def get(self, key: str) -> bytes:
        """The whole of a small object, verified; raises `KeyError` when absent."""
        ...

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        """Stream an object into a local file, verified; raises `KeyError` when absent."""
        ...

    def head(self, key: str) -> ObjectInfo | None:
        """What is known of `key`, or None when absent."""
        ...

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """All objects whose key starts with `prefix`, in key order; `sha256` may be None."""
        ...

    def copy(self, source: str, target: str) -> ObjectInfo:
        """Copy inside the store, without the bytes passing through us."""
        ...

    def delete(self, key: str) -> None:
        """Remove `key`; absent is fine."""
        ...

    def presign(self, key: str, *, expires: timedelta) -> str:
        """A link by which anyone may read `key` until it expires."""
        ...

    def uri(self, key: str) -> str:
        """How other tools name the object: `s3://bucket/key` or an absolute path."""
        ...
