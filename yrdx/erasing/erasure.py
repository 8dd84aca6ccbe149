"""Erase what a request asks for from everywhere, read everything again, and prove it."""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from yrdx.erasing.deliveries import erase_from_delivery, folders_of, left_of
from yrdx.erasing.folder import Folder
from yrdx.erasing.target import Target
from yrdx.erasing.versions import Describe, erase_from_version, point_again
from yrdx.errors import ConfigurationError, PublishConflict
from yrdx.model import Delivery
from yrdx.model.erasure import Erased, ErasureProof, Looked, Outcome, Request
from yrdx.publication.pointer import newest_first
from yrdx.store import layout
from yrdx.store.port import ObjectInfo, ObjectStore
from yrdx.store.tombstones import begun, folder_of, proof_of, tombstones

_ROUNDS = 3
"""How often the whole store is searched before it is said that somebody is still writing."""

_OF_DELIVERIES = (
    layout.LANDED,
    layout.CHECKED,
    layout.DECIDED,
    layout.ANSWERS,
    layout.ADMITTED,
)


_OF_VERSIONS = (layout.PUBLISHED, layout.RESTRICTED)


def erase(
    store: ObjectStore,
    target: Target,
    *,
    request: Request,
    verified_at: datetime,
    apply: bool,
    key_file: Path | None = None,
    describe: Describe | None = None,
) -> ErasureProof:
    """Erase the target from every object of the store; the proof names all that was looked at.

    Without `apply` nothing is written, and the proof says what would become of each object. Done
    again with the same request it finishes what was stopped, and otherwise changes nothing.
    Raises `PublishConflict` when objects that hold it keep appearing: let the writers end, and
    do it again. `describe` gives the documents of a version that tell of its files.
    """
    if apply:
        request = _begin(store, request)
    seen = {item.key: item for item in _objects(store)}
    erased: dict[str, Erased] = {}
    for _ in range(_ROUNDS):
        todo = _held(store, target)
        if not todo:
            break
        for item in _erase_from(
            store, target, todo, request, apply=apply, key_file=key_file, describe=describe
        ):
            erased[item.key] = item
        if not apply:
            return _proof(request, verified_at, seen.values(), erased.values())
    else:
        left = _held(store, target)
        if left:
            raise PublishConflict(
                f"{len(left)} objects hold again what was erased ({left[0]} …): somebody is still "
                f"writing; pause the DAGs exchange and publish, and erase again with the same "
                f"request"
            )
    versions = (key for place in _OF_VERSIONS for key in _keys(store, place))
    for name in sorted({layout.published_dataset(key) for key in versions}):
        point_again(store, name)
    return _keep_proof(store, request, verified_at, seen)


def _begin(store: ObjectStore, request: Request) -> Request:
    """The request as it was first made; publishers see from now on that they must read again."""
    key = begun(request.request)
    if store.head(key) is None:
        store.put_if_absent(key, request.model_dump_json(indent=2).encode())
    first = Request.model_validate_json(store.get(key))
    if first.scope is not request.scope:
        raise ConfigurationError(
            f"申请 {request.request} 已用于删除其他对象 request {request.request} was for a "
            f"{first.scope.value}; give this one a number of its own"
        )
    return first


def _objects(store: ObjectStore) -> Iterator[ObjectInfo]:
    """All but what tells of erasures, which holds nothing of what was erased."""
    for item in store.list(""):
        if not item.key.startswith(layout.ERASURES) and f"/{layout.TOMBSTONES}" not in item.key:
            yield item


def _keys(store: ObjectStore, prefix: str) -> Iterator[str]:
    return (item.key for item in store.list(prefix))


def _held(store: ObjectStore, target: Target) -> list[str]:
    """Keys of the objects that hold what is to be erased."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for item in _objects(store):
            path = Path(store.uri(item.key))
            if not path.is_absolute():
                path = Path(folder) / "object"
                try:
                    store.fetch(item.key, into=path)
                except KeyError:  # removed since it was listed
                    continue
            if path.is_file() and target.is_in(path):
                found.append(item.key)
    if target.delivery is not None:
        for prefix in folders_of(target.delivery):
            found += left_of(store, target.delivery, prefix)
    return found


def _erase_from(
    store: ObjectStore,
    target: Target,
    todo: list[str],
    request: Request,
    *,
    apply: bool,
    key_file: Path | None,
    describe: Describe | None,
) -> Iterator[Erased]:
    """Admitted rows before versions: what is published from now on is made without them."""
    seen_to: set[str] = set()
    for delivery in _deliveries(store, target, todo):
        for item in erase_from_delivery(
            store, delivery, target, request=request, apply=apply, key_file=key_file
        ):
            seen_to.add(item.key)
            yield item
    published = [key for key in todo if key.startswith(_OF_VERSIONS)]
    folders = {folder_of(key) for key in published}
    for name in sorted({layout.published_dataset(key) for key in published}):
        for manifest in reversed(list(newest_first(store, name))):
            prefix = layout.published_prefix(name, manifest.version)
            if prefix in folders:
                for item in erase_from_version(
                    store, manifest, target, request=request, apply=apply, describe=describe
                ):
                    seen_to.add(item.key)
                    yield item
                seen_to.add(layout.manifest(name, manifest.version))
    yield from _remove(store, request, [key for key in todo if key not in seen_to], apply=apply)


def _deliveries(store: ObjectStore, target: Target, todo: list[str]) -> list[Delivery]:
    """The deliveries that anything is to be erased from, in the order of their keys."""
    if target.delivery is not None:
        return [target.delivery]
    digests = {part for key in todo if key.startswith(_OF_DELIVERIES) for part in key.split("/")}
    return [
        Delivery.model_validate_json(store.get(key))
        for key in _keys(store, layout.LANDED)
        if layout.is_delivery(key) and key.split("/")[-2] in digests
    ]


def _remove(
    store: ObjectStore, request: Request, keys: list[str], *, apply: bool
) -> Iterator[Erased]:
    """Take away what no document knows how to do without: half-written versions, old notices."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        folders[folder_of(key)].append(key)
    for prefix, inside in folders.items():
        folder = Folder(store, request, prefix, apply)
        for key in inside:
            if store.head(key) is not None:
                folder.remove(key)
        folder.commit()
        yield from folder.erased.values()


def _keep_proof(
    store: ObjectStore, request: Request, verified_at: datetime, seen: dict[str, ObjectInfo]
) -> ErasureProof:
    """The proof of all runs of the request together; the same as before where nothing is new."""
    erased = [
        item
        for key in _keys(store, "")
        if key.endswith(f"/{layout.TOMBSTONES}{request.request}.json")
        for stone in tombstones(store, folder_of(key))
        if stone.request.request == request.request
        for item in stone.erased
    ]
    known = _kept_proof(store, request)
    if known is not None and {_named(item) for item in erased} <= {
        (item.key, item.sha256) for item in known.looked
    }:
        return known
    proof = _proof(request, verified_at, seen.values(), erased)
    bodies = {"csv": _as_csv(proof), "json": proof.model_dump_json(indent=1).encode()}
    for suffix, body in bodies.items():
        key = proof_of(request.request, suffix)
        before = hashlib.sha256(store.get(key)).hexdigest() if store.head(key) else None
        store.replace_if_match(key, body, expected=before)
    return proof


def _kept_proof(store: ObjectStore, request: Request) -> ErasureProof | None:
    key = proof_of(request.request, "json")
    if store.head(key) is None:
        return None
    return ErasureProof.model_validate_json(store.get(key))


def _named(item: Erased) -> tuple[str, str | None]:
    return item.key, item.sha256


def _proof(
    request: Request,
    verified_at: datetime,
    seen: Iterable[ObjectInfo],
    erased: Iterable[Erased],
) -> ErasureProof:
    touched = sorted(erased, key=lambda item: (item.key, item.sha256 or ""))
    keys = {item.key for item in touched} | {item.new_key for item in touched}
    looked = [_looked(item) for item in touched]
    looked += [
        Looked(key=item.key, bytes=item.size, outcome=Outcome.UNTOUCHED, sha256=item.sha256)
        for item in seen
        if item.key not in keys
    ]
    return ErasureProof(
        request=request,
        verified_at=verified_at,
        rows=sum(item.rows or 0 for item in touched),
        looked=tuple(sorted(looked, key=lambda item: (item.key, item.sha256 or ""))),
    )


def _looked(item: Erased) -> Looked:
    outcome = Outcome.REMOVED
    if item.new_key is not None:
        outcome = Outcome.REWRITTEN if item.new_key == item.key else Outcome.REPLACED
    return Looked(outcome=outcome, **item.model_dump(exclude={"written_at"}))


def _as_csv(proof: ErasureProof) -> bytes:
    """The same for people, with a byte order mark for Excel."""
    text = io.StringIO()
    names = list(Looked.model_fields)
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(item.model_dump(mode="json") for item in proof.looked)
    return b"\xef\xbb\xbf" + text.getvalue().encode()
