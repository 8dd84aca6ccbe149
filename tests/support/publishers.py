"""What the child processes of the publication scenarios do."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Literal

from tests.support.admissions import admit_rows, awards, partners
from tests.support.award import DATASET
from tests.support.dying_store import DyingStore
from tests.support.odd_stores import CarelessStore
from yrdx.publication import Keep, publish, remove, sweep
from yrdx.store.local import open_local


def publish_and_die(root: Path, at: int, when: Literal["before", "after"]) -> None:
    """Publish what the store has admitted, and die at one write; without it, end well."""
    store = DyingStore(open_local(root), at=at, when=when)
    with tempfile.TemporaryDirectory() as spool:
        publish(DATASET, store=store, provinces=partners("31", "33"), spool=Path(spool))


def sweep_and_die(root: Path, at: int, when: Literal["before", "after"], today: str) -> None:
    """Sweep all versions but the newest, and die at one removal; without it, end well."""
    from datetime import date

    store = DyingStore(open_local(root), at=at, when=when)
    keep = Keep(versions=1, landed_days=10_000)
    remove(store, sweep(store, keep=keep, today=date.fromisoformat(today)))


def admit_and_publish(root: Path, province: str, rounds: int, kind: str) -> None:
    """Admit a correction of a province and publish, again and again."""
    local = open_local(root)
    store = CarelessStore(local) if kind == "careless" else local
    for attempt in range(1, rounds + 1):
        rows = awards(20 + attempt, province=province, seed=attempt)
        admit_rows(store, rows, province=province, attempt=attempt)
        with tempfile.TemporaryDirectory() as spool:
            publish(DATASET, store=store, provinces=partners(province), spool=Path(spool))
