"""One folder of the store while something is erased from it, in an order that survives a kill.

New files first, then the tombstone, then the documents that name them, and only then the old files
go. Whoever is stopped in between is finished by doing it again: what still holds the rows is found
again, what is in the tombstone already stays as it is there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from yrdx.model.erasure import Erased, Request, Tombstone
from yrdx.store import layout
from yrdx.store.content import digest_and_size
from yrdx.store.port import ObjectInfo, ObjectStore
from yrdx.store.tombstones import tombstone


@dataclass(slots=True)
class Folder:
    """What is to be done in one folder; nothing is done before `commit`."""

    store: ObjectStore
    request: Request
    prefix: str
    apply: bool
    erased: dict[str, Erased] = field(default_factory=dict)
    _bodies: dict[str, bytes] = field(default_factory=dict)
    _files: dict[str, Path] = field(default_factory=dict)
    _gone: list[str] = field(default_factory=list)

    def replace(self, key: str, by: Path, *, rows: int | None) -> str:
        """Put a finished local file in the place of `key`; gives its key, which its bytes make."""
        digest, _ = digest_and_size(by)
        stem, dot, suffix = key.rpartition(".")
        new_key = f"{stem}-{digest[:12]}{dot}{suffix}"
        if self.apply:
            self.store.put_if_absent(new_key, by)
        self._note(key, new_key=new_key, new_sha256=digest, rows=rows)
        self._gone.append(key)
        by.unlink()
        return new_key

    def add(self, key: str, path: Path) -> tuple[str, int]:
        """Store one more file that documents of the folder are going to name; digest and size."""
        digest, size = digest_and_size(path)
        if self.apply:
            self.store.put_if_absent(key, path)
        path.unlink()
        return digest, size

    def remove(self, key: str, *, rows: int | None = None) -> None:
        """Take away an object that nothing takes the place of."""
        self._note(key, rows=rows)
        self._gone.append(key)

    def rewrite(self, key: str, body: bytes) -> None:
        """Write a document anew in its place, unless it is the same."""
        info = self.store.head(key)
        digest = hashlib.sha256(body).hexdigest()
        if info is None or digest == (info.sha256 or _digest(self.store, key)):
            return
        self._bodies[key] = body
        self._note(key, new_key=key, new_sha256=digest)

    def commit(self) -> None:
        """Do it."""
        if not self.apply or not self.erased:
            return
        self._write_tombstone()
        for key, body in self._bodies.items():
            expected = self.erased[key].sha256
            self.store.replace_if_match(key, body, expected=expected)
        for key in self._gone:
            self.store.delete(key)

    def _note(
        self,
        key: str,
        *,
        new_key: str | None = None,
        new_sha256: str | None = None,
        rows: int | None = None,
    ) -> None:
        info = self.store.head(key)
        self.erased[key] = Erased(
            key=key,
            sha256=(info.sha256 or _digest(self.store, key)) if info else None,
            bytes=info.size if info else 0,
            new_key=new_key,
            new_sha256=new_sha256,
            rows=rows,
            written_at=info.modified_at if info else None,
        )

    def _write_tombstone(self) -> None:
        key, before = tombstone(self.prefix, self.request.request), None
        told = Tombstone(request=self.request, folder=self.prefix, erased=())
        if self.store.head(key) is not None:
            body = self.store.get(key)
            before, told = hashlib.sha256(body).hexdigest(), Tombstone.model_validate_json(body)
        known = {(item.key, item.sha256) for item in told.erased}
        fresh = [item for item in self.erased.values() if (item.key, item.sha256) not in known]
        if fresh:
            whole = told.model_copy(update={"erased": (*told.erased, *fresh)})
            text = whole.model_dump_json(indent=2).encode()
            self.store.replace_if_match(key, text, expected=before)


def objects_in(store: ObjectStore, prefix: str) -> list[ObjectInfo]:
    """What lies in a folder, but for its tombstones."""
    stones = prefix + layout.TOMBSTONES
    return [item for item in store.list(prefix) if not item.key.startswith(stones)]


def _digest(store: ObjectStore, key: str) -> str:
    return hashlib.sha256(store.get(key)).hexdigest()
