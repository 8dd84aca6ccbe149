"""The object store behind one port: an S3 bucket or a local directory."""

from __future__ import annotations

import re
from collections.abc import Callable

from yrdx.errors import ConfigurationError
from yrdx.settings import Settings
from yrdx.store import layout
from yrdx.store.keys import OWN
from yrdx.store.port import ObjectStore
from yrdx.store.routing import RoutingStore

__all__ = ["open_store", "open_to_read"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:[/\\]")
"""How an address begins; the letter of a drive on Windows is a single one."""


def open_store(settings: Settings) -> ObjectStore:
    """The store that `YRDX_STORE` names; an S3 store is probed the first time it is opened.

    Restricted objects lie apart where `YRDX_RESTRICTED_*` says so.
    """
    return _with_restricted(settings, _open)


def open_to_read(settings: Settings) -> ObjectStore:
    """The same for who may only read it: opening it writes nothing."""
    return _with_restricted(settings, _open_to_read)


def _with_restricted(settings: Settings, opened: Callable[[Settings], ObjectStore]) -> ObjectStore:
    place, key = settings.restricted_store, settings.restricted_access_key
    if (key is None) != (settings.restricted_secret_key is None):
        raise ConfigurationError(
            "YRDX_RESTRICTED_ACCESS_KEY and YRDX_RESTRICTED_SECRET_KEY belong together; set both, "
            "or neither"
        )
    if place is None and key is None:
        return opened(settings)
    its_own: dict[str, object] = {"store": place or settings.store}
    if key is not None:
        its_own |= {"s3_access_key": key, "s3_secret_key": settings.restricted_secret_key}
    apart = opened(settings.model_copy(update=its_own))
    return RoutingStore(opened(settings), apart, (layout.RESTRICTED,))


def _is_bucket(settings: Settings) -> bool:
    """Whether a bucket is meant; raises `ConfigurationError` where that cannot be told.

    A misspelt address must not become a directory into which all goes and where nobody looks.
    """
    if settings.store.startswith("s3://"):
        return True
    if not settings.store.strip() or _ADDRESS.match(settings.store):
        raise ConfigurationError(
            f"YRDX_STORE={settings.store} 不是存储的写法；文件夹直接写路径，对象存储（包括 OSS、"
            "OBS、COS）写作 s3://桶名[/前缀]，服务地址写在 YRDX_S3_ENDPOINT names no store: write "
            "a folder as its path, and every object store as s3://bucket[/prefix], with its "
            "address in YRDX_S3_ENDPOINT (docs/stores.md)"
        )
    return False


def _open(settings: Settings) -> ObjectStore:
    if _is_bucket(settings):
        from yrdx.store.s3 import open_s3  # noqa: PLC0415 - boto3 only where it is used

        return open_s3(settings)
    from yrdx.store.local import open_local  # noqa: PLC0415 - only where it is used

    return open_local(settings.home / settings.store)


def _open_to_read(settings: Settings) -> ObjectStore:
    if _is_bucket(settings):
        from yrdx.store.s3 import open_s3  # noqa: PLC0415 - boto3 only where it is used

        return open_s3(settings.model_copy(update={"s3_conditional_writes": "off"}))
    from yrdx.store.local import LocalStore  # noqa: PLC0415 - only where it is used

    root = (settings.home / settings.store).resolve()
    if not (root / OWN).is_dir():
        raise ConfigurationError(
            f"{root} 中没有存储，请核对路径（YRDX_STORE、--store）：应为 published/ 所在的文件夹，"
            "或 s3://桶名[/前缀] there is no store there; expected the folder that holds "
            "published/, or s3://bucket[/prefix]"
        )
    return LocalStore(root)
