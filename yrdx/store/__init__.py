"""The object store behind one port: an S3 bucket or a local directory."""

from __future__ import annotations

from yrdx.settings import Settings
from yrdx.store.port import ObjectStore

__all__ = ["open_store"]


def open_store(settings: Settings) -> ObjectStore:
    """The store that `YRDX_STORE` names; an S3 store is probed the first time it is opened."""
    if settings.store.startswith("s3://"):
        from yrdx.store.s3 import open_s3  # noqa: PLC0415 - boto3 only where it is used

        return open_s3(settings)
    from yrdx.store.local import open_local  # noqa: PLC0415 - fcntl is not on every system

    return open_local(settings.home / settings.store)
