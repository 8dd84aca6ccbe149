"""Whoever releases may be killed at any write: readers see the old release or the new, whole."""

import itertools
import multiprocessing
import shutil
from pathlib import Path

import pytest

from tests.support import releases as support
from tests.support.admissions import files_below
from tests.support.dying_store import KILLED
from yrdx.errors import PublishConflict
from yrdx.releasing.chain import newest_release, note_superseded, read_pointer, releases
from yrdx.releasing.manifest import Release
from yrdx.store import layout
from yrdx.store.local import LocalStore, open_local

OLD, NEW = "1.0.0-000000000000", "1.1.0-111111111111"
WRITES = 5  # changes, preview, manifest, pointer, the record beside the release before


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.releases"])
    return context


@pytest.fixture
def prepared(tmp_path: Path) -> LocalStore:
    """A store with one release."""
    store = open_local(tmp_path / "store")
    support.write(store, support.propose(store, OLD))
    return store


def whole(store: LocalStore) -> Release:
    """The release that a reader gets, with all the files that it names."""
    release = newest_release(store)
    assert release is not None
    for file in release.files:
        info = store.head(layout.release(release.id, file=file.key))
        assert info is not None
        assert (info.sha256, info.size) == (file.sha256, file.bytes)
    return release


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_write_leaves_old_or_new_whole_and_again_finishes(
    when: str, prepared: LocalStore, processes, tmp_path: Path
) -> None:
    undisturbed = open_local(shutil.copytree(prepared.root, tmp_path / "undisturbed"))
    support.write(undisturbed, support.propose(undisturbed, NEW))
    seen = []
    for at in itertools.count():
        store = open_local(shutil.copytree(prepared.root, tmp_path / f"killed-{at}"))
        child = processes.Process(target=support.release_and_die, args=(store.root, at, when, NEW))
        child.start()
        child.join(60)
        if child.exitcode == 0:
            break
        assert child.exitcode == KILLED
        found = whole(store).pins[0].version
        seen.append(found)
        if found == OLD:  # released again, as the scheduler would, on a later hour
            later = support.CREATED.replace(hour=15)
            support.write(store, support.propose(store, NEW), created=later)
        note_superseded(store)
        assert whole(store).pins[0].version == NEW
        ours, theirs = (files_below(one.root / "releases") for one in (store, undisturbed))
        assert ours.keys() == theirs.keys(), "nothing is left over, nothing is missing"
    last = [OLD, NEW] if when == "before" else [NEW, NEW]
    assert seen == [OLD] * (WRITES - 2) + last


def test_a_withdrawal_killed_at_any_write_is_finished_by_doing_it_again(
    prepared: LocalStore, processes, tmp_path: Path
) -> None:
    second = support.write(prepared, support.propose(prepared, NEW))
    for at, when in itertools.product(range(2), ("before", "after")):
        store = open_local(shutil.copytree(prepared.root, tmp_path / f"killed-{at}-{when}"))
        args = (store.root, at, when, second.id)
        child = processes.Process(target=support.withdraw_and_die, args=args)
        child.start()
        child.join(60)
        assert child.exitcode == KILLED
        assert whole(store).pins[0].version in (OLD, NEW)
        support.withdraw_and_die(store.root, 99, when, second.id)
        assert whole(store).pins[0].version == OLD
        assert next(releases(store)).id == second.id


def test_the_slower_of_two_releasers_is_told_so_and_changes_nothing(prepared: LocalStore) -> None:
    ours, theirs = (support.propose(prepared, f"1.{at}.0-{at:012d}") for at in (1, 2))
    won = support.write(prepared, theirs)
    before = files_below(prepared.root)
    with pytest.raises(PublishConflict):
        support.write(prepared, ours)
    assert whole(prepared).id == won.id
    changed = files_below(prepared.root)
    assert {name: changed[name] for name in before} == before
    assert [item.number for item in releases(prepared)] == [2, 1]


@pytest.mark.parametrize("kind", ["careful", "careless"])
def test_many_at_once_leave_one_chain_that_a_reader_can_follow(
    kind: str, prepared: LocalStore, processes
) -> None:
    racers = [
        processes.Process(
            target=support.release_each,
            args=(prepared.root, [f"1.{at}.{who}-{at:012d}" for at in range(1, 9)], kind),
        )
        for who in range(3)
    ]
    for racer in racers:
        racer.start()
    while any(racer.is_alive() for racer in racers):
        whole(prepared)
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
    chain = list(releases(prepared))
    assert len({item.id for item in chain}) == len(chain)
    assert [item.number for item in chain] == list(range(len(chain), 0, -1))
    pointer, _ = read_pointer(prepared)
    assert pointer is not None
    assert pointer.last == pointer.release == chain[0].id
