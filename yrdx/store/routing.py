"""A store of two: keys that begin with a restricted prefix lie in one of its own.

The other place is another bucket or folder, or the same bucket under other credentials.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from yrdx.store.port import Body, ObjectInfo, ObjectStore


@dataclass(frozen=True, slots=True)
class RoutingStore:
    """`ObjectStore` over two others: `apart` has all keys that begin with one of `prefixes`."""

    open_to_all: ObjectStore
    apart: ObjectStore
    prefixes: tuple[str, ...]

    def _of(self, key: str) -> ObjectStore:
        return self.apart if key.startswith(self.prefixes) else self.open_to_all

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        """As the store of the key does."""
        return self._of(key).put_if_absent(key, body)

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        """As the store of the key does."""
        return self._of(key).replace_if_match(key, body, expected=expected)

    def get(self, key: str) -> bytes:
        """As the store of the key does."""
        return self._of(key).get(key)

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        """As the store of the key does."""
        return self._of(key).fetch(key, into=into)

    def head(self, key: str) -> ObjectInfo | None:
        """As the store of the key does."""
        return self._of(key).head(key)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Of both stores where keys of both may begin with `prefix`, each key from its own."""
        if prefix.startswith(self.prefixes):
            return self.apart.list(prefix)
        mine = (item for item in self.open_to_all.list(prefix) if self._is_open(item.key))
        beyond = sorted(one for one in self.prefixes if one.startswith(prefix))
        others = [self.apart.list(one) for one in beyond]
        return heapq.merge(mine, *others, key=lambda item: item.key)

    def _is_open(self, key: str) -> bool:
        return not key.startswith(self.prefixes)

    def copy(self, source: str, target: str) -> ObjectInfo:
        """Inside one store by that store; from one to the other through this machine."""
        if self._of(source) is self._of(target):
            return self._of(source).copy(source, target)
        with tempfile.TemporaryDirectory(prefix="yrdx-") as folder:
            passing = Path(folder) / "object"
            self._of(source).fetch(source, into=passing)
            return self._of(target).put_if_absent(target, passing)

    def delete(self, key: str) -> None:
        """As the store of the key does."""
        self._of(key).delete(key)

    def presign(self, key: str, *, expires: timedelta) -> str:
        """As the store of the key does."""
        return self._of(key).presign(key, expires=expires)

    def uri(self, key: str) -> str:
        """As the store of the key does."""
        return self._of(key).uri(key)
