"""The object store behind one port: an S3 bucket or a local directory."""

from __future__ import annotations

from yrdx.errors import ConfigurationError
from yrdx.settings import Settings
from yrdx.store.port import ObjectStore

__all__ = ["open_store", "open_to_read"]


def open_store(settings: Settings) -> ObjectStore:
    """The store that `YRDX_STORE` names; an S3 store is probed the first time it is opened."""
    if settings.store.startswith("s3://"):
        from yrdx.store.s3 import open_s3  # noqa: PLC0415 - boto3 only where it is used

        return open_s3(settings)
    from yrdx.store.local import open_local  # noqa: PLC0415 - fcntl is not on every system

    return open_local(settings.home / settings.store)


def open_to_read(settings: Settings) -> ObjectStore:
    """The store that `YRDX_STORE` names, for who may only read it: opening it writes nothing."""
    if settings.store.startswith("s3://"):
        from yrdx.store.s3 import open_s3  # noqa: PLC0415 - boto3 only where it is used

        return open_s3(settings.model_copy(update={"s3_conditional_writes": "off"}))
    from yrdx.store.local import LocalStore  # noqa: PLC0415 - fcntl is not on every system

    root = (settings.home / settings.store).resolve()
    if not root.is_dir():
        raise ConfigurationError(
            f"YRDX_STORE: 没有这个文件夹 there is no folder {root}; expected the folder that holds "
            "published/, or s3://bucket[/prefix]"
        )
    return LocalStore(root)
