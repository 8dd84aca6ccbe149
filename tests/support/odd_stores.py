"""Stores that differ from a directory in one thing each; everything else is passed on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yrdx.errors import PublishConflict
from yrdx.store.port import Body, ObjectInfo, ObjectStore


@dataclass
class FarStore:
    """Is not on this machine: its objects have no local path. Counts what is fetched."""

    store: ObjectStore
    fetched: list[str] = field(default_factory=list)

    def uri(self, key: str) -> str:
        return f"s3://exchange/{key}"

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        self.fetched.append(key)
        return self.store.fetch(key, into=into)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class CarelessStore:
    """Ignores conditions on writes, as some S3 servers do: the last writer wins."""

    store: ObjectStore

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        while True:
            try:
                there = hashlib.sha256(self.store.get(key)).hexdigest()
            except KeyError:
                there = None
            try:
                return self.store.replace_if_match(key, body, expected=there)
            except PublishConflict:
                continue

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class OvertakenStore:
    """Lets someone else act right before the pointer is moved for the first time."""

    store: ObjectStore
    overtake: Callable[[], object]
    times: int = 1

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        if self.times:
            self.times -= 1
            self.overtake()
        return self.store.replace_if_match(key, body, expected=expected)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class PeeredIntoStore:
    """Lets someone look in after every write, as if the writer had died there."""

    store: ObjectStore
    look: Callable[[], object]

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        info = self.store.put_if_absent(key, body)
        self.look()
        return info

    def replace_if_match(self, key: str, body: bytes, *, expected: str | None) -> ObjectInfo:
        info = self.store.replace_if_match(key, body, expected=expected)
        self.look()
        return info

    def copy(self, source: str, target: str) -> ObjectInfo:
        info = self.store.copy(source, target)
        self.look()
        return info

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


@dataclass
class WatchedStore:
    """Notes which bytes pass through this process: what is fetched, read and written, how many."""

    store: ObjectStore
    moved: list[tuple[str, str]] = field(default_factory=list)
    bytes: int = 0

    def uri(self, key: str) -> str:
        return f"s3://exchange/{key}"

    def get(self, key: str) -> bytes:
        body = self.store.get(key)
        self._note("get", key, len(body))
        return body

    def fetch(self, key: str, *, into: Path) -> ObjectInfo:
        info = self.store.fetch(key, into=into)
        self._note("fetch", key, info.size)
        return info

    def put_if_absent(self, key: str, body: Body) -> ObjectInfo:
        info = self.store.put_if_absent(key, body)
        self._note("put", key, info.size)
        return info

    def _note(self, what: str, key: str, size: int) -> None:
        self.moved.append((what, key))
        self.bytes += size

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)
