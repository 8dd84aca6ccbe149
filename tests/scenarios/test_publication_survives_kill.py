"""Whoever publishes may be killed at any write: readers see the old version or the new, whole."""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.support import publishers
from tests.support.admissions import admit_rows, awards, files_below, partners
from tests.support.award import DATASET
from tests.support.dying_store import KILLED
from yrdx.publication import Manifest, newest, publish, read, versions
from yrdx.store.local import LocalStore, open_local

PROVINCES = partners("31", "33")
DATA = 3  # one copied file, two written ones
CHANGES = 3  # added and removed rows of the correction; the new period as it is
BESIDE = 3  # the code list, two changelogs
WRITES = DATA + CHANGES + BESIDE + 2  # and the manifest, the pointer


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.publishers"])
    return context


@pytest.fixture(scope="module")
def before_publishing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one published version, a correction of one province and a new period."""
    folder = tmp_path_factory.mktemp("prepared")
    store = open_local(folder / "store")
    admit_rows(store, awards(300, province="31"), province="31")
    admit_rows(store, awards(200, province="33"), province="33")
    publish_here(store, folder)
    admit_rows(store, awards(210, province="33", seed=5), province="33", attempt=2)
    admit_rows(store, awards(50, province="33", seed=9), province="33", period="2026")
    return folder / "store"


def publish_here(store: LocalStore, folder: Path) -> Manifest | None:
    spool = folder / "spool"
    spool.mkdir(exist_ok=True)
    return publish(DATASET, store=store, provinces=PROVINCES, spool=spool)


def rows_of(store: LocalStore) -> pl.DataFrame:
    """All that a reader of the newest snapshot sees, by the manifest and by a glob alike."""
    manifest = newest(store, DATASET.name)
    assert manifest is not None
    rows = read(store, manifest).collect()
    folder = store.root / "published" / DATASET.name / manifest.version / "data"
    assert pl.read_parquet(folder / "**/*.parquet", hive_partitioning=False).equals(rows)
    assert len(rows) == manifest.rows
    return rows


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_write_leaves_old_or_new_whole_and_again_finishes(
    when: str, before_publishing: Path, processes, tmp_path: Path
) -> None:
    old = rows_of(open_local(before_publishing))
    undisturbed = open_local(shutil.copytree(before_publishing, tmp_path / "undisturbed"))
    publish_here(undisturbed, tmp_path)
    new = rows_of(undisturbed)
    assert (len(old), len(new)) == (500, 560)
    seen = []
    for at in itertools.count():
        store = open_local(shutil.copytree(before_publishing, tmp_path / f"killed-{at}"))
        child = processes.Process(target=publishers.publish_and_die, args=(store.root, at, when))
        child.start()
        child.join(60)
        if child.exitcode == 0:
            break
        assert child.exitcode == KILLED
        found = rows_of(store)
        assert found.equals(old) or found.equals(new)
        seen.append("new" if found.equals(new) else "old")
        publish_here(store, tmp_path)
        assert rows_of(store).equals(new)
        assert files_below(store.root / "published") == files_below(undisturbed.root / "published")
    last = "old" if when == "before" else "new"
    assert seen == ["old"] * (WRITES - 1) + [last]


@pytest.mark.parametrize("kind", ["careful", "careless"])
def test_two_racing_publishers_lose_nothing(kind: str, processes, tmp_path: Path) -> None:
    store = open_local(tmp_path / "store")
    racers = [
        processes.Process(target=publishers.admit_and_publish, args=(store.root, province, 6, kind))
        for province in ("31", "33")
    ]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(120)
    assert [racer.exitcode for racer in racers] == [0, 0]
    manifest = newest(store, DATASET.name)
    assert manifest is not None
    assert {item.province: item.attempt for item in manifest.lineage} == {"31": 6, "33": 6}
    assert rows_of(store).height == 2 * 26


def test_a_sweep_killed_at_any_removal_harms_no_kept_version(
    before_publishing: Path, processes, tmp_path: Path
) -> None:
    prepared = open_local(shutil.copytree(before_publishing, tmp_path / "prepared"))
    publish_here(prepared, tmp_path)
    new = rows_of(prepared)
    later = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    for at in itertools.count():
        store = open_local(shutil.copytree(prepared.root, tmp_path / f"swept-{at}"))
        child = processes.Process(
            target=publishers.sweep_and_die, args=(store.root, at, "after", later)
        )
        child.start()
        child.join(60)
        assert rows_of(store).equals(new)
        assert len(versions(store, DATASET.name)) == 1
        if child.exitcode == 0:
            break
        assert child.exitcode == KILLED
        publishers.sweep_and_die(store.root, 10_000, "after", later)
        assert len(list((store.root / "published" / DATASET.name).iterdir())) == 2
    assert at == 3 + BESIDE  # the old version's manifest, its two files and what lies beside them
