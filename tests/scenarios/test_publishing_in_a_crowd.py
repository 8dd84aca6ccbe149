"""Publishers run against each other and are killed; readers read on, and no version is lost."""

from __future__ import annotations

import json
import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import yrdx
from tests.support import crowd
from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from tests.support.dying_store import KILLED
from tests.support.odd_stores import PeeredIntoStore
from tests.support.s3_emulator import running_emulator
from tests.support.swift_server import ACCESS_KEY, SECRET_KEY, folder_for_swift, running_swift
from yrdx.publication import newest, orphans, publish, read_manifest, versions
from yrdx.publication.plan import admitted
from yrdx.settings import Settings
from yrdx.store import open_store
from yrdx.store.port import ObjectStore
from yrdx.store.probe import Honoured
from yrdx.store.s3 import S3Store
from yrdx.store.s3_client import make_bucket

PROVINCES = ("31", "32", "33")
DEATHS = (3, 12, 1)
"""After which of its writes a publisher of each round dies."""


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.crowd"])
    return context


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    with running_emulator() as address:
        yield address


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Iterator[str]:
    with folder_for_swift(tmp_path_factory.mktemp("swift"), project) as folder:
        if folder is None:
            pytest.skip("Swift needs user xattrs; neither the temporary folder nor var/ has them")
        with running_swift(folder) as running:
            yield running.http


@pytest.fixture(params=["directory", "emulator", "swift"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """How a process opens the store: a directory, or a bucket of a server."""
    if request.param == "directory":
        return {"home": tmp_path, "store": "store"}
    given = {
        "store": f"s3://crowd/{tmp_path.name}",
        "s3_endpoint": request.getfixturevalue(request.param),
        "s3_access_key": ACCESS_KEY,
        "s3_secret_key": SECRET_KEY,
        "s3_read_seconds": 10,
    }
    make_bucket(Settings(**given))
    return given


@pytest.fixture
def writers_are_told_apart(store: ObjectStore) -> bool:
    """Whether of two writers of the pointer at once one is always told that it was too late."""
    return not isinstance(store, S3Store) or store.probed.match is Honoured.ATOMIC


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


def test_a_reader_at_every_write_sees_the_old_version_or_the_new_one_whole(
    store, settings, tmp_path: Path
) -> None:
    def admit_and_publish(into: ObjectStore, *provinces: str, attempt: int = 1) -> None:
        for province in provinces:
            rows = awards(20 + attempt, province=province, seed=attempt)
            admit_rows(store, rows, province=province, attempt=attempt)
        publish(DATASET, store=into, provinces=partners(*PROVINCES), spool=tmp_path)

    def look() -> None:
        opened = yrdx.open(DATASET.name, settings=Settings(**settings))
        crowd.whole(opened)
        seen.append(opened.manifest.semver)

    seen: list[str] = []
    admit_and_publish(store, "31", "32")
    admit_and_publish(PeeredIntoStore(store, look), "31", "33", attempt=2)
    assert seen == ["1.0.0"] * (len(seen) - 1) + ["1.1.0"]
    assert len(seen) == 11  # 3 files, 3 of changes, codes, 2 changelogs, manifest, pointer


def test_readers_never_see_a_torn_version_while_publishers_are_killed(
    start, store, writers_are_told_apart: bool, tmp_path: Path
) -> None:
    stop, told = tmp_path / "stop", tmp_path / "reader.json"
    reader = start(crowd.read_until_told, stop, told, writers_are_told_apart)
    moments = random.Random(2026)
    ends = []
    for number, dies_at in enumerate(DEATHS, start=1):
        doomed, restless, steady = moments.sample(PROVINCES, k=3)
        work = {  # many corrections, so that a kill always comes in between
            doomed: ([100 * number], dies_at),
            restless: (list(range(100 * number, 100 * number + 99)), None),
            steady: ([100 * number], None),
        }
        publishers = {
            province: start(
                crowd.admit_and_publish, province, "edu", *words, tmp_path / f"{province}.json"
            )
            for province, words in work.items()
        }
        time.sleep(moments.uniform(0.3, 1.0))
        publishers[restless].kill()
        for publisher in publishers.values():
            publisher.join(200)
            ends.append(publisher.exitcode)
    assert set(ends) <= {0, KILLED, -signal.SIGKILL}
    assert {KILLED, -signal.SIGKILL} <= set(ends)
    last = start(crowd.admit_and_publish, "31", "edu", [999], None, tmp_path / "last.json")
    last.join(100)
    stop.touch()
    reader.join(100)
    assert reader.exitcode == 0, "the reader saw a torn version; its message is above"
    manifest = newest(store, DATASET.name)
    counting, _ = admitted(store, DATASET.name)
    assert {item.sha256 for item in manifest.lineage} == {
        item.delivery.sha256 for item in counting.values()
    }
    seen = json.loads(told.read_text())
    assert seen["reads"] >= len(seen["seen"]) >= 2
    if writers_are_told_apart:
        assert set(seen["seen"]) <= set(versions(store, DATASET.name))


@pytest.mark.parametrize("settings", ["directory", "emulator"], indirect=True)
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
