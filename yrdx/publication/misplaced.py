"""Rows about people that lie where everybody reads: refused, and moved to where they belong.

Snapshots of a dataset that has become restricted lie under `published/` from before. Nothing is
published on top of them until an operator has moved them: `yrdx restrict`.
"""

from __future__ import annotations

from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError, PublishConflict
from yrdx.publication.manifest import Pointer
from yrdx.store import layout
from yrdx.store.port import ObjectStore


def refuse_misplaced(dataset: Dataset, store: ObjectStore) -> None:
    """Raise `ConfigurationError` where rows would be published for everybody, or were before."""
    name = dataset.name
    if dataset.restricted and not layout.is_restricted(name):
        raise ConfigurationError(
            f"{name} is restricted, but its source does not say so in a line of its own; write "
            f"restricted=True, there: nothing was published"
        )
    if layout.is_restricted(name) and store.head(layout.open_to_all(name) + "latest.json"):
        raise ConfigurationError(
            f"数据集 {name} 的明细仍在公开目录 rows of {name} about people lie under "
            f"{layout.open_to_all(name)}；请先运行 move them first: yrdx restrict {name}"
        )


def misplaced(store: ObjectStore, name: str) -> tuple[str, ...]:
    """Keys of a restricted dataset that lie where everybody reads."""
    if not layout.is_restricted(name):
        return ()
    return tuple(item.key for item in store.list(layout.open_to_all(name)))


def restrict(store: ObjectStore, name: str) -> tuple[str, ...]:
    """Move what is misplaced, the pointer last; the keys it had. Cut short, run it again.

    Raises `PublishConflict` where another pointer stands at the new place already.
    """
    keys = misplaced(store, name)
    old, new = layout.open_to_all(name), layout.published_prefix(name)
    pointer = f"{old}latest.json"
    for key in keys:
        if key != pointer:
            store.copy(key, new + key.removeprefix(old))
    if pointer in keys:
        _move_pointer(store, name, pointer)
    for key in sorted(keys, key=lambda key: key != pointer):  # readers first find nothing at all
        store.delete(key)
    return keys


def _move_pointer(store: ObjectStore, name: str, old: str) -> None:
    pointer = Pointer.model_validate_json(store.get(old))
    moved = pointer.model_copy(update={"manifest": layout.manifest(name, pointer.version)})
    body = moved.model_dump_json(indent=2).encode()
    key = layout.pointer(name)
    if store.head(key) is None:
        store.replace_if_match(key, body, expected=None)
    elif store.get(key) != body:
        raise PublishConflict(
            f"{key} names another version than {old}; see which of the two is right, delete the "
            f"other pointer, and run it again"
        )
