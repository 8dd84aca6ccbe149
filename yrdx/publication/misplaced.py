"""Versions that lie where they should not, or that nothing leads to: nothing is put on top.

Snapshots of a dataset that has become restricted lie under `published/` from before. Nothing is
published on top of them until an operator has moved them: `yrdx restrict`.
"""

from __future__ import annotations

from yrdx.dataset import Dataset
from yrdx.errors import ConfigurationError, IntegrityError, PublishConflict
from yrdx.publication.facts import FIRST
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


def refuse_lost_pointer(name: str, store: ObjectStore) -> None:
    """Raise `IntegrityError` where nothing names a newest version, and others than a first one are.

    Published on top of nothing, a new first version would cut all others off: readers would find
    them no more, and retention would remove them.
    """
    for item in store.list(layout.published_prefix(name)):
        version = layout.published_version(item.key)
        if version is None or item.key != layout.manifest(name, version):
            continue
        if layout.version_numbers(version) != FIRST:
            if store.head(layout.pointer(name)) is not None:
                return  # others have published since we looked
            raise IntegrityError(
                f"{layout.pointer(name)} 丢失，而已有版本 is gone, but there is a version "
                f"{version}；请从备份恢复该文件，未发布任何内容 restore it from a backup; nothing "
                f"was published"
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
