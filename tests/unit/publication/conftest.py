"""A store in a directory, and publishing into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.admissions import partners
from tests.support.award import DATASET
from yrdx.publication import Manifest, publish
from yrdx.store.local import LocalStore, open_local
from yrdx.store.port import ObjectStore

Publish = Callable[..., Manifest | None]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return open_local(tmp_path / "store")


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def published(store: LocalStore, spool: Path) -> Publish:
    """Publishes what is admitted; another store or dataset may be given."""

    def run(other: ObjectStore | None = None, dataset=DATASET, provinces=("31", "32", "33")):
        return publish(dataset, store=other or store, provinces=partners(*provinces), spool=spool)

    return run
