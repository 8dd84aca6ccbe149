"""Object stores to run contracts over: a directory, a real Swift over http and https, an emulator.

A test that takes `store` runs once a store. Servers are started when the first test needs them.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.fault_proxy import FaultProxy, running_proxy
from tests.support.s3_emulator import running_emulator
from tests.support.swift_server import (
    ACCESS_KEY,
    SECRET_KEY,
    Swift,
    folder_for_swift,
    running_swift,
)
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.port import ObjectStore
from yrdx.store.s3 import S3Store
from yrdx.store.s3_client import make_bucket

BUCKET = "exchange"
STORES = ("local", "swift-http", "swift-https", "emulator", "emulator-unconditional")
_numbers = itertools.count()


@pytest.fixture(scope="session")
def store_swift(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[Swift]:
    """A running Swift; it needs a file system whose files carry user attributes."""
    with folder_for_swift(tmp_path_factory.mktemp("swift"), project) as folder:
        if folder is None:
            pytest.skip("Swift needs user xattrs; neither the temporary folder nor var/ has them")
        with running_swift(folder) as swift:
            yield swift


@pytest.fixture(scope="session")
def store_emulator() -> Iterator[str]:
    """Address of a running emulator."""
    with running_emulator() as address:
        yield address


@pytest.fixture(scope="session")
def store_settings(request: pytest.FixtureRequest) -> Callable[..., Settings]:
    """Settings for a store by name, for the bucket that all contract tests share."""

    def settings(name: str, **changed: Any) -> Settings:
        given: dict[str, Any] = {
            "store": f"s3://{BUCKET}/{name}",
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SECRET_KEY,
            "s3_part_mib": 5,
            "s3_attempts": 3,
            "s3_read_seconds": 20,
        }
        if name.startswith("swift"):
            swift: Swift = request.getfixturevalue("store_swift")
            given["s3_endpoint"] = swift.https if name == "swift-https" else swift.http
            given["s3_ca_bundle"] = swift.ca_bundle if name == "swift-https" else None
        else:
            given["s3_endpoint"] = request.getfixturevalue("store_emulator")
        if name == "emulator-unconditional":
            given["s3_conditional_writes"] = "off"
        return Settings(**given | changed)

    return settings


@pytest.fixture(scope="session")
def store_opened(store_settings: Callable[..., Settings]) -> Iterator[Callable[[str], S3Store]]:
    """Opens an S3 store by name, once a session, so that it is probed once."""
    opened: dict[str, S3Store] = {}

    def open_once(name: str) -> S3Store:
        if name not in opened:
            make_bucket(store_settings(name))
            store = open_store(store_settings(name))
            assert isinstance(store, S3Store)
            opened[name] = store
        return opened[name]

    yield open_once
    for store in opened.values():
        store.client.close()


@pytest.fixture(params=STORES)
def store(
    request: pytest.FixtureRequest, tmp_path: Path, store_opened: Callable[[str], S3Store]
) -> ObjectStore:
    """An empty store, once for each implementation and server."""
    if request.param == "local":
        return open_store(Settings(home=tmp_path, store="store"))
    fresh = f"test-{next(_numbers)}/"
    return dataclasses.replace(store_opened(request.param), prefix=fresh)


@pytest.fixture
def store_local(tmp_path: Path) -> ObjectStore:
    """An empty store in a directory."""
    return open_store(Settings(home=tmp_path, store="store"))


@pytest.fixture
def store_proxy(store_emulator: str) -> Iterator[FaultProxy]:
    """A proxy before the emulator, which the test tells how to misbehave."""
    with running_proxy(store_emulator) as proxy:
        yield proxy


@pytest.fixture
def store_behind_proxy(
    store_proxy: FaultProxy,
    store_opened: Callable[[str], S3Store],
    store_settings: Callable[..., Settings],
) -> Iterator[Callable[..., S3Store]]:
    """Opens an empty store behind the proxy; it is probed where a test names what to probe."""
    opened: list[S3Store] = []
    emulator = store_opened("emulator")

    def open_fresh(**changed: Any) -> S3Store:
        name = f"behind-proxy-{next(_numbers)}"
        kept: dict[str, Any] = {
            "s3_endpoint": store_proxy.address,
            "store": f"s3://{BUCKET}/{name}",
            "s3_read_seconds": 3,
        }
        is_probed = bool(changed.keys() & {"store", "s3_conditional_writes"})
        if not is_probed:
            kept["s3_conditional_writes"] = "off"
        store = open_store(store_settings("emulator", **kept | changed))
        assert isinstance(store, S3Store)
        opened.append(store)
        # A proxy that does not misbehave changes nothing of what was found without it.
        return store if is_probed else dataclasses.replace(store, probed=emulator.probed)

    yield open_fresh
    for store in opened:
        store.client.close()
