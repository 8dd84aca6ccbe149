"""Publishers run against each other and are killed; readers read on, and no version is lost."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import crowd
from tests.support.award import DATASET
from tests.support.dying_store import KILLED
from tests.support.s3_emulator import running_emulator
from yrdx.publication import newest, orphans, read_manifest, versions
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.port import ObjectStore
from yrdx.store.s3 import S3Store
from yrdx.store.s3_client import make_bucket

PROVINCES = ("31", "32", "33")
DEATHS = (3, 12, 1, 8)
"""After which of its writes a publisher of each round is killed."""


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.crowd"])
    return context


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    with running_emulator() as address:
        yield address


@pytest.fixture(params=["directory", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """How a process opens the store: a directory, or a bucket of the emulator."""
    if request.param == "directory":
        return {"home": tmp_path, "store": "store"}
    given = {
        "store": f"s3://crowd/{tmp_path.name}",
        "s3_endpoint": request.getfixturevalue("emulator"),
        "s3_access_key": "test",
        "s3_secret_key": "test",
        "s3_read_seconds": 60,
    }
    make_bucket(Settings(**given))
    return given


@pytest.fixture
def store(settings: dict[str, Any]) -> Iterator[ObjectStore]:
    opened = open_store(Settings(**settings))
    yield opened
    if isinstance(opened, S3Store):
        opened.client.close()


@pytest.fixture
def start(processes, settings, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Starts a process; none outlives the test."""
    started = []

    def run(work, *words):
        process = processes.Process(target=work, args=(settings, *words))
        process.start()
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.join()


def test_readers_never_see_a_torn_version_while_publishers_are_killed(
    start, store, tmp_path: Path
) -> None:
    stop, told = tmp_path / "stop", tmp_path / "reader.json"
    reader = start(crowd.read_until_told, stop, told)
    killed = 0
    for attempt, dies_at in enumerate(DEATHS, start=1):
        doomed = PROVINCES[attempt % len(PROVINCES)]
        publishers = [
            start(
                crowd.admit_and_publish,
                province,
                "edu",
                [attempt],
                dies_at if province == doomed else None,
                tmp_path / f"{province}.json",
            )
            for province in PROVINCES
        ]
        for publisher in publishers:
            publisher.join(200)
            assert publisher.exitcode in (0, KILLED)
            killed += publisher.exitcode == KILLED
    last = start(crowd.admit_and_publish, "31", "edu", [9], None, tmp_path / "last.json")
    last.join(100)
    stop.touch()
    reader.join(100)
    assert reader.exitcode == 0, "the reader saw a torn version; its message is above"
    assert killed
    manifest = newest(store, DATASET.name)
    attempts = {item.province: item.attempt for item in manifest.lineage}
    assert attempts == {"31": 9, "32": len(DEATHS), "33": len(DEATHS)}
    seen = json.loads(told.read_text())
    assert seen["reads"] >= len(seen["seen"]) >= 2
    assert set(seen["seen"]) <= set(versions(store, DATASET.name))


def test_many_provinces_publish_at_once_and_no_version_is_lost(
    start, store, tmp_path: Path
) -> None:
    crowded = [(province, unit) for province in PROVINCES for unit in ("edu", "hrss")]
    publishers = {
        tmp_path / f"{province}-{unit}.json": (province, unit) for province, unit in crowded
    }
    started = [
        start(crowd.admit_and_publish, province, unit, [1, 2], None, told)
        for told, (province, unit) in publishers.items()
    ]
    for process in started:
        process.join(250)
    assert [process.exitcode for process in started] == [0] * len(started)
    manifest = newest(store, DATASET.name)
    assert {(item.province, item.unit, item.attempt) for item in manifest.lineage} == {
        (province, unit, 2) for province, unit in crowded
    }
    chain = versions(store, DATASET.name)
    published = [version for told in publishers for version in json.loads(told.read_text())]
    assert set(published) <= set(chain)
    numbers = [read_manifest(store, DATASET.name, version).numbers for version in chain]
    assert numbers == sorted(set(numbers), reverse=True)
    assert numbers[-1] == (1, 0, 0)
    assert not {item.version for item in orphans(store, DATASET.name)} & set(chain)
