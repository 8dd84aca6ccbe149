"""A store whose process dies, without any clean-up, right before or after its n-th write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from yrdx.store.port import Body, ObjectInfo, ObjectStore

KILLED = 137


@dataclass
class DyingStore:
    """Passes everything on to `store` and counts the writes; the one numbered `at` is fatal."""

    store: ObjectStore
    at: int
    when: Literal["before", "after"]
    writes: int = 0

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        self._die("before")
        info = self.store.put_if_absent(key, body)
        self._die("after")
        return info

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        self._die("before")
        info = self.store.replace_if_match(key, body, expected=expected)
        self._die("after")
        return info

    def copy(self, source: str, target: str) -> ObjectInfo:
        self._die("before")
        info = self.store.copy(source, target)
        self._die("after")
        return info

    def delete(self, key: str) -> None:
        self._die("before")
        self.store.delete(key)
        self._die("after")

    def get(self, key: str) -> bytes:
        return self.store.get(key)

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        return self.store.fetch(key, into=into)

    def head(self, key: str) -> ObjectInfo | None:
        return self.store.head(key)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return self.store.list(prefix)

    def presign(self, key: str, *, expires: timedelta) -> str:
        return self.store.presign(key, expires=expires)

    def uri(self, key: str) -> str:
        return self.store.uri(key)

    def _die(self, when: str) -> None:
        if when == self.when and self.writes == self.at:
            os._exit(KILLED)
        self.writes += when == "after"
